"""An installation of the product on a real broker: topics of its own, and `alerts worker` processes.

Workers write their logs to files; `tests/conftest.py` shows the ends of those in the report of a test that fails.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
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
from tests.support.process import free_port

READY_SECONDS = 120
_POLL_SECONDS = 0.05
_CLI_SECONDS = 60

WORKER_LOGS: list[Path] = []
"""The logs of the workers of the tests that run now."""

_SUBSCRIPTION = """\
id: {id}
url: {url}
secret_file: {id}.secret
allow_private_network: true
{more}
"""


@dataclass(kw_only=True)
class WorkerProcess:
    """One `alerts worker`; what happens to it is the test's to say."""

    name: str
    port: int
    log: Path
    process: Process

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self.process.pid

    async def ready(self) -> None:
        """Return once /readyz answers 200; the test fails when the process ends before that."""
        try:
            await self.until(self.is_ready, seconds=READY_SECONDS)
        except TimeoutError:
            raise AssertionError(
                f"worker {self.name} was not ready in {READY_SECONDS} s: {await self.readiness()}"
            ) from None

    async def is_ready(self) -> bool:
        return (await self.readiness())[0] == 200

    async def readiness(self) -> tuple[int, Mapping[str, bool]]:
        """Return the status of /readyz and its checks; 0 while nobody answers."""
        try:
            status, body = await self.get("/readyz")
        except (OSError, aiohttp.ClientError, TimeoutError):
            return 0, {}
        return status, json.loads(body)["checks"]

    async def metric(self, name: str, **labels: str) -> float:
        """Return the sum of the samples of a metric (its whole name) that have these labels; 0 when there is none."""
        _status, body = await self.get("/metrics")
        wanted = {f'{label}="{value}"' for label, value in labels.items()}
        samples = [line for line in body.splitlines() if line.split(" ")[0].split("{")[0] == name]
        return sum(float(line.rsplit(" ", 1)[1]) for line in samples if all(label in line for label in wanted))

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        timeout = aiohttp.ClientTimeout(total=5)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(self.url + path, headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    async def post(self, body: object, **headers: str) -> tuple[int, str]:
        """Post one report to /v1/reports."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/v1/reports", data=content, headers=headers) as answer,
        ):
            return answer.status, await answer.text()

    def said(self) -> list[Mapping[str, Any]]:
        """Return what the log has said so far."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]

    async def says(self, sentence: str, *, seconds: float = 60) -> Mapping[str, Any]:
        """Return the first line of the log whose sentence begins so, once it is there."""

        async def has_said() -> bool:
            return any(line["event"].startswith(sentence) for line in self.said())

        await self.until(has_said, seconds=seconds)
        return next(line for line in self.said() if line["event"].startswith(sentence))

    async def until(self, holds: Any, *, seconds: float = 60) -> None:
        """Look until an async function holds; fails at once when the process is gone."""
        async with asyncio.timeout(seconds):
            while not await holds():
                assert self.process.returncode is None, f"worker {self.name} ended with {self.process.returncode}"
                await asyncio.sleep(_POLL_SECONDS)

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop and return its exit code."""
        return await self._end(signal.SIGTERM)

    def pause(self) -> None:
        """Stop its clock: no heartbeat, no answer, until `resume`."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on as if nothing had been."""
        self.process.send_signal(signal.SIGCONT)

    async def _end(self, how: signal.Signals) -> int:
        if self.process.returncode is None:
            self.process.send_signal(how)
            self.process.send_signal(signal.SIGCONT)
        return await self.process.wait()


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
        await asyncio.gather(*(worker.kill() for worker in self.workers))
        for worker in self.workers:
            if worker.log in WORKER_LOGS:
                WORKER_LOGS.remove(worker.log)
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
            await asyncio.sleep(_POLL_SECONDS)


async def _read(consumer: Any, partition: TopicPartition) -> list[Any]:
    consumer.assign([partition])
    await consumer.seek_to_beginning(partition)
    end = (await consumer.end_offsets([partition]))[partition]
    records: list[Any] = []
    while await consumer.position(partition) < end:
        fetched = await consumer.getmany(partition, timeout_ms=500)
        records += fetched.get(partition, ())
    return records
