import uuid


def handle(user_id: str):
    suffix = uuid.uuid4().hex[:8]
    conn_id = f"conn_{suffix}"

    def again():
        return f"conn_{suffix}" == conn_id

    return conn_id, again()


print(handle("u1"))
