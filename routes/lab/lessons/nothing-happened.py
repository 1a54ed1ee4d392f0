import asyncio


async def greet(name):
    await asyncio.sleep(0.5)
    print(f"Hello, {name}!")


async def main():
    greet("Ann")
    await greet("Bob")


asyncio.run(main())
