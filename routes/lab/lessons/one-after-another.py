import asyncio


async def load(name):
    await asyncio.sleep(1)
    print(f"{name} is here")


async def main():
    await load("A")
    await load("B")
    await load("C")


asyncio.run(main())
