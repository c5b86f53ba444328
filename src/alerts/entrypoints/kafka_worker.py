"""One worker of the Kafka runtime put together: the stages it was asked for, what they need, and the HTTP port."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from alerts.adapters.actor_names import LexiconActors
from alerts.adapters.clock import WallClock
from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.kafka import topics
from alerts.adapters.kafka.clients import pass_over_unclaimed_faults
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.group import Stage, StageGroup
from alerts.adapters.kafka.pushed import PushedRules, PushedSubscriptions
from alerts.adapters.kafka.session import KafkaSession
from alerts.adapters.kafka.store import KafkaLog
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.logs import Log
from alerts.adapters.prometheus import Metrics
from alerts.adapters.text_readers import TextReaders
from alerts.adapters.webhooks import WebhookSender
from alerts.config import KafkaSettings, Settings
from alerts.delivery.payload import SOURCE
from alerts.domain.errors import SettingsProblem
from alerts.entrypoints.http_port import taking_reports
from alerts.extraction.extractor import Extractor
from alerts.extraction.geocode import Geocoder
from alerts.pipeline.deliver import DeliverStage
from alerts.pipeline.detect import DetectStage
from alerts.pipeline.embedded import STAGE_TOPICS
from alerts.pipeline.ingest import INPUT_TOPICS, origins
from alerts.pipeline.marking import MarkingMatcher
from alerts.pipeline.reader import ReportReader
from alerts.pipeline.ticker import Ticker
from alerts.pipeline.track import TrackStage

_MEASURE_EVERY = timedelta(seconds=1)

# A partition that has records to read and gets on with none for so long is stuck beyond what waiting mends.
_STUCK = timedelta(minutes=5)

# Between two ticks that TRACK asked this worker for.
_URGED_GAP = timedelta(milliseconds=50)

_LEVELS = ("debug", "info", "warning", "error")


@dataclass(slots=True)
class _Readiness:
    """What must be true for work to flow, by name."""

    checks: dict[str, bool] = field(default_factory=lambda: {"topics": False, "rules": False, "parser": False})


class Worker:
    """A worker that runs until it is told to stop."""

    def __init__(
        self, settings: Settings, kafka: KafkaSettings, *, stages: Sequence[str], log: Log, metrics: Metrics
    ) -> None:
        """Make a worker; nothing is connected yet.

        Raises:
            SettingsProblem: The security settings cannot be used.
        """
        self.cluster = Cluster(kafka)
        self._settings = settings
        self._stages = tuple(stages)
        self._log = log
        self._metrics = metrics
        self._clock = WallClock()
        self._readiness = _Readiness()
        self._groups: list[StageGroup] = []
        self._topics_wrong: Sequence[str] = ()
        self._in_force: tuple[PushedRules, PushedSubscriptions] | None = None

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until the event is set, then end in good order.

        Raises:
            SettingsProblem: The topics are not as they must be, or a port cannot be opened.
        """
        pass_over_unclaimed_faults(asyncio.get_running_loop())
        async with AsyncExitStack() as stack:
            await self._check_topics(at_start=True)
            log = await stack.enter_async_context(KafkaLog(self.cluster))
            port = taking_reports(
                self._settings,
                log,
                clock=self._clock,
                metrics=self._metrics,
                ready=self.ready,
                alive=self.alive,
            )
            url = await stack.enter_async_context(port)
            self._log.info("Taking reports.", url=f"{url}/v1/reports", metrics=f"{url}/metrics")
            await _until(stopping, self._work())
            self._log.info("Stopping; other workers go on with what is unfinished.")

    def ready(self) -> Mapping[str, bool]:
        """Return what must be true for work to flow, by name: each stage assigned and restored."""
        fresh = self._in_force is not None and all(one.is_fresh for one in self._in_force)
        checks = {**self._readiness.checks, "in_force": fresh}
        assigned = {group.stage: group.is_ready for group in self._groups}
        return {**checks, **{stage: assigned.get(stage, False) for stage in self._stages}}

    def alive(self) -> Mapping[str, bool]:
        """Return, by partition, whether it gets on; one that has nothing to do does."""
        now = monotonic()
        return {
            str(where): now - work.session.last_progress < _STUCK.total_seconds() or not work.session.lag
            for group in self._groups
            for where, work in group.works.items()
        }

    def control(self, command: Mapping[str, Any]) -> None:
        """Do what a record of the control topic says."""
        name, level = command.get("command"), command.get("level")
        if name == "log_level" and level in _LEVELS:
            logging.getLogger().setLevel(str(level).upper())
            self._log.info("The level of the libraries' logs was set.", level=level)
        elif name == "status":
            self._log.info("Status.", ready=dict(self.ready()), partitions=[str(one) for one in self._works()])
        else:
            self._metrics.warn("A record of the control topic is no command.", found=str(command)[:200])

    def _works(self) -> list[Any]:
        return [where for group in self._groups for where in group.works]

    async def _check_topics(self, *, at_start: bool = False) -> None:
        """Look whether the topics have the partitions that keys are spread over.

        Raises:
            SettingsProblem: At the start, when one has not; later that is told of and work goes on, for keys are
                spread by this installation's number and not by the topics'.
        """
        counts = await topics.partition_counts(self.cluster)
        wrong = [
            f"{spec.name} has {counts.get(spec.name, 0)} partitions, not {spec.partitions}"
            for spec in topics.specs(self.cluster)
            if counts.get(spec.name) != spec.partitions
        ]
        self._readiness.checks["topics"] = not wrong
        self._metrics.gauge("topics_fault", bool(wrong))
        if wrong and at_start:
            raise SettingsProblem(
                f"the topics are not as they must be ({'; '.join(wrong[:5])}): see `alerts topics check`, and "
                "`alerts topics create` for those that are missing"
            )
        if wrong and wrong != self._topics_wrong:
            self._metrics.error(
                "The topics were changed under this worker. Records in partitions that it does not know are not read; "
                "`alerts topics check` says what to do.",
                topics=wrong[:5],
            )
        self._topics_wrong = wrong

    async def _work(self) -> None:
        """Load what the stages need, then run them until cancelled."""
        gazetteer, lexicon = await asyncio.to_thread(lambda: (open_gazetteer(), open_lexicon()))
        actors = LexiconActors(lexicon.actors)
        rules = PushedRules(self.cluster, gazetteer, actors, clock=self._clock, observer=self._metrics)
        subscriptions = PushedSubscriptions(
            self.cluster, self._settings.subscriptions, clock=self._clock, observer=self._metrics
        )

        async def in_force() -> None:
            await rules.fresh()
            await subscriptions.fresh()

        async with AsyncExitStack() as stack:
            for pushed in (rules, subscriptions):
                stack.push_async_callback(pushed.close)
                await pushed.start()
            self._in_force = (rules, subscriptions)
            self._readiness.checks["rules"] = True
            ticker = Ticker(
                await stack.enter_async_context(KafkaLog(self.cluster, atomic=False)),
                partitions=self.cluster.partitions,
                clock=self._clock,
                observer=self._metrics,
                urged_gap=_URGED_GAP,
                owned=self._owned_inputs,
            )
            makes: dict[str, Callable[[KafkaSession], Stage]] = {"track": self._track(rules, subscriptions, ticker)}
            if "detect" in self._stages:
                readers = await stack.enter_async_context(TextReaders(self._settings, self._metrics))
                await readers.loaded()
                extractors = readers.with_lexicon(Extractor(gazetteer, lexicon))
                reader = ReportReader(extractors, Geocoder(gazetteer), self._metrics)
                makes["detect"] = self._detect(reader, rules)
            self._readiness.checks["parser"] = True
            if "deliver" in self._stages:
                sender = await stack.enter_async_context(WebhookSender(source=SOURCE, keys=subscriptions.keys))
                makes["deliver"] = self._deliver(sender, subscriptions)
            self._groups = [
                StageGroup(
                    self.cluster,
                    stage,
                    STAGE_TOPICS[stage],
                    make=makes[stage],
                    observer=self._metrics,
                    gate=in_force,
                )
                for stage in self._stages
            ]
            self._log.info("Working.", stages=list(self._stages), rules=len(rules.current().rules))
            async with asyncio.TaskGroup() as tasks:
                for follower in (rules, subscriptions):
                    tasks.create_task(follower.run())
                for group in self._groups:
                    tasks.create_task(group.run())
                tasks.create_task(ticker.run())
                tasks.create_task(self._measure())
                tasks.create_task(self._watch_topics())

    def _owned_inputs(self) -> Iterable[tuple[str, int]]:
        return [(where.topic, where.partition) for where in self._works() if where.topic in INPUT_TOPICS]

    def _detect(self, reader: ReportReader, rules: PushedRules) -> Callable[[KafkaSession], Stage]:
        return lambda session: DetectStage(
            session,
            reader=reader,
            matcher=MarkingMatcher(rules),
            observer=self._metrics,
            partitions=self.cluster.partitions,
        )

    def _track(
        self, rules: PushedRules, subscriptions: PushedSubscriptions, ticker: Ticker
    ) -> Callable[[KafkaSession], Stage]:
        return lambda session: TrackStage(
            session,
            origins=origins(self.cluster.partitions),
            rules=rules,
            subscriptions=subscriptions,
            clock=self._clock,
            observer=self._metrics,
            order_wait=timedelta(seconds=self._settings.order_wait_seconds),
            urge=ticker.urge,
        )

    def _deliver(self, sender: WebhookSender, subscriptions: PushedSubscriptions) -> Callable[[KafkaSession], Stage]:
        return lambda session: DeliverStage(
            session,
            sender=sender,
            subscriptions=subscriptions,
            clock=self._clock,
            observer=self._metrics,
            jitter=random.random,
        )

    async def _measure(self) -> None:
        """Measure what no stage sees: how much of its input each partition has left, and when it last got on."""
        while True:
            for group in self._groups:
                for where, work in group.works.items():
                    labels = {"stage": where.stage, "topic": where.topic, "partition": str(where.partition)}
                    self._gauge_offsets(work.session, labels)
                    progress = self._clock.now().timestamp() - (monotonic() - work.session.last_progress)
                    self._metrics.gauge("partition_progress_timestamp_seconds", progress, **labels)
            await self._clock.sleep(_MEASURE_EVERY)

    def _gauge_offsets(self, session: KafkaSession, labels: Mapping[str, str]) -> None:
        seen = session.offsets()
        if seen is None:
            return
        self._metrics.gauge("input_lag_records", seen.lag, **labels)
        self._metrics.gauge("last_stable_offset", seen.last_stable, **labels)
        self._metrics.gauge("uncommitted_records", seen.uncommitted, **labels)

    async def _watch_topics(self) -> None:
        while True:
            await self._clock.sleep(timedelta(seconds=self.cluster.settings.topics_check_seconds))
            try:
                await self._check_topics()
            except SettingsProblem as problem:
                self._metrics.warn("The topics cannot be looked at.", cause=str(problem))


async def _until(stopping: asyncio.Event, working: Any) -> None:
    """Run the work until the event is set; the work's own fault is raised."""
    work = asyncio.create_task(working, name="work")
    stopped = asyncio.create_task(stopping.wait(), name="stopping")
    await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if not work.done():
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        return
    work.result()
