class Holder:
    from uuid import uuid4

    session_id = str(uuid4())


print(Holder.session_id, callable(Holder.uuid4))
