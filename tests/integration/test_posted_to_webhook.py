"""The whole product in one process on real sockets: reports posted, signed webhooks received."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from standardwebhooks import Webhook

from alerts.adapters.logs import Log
from alerts.config import Settings
from alerts.entrypoints.embedded import Running, running
from tests.ingestion.test_posting import REFUSED
from tests.support.receiver import Receiver, Request

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
PACK = """
pack: desk
owner: desk
rules:
  - id: crossing-closed
    title: Border crossing closed
    why: Trade is rerouted the same day.
    match: {type: border_crossing_closed}
    alert: {by: [place.site], expire_after: 30d, notify: every}
  - id: clash
    title: Armed clash
    why: It moves.
    match: {type: [armed_clash, explosion_remote_violence]}
    alert: {by: [place.town], expire_after: 30d, notify: every}
"""
SUBSCRIPTION = "id: desk\nurl: {url}\nsecret_file: desk.secret\nallow_private_network: true\n"

# The first alert waits for parser, gazetteer and rules to load, on a machine that may be busy.
LOADING_SECONDS = 120

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Product:
    """A running product and the receiver at its far end."""

    runtime: Running
    receiver: Receiver

    async def post(self, body: object, content_type: str = "application/json") -> tuple[int, Any]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{self.runtime.url}/v1/reports", data=BytesIO(content), headers={"Content-Type": content_type}
            ) as answer,
        ):
            return answer.status, await answer.json(content_type=None)

    async def until(self, holds: Callable[[list[Body]], bool]) -> list[Body]:
        """Return what was received once it is as wanted."""
        for count in range(1, 200):
            await self._arrived(count)
            bodies = [json.loads(request.body) for request in self.receiver.requests]
            if holds(bodies):
                return bodies
        raise AssertionError("200 webhooks, and not what was waited for")

    async def _arrived(self, count: int) -> None:
        for _ in range(LOADING_SECONDS // 10):
            try:
                return await self.receiver.arrived(count)
            except TimeoutError:
                continue
        raise AssertionError(f"no webhook number {count} within {LOADING_SECONDS} s")

    async def set_aside(self) -> list[Body]:
        rows = await self.runtime.store.query("SELECT value FROM records WHERE topic = 'dead-letters'")
        return [json.loads(str(value, "utf-8") if isinstance(value, bytes) else str(value)) for (value,) in rows]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    home: Path = tmp_path_factory.mktemp("home")
    for folder in ("rules", "subscriptions"):
        (home / folder).mkdir()
    async with Receiver() as receiver:
        (home / "rules" / "desk.yaml").write_text(PACK)
        (home / "subscriptions" / "desk.secret").write_text(SECRET + "\n")
        (home / "subscriptions" / "desk.yaml").write_text(SUBSCRIPTION.format(url=receiver.url))
        settings = Settings(
            rules=home / "rules", subscriptions=home / "subscriptions", data=home / "data", host="127.0.0.1", port=0
        )
        async with running(settings, Log()) as runtime:
            yield Product(runtime, receiver)


def quoting(*words: str) -> Callable[[list[Body]], bool]:
    """Return whether, for each of the words, an alert has come that quotes it."""
    return lambda bodies: all(any(word in _quotes(body) for body in bodies) for word in words)


def _quotes(body: Body) -> str:
    return " ".join(evidence["quote"] for evidence in body["data"]["evidence"])


def openings(bodies: list[Body], word: str) -> int:
    """Return how often an alert that quotes a word was opened."""
    return sum(body["type"] == "alerts.alert.opened" and word in _quotes(body) for body in bodies)


def verified(request: Request) -> Body:
    """Return the body as the official library reads it."""
    body: Body = Webhook(SECRET).verify(request.body, dict(request.headers))
    return body


async def test_whatever_is_posted_the_next_report_becomes_a_signed_alert(product: Product) -> None:
    """Rubbish gets its answer, the process stays up, the stream goes on."""
    statuses = [(await product.post(body, kind))[0] for _, body, kind, _, _ in REFUSED]
    long_text, _ = await product.post({"id": "long", "source": "x", "text": "x" * 1_048_576})
    klingon, _ = await product.post({"id": "tlh", "source": "x", "language": "tlh", "text": "nuqneH \x00 \ufdd0"})
    report = {"id": "1", "source": "wire", "text": "Turkey closed the Bab al-Hawa crossing on Monday."}
    twice = [(await product.post(report))[0] for _ in range(2)]

    bodies = await product.until(quoting("Bab al-Hawa"))

    assert statuses == [status for _, _, _, status, _ in REFUSED]
    assert (long_text, klingon, twice) == (202, 202, [202, 202])
    assert openings(bodies, "Bab al-Hawa") == 1
    alert = verified(product.receiver.requests[0])["data"]
    assert alert["evidence"][0]["quote"].startswith("Turkey closed the Bab al-Hawa crossing")
    assert all(product.runtime.readiness.now().values())


async def test_c13_a_batch_with_a_bad_line_sent_three_times_alerts_once_each(product: Product) -> None:
    """C13 through the whole product: what was accepted is read once, the bad line waits among the dead letters."""
    lines = [
        b'{"id":"b1","source":"x","text":"Clashes erupted in Hama."}',
        b'{"id":"b2","source":"x","text":',
        b'{"id":"b3","source":"x","text":"Jordan shut the Jaber crossing."}',
    ]
    batch = b"\n".join(lines)

    answers = [await product.post(batch, "application/x-ndjson") for _ in range(3)]
    cut = await product.post(batch[:-20], "application/x-ndjson")
    bodies = await product.until(quoting("Hama", "Jaber"))

    assert [status for status, _ in [*answers, cut]] == [207] * 4
    assert all("line 2" in answer["detail"] for _, answer in [*answers, cut])
    assert (openings(bodies, "Hama"), openings(bodies, "Jaber")) == (1, 1)
    assert lines[1].decode() in {letter["content"] for letter in await product.set_aside()}


async def test_c32_rows_without_good_ids_stay_apart_and_an_edit_is_no_second_voice(product: Product) -> None:
    """C32 through the whole product: four places, four alerts; one crossing told twice by one source, one voice."""
    rows = [
        {"source": "acled", "text": "Clashes erupted in Homs."},
        {"source": "acled", "text": "Clashes erupted in Idlib."},
        {"source": "x", "id": 18446744073709551616, "text": "Shelling hit Rastan."},
        {"source": "x", "id": 18446744073709551617, "text": "Shelling hit Talbiseh."},
        {"source": "y", "id": "p?utm=1", "text": "Turkey shut the Bab al-Salama crossing."},
        {"source": "y", "id": "p?utm=2", "text": "Turkey shut the Bab al-Salama crossing today."},
    ]
    wanted = ("Homs", "Idlib", "Rastan", "Talbiseh", "Salama")

    status, _ = await product.post(rows)
    bodies = await product.until(quoting(*wanted))

    assert status == 202
    assert [openings(bodies, word) for word in wanted] == [1, 1, 1, 1, 1]
    assert {body["data"]["sources"] for body in bodies if "Salama" in _quotes(body)} == {1}
