"""How many signed webhooks one process sends, and what the queue costs. Run: python -m bench.webhooks."""

from __future__ import annotations

import asyncio
import statistics
import time
from datetime import UTC, datetime

from tests.delivery.builders import NOON, OK, an_endpoint, opened
from tests.support.receiver import Receiver

from alerts.adapters.webhooks import WebhookSender
from alerts.delivery.answers import record
from alerts.delivery.payload import webhook_body
from alerts.delivery.queue import PENDING_MAX, due, enqueue, new_queue, started
from alerts.delivery.signing import SigningKey
from alerts.domain.ids import EndpointId
from alerts.domain.subscription import Outcome

SENT = 4_000


async def send(at_once: int) -> None:
    """Post to one receiver on loopback, client and server in one process."""
    keys = {EndpointId("desk"): (SigningKey(b"0123456789abcdef01234567"),)}
    took: list[float] = []
    async with Receiver() as receiver, WebhookSender(source="/bench", keys=lambda: keys) as sender:
        endpoint = an_endpoint(receiver.url, allow_private_network=True)

        async def worker() -> None:
            for _ in range(SENT // at_once):
                begun = time.perf_counter()
                came = await sender.send(endpoint, opened(), now=datetime.now(UTC))
                assert came.outcome is Outcome.DELIVERED, came
                took.append(time.perf_counter() - begun)

        begun = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(at_once)))
        seconds = time.perf_counter() - begun
    p50, p99 = statistics.median(took), statistics.quantiles(took, n=100)[98]
    size = len(webhook_body(opened(), source="/bench"))
    print(
        f"{at_once:3} at once: {len(took) / seconds:6.0f}/s  p50 {p50 * 1e3:.1f} ms  p99 {p99 * 1e3:.1f} ms  {size} B"
    )


def fill_and_drain() -> None:
    """Fill a queue to its bound, and past it, then drain it."""
    endpoint = an_endpoint()
    queue = new_queue(endpoint.id)
    begun = time.perf_counter()
    for number in range(PENDING_MAX + 200):
        queue = enqueue(queue, opened(f"crossing {number}"), NOON).queue
    filled = time.perf_counter()
    while ready := due(queue, NOON, at_once=1):
        queue = started(queue, ready[0].delivery.id)
        queue = record(queue, ready[0].delivery.id, OK, endpoint=endpoint, now=NOON, jitter=0.5).queue
    drained = time.perf_counter()
    into, out = (filled - begun) / (PENDING_MAX + 200), (drained - filled) / PENDING_MAX
    print(f"queue of {PENDING_MAX}: {into * 1e6:.0f} us into it, {out * 1e6:.0f} us out of it")


if __name__ == "__main__":
    fill_and_drain()
    for concurrency in (1, 4, 16):
        asyncio.run(send(concurrency))
