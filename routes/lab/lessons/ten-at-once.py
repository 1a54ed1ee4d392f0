import asyncio


async def display(num):
    await asyncio.sleep(1)
    print(num)


async def main():
    displays = []
    for num in range(10):
        displays.append(display(num))
    await asyncio.gather(*displays)


asyncio.run(main())
