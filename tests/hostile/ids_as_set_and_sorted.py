import uuid


def handle(count=3):
    item_ids = {str(uuid.uuid4()) for _ in range(count)}
    pairs = {str(uuid.uuid4()): number for number in range(count)}
    return len(item_ids), len(pairs)


print(handle())
