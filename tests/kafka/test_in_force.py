"""What is in force is waited for: a worker that starts while the broker is away goes on once it is back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.adapters.clock import WallClock
from alerts.adapters.kafka import topics
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.local_broker import LocalBroker, free_ports
from alerts.adapters.kafka.pushed import PushedSubscriptions
from alerts.adapters.kafka.reach import until_reached
from alerts.config import KafkaSettings
from alerts.domain.errors import SettingsProblem
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


async def test_a_cluster_is_waited_for_and_named_when_it_never_answers(kafka_bootstrap: str) -> None:
    """One that answers is reached at once; one that does not is named with the settings to look at."""
    observer = Counts()
    (port,) = free_ports(1)

    await until_reached(Cluster(KafkaSettings(bootstrap=kafka_bootstrap)), observer)
    assert not observer.told
    with pytest.raises(SettingsProblem, match=f"127.0.0.1:{port} answered .* ALERTS_KAFKA_BOOTSTRAP"):
        await until_reached(
            Cluster(KafkaSettings(bootstrap=f"127.0.0.1:{port}")), observer, patience=timedelta(seconds=0)
        )
