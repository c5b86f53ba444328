"""A real Kafka for the tests: the one that KAFKA_BOOTSTRAP names, else one that is started here from PyPI packages.

A machine where neither can be had skips these tests and says so at the end; under CI it fails them.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from uuid import uuid4

import pytest
import pytest_asyncio

from alerts.adapters.kafka import topics
from alerts.adapters.kafka.clients import pass_over_unclaimed_faults
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.local_broker import LocalBroker
from alerts.config import KafkaSettings
from alerts.domain.errors import SettingsProblem

PARTITIONS = 4

WITHOUT_KAFKA: list[str] = []
"""Why there was no Kafka, for the summary."""


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Kafka that the tests may fill; one for the whole run."""
    if given := os.environ.get("KAFKA_BOOTSTRAP"):
        yield given
        return
    broker = LocalBroker(tmp_path_factory.mktemp("kafka"))
    try:
        broker.start()
    except SettingsProblem as problem:
        WITHOUT_KAFKA.append(str(problem))
        if os.environ.get("CI"):
            pytest.fail(f"CI runs the Kafka tests for real: {problem}")
        pytest.skip(f"NO KAFKA: {problem}")
    yield broker.bootstrap
    broker.stop()


def settings_for(bootstrap: str, **given: object) -> KafkaSettings:
    """Return settings of an installation of its own on a shared broker."""
    defaults: dict[str, object] = {"prefix": f"t{uuid4().hex[:8]}-", "partitions": PARTITIONS}
    return KafkaSettings(bootstrap=bootstrap, **{**defaults, **given})  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def cluster(kafka_bootstrap: str) -> AsyncIterator[Cluster]:
    """An installation with its topics, for one test."""
    pass_over_unclaimed_faults(asyncio.get_running_loop())
    made = Cluster(settings_for(kafka_bootstrap))
    await topics.create(made)
    yield made
    await topics.delete(made)
