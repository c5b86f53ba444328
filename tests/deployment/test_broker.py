"""The broker of docker-compose.yml: its settings start a real Kafka, which takes our topics and our transactions."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from alerts.adapters.kafka import topics
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.local_broker import free_ports, java_and_jars
from alerts.adapters.kafka.store import KafkaLog
from alerts.config import KafkaSettings
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.ingest import ticks
from tests.deployment.files import COMPOSE, loaded
from tests.support.builders import at
from tests.support.kafka import WITHOUT_KAFKA

START_SECONDS = 120
ENVIRONMENT: Mapping[str, str] = loaded(COMPOSE)["services"]["kafka"]["environment"]


def given() -> dict[str, str]:
    """Return the properties that the image makes of its environment.

    Its rule, of Kafka's own documentation: `KAFKA_` is dropped, the rest is in lower case, `_` stands for a dot.
    """
    return {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in ENVIRONMENT.items()
        if name.startswith("KAFKA_") and name != "KAFKA_HEAP_OPTS"
    }


def properties(ports: Mapping[str, int], folder: Path) -> str:
    """Return the properties as a file, with addresses of this machine."""
    text = "".join(f"{name}={value}\n" for name, value in given().items())
    text = text.replace("/var/lib/kafka/data", str(folder / "log")).replace("//:", "//127.0.0.1:")
    text = re.sub(r"(?<=[/@])kafka:", "127.0.0.1:", text)
    return re.sub(r"(?<=127\.0\.0\.1:)\d+", lambda found: str(ports[found[0]]), text)


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address inside of a broker with the settings that are deployed."""
    folder = tmp_path_factory.mktemp("broker")
    try:
        java, jars = java_and_jars()
    except SettingsProblem as problem:
        WITHOUT_KAFKA.append(str(problem))
        if os.environ.get("CI"):
            pytest.fail(f"CI runs the Kafka tests for real: {problem}")
        pytest.skip(f"NO KAFKA: {problem}")
    ports = dict(zip(("19092", "9092", "9093"), free_ports(3), strict=True))
    (folder / "server.properties").write_text(properties(ports, folder))
    run = [java, *ENVIRONMENT["KAFKA_HEAP_OPTS"].split(), "-cp", jars]
    configured = ["-c", str(folder / "server.properties")]
    formatting = [*run, "kafka.tools.StorageTool", "format", "-t", ENVIRONMENT["CLUSTER_ID"], *configured]
    formatted = subprocess.run(formatting, capture_output=True, text=True, check=False, timeout=START_SECONDS)
    assert formatted.returncode == 0, formatted.stdout + formatted.stderr
    with (folder / "broker.log").open("wb") as log:
        broker = subprocess.Popen([*run, "kafka.Kafka", configured[1]], stdout=log, stderr=log)
        try:
            yield f"127.0.0.1:{ports['19092']}"
        finally:
            broker.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                broker.wait(20)
            broker.kill()


async def test_it_takes_our_topics_and_our_transactions(bootstrap: str) -> None:
    """Listeners that fit, one copy of everything, room for the largest record."""
    cluster = Cluster(KafkaSettings(bootstrap=bootstrap, partitions=2))

    async with asyncio.timeout(START_SECONDS):
        created = await _once_it_answers(cluster)
        async with KafkaLog(cluster) as log:
            await log.append(ticks(at("10:00"), cluster.partitions))
        faults = await topics.faults(cluster)

    assert "reports" in created
    assert list(faults) == []


async def _once_it_answers(cluster: Cluster) -> tuple[str, ...]:
    while True:
        try:
            return await topics.create(cluster)
        except SettingsProblem:  # still starting
            await asyncio.sleep(0.2)


async def test_every_setting_is_one_that_kafka_knows_and_has(bootstrap: str) -> None:
    """Kafka passes over what it does not know: a misspelt one would hold nowhere."""
    cluster = Cluster(KafkaSettings(bootstrap=bootstrap, partitions=2))
    async with asyncio.timeout(START_SECONDS):
        await _once_it_answers(cluster)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.BROKER, "1")])
    finally:
        await admin.close()
    (resource,) = answer.resources
    has = {entry[0]: entry[1] for entry in resource[-1]}

    plain = {
        name: value for name, value in given().items() if "://" not in value and "/" not in value and "@" not in value
    }
    assert given().keys() <= has.keys()
    assert {name: has[name] for name in plain} == plain
