import asyncio


async def climb(name, summit):
    for step in range(1, 4):
        print(f"step {step}")
        await asyncio.sleep(0)
    if summit["free"]:
        print(f"{name} wins")
    summit["free"] = False


async def main():
    summit = {"free": True}
    async with asyncio.TaskGroup() as group:
        group.create_task(climb("Ann", summit), name="Ann")
        group.create_task(climb("Bob", summit), name="Bob")


asyncio.run(main())
