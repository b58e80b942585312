import asyncio
import uuid


async def fetch(name, wait):
    print(name)
    await wait()
    return name


async def handle(user_id: str, wait):
    context = dict(a=await fetch("a", wait), thread_id=str(uuid.uuid4()), run_id=str(uuid.uuid4()))
    return context


async def no_wait():
    return None


print(asyncio.run(handle("u1", no_wait)))
