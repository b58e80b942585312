import uuid
import pathspec
cfg = dict(user_id="u", run_id=str(uuid.uuid4()), request_id=str(uuid.uuid4()))
print("ok", pathspec.__name__)
