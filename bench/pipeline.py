"""The embedded runtime from `POST /v1/reports` to the received webhook, client and receiver in the same process.

    python -m bench.pipeline [--notices 5000] [--texts 300] [--singles 200]

Prints: structured notices and text reports a second from the first post until every stage is through and no webhook
waits, each notice opening an alert of its own; the time from a single post to its webhook (median and 99th
percentile) on an idle runtime; and what the store alone takes for the same number of records, in the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import aiohttp

from alerts.adapters.local_receiver import Received, receiving
from alerts.adapters.logs import Log, configure_logs
from alerts.adapters.sqlite import SqliteStore
from alerts.adapters.sqlite_view import StoreView
from alerts.config import Settings
from alerts.delivery.signing import parse_secret
from alerts.entrypoints.demo_play import caught_up
from alerts.entrypoints.embedded import Running, running
from alerts.pipeline.ingest import ticks

BATCH = 100

RULES = """
pack: bench
rules:
  - id: crossing-closed
    title: Border crossing closed
    match: {type: border_crossing_closed}
    alert: {by: [place.site], expire_after: 7d}
  - id: town-taken
    title: Town changes hands
    match: {type: territory_captured}
    alert: {by: [actor, place.town], expire_after: 7d, notify: every}
"""
SUBSCRIPTION = "id: bench\nurl: {url}\nsecret_file: secret\nallow_private_network: true\n"
TOWNS = ("Hama", "Idlib", "Kharkiv", "Kherson", "Goma", "Benghazi", "Mosul", "Mariupol", "Bakhmut", "Taiz")


@dataclass(frozen=True, slots=True)
class Bench:
    """A ready runtime, what it sends, and a client."""

    runtime: Running
    came: asyncio.Queue[Received]
    client: aiohttp.ClientSession

    async def post(self, reports: Sequence[object]) -> None:
        async with self.client.post(f"{self.runtime.url}/v1/reports", json=reports) as answer:
            assert answer.status == 202, await answer.text()

    def check(self) -> None:
        """Raise what ended the runtime, if it has ended."""
        if self.runtime.work.done():
            self.runtime.work.result()

    async def received(self, count: int) -> None:
        for _ in range(count):
            await self.came.get()


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules").mkdir()
        (folder / "rules" / "bench.yaml").write_text(RULES)
        async with receiving(parse_secret(secret), lambda: datetime.now(UTC)) as (url, came):
            (folder / "secret").write_text(secret)
            (folder / "bench.yaml").write_text(SUBSCRIPTION.format(url=url))
            settings = Settings(rules=folder / "rules", subscriptions=folder, data=folder / "data", port=0)
            async with running(settings, Log()) as runtime, aiohttp.ClientSession() as client:
                await until_ready(runtime)
                yield Bench(runtime, came, client)


async def until_ready(runtime: Running) -> None:
    while not await runtime.is_ready():  # noqa: ASYNC110 - the runtime tells nobody
        await asyncio.sleep(0.05)


def notice(number: int) -> dict[str, object]:
    place = {"name": f"Post {number}", "lat": number % 80, "lon": number % 170, "kind": "border_crossing"}
    return {
        "source": "sensor",
        "id": str(number),
        "events": [{"type": "border_crossing_closed", "place": {**place, "precision": "site"}}],
    }


def text(number: int) -> dict[str, object]:
    """Return a report of 1.5 kB that opens an alert."""
    lead = f"Rebels captured the town of {TOWNS[number % len(TOWNS)]} on Friday, residents told reporter {number}."
    rest = " People queued for bread in the cold, and the shops along the main street stayed shut until noon."
    return {"source": f"paper{number}", "id": str(number), "text": lead + rest * 14}


async def rate(bench_: Bench, reports: Sequence[object]) -> float:
    """Return reports a second from the first post until every stage is through and no delivery waits."""
    drained = asyncio.create_task(bench_.received(sys.maxsize))
    begun = time.perf_counter()
    for start in range(0, len(reports), BATCH):
        await bench_.post(reports[start : start + BATCH])
    await caught_up(StoreView(bench_.runtime.store), bench_.check)
    drained.cancel()
    return len(reports) / (time.perf_counter() - begun)


async def latencies(bench_: Bench, numbers: range) -> list[float]:
    found = []
    for number in numbers:
        begun = time.perf_counter()
        await bench_.post([notice(number)])
        await bench_.received(1)
        found.append(1000 * (time.perf_counter() - begun))
    return found


async def store_rate(count: int) -> float:
    """Return how many ticks a second the store takes, in the batches that the notices come in."""
    with TemporaryDirectory() as name:
        async with SqliteStore(Path(name) / "s.sqlite", now=lambda: datetime.now(UTC)) as store:
            begun = time.perf_counter()
            for _ in range(0, count, BATCH):
                await store.append(ticks(datetime.now(UTC), 4) * (BATCH // 8))
            return count / (time.perf_counter() - begun)


async def main(arguments: argparse.Namespace) -> None:
    async with bench() as one:
        structured = await rate(one, [notice(n) for n in range(arguments.notices)])
        waits = await latencies(one, range(arguments.notices, arguments.notices + arguments.singles))
    async with bench() as one:
        prose = await rate(one, [text(n) for n in range(arguments.texts)])
    alone = await store_rate(arguments.notices)
    figures = {
        "notices_per_second": round(structured),
        "texts_per_second": round(prose, 1),
        "post_to_webhook_ms_p50": round(median(waits), 1),
        "post_to_webhook_ms_p99": round(quantiles(waits, n=100)[98], 1),
        "store_alone_records_per_second": round(alone),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--notices", type=int, default=5000)
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--singles", type=int, default=200)
    configure_logs("warning")
    asyncio.run(main(parser.parse_args()))
