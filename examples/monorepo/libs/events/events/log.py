"""What has happened, for whoever wants to know."""

import uuid
from dataclasses import dataclass, field

from events.ids import event_ids


@dataclass
class Event:
    kind: str
    subject: str
    event_id: str = field(default_factory=lambda: event_ids.make("event"))
    delivery_id: str = field(default_factory=lambda: str(uuid.uuid4()))


published: list[Event] = []


def publish(kind: str, subject: str) -> Event:
    event = Event(kind, subject)
    published.append(event)
    return event


def make_key() -> str:
    """A key as services made it before they had a generator."""
    return uuid.uuid4().hex  # noqa: OST101 - the services that call it do not want it any more
