"""Faults on a real broker: workers killed, frozen and shuffled, the broker restarted, poison among reports.

    python -m tests.kafka.storm [--minutes 60] [--faults 150] [--seed 7] [--workers 3] [--only broker]

Seeded: the same seed does the same things in the same order, at moments that the machine decides. Prints each fault
with how long it took until reports posted after it were alerts, and at the end what does not hold; exits with 1 if
anything.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
from aiokafka.structs import TopicPartition

from alerts.adapters.kafka.local_broker import LocalBroker
from alerts.adapters.kafka.store import KafkaLog
from alerts.adapters.local_receiver import Received, receiving
from alerts.adapters.records import read_record
from alerts.delivery.signing import parse_secret
from alerts.domain.alert import AlertChange
from alerts.domain.report import Report
from alerts.pipeline.ingest import INPUT_TOPICS, accepted
from alerts.pipeline.messages import Topic
from alerts.pipeline.ports import StoreFull
from tests.support.cluster_laws import broken_laws, found_lives, untold, worked_off, wrongly_set_aside
from tests.support.days import closing, pack, report, rules_of
from tests.support.kafka_process import KafkaInstallation, kafka_installation
from tests.support.kafka_worker import WorkerProcess

RULES = pack(expire="1min")
CROSSINGS = 30
REPORTS_A_SECOND = 25

# One probe may pass through any partition of TRACK: enough that all of them are likely to be among theirs.
PROBES = 8
RECOVERY_SECONDS = 120
CALM_SECONDS = 240

_POISON = (b"", b"{", b"null", b"\xff\xfe", b'{"text": 5}', b"[" * 5000)

KINDS = {"kill": 12, "freeze": 3, "shuffle": 2, "broker": 1}


@dataclass(slots=True)
class Fault:
    """One thing that was done to the cluster, and how long it took to get over it."""

    kind: str
    seconds: float


@dataclass(slots=True)
class Outcome:
    """What came of a storm."""

    faults: list[Fault] = field(default_factory=list)
    reports: int = 0
    alerts: int = 0
    deaths: list[str] = field(default_factory=list)
    """Workers that ended by themselves."""
    broken: list[str] = field(default_factory=list)

    def told(self) -> str:
        lines = [f"{self.reports} reports, {self.alerts} alerts, {len(self.faults)} faults"]
        for kind in KINDS:
            took = sorted(fault.seconds for fault in self.faults if fault.kind == kind)
            if took:
                lines.append(
                    f"  {kind}: {len(took)}, recovered in {median(took):.1f} s (median), {took[-1]:.1f} s (most)"
                )
        lines += [f"  DIED: {one}" for one in self.deaths]
        lines += [f"  BROKEN: {one}" for one in self.broken] or ["  every law holds"]
        return "\n".join(lines)


class Storm:
    """An installation, what is posted to it and what is done to it."""

    def __init__(self, installation: KafkaInstallation, broker: LocalBroker, *, seed: int, workers: int) -> None:
        self.outcome = Outcome()
        self._installation = installation
        self._broker = broker
        self._dice = Random(seed)
        self._size = workers
        self._workers: dict[str, WorkerProcess] = {}
        self._log = KafkaLog(installation.cluster)
        self._alerted: set[str] = set()
        self._seen = asyncio.Condition()
        self._told: dict[str, int] = {}
        self._probes = 0

    async def run(self, kinds: Iterable[str], came: asyncio.Queue[Received]) -> Outcome:
        """Post reports and do one harm after another; then look at the laws."""
        tasks = [asyncio.create_task(self._tail()), asyncio.create_task(self._receive(came))]
        for number in range(self._size):
            await self._start(f"w{number}")
        await asyncio.gather(*(worker.ready() for worker in self._workers.values()))
        await self._probe()
        posting = asyncio.create_task(self._post())
        try:
            for kind in kinds:
                await self._do(kind)
        finally:
            posting.cancel()
            await asyncio.gather(posting, return_exceptions=True)
        await self._judge()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._log.__aexit__()
        return self.outcome

    async def _do(self, kind: str) -> None:
        begin = time.monotonic()
        harms: dict[str, Callable[[], Awaitable[None]]] = {
            "kill": self._kill,
            "freeze": self._freeze,
            "shuffle": self._shuffle,
            "broker": self._restart_broker,
        }
        await harms[kind]()
        harmed = time.monotonic()
        await self._probe()
        # From the moment of the harm for what ends at once, from its end for what takes a while by itself.
        took = time.monotonic() - (begin if kind == "kill" else harmed)
        self.outcome.faults.append(Fault(kind, took))
        await self._replace_the_dead()
        print(f"{len(self.outcome.faults):>4} {kind:<8} recovered in {took:.1f} s", flush=True)
        await asyncio.sleep(self._dice.uniform(0, 2))

    async def _replace_the_dead(self) -> None:
        """Start again what ended by itself, as whoever supervises it would, and keep what it said."""
        for name, worker in list(self._workers.items()):
            if worker.process.returncode is None:
                continue
            said = worker.log.read_text("utf-8", "replace").splitlines()[-3:]
            self.outcome.deaths.append(f"{name} with {worker.process.returncode}: {' | '.join(said)[:2000]}")
            await self._start(name)

    async def _kill(self) -> None:
        """Kill one or two workers at any moment; whoever supervises them starts them again at once."""
        await self._replace_the_dead()
        for name in self._dice.sample(sorted(self._workers), self._dice.choice((1, 1, 2))):
            await self._workers[name].kill()
            await self._start(name)

    async def _freeze(self) -> None:
        """Stop a worker until it has lost its partitions; then let it go on believing that it has them."""
        await self._replace_the_dead()
        worker = self._workers[self._dice.choice(sorted(self._workers))]
        worker.pause()
        await asyncio.sleep(self._installation.session_seconds * self._dice.uniform(0.3, 2.5))
        worker.resume()

    async def _shuffle(self) -> None:
        """Let a further worker come and go every two seconds."""
        for _ in range(3):
            extra = await self._start("extra")
            await asyncio.sleep(2)
            await (extra.stop() if self._dice.random() < 0.5 else extra.kill())
            await asyncio.sleep(2)
        del self._workers["extra"]

    async def _restart_broker(self) -> None:
        end = self._broker.kill if self._dice.random() < 0.5 else self._broker.stop
        await asyncio.to_thread(end)
        await asyncio.sleep(self._dice.uniform(0, 3))
        await asyncio.to_thread(self._broker.start)

    async def _start(self, name: str) -> WorkerProcess:
        # Some are known by their names over restarts, some are not.
        named = {"ALERTS_KAFKA_INSTANCE": name} if name == "w0" else {}
        # Everything that a worker does now and then it does often, so that it meets the faults.
        often = {"ALERTS_ORDER_WAIT_SECONDS": "0", "ALERTS_KAFKA_TOPICS_CHECK_SECONDS": "1"}
        worker = await self._installation.start_worker(name, env={**often, **named})
        self._workers[name] = worker
        return worker

    async def _probe(self) -> None:
        """Return once reports posted now are alerts."""
        self._probes += 1
        names = [f"Probe {self._probes}.{number}" for number in range(PROBES)]
        for name in names:
            await self._append(closing(name, datetime.now(UTC), source="probe"))
        try:
            async with asyncio.timeout(RECOVERY_SECONDS), self._seen:
                await self._seen.wait_for(lambda: self._alerted >= set(names))
        except TimeoutError:
            raise AssertionError(f"no recovery in {RECOVERY_SECONDS} s; {await self._standing()}") from None

    async def _standing(self) -> str:
        """Say where everything stands: what each worker shows of its partitions."""
        telling = ("alerts_input_lag", "alerts_uncommitted", "alerts_ready", "alerts_track_clock", "alerts_waiting")
        said = []
        for name, worker in self._workers.items():
            try:
                _status, body = await worker.get("/metrics")
            except (OSError, TimeoutError, aiohttp.ClientError) as gone:
                said.append(f"{name}: {gone!r}")
                continue
            said += [f"{name}: {line}" for line in body.splitlines() if line.startswith(telling)]
        return "\n".join(["alerted up to", *sorted(self._alerted)[-8:], *said])

    async def _post(self) -> None:
        while True:
            made = report(self._dice, datetime.now(UTC), crossings=CROSSINGS)
            await self._append(made)
            if self._dice.random() < 0.1:
                await self._append(made)
            if self._dice.random() < 0.03:
                with suppress(Exception):  # what was not acknowledged is counted by what is in the log
                    await self._installation.produce(
                        self._dice.choice(INPUT_TOPICS), self._dice.choice(_POISON), key=f"poison/{self._dice.random()}"
                    )
            await asyncio.sleep(1 / REPORTS_A_SECOND)

    async def _append(self, made: Report) -> None:
        """Append until it is acknowledged; one that was kept after all is there twice then."""
        while True:
            try:
                await self._log.append(accepted([made]))
            except StoreFull:
                await asyncio.sleep(0.2)
            else:
                self.outcome.reports += 1
                return

    async def _tail(self) -> None:
        """Read the alerts as a downstream program would, committed ones only."""
        cluster = self._installation.cluster
        consumer = cluster.consumer(auto_offset_reset="earliest")
        await consumer.start()
        topic = cluster.topic(Topic.ALERTS)
        consumer.assign([TopicPartition(topic, number) for number in range(cluster.partitions)])
        await consumer.seek_to_beginning()
        try:
            while True:
                fetched = await consumer.getmany(timeout_ms=200)
                names = [_crossing(raw) for records in fetched.values() for raw in records]
                async with self._seen:
                    self._alerted.update(names)
                    self._seen.notify_all()
        finally:
            await consumer.stop()

    async def _receive(self, came: asyncio.Queue[Received]) -> None:
        while True:
            received = await came.get()
            alert: Any = received.body["data"]
            name, revision = str(received.body["subject"]), int(alert["revision"])
            self._told[name] = max(self._told.get(name, 0), revision)

    async def _judge(self) -> None:
        """Wait until everything is worked off and over, and say what does not hold."""
        rules = rules_of(RULES)
        outcome = self.outcome
        try:
            await worked_off(self._installation, seconds=CALM_SECONDS)
        except TimeoutError as late:
            outcome.broken = [str(late)]
            return
        deadline = time.monotonic() + CALM_SECONDS
        while True:
            outcome.broken = [
                *await broken_laws(self._installation, rules),
                *await wrongly_set_aside(self._installation),
                *await untold(self._installation, self._told),
            ]
            if not outcome.broken or time.monotonic() > deadline:
                break
            await asyncio.sleep(5)
        outcome.alerts = len(await found_lives(self._installation))


def _crossing(raw: Any) -> str:
    change = read_record(Topic.ALERTS, key=raw.key, value=raw.value, headers=raw.headers, timestamp=raw.timestamp)
    assert isinstance(change, AlertChange)
    return change.alert.place.name if change.alert.place else ""


@asynccontextmanager
async def ready_storm(folder: Path, *, seed: int, workers: int) -> AsyncIterator[tuple[Storm, asyncio.Queue[Received]]]:
    """Give a storm over a broker and a receiver of its own."""
    secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    with LocalBroker(folder / "kafka") as broker:
        async with (
            kafka_installation(broker.bootstrap, folder / "installation") as installation,
            receiving(parse_secret(secret), lambda: datetime.now(UTC)) as (url, came),
        ):
            await installation.push_rules(RULES)
            await installation.push_subscription(url, secret)
            yield Storm(installation, broker, seed=seed, workers=workers), came


async def stormy(folder: Path, *, seed: int, workers: int, kinds: Iterable[str]) -> Outcome:
    """Return what came of a storm of these kinds of harm."""
    async with ready_storm(folder, seed=seed, workers=workers) as (storm, came):
        return await storm.run(kinds, came)


def any_kinds(weights: Mapping[str, int], *, seed: int, most: int, seconds: float) -> Iterator[str]:
    """Return kinds of harm by chance, until there were enough or the time is up."""
    dice, end = Random(seed), time.monotonic() + seconds
    for kind in dice.choices(list(weights), weights=list(weights.values()), k=most):
        if time.monotonic() > end:
            return
        yield kind


def main() -> None:
    """Run a storm and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--faults", type=int, default=10_000, help="end after so many")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep broker and worker logs there")
    parser.add_argument("--only", choices=sorted(KINDS), help="do nothing else")
    wanted = parser.parse_args()
    chosen = {wanted.only: 1} if wanted.only else KINDS
    kinds = any_kinds(chosen, seed=wanted.seed, most=wanted.faults, seconds=wanted.minutes * 60)
    with ExitStack() as stack:
        folder = wanted.folder or Path(stack.enter_context(TemporaryDirectory()))
        outcome = asyncio.run(stormy(folder, seed=wanted.seed, workers=wanted.workers, kinds=kinds))
    print(outcome.told())
    sys.exit(bool(outcome.broken or outcome.deaths))


if __name__ == "__main__":
    main()
