import typing
import uuid


def make(given: "uuid.UUID" = None):
    session_id = str(uuid.uuid4())
    return session_id


print(make(), typing.get_type_hints(make)["given"])
# fixes: OST101
