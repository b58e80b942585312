"""The service works: before `ssot-lint fix`, and after it."""

import asyncio

import httpx

from service.context import nightly_context, request_context
from service.jobs import finished
from service.main import app


def ask(method: str, path: str, **headers: str) -> httpx.Response:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(send())


def test_a_report_is_ordered_rendered_and_fetched():
    ordered = ask("POST", "/reports", **{"X-User": "ada"}).json()
    shown = ask("GET", f"/reports/{ordered['report_id']}").json()

    assert shown["user_id"] == "ada"
    assert finished == [ordered["report_id"]]
    assert len(ordered["download_token"]) == 43


def test_no_two_reports_are_the_same():
    ordered = [ask("POST", "/reports", **{"X-User": "ada"}).json() for _ in range(5)]

    assert len({one["report_id"] for one in ordered}) == 5


def test_an_answer_says_which_request_it_is_for():
    assert ask("GET", "/reports/none", **{"X-Request-ID": "mine"}).headers["X-Request-ID"] == "mine"
    assert ask("GET", "/reports/none").headers["X-Request-ID"]


def test_a_context_has_ids_of_its_own():
    for context in (request_context("ada"), nightly_context("ada")):
        assert context.user_id == "ada"
        assert context.trace_id.startswith("trace_")
        assert context.request_id.startswith("req_")
