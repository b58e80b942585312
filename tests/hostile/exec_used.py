import uuid


def handle(user_id: str):
    suffix = uuid.uuid4().hex[:8]
    conn_id = f"conn_{suffix}"
    space = {}
    exec("import uuid as again; made = str(again.uuid4())", space)
    return conn_id, eval("len(suffix)"), space["made"]


print(handle("u1"))
