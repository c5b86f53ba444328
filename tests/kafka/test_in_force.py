"""What is in force is waited for: a worker that starts while the broker is away goes on once it is back."""

from __future__ import annotations

import asyncio
from pathlib import Path

from alerts.adapters.clock import WallClock
from alerts.adapters.kafka import topics
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.local_broker import LocalBroker
from alerts.adapters.kafka.pushed import PushedSubscriptions
from alerts.config import KafkaSettings
from tests.support.kafka_process import until
from tests.support.pipeline import Counts


async def test_a_start_without_a_broker_says_so_and_goes_on_when_there_is_one(
    kafka_bootstrap: str, tmp_path: Path
) -> None:
    assert kafka_bootstrap  # skips where no broker can be had
    observer = Counts()
    with LocalBroker(tmp_path / "kafka") as broker:
        cluster = Cluster(KafkaSettings(bootstrap=broker.bootstrap, partitions=1))
        await topics.create(cluster)
        await asyncio.to_thread(broker.kill)
        pushed = PushedSubscriptions(cluster, tmp_path, clock=WallClock(), observer=observer)
        starting = asyncio.create_task(pushed.start())
        await until(lambda: "What is in force cannot be looked up; work waits for it." in observer.told)
        assert not starting.done()

        await asyncio.to_thread(broker.start)
        await asyncio.wait_for(starting, 60)
        assert pushed.is_fresh
        await pushed.close()
