"""kill -9 at any moment: what was accepted is accounted for, and every alert is opened once."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from standardwebhooks import Webhook

from alerts.adapters.sqlite import SqliteStore
from alerts.adapters.sqlite_view import StoreView
from alerts.domain.alert import AlertChange, ChangeKind
from alerts.pipeline.messages import Topic
from tests.support.builders import at
from tests.support.process import TAKING, WORKING, AlertsRun, alerts_run
from tests.support.receiver import Receiver

KILLS = 50
SEED = 20250301
SECRET = "whsec_Y3Jhc2gtdGVzdC1jcmFzaC10ZXN0LWNyYXNoLXRlc3Q="

RULES = """
pack: crash
rules:
  - id: crossing-closed
    title: Border crossing closed
    match: {type: border_crossing_closed}
    alert: {by: [place.site], expire_after: 7d}
    examples: {quiet: [{text: "The crossing may close.", because: status}]}
  - id: town-taken
    title: Town changes hands
    match: {type: territory_captured}
    alert: {by: [place.town], expire_after: 7d}
    examples: {quiet: [{text: "Hama may fall.", because: status}]}
"""

# Towns with one bearer of their name, for reports that must pass the parser.
TOWNS = ("Hama", "Idlib", "Kharkiv", "Kherson", "Goma", "Benghazi", "Mosul", "Mariupol", "Bakhmut", "Taiz")


@dataclass
class Client:
    """Posts reports as a careful client does: what was not answered with a 2xx is posted again later."""

    url: str
    sent: int = 0
    accepted: set[str] = field(default_factory=set)
    in_doubt: list[dict[str, object]] = field(default_factory=list)

    async def post_some(self, count: int) -> None:
        """Post reports one after another until `count` are answered or the process is gone."""
        async with aiohttp.ClientSession() as session:
            for _ in range(count):
                report = self.in_doubt.pop() if self.in_doubt else self._next()
                self.in_doubt.append(report)
                try:
                    async with session.post(f"{self.url}/v1/reports", json=report) as response:
                        assert response.status == 202, await response.text()
                except aiohttp.ClientError:
                    return
                self.in_doubt.remove(report)
                self.accepted.add(str(report["id"]))

    def _next(self) -> dict[str, object]:
        self.sent += 1
        if self.sent % 12 == 0 and self.sent // 12 <= len(TOWNS):
            town = TOWNS[self.sent // 12 - 1]
            return {"source": "wire", "id": town, "text": f"Rebels captured the town of {town} on Friday."}
        place = {"name": f"Post {self.sent}", "lat": 10 + self.sent / 100, "lon": 20.0, "precision": "site"}
        event = {"type": "border_crossing_closed", "status": "occurred", "place": {**place, "kind": "border_crossing"}}
        return {"source": "sensor", "id": f"Post {self.sent}", "events": [event]}


async def test_fifty_kills_lose_no_accepted_report_and_open_no_alert_twice(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "crash.yaml").write_text(RULES)
    (tmp_path / "secret").write_text(SECRET)
    async with Receiver() as receiver:
        subscription = f"id: desk\nurl: {receiver.url}\nsecret_file: ../secret\nallow_private_network: true\n"
        async with alerts_run(tmp_path, rules=tmp_path / "rules", subscription=subscription) as runtime:
            client = Client(runtime.url)
            for _ in range(KILLS):
                await _live_and_die(runtime, client, dice)
            await runtime.start()
            await runtime.says(WORKING)
            while client.in_doubt:
                await client.post_some(1)
            await _told_of(receiver, client.accepted)
            assert await runtime.stop() == 0

    opened = await _opened(tmp_path / "data" / "alerts.sqlite")
    assert len(client.accepted) >= KILLS, "the kills left no time for reports: the test tested nothing"
    assert {name: count for name, count in opened.items() if count != 1} == {}
    assert set(opened) == client.accepted
    _check_bodies(receiver)


async def _live_and_die(runtime: AlertsRun, client: Client, dice: random.Random) -> None:
    """Start, post for a while, and kill: sometimes before the stages run, sometimes in the middle of a post."""
    await runtime.start()
    await runtime.says(dice.choice((TAKING, WORKING, WORKING)))
    posting = asyncio.create_task(client.post_some(dice.randrange(1, 12)))
    if dice.random() < 0.5:
        await posting
    await runtime.kill()
    await posting


async def _told_of(receiver: Receiver, names: set[str]) -> None:
    """Return once the receiver has heard of every accepted report."""
    while missing := names - set(_heard(receiver)):
        try:
            await receiver.arrived(len(receiver.requests) + 1)
        except TimeoutError:
            raise AssertionError(f"accepted, and never told of: {sorted(missing)}") from None


def _heard(receiver: Receiver) -> Counter[str]:
    bodies = [json.loads(request.body)["data"] for request in receiver.requests]
    return Counter(
        _about(body["place"]["properties"]["name"], [quote["quote"] for quote in body["evidence"]])
        for body in bodies
        if body["change"] == "opened"
    )


def _about(place: str, quotes: Sequence[str]) -> str:
    """Return which report an alert came of: a notice's place, or the town as the text spelt it."""
    return next((town for town in TOWNS for quote in quotes if town in quote), place)


async def _opened(store: Path) -> Counter[str]:
    """Return how often the alerts topic says that each place's alert was opened."""
    async with SqliteStore(store, now=lambda: at("10:00")) as kept:
        changes = await StoreView(kept).messages(Topic.ALERTS)
    return Counter(
        _about(change.alert.place.name, [quote.quote for quote in change.alert.evidence])
        for change in changes
        if isinstance(change, AlertChange) and change.kind is ChangeKind.OPENED and change.alert.place
    )


def _check_bodies(receiver: Receiver) -> None:
    """Every request verifies with the official library, and one delivery id always has the same content."""
    contents: dict[str, bytes] = {}
    for request in receiver.requests:
        Webhook(SECRET).verify(request.body.decode(), dict(request.headers))
        assert contents.setdefault(request.headers["webhook-id"], request.body) == request.body
