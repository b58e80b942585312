"""What every request carries, and who makes it."""

from dataclasses import dataclass

from fastapi import Header

from service.ids import Ids


@dataclass(frozen=True)
class RequestContext:
    user_id: str
    trace_id: str
    request_id: str


def request_context(x_user: str = Header()) -> RequestContext:
    trace_id, _ = Ids.for_request(x_user, "web")
    _, request_id = Ids.for_request(x_user, "web")
    return RequestContext(x_user, trace_id, request_id)


def nightly_context(user_id: str) -> RequestContext:
    return RequestContext(
        user_id=user_id,
        trace_id=Ids.new("trace"),
        request_id=Ids.new("req"),
    )
