import uuid


def make():
    order_id = uuid.uuid4().hex
    return order_id


def shard(order_id):
    return int(order_id, 16) % 1


print(shard(make()))
