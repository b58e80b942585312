import uuid


class Request:
    def get_user_id(self):
        return "u1"

    has_user_id = True


def by_method(request):
    user = request.get_user_id()
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return user, thread_id != run_id


def by_answer(request):
    print(request.has_user_id)
    thread_id = str(uuid.uuid4())
    run_id = str(uuid.uuid4())
    return thread_id != run_id


class Service:
    def _validate_user_id(self, uid):
        return uid

    def start(self, uid):
        self._validate_user_id(uid)
        thread_id = str(uuid.uuid4())
        run_id = str(uuid.uuid4())
        return thread_id != run_id


print(by_method(Request()), by_answer(Request()), Service().start("u"))
