"""The order service works: before `ssot-lint fix`, and after it."""

from events.log import published
from orders.cart import Cart
from orders.labels import print_label


def test_a_cart_becomes_an_order():
    cart = Cart()
    cart.items.append("tea")
    order = cart.order()

    assert order["items"] == ["tea"]
    assert order["order_id"].startswith("order_")
    assert order["reservation_id"] != order["order_id"]
    assert published[-1].subject == order["order_id"]


def test_no_two_carts_are_the_same():
    assert len({Cart().cart_id for _ in range(20)}) == 20


def test_a_label_fits_the_printer():
    label = print_label(Cart().order())

    assert len(label.split()[0]) == 8
