import uuid


def handle(user_id: str, request_id=None):
	if not request_id:
		request_id = str(uuid.uuid4())
	thread_id = f"thread_{uuid.uuid4()}"
	return thread_id, request_id


print(handle("u1"), handle("u1", "r"))
