"""Who may post, and what operators look at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO

import pytest

from tests.ingestion.port import Port, running

GOOD = {"id": "1", "source": "x", "text": "a"}


@pytest.fixture
async def guarded() -> AsyncIterator[Port]:
    async with running(token="tok-123") as started:
        yield started


@pytest.mark.parametrize(
    "sent", ["", "Bearer", "Bearer tok-12", "Bearer tok-1234", "Basic tok-123", "tok-123", "Bearer é"]
)
async def test_posting_without_the_token_is_refused(guarded: Port, sent: str) -> None:
    """401 says what to send, and never the token."""
    answer = await guarded.post(GOOD, **({"Authorization": sent} if sent else {}))

    assert (answer.status, answer.body["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "tok-123" not in str(answer.body)
    assert guarded.kept == []


@pytest.mark.parametrize("sent", ["Bearer tok-123", "bearer tok-123", "Bearer  tok-123"])
async def test_the_token_lets_in(guarded: Port, sent: str) -> None:
    """The scheme's name is written in any case."""
    answer = await guarded.post(GOOD, Authorization=sent)

    assert answer.status == 202


async def test_health_and_metrics_ask_for_no_token(guarded: Port) -> None:
    """Orchestrators and scrapers have none; they see no report."""
    assert (await guarded.ask("GET", "/healthz")).status == 200
    assert (await guarded.ask("GET", "/metrics")).status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://[bad"])
async def test_a_page_of_another_origin_cannot_post(port: Port, origin: str) -> None:
    """Any page a desk opens could reach localhost; its browser says where it is from."""
    answer = await port.post(GOOD, "text/plain", Origin=origin)

    assert (answer.status, answer.body["code"]) == (403, "foreign-origin")
    assert port.kept == []


async def test_a_page_of_the_ports_own_origin_can_post(port: Port) -> None:
    """A page served from the same address is at home."""
    answer = await port.post(GOOD, Origin="http://{}:{}".format(*port.address))

    assert answer.status == 202


async def test_metrics_come_in_the_format_asked_for(port: Port) -> None:
    """The exposition decides by the Accept header; type and body are passed on as they are."""
    answer = await port.ask("GET", "/metrics", headers={"Accept": "application/openmetrics-text"})

    assert answer.body == "# asked for application/openmetrics-text\n"
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"


async def test_readiness_names_what_is_not_ready(port: Port) -> None:
    """200 only when all checks hold, read anew each time."""
    ready = await port.ask("GET", "/readyz")
    port.checks["parser"] = False
    unready = await port.ask("GET", "/readyz")

    assert (ready.status, ready.body) == (200, {"ready": True, "checks": {"store": True}})
    assert (unready.status, unready.body["checks"]) == (503, {"store": True, "parser": False})


async def test_readiness_is_a_metric_as_of_the_scrape(port: Port) -> None:
    """Who is told of trouble by metrics hears of a process that is up and does not work."""
    await port.ask("GET", "/metrics")
    before = dict(port.observer.gauges)
    port.checks |= {"store": False, "parser": True}
    await port.ask("GET", "/metrics")

    assert before == {"ready store": True}
    assert port.observer.gauges == {"ready store": False, "ready parser": True}


async def test_a_wrong_path_or_method_is_a_problem_too(port: Port) -> None:
    """Every refusal has one form."""
    path = await port.ask("POST", "/v1/report", data=BytesIO(b"{}"))
    method = await port.ask("GET", "/v1/reports")

    assert (path.status, path.body["code"], path.content_type) == (404, "no-such-path", "application/problem+json")
    assert (method.status, method.headers["Allow"]) == (405, "POST")


async def test_a_fault_of_ours_is_a_500_that_tells_the_log_and_not_the_client(port: Port) -> None:
    """The process stays up, and whoever operates it hears of it."""
    port.breaks = True

    answer = await port.post(GOOD)
    port.breaks = False

    assert (answer.status, answer.content_type) == (500, "application/problem+json")
    assert "a fault of ours" not in str(answer.body)
    assert "RuntimeError" in str(port.observer.errors)
    assert (await port.post(GOOD)).status == 202
