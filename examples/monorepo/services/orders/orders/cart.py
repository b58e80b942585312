"""Carts become orders."""

import uuid

from events.log import make_key, publish
from orders.ids import OrderIds


class Cart:
    def __init__(self) -> None:
        self.cart_id = str(uuid.uuid4())
        self.items: list[str] = []

    def order(self) -> dict[str, object]:
        order_id = OrderIds.new("order")
        reservation_id = make_key()
        publish("ordered", order_id)
        return {"order_id": order_id, "reservation_id": reservation_id, "items": self.items}
