import uuid


def start(name):
    return f"made {uuid.uuid4().hex} for {name!r}", f'{name}: {str(uuid.uuid4())}'


print(start("n"))
