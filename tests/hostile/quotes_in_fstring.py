import uuid


def start(data):
    conn_id = f'conn_{data["name"]}_{uuid.uuid4().hex[:8]}'
    item_id = f"item_{data['name']}_{uuid.uuid4()}"
    return conn_id, item_id


print(start({"name": "n"}))
