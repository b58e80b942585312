"""Labels as the old printer wants them."""

import uuid


def print_label(order: dict[str, object]) -> str:
    label_id = uuid.uuid4().hex[:8]
    return f"{label_id:>12} {order['order_id']}"
