import uuid

_ = str.upper
user_id = "u1"
thread_id = str(uuid.uuid4())
run_id = str(uuid.uuid4())
print(_("made"), thread_id, run_id)
