import asyncio
import time


async def clock():
    for tick in range(1, 5):
        await asyncio.sleep(0.5)
        print(f"tick {tick}")


async def report():
    await asyncio.sleep(0.7)
    time.sleep(1.2)
    print("the report is done")


async def main():
    await asyncio.gather(clock(), report())


asyncio.run(main())
