import uuid
def session(): session_id = str(uuid.uuid4()); return session_id
def run(user_id: str): thread_id = str(uuid.uuid4()); run_id = str(uuid.uuid4()); return thread_id, run_id
class Holder: session_id = str(uuid.uuid4())
print(session(), run("u1"), Holder.session_id)
# fixes: OST101
