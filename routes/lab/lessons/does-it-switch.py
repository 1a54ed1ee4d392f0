import asyncio


async def say(word):
    print(word)


async def count(name):
    for n in range(1, 4):
        await say(f"{name}{n}")


async def main():
    await asyncio.gather(count("a"), count("b"))


asyncio.run(main())
