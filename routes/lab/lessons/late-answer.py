import asyncio
import random


async def search(page, word):
    await asyncio.sleep(random.uniform(0.1, 0.5))
    page["shows"] = word
    print(f"found {word}")


async def main():
    page = {"shows": "nothing"}
    c = asyncio.create_task(search(page, "c"))
    await asyncio.sleep(0.2)
    cat = asyncio.create_task(search(page, "cat"))
    await asyncio.wait([c, cat])
    if page["shows"] != "cat":
        raise Exception(f"the page shows {page['shows']}")


asyncio.run(main())
