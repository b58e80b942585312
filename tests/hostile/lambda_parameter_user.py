import uuid

make = lambda user_id, thread_id=None: {
    "thread_id": thread_id or str(uuid.uuid4()),
    "run_id": str(uuid.uuid4()),
}
print(make("u1"), make(None, "thread_t"))
