"""The event library works: before `ssot-lint fix`, and after it."""

from events.log import make_key, publish, published


def test_what_is_published_is_kept():
    event = publish("ordered", "order_1")

    assert published[-1] is event
    assert event.subject == "order_1"


def test_no_two_events_are_the_same():
    events = [publish("ordered", "order_1") for _ in range(20)]

    assert len({event.event_id for event in events}) == 20
    assert len({event.delivery_id for event in events}) == 20


def test_no_two_keys_are_the_same():
    assert len({make_key() for _ in range(20)}) == 20
