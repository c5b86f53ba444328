"""An installation of the product on a real broker: topics of its own, what is pushed to them, and its workers."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka.admin import RecordsToDelete
from aiokafka.structs import TopicPartition

from alerts.adapters.children import dying_with_us
from alerts.adapters.kafka import topics
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.rows import POSITION_KEY
from alerts.adapters.kafka.store import KafkaLog
from alerts.adapters.kafka.topics import changelog
from alerts.adapters.records import read_record
from alerts.pipeline.messages import Headers, Message, Unreadable
from alerts.pipeline.ports import Output
from tests.support.kafka import PARTITIONS, settings_for
from tests.support.kafka_worker import LEFT_LOGS, POLL_SECONDS, WORKER_LOGS, WorkerProcess
from tests.support.process import free_port

_CLI_SECONDS = 60

_SUBSCRIPTION = """\
id: {id}
url: {url}
secret_file: {id}.secret
allow_private_network: true
{more}
"""


@dataclass
class KafkaInstallation:
    """Topics under a prefix of their own, what is pushed to them, and the workers on them."""

    bootstrap: str
    folder: Path
    partitions: int = PARTITIONS
    session_seconds: float = 3.0
    """Short: a worker that was killed is missed within this."""
    workers: list[WorkerProcess] = field(default_factory=list)
    cluster: Cluster = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.subscriptions.mkdir(exist_ok=True)
        settings = settings_for(self.bootstrap, partitions=self.partitions, session_seconds=self.session_seconds)
        self.cluster = Cluster(settings)

    @property
    def subscriptions(self) -> Path:
        """The folder of subscription files and secrets; workers read secrets from it."""
        return self.folder / "subscriptions"

    def environment(self, **more: str) -> Mapping[str, str]:
        """Return the environment of this installation's processes: nothing of the tests' own settings."""
        settings = self.cluster.settings
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ALERTS_")}
        return {
            **kept,
            "ALERTS_KAFKA_BOOTSTRAP": settings.bootstrap,
            "ALERTS_KAFKA_PREFIX": settings.prefix,
            "ALERTS_KAFKA_PARTITIONS": str(settings.partitions),
            "ALERTS_KAFKA_SESSION_SECONDS": str(settings.session_seconds),
            **more,
        }

    async def create_topics(self) -> None:
        await topics.create(self.cluster)

    async def push_rules(self, rules: str | Path, *, effective_in: float = 5) -> None:
        """Put the text of one pack, or a folder of packs, into force in place of what was."""
        await self.alerts("rules", "push", str(self._rules(rules)), "--effective-in", str(effective_in))

    async def push_subscription(
        self, url: str, secret: str, *, name: str = "desk", file: str = "", more: str = ""
    ) -> None:
        """Put a subscription into force beside those pushed before; `more` are further lines of its `file`."""
        (self.subscriptions / f"{name}.secret").write_text(secret)
        text = _SUBSCRIPTION.format(id=name, url=url, more=more)
        (self.subscriptions / (file or f"{name}.yaml")).write_text(text)
        await self.alerts("subscriptions", "push", str(self.subscriptions))

    async def alerts(self, *arguments: str, expect: int = 0, env: Mapping[str, str] | None = None) -> str:
        """Run a verb to its end and return what it printed; the test fails when it exits with another code."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "alerts", *arguments), stdout=PIPE, stderr=PIPE, env=self.environment(**(env or {}))
        )
        async with asyncio.timeout(_CLI_SECONDS):
            out, err = await process.communicate()
        assert process.returncode == expect, (
            f"alerts {' '.join(arguments)}: {process.returncode}\n{(out + err).decode()}"
        )
        return (out + err).decode()

    async def start_worker(
        self, name: str, *, stages: str = "detect,track,deliver", env: Mapping[str, str] | None = None
    ) -> WorkerProcess:
        """Start a worker and return at once; `await worker.ready()` waits for it.

        One that is started again under its name goes on in the same log.
        """
        port = free_port()
        log = self.folder / f"{name}.log"
        arguments = ["--stages", stages, "--port", str(port), "--subscriptions", str(self.subscriptions)]
        with log.open("ab") as stderr:
            process = await asyncio.create_subprocess_exec(
                *dying_with_us(sys.executable, "-m", "alerts", "worker", *arguments),
                stdout=stderr,
                stderr=stderr,
                env=self.environment(**(env or {})),
            )
        worker = WorkerProcess(name=name, port=port, log=log, process=process)
        self.workers.append(worker)
        if log not in WORKER_LOGS:
            WORKER_LOGS.append(log)
        return worker

    async def produce(
        self,
        topic: str,
        value: bytes | None,
        *,
        key: str | None = None,
        headers: Headers = (),
        partition: int | None = None,
    ) -> tuple[int, int]:
        """Write one record as any producer may, and return its partition and offset."""
        producer = self.cluster.producer()
        await producer.start()
        try:
            meta = await producer.send_and_wait(
                self.cluster.topic(topic),
                value,
                key=None if key is None else key.encode(),
                headers=list(headers),
                partition=partition,
            )
        finally:
            await producer.stop()
        return meta.partition, meta.offset

    async def append(self, outputs: Sequence[Output]) -> None:
        """Write messages into their partitions, as accepting them would."""
        async with KafkaLog(self.cluster) as log:
            for begin in range(0, len(outputs), 1000):
                await log.append(outputs[begin : begin + 1000])

    async def read(self, topic: str) -> list[Message]:
        """Return every committed message of a topic, partition by partition; one that cannot be read fails the test."""
        messages = []
        for raw in await self.read_raw(topic):
            message = read_record(topic, key=raw.key, value=raw.value, headers=raw.headers, timestamp=raw.timestamp)
            assert not isinstance(message, Unreadable), f"{topic}/{raw.partition}@{raw.offset}: {message.cause}"
            messages.append(message)
        return messages

    async def positions(self, stage: str, topics: Sequence[str]) -> dict[tuple[str, int], int]:
        """Return how far a stage has committed each partition of its topics, as its changelogs say."""
        found: dict[tuple[str, int], int] = {}
        for topic in topics:
            for raw in await self.read_raw(changelog(stage, topic)):
                if raw.key == POSITION_KEY.encode() and raw.value is not None:
                    found[topic, raw.partition] = int(raw.value)
        return found

    async def read_raw(self, topic: str) -> list[Any]:
        """Return every committed record of a topic as aiokafka gives it, partition by partition."""
        consumer = self.cluster.consumer(fetch_max_wait_ms=50)
        await consumer.start()
        try:
            return [raw for tp in self._all_of(topic) for raw in await _read(consumer, tp)]
        finally:
            await consumer.stop()

    async def close(self) -> None:
        """Kill what still runs, and delete the topics."""
        is_failing = sys.exception() is not None
        await asyncio.gather(*(worker.kill() for worker in self.workers))
        for worker in self.workers:
            if worker.log in WORKER_LOGS:
                WORKER_LOGS.remove(worker.log)
                LEFT_LOGS.extend([worker.log] if is_failing else [])
        await topics.delete(self.cluster)

    def _all_of(self, topic: str) -> Sequence[TopicPartition]:
        return [TopicPartition(self.cluster.topic(topic), number) for number in range(self.partitions)]

    def _rules(self, rules: str | Path) -> Path:
        if isinstance(rules, Path):
            return rules
        folder = self.folder / "rules"
        folder.mkdir(exist_ok=True)
        (folder / "pack.yaml").write_text(rules)
        return folder


@asynccontextmanager
async def kafka_installation(bootstrap: str, folder: Path, **given: Any) -> AsyncIterator[KafkaInstallation]:
    """Give an installation with its topics; it is gone at the end, workers and all."""
    made = KafkaInstallation(bootstrap, folder, **given)
    await made.create_topics()
    try:
        yield made
    finally:
        await made.close()


async def delete_before(cluster: Cluster, topic: str, partition: int, offset: int) -> None:
    """Delete the records of a partition before an offset, as retention does."""
    admin = cluster.admin()
    await admin.start()
    try:
        where = TopicPartition(cluster.topic(topic), partition)
        await admin.delete_records({where: RecordsToDelete(before_offset=offset)})
    finally:
        await admin.close()


async def until(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    """Look until something holds that nobody tells of."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is looked at has no event to wait for
            await asyncio.sleep(POLL_SECONDS)


async def _read(consumer: Any, partition: TopicPartition) -> list[Any]:
    consumer.assign([partition])
    await consumer.seek_to_beginning(partition)
    end = (await consumer.end_offsets([partition]))[partition]
    records: list[Any] = []
    while await consumer.position(partition) < end:
        fetched = await consumer.getmany(partition, timeout_ms=500)
        records += fetched.get(partition, ())
    return records
