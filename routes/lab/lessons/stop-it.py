import asyncio


async def download():
    try:
        await asyncio.sleep(5)
        print("the file is here")
    finally:
        await asyncio.sleep(0.2)
        print("tidied up")


async def main():
    task = asyncio.create_task(download())
    await asyncio.sleep(1)
    task.cancel()
    print("stop!")
    await asyncio.wait([task])
    print("the download is", "cancelled" if task.cancelled() else "done")


asyncio.run(main())
