import uuid


class Request:
    reads = 0

    @property
    def user_id(self):
        self.reads += 1
        return f"u{self.reads}"


def handle(request):
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id, run_id, request.user_id


print(handle(Request()))
