"""Two workers on a real broker of this machine for the demo to play on; one of them is killed on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

from alerts.adapters.actor_names import LexiconActors
from alerts.adapters.clock import WallClock
from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.kafka import topics
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.local_broker import LocalBroker
from alerts.adapters.kafka.view import KafkaView
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.live_files import LiveRules
from alerts.adapters.logs import Log
from alerts.adapters.prometheus import Metrics
from alerts.config import KafkaSettings
from alerts.domain.errors import SettingsProblem
from alerts.entrypoints.demo_play import Folders
from alerts.entrypoints.demo_ports import Show
from alerts.entrypoints.demo_processes import WorkerProcess, owners, ran, starting
from alerts.ruleset.rule import RuleSet

_PARTITIONS = 4
# The least that is sensible on one machine: what a killed worker had is missed for so long.
_SESSION_SECONDS = 3.0
_POLL_SECONDS = 0.1
_TAKEOVER_SECONDS = 60


class KafkaRuntime:
    """Two workers; implements the demo's Runtime port. In the middle of the day the second is killed."""

    def __init__(self, workers: Sequence[WorkerProcess], view: KafkaView, rules: RuleSet, show: Show) -> None:
        self.view = view
        self._workers = list(workers)
        self._rules = rules
        self._show = show
        self._posted = 0
        self._takeover: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Where the next report goes: to each worker in its turn."""
        return self._workers[self._posted % len(self._workers)].url

    def ruleset(self) -> RuleSet:
        """Return the rules in force."""
        return self._rules

    async def is_ready(self) -> bool:
        """Return whether every worker has its partitions, restored."""
        return all([await worker.is_ready() for worker in self._workers])

    def check(self) -> None:
        """Raise what ended a worker that nobody killed."""
        for worker in self._workers:
            worker.check()

    async def after(self, posted: int, of: int) -> None:
        """Kill the second worker at half of the day; at the end of it, wait until the first has taken over."""
        self._posted = posted
        if posted == of // 2:
            await self._kill(posted, of)
        elif posted == of and self._takeover is not None:
            await self._takeover

    async def stay(self) -> None:
        """Return when the worker that is left ends."""
        await self._workers[0].process.wait()
        self.check()

    async def _kill(self, posted: int, of: int) -> None:
        left, victim = self._workers
        had = (await owners([left, victim]))[victim.name]
        self._workers = [left]
        await victim.kill()
        self._show.note(
            f"kill -9: worker {victim.name} is gone after {posted} of {of} reports, with what it was working on. "
            f"It had {', '.join(had)}. Reports go on to worker {left.name}."
        )
        self._takeover = asyncio.create_task(self._taken_over(left, len(had)), name="takeover")

    async def _taken_over(self, left: WorkerProcess, partitions: int) -> None:
        started = monotonic()
        try:
            async with asyncio.timeout(_TAKEOVER_SECONDS):
                while not (await left.has_everything(_PARTITIONS) and await left.is_ready()):
                    self.check()
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError as error:
            raise SettingsProblem(f"worker {left.name} did not take over in {_TAKEOVER_SECONDS} s") from error
        self._show.note(
            f"After {monotonic() - started:.1f} s worker {left.name} has all partitions: it fenced their former owner, "
            f"restored the {partitions} from their changelogs and goes on where their last transaction ended."
        )


@asynccontextmanager
async def on_kafka(folders: Folders, show: Show) -> AsyncIterator[KafkaRuntime]:
    """Give a broker with the rules and the subscription pushed to it, and two workers.

    Raises:
        SettingsProblem: The packages or jars of the broker cannot be had, or something of it did not start.
    """
    show.note("Starting Apache Kafka on this machine. The first time it is fetched, 45 MB.")
    async with _broker(folders.home / "kafka") as bootstrap:
        cluster = Cluster(_settings(bootstrap))
        await topics.create(cluster)
        show.note(f"Kafka answers at {bootstrap}. Pushing rules and a subscription, starting two workers.")
        rules, *_ = await asyncio.gather(
            asyncio.to_thread(_compiled, folders.rules),
            ran(cluster, "rules", "push", str(folders.rules)),
            ran(cluster, "subscriptions", "push", str(folders.subscriptions)),
        )
        async with KafkaView(cluster) as view, starting(cluster, folders, ("one", "two")) as workers:
            yield KafkaRuntime(workers, view, rules, show)


@asynccontextmanager
async def _broker(folder: Path) -> AsyncIterator[str]:
    """Give the address of a broker. Who gives up while it starts waits until it can be stopped."""
    broker = LocalBroker(folder)
    starts = asyncio.ensure_future(asyncio.to_thread(broker.start))
    try:
        await asyncio.shield(starts)
        yield broker.bootstrap
    finally:
        await asyncio.gather(starts, return_exceptions=True)
        await asyncio.to_thread(broker.stop)


def _settings(bootstrap: str) -> KafkaSettings:
    """Return settings of the demo's own, whatever the environment says."""
    return KafkaSettings(
        bootstrap=bootstrap,
        prefix="",
        partitions=_PARTITIONS,
        replication=1,
        security_protocol="PLAINTEXT",
        instance=None,
        session_seconds=_SESSION_SECONDS,
    )


def _compiled(folder: Path) -> RuleSet:
    """Return the rules of a folder, to say of each silent report why it is silent.

    Raises:
        SettingsProblem: The folder cannot be read.
    """
    rules = LiveRules(folder, clock=WallClock(), observer=Metrics(Log()))
    rules.start(open_gazetteer(), LexiconActors(open_lexicon().actors))
    return rules.current()
