import asyncio


async def ann():
    await asyncio.sleep(0.4)
    print("Ann answers")


async def bob():
    await asyncio.sleep(3)
    print("Bob answers")


async def main():
    await asyncio.wait_for(ann(), timeout=1)
    try:
        await asyncio.wait_for(bob(), timeout=1)
    except TimeoutError:
        print("TimeoutError")


asyncio.run(main())
