"""docker-compose.yml without Docker: its commands and settings on a real broker, watched by a real Prometheus."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio
from standardwebhooks import Webhook

from alerts.adapters.kafka import topics
from alerts.adapters.kafka.cluster import Cluster
from alerts.config import KafkaSettings
from tests.deployment.files import dashboard_queries
from tests.deployment.programs import program
from tests.deployment.scraping import HOW, scraping
from tests.deployment.stack import Stack
from tests.support.kafka_worker import WorkerProcess
from tests.support.receiver import Receiver

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
TOKEN = "let-me-in"
WORKERS = ("worker-1", "worker-2")

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Running:
    """The stack at work."""

    stack: Stack
    workers: Sequence[WorkerProcess]
    receiver: Receiver


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Everything that `docker compose up` starts, in its order."""
    folder = tmp_path_factory.mktemp("stack")
    stack = Stack(bootstrap=kafka_bootstrap, prefix=f"t{uuid4().hex[:8]}-", folder=folder)
    async with Receiver() as receiver:
        _write(folder, f"http://127.0.0.1:{receiver.port}/alerts")
        created = await stack.once("topics")
        assert f"created {stack.prefix}reports" in created
        assert "in force from" in await stack.once("rules")
        workers = [await stack.start(name) for name in WORKERS]
        try:
            await asyncio.gather(*(worker.ready() for worker in workers))
            yield Running(stack, workers, receiver)
        finally:
            await asyncio.gather(*(worker.stop() for worker in workers))
            partitions = int(stack.services["topics"]["environment"]["ALERTS_KAFKA_PARTITIONS"])
            settings = KafkaSettings(bootstrap=kafka_bootstrap, prefix=stack.prefix, partitions=partitions)
            await topics.delete(Cluster(settings))


def _write(folder: Path, url: str) -> None:
    """Write what an operator writes: secrets, and a subscription that names its secret as docs/operations.md does."""
    (folder / "secrets").mkdir()
    (folder / "secrets" / "webhook_secret").write_text(f"{SECRET}\n")
    (folder / "secrets" / "alerts_token").write_text(f"{TOKEN}\n")
    (folder / "subscriptions").mkdir()
    secret = folder / "secrets" / "webhook_secret"
    subscription = f"id: desk\nurl: {url}\nsecret_file: {secret}\nallow_private_network: true\n"
    (folder / "subscriptions" / "desk.yaml").write_text(subscription)


async def test_a_report_at_one_worker_is_a_signed_alert(running: Running) -> None:
    """With the token; without it nothing is taken."""
    report = {"source": "wire", "id": "1", "text": "Jordan has shut the Jaber crossing with Syria."}
    first, _ = running.workers

    refused, _ = await first.post(report)
    accepted, _ = await first.post(report, Authorization=f"Bearer {TOKEN}")
    await running.receiver.arrived(1)

    (request,) = running.receiver.requests
    body = Webhook(SECRET).verify(request.body, dict(request.headers))
    assert (refused, accepted) == (401, 202)
    assert body["type"] == "alerts.alert.opened"


async def test_both_workers_have_work(running: Running) -> None:
    for stage in ("detect", "track", "deliver"):
        shares = [await worker.metric("alerts_assigned_partitions", stage=stage) for worker in running.workers]
        assert min(shares) > 0, stage


async def test_prometheus_sees_both_and_the_dashboard_has_an_answer_about_kafka(running: Running) -> None:
    """Every query whose metrics the workers have gives something, and nobody is woken."""
    program("prometheus", HOW)
    ports = {worker.name: worker.port for worker in running.workers}
    async with scraping(running.stack.folder, ports) as scraper:
        await scraper.scraped("alerts", processes=2)
        there = {one["metric"]["__name__"] for one in await scraper.query('{__name__=~"alerts_.*"}')}
        silent = [
            purpose
            for purpose, query in dashboard_queries()
            if set(re.findall(r"alerts_[a-z_]+", query)) <= there and " > 0" not in query
            if not await scraper.query(query)
        ]
        firing = {one["metric"]["alertname"] for one in await scraper.query('ALERTS{alertstate="firing"}')}

    assert {"alerts_input_lag_records", "alerts_last_stable_offset", "alerts_epochs_total"} <= there
    assert silent == []
    # A machine that is busy may lag by more than the wait for order while the workers start.
    assert firing <= {"AlertsEarlyMatches"}


async def test_a_worker_that_is_told_to_stop_leaves_in_good_order(running: Running) -> None:
    """And is ready again: what Compose does at `restart`, within its grace."""
    grace = int(running.stack.services["worker-2"]["stop_grace_period"].removesuffix("s"))
    _, second = running.workers

    async with asyncio.timeout(grace):
        code = await second.stop()

    assert code == 0
    assert json.loads((await running.workers[0].get("/readyz"))[1])["checks"]["topics"]
