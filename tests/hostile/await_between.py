import asyncio
import uuid


async def handle(user_id: str, pause):
    thread_id = str(uuid.uuid4())
    await pause(thread_id)
    run_id = str(uuid.uuid4())
    await pause(run_id)
    return thread_id, run_id


async def pause(item):
    print("pause", item)


print(asyncio.run(handle("u1", pause)))
