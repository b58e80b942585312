import asyncio
import contextlib
import uuid


@contextlib.asynccontextmanager
async def room(name):
    print("in", name)
    yield name
    print("out", name)


async def main(user_id: str):
    async with room(str(uuid.uuid4())) as thread_id:
        run_id = str(uuid.uuid4())
        print(run_id)
    return thread_id, run_id


print(asyncio.run(main("u1")))
