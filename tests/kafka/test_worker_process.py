"""`alerts worker` as a process: from a report posted to one worker to the signed webhook, and how it ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

from standardwebhooks import Webhook

from alerts.domain.alert import AlertChange, ChangeKind
from alerts.pipeline.messages import Topic
from tests.support.kafka_process import kafka_installation
from tests.support.receiver import Receiver

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
PACK = """
pack: desk
rules:
  - id: crossing-closed
    title: Border crossing closed
    match: {type: border_crossing_closed}
    alert: {by: [place.site], expire_after: 30d}
    examples: {quiet: [{text: "The crossing may close.", because: status}]}
"""
CLOSED = {
    "type": "border_crossing_closed",
    "status": "occurred",
    "place": {"name": "Jaber", "lat": 32.5, "lon": 36.2, "precision": "site", "kind": "border_crossing"},
}


async def test_a_notice_becomes_a_signed_webhook_and_sigterm_ends_it(kafka_bootstrap: str, tmp_path: Path) -> None:
    """One worker, one notice: one alert on `alerts`, one webhook of it, exit code 0, JSON lines."""
    async with kafka_installation(kafka_bootstrap, tmp_path) as installation, Receiver() as receiver:
        await asyncio.gather(installation.push_rules(PACK), installation.push_subscription(receiver.url, SECRET))
        worker = await installation.start_worker("one")
        await worker.ready()

        status, answer = await worker.post({"source": "sensor", "id": "1", "events": [CLOSED]})
        await receiver.arrived(1)
        code = await worker.stop()

        assert (status, code) == (202, 0), answer
        (change,) = await installation.read(Topic.ALERTS)
        assert isinstance(change, AlertChange)
        assert change.kind is ChangeKind.OPENED
        assert all(line.startswith("{") for line in worker.log.read_text().splitlines())
        (request,) = receiver.requests
        body = Webhook(SECRET).verify(request.body, dict(request.headers))
        assert body["data"]["alert_id"] == change.alert.id
