import uuid


class Maker:
    def __init__(self, user_id: str):
        self.__run_id = str(uuid.uuid4())
        self.__thread_id = str(uuid.uuid4())
        __request_id = str(uuid.uuid4())
        self.all = (self.__run_id, self.__thread_id, __request_id)


print(Maker("u1").all)
