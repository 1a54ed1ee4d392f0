import asyncio


async def eat(first, second):
    async with first:
        await asyncio.sleep(0.1)
        async with second:
            print("eats")


async def main():
    fork = asyncio.Lock()
    knife = asyncio.Lock()
    async with asyncio.timeout(1):
        await asyncio.gather(eat(fork, knife), eat(knife, fork))


asyncio.run(main())
