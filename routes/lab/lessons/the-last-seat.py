import asyncio


async def buy(hall, name):
    if hall["seats"] > 0:
        await asyncio.sleep(0.1)
        hall["seats"] -= 1
        print(f"{name} has a seat")
    else:
        print(f"{name}: sold out")


async def main():
    hall = {"seats": 1}
    ann = asyncio.create_task(buy(hall, "Ann"), name="Ann")
    await asyncio.sleep(0.1)
    bob = asyncio.create_task(buy(hall, "Bob"), name="Bob")
    await ann
    await bob
    if hall["seats"] < 0:
        raise Exception("the last seat was sold twice")


asyncio.run(main())
