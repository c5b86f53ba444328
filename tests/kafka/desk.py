"""One desk on a real broker: a pack of rules, a receiver that it tells, and reports as producers write them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from standardwebhooks import Webhook

from alerts.pipeline.messages import Topic
from alerts.pipeline.partitioner import partition_of
from tests.support.kafka_process import KafkaInstallation
from tests.support.kafka_worker import WorkerProcess
from tests.support.receiver import Receiver

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"

DESK_PACK = """
pack: desk
rules:
  - id: crossing-closed
    title: Border crossing closed
    match: {type: border_crossing_closed}
    alert: {by: [place.site], expire_after: 30d, notify: every}
    examples: {quiet: [{text: "The crossing may close.", because: status}]}
"""
ROAD_PACK = """
pack: roads
rules:
  - id: severed
    title: Road cut
    match: {type: route_severed}
    alert: {by: [place.site], expire_after: 30d, notify: every}
    examples: {quiet: [{text: "The road may be cut.", because: status}]}
"""

_WEBHOOK_WAITS = 4

Change = dict[str, Any]


@dataclass(kw_only=True)
class Desk:
    """An installation with workers, and who is told."""

    installation: KafkaInstallation
    worker: WorkerProcess
    receiver: Receiver

    async def heard(self, site: str, kind: str) -> Change:
        """Return the first webhook about a place of this kind of change ("opened"), once it has come."""
        found: list[Change] = []

        def has_come() -> bool:
            found[:] = [one for one in self.changes(site) if one["change"] == kind]
            return bool(found)

        await self.until(has_come)
        return found[0]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return when something holds, looking whenever a webhook comes."""
        waits = 0
        while not holds():
            try:
                await self.receiver.arrived(len(self.receiver.requests) + 1)
            except TimeoutError:
                waits += 1
                assert waits < _WEBHOOK_WAITS, f"only these came: {self._seen()}"
                assert self.worker.process.returncode is None, "the worker is gone"

    def changes(self, site: str) -> list[Change]:
        """Return what webhooks said about a place, in the order in which they came; every signature verifies."""
        bodies = [Webhook(SECRET).verify(one.body, dict(one.headers)) for one in list(self.receiver.requests)]
        return [body["data"] for body in bodies if site in json.dumps(body["data"]["labels"] | body["data"]["place"])]

    def kinds(self, site: str) -> list[str]:
        """Return the kinds of change that webhooks told of a place."""
        return [str(change["change"]) for change in self.changes(site)]

    async def letters(self, partition: int, first: int) -> dict[int, str]:
        """Return the cause of each dead letter of a partition of `reports`, by offset, from one on."""
        start = f"reports/{partition}@"
        letters = await self.installation.read(Topic.DEAD_LETTERS)
        causes = {
            int(one.origin.removeprefix(start)): one.cause  # type: ignore[union-attr]
            for one in letters
            if one.origin.startswith(start)  # type: ignore[union-attr]
        }
        return {offset: cause for offset, cause in sorted(causes.items()) if offset >= first}

    def _seen(self) -> list[str]:
        bodies = [json.loads(one.body)["data"] for one in self.receiver.requests]
        return [f"{body['change']} {body['title']} {body['place']}" for body in bodies]


def an_event(site: str, kind: str = "border_crossing_closed") -> dict[str, object]:
    """Return an event as a producer writes it."""
    place = {"name": site, "lat": 32.5, "lon": 36.2, "precision": "site", "kind": "border_crossing"}
    return {"type": kind, "status": "occurred", "place": place}


def a_notice(item: str, site: str, *, source: str = "wire", **more: object) -> bytes:
    """Return the JSON of a report with one event."""
    return json.dumps({"source": source, "id": item, "events": [an_event(site)], **more}).encode()


def items_of(partition: int, partitions: int, *, source: str = "wire") -> Iterator[str]:
    """Yield items whose reports all belong into one partition."""
    return (item for item in map(str, count(1)) if partition_of(f"{source}/{item}", partitions) == partition)
