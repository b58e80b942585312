import asyncio
import uuid


async def steps(user_id: str):
    thread_id = str(uuid.uuid4())
    yield thread_id
    run_id = str(uuid.uuid4())
    yield run_id


async def main(user_id: str):
    return [item async for item in steps(user_id)]


print(asyncio.run(main("u1")))
