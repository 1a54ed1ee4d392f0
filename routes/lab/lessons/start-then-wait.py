import asyncio


async def load(name):
    await asyncio.sleep(1)
    print(f"{name} is here")


async def main():
    tasks = []
    for name in ["A", "B", "C"]:
        task = asyncio.create_task(load(name), name=name)
        tasks.append(task)
    for task in tasks:
        await task
    print("all are here")


asyncio.run(main())
