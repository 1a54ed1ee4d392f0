import asyncio


async def withdraw(account, amount):
    seen = account["balance"]
    print(f"sees {seen}")
    await asyncio.sleep(0.01)
    account["balance"] = seen - amount
    print(f"writes {account['balance']}")


async def main():
    account = {"balance": 100}
    await asyncio.gather(withdraw(account, 10), withdraw(account, 20))
    if account["balance"] != 70:
        raise Exception(f"70 expected, {account['balance']} left")


asyncio.run(main())
