import asyncio


async def bake(shelf):
    for loaf in range(1, 6):
        await asyncio.sleep(0.1)
        await shelf.put(loaf)
        print(f"loaf {loaf} is on the shelf")


async def eat(shelf):
    for _ in range(5):
        loaf = await shelf.get()
        print(f"eats loaf {loaf}")
        await asyncio.sleep(1)


async def main():
    shelf = asyncio.Queue(2)
    async with asyncio.TaskGroup() as group:
        group.create_task(bake(shelf), name="baker")
        group.create_task(eat(shelf), name="eater")


asyncio.run(main())
