import asyncio


async def load(name, seconds):
    await asyncio.sleep(seconds)
    if name == "B":
        raise Exception("B is missing")
    print(f"{name} is here")


async def main():
    try:
        await asyncio.gather(load("A", 1), load("B", 2), load("C", 3))
    except Exception as error:
        print(error)
    await asyncio.sleep(2)  # Long enough for C.


asyncio.run(main())
