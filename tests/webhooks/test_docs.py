"""docs/webhooks.md says what is so: its example fits the schema, its snippet verifies what we send."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from alerts.adapters.webhooks import WebhookSender
from alerts.delivery.outcomes import PAUSES, REFUSALS
from alerts.delivery.queue import PENDING_MAX
from alerts.delivery.signing import parse_secret
from alerts.domain.ids import EndpointId
from alerts.domain.subscription import Outcome, RetryPolicy
from tests.delivery.builders import UNREACHABLE, an_endpoint, opened
from tests.delivery.queue_world import Desk, always
from tests.support.receiver import Receiver, Request

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "webhooks.md").read_text()
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"

Receive = Callable[[str, dict[str, str], bytes], dict[str, Any] | None]


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    return found.group(1)


@pytest.fixture
def receive() -> Receive:
    scope: dict[str, Any] = {}
    exec(block("python"), scope)  # noqa: S102 - the page's own snippet is what is tested
    snippet: Receive = scope["receive"]
    return snippet


async def a_request(at: datetime) -> Request:
    keys = {EndpointId("desk"): (parse_secret(SECRET),)}
    async with Receiver() as receiver, WebhookSender(source="/alerts", keys=lambda: keys) as sender:
        await sender.send(an_endpoint(receiver.url, allow_private_network=True), opened(), now=at)
    return receiver.requests[0]


def test_the_example_fits_the_schema() -> None:
    """Who copies the example gets what is sent."""
    schema = json.loads((ROOT / "schema" / "webhook.schema.json").read_text())

    jsonschema.Draft202012Validator(schema).validate(json.loads(block("json")))


async def test_the_snippet_takes_what_we_send(receive: Receive) -> None:
    """Copied as it stands, it returns the message."""
    request = await a_request(datetime.now(UTC))

    message = receive(SECRET, dict(request.headers), request.body)

    assert message is not None
    assert message["id"] == opened().id


async def test_the_snippet_refuses_what_is_not_genuine(receive: Receive) -> None:
    """Altered, stale, garbled: None, and never an exception that becomes a 500."""
    request = await a_request(datetime.now(UTC))
    stale = await a_request(datetime.now(UTC) - timedelta(minutes=6))
    headers = dict(request.headers)

    assert receive(SECRET, headers, request.body + b" ") is None
    assert receive(SECRET, dict(stale.headers), stale.body) is None
    assert receive(SECRET, headers | {"webhook-signature": "garbage"}, request.body) is None
    assert receive(SECRET, headers | {"webhook-signature": "v1,a,b"}, request.body) is None
    assert receive(SECRET, headers, b"\xff\xfe") is None
    assert receive(SECRET, {}, request.body) is None


def test_the_table_names_the_statuses_of_the_code() -> None:
    """The page's rows are the tables that the sender goes by."""
    rows = [row.split("|")[1] for row in PAGE.splitlines() if row.startswith("| ")]
    named = [{int(status) for status in re.findall(r"\b\d{3}\b", row)} for row in rows]

    assert PAUSES in named
    assert REFUSALS in named


def test_the_ladder_is_the_one_described() -> None:
    """5 seconds to two hours, 14 tries, about seven hours."""
    desk = Desk(always(UNREACHABLE))
    desk.put(opened())
    begun = desk.now

    desk.run_dry()

    assert desk.attempts[-1].outcome is Outcome.GAVE_UP
    assert len(desk.attempts) == RetryPolicy().attempts_max == 14
    assert timedelta(hours=6.5) < desk.sent_at[-1] - begun < timedelta(hours=8)
    assert f"{PENDING_MAX:,} deliveries" in PAGE
