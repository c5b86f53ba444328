"""The embedded runtime as a process: the store, the HTTP port, the parser processes and the stages, put together."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from alerts.adapters.actor_names import LexiconActors
from alerts.adapters.clock import WallClock
from alerts.adapters.folder_lock import locked
from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.live_files import LiveRules
from alerts.adapters.live_subscriptions import LiveSubscriptions
from alerts.adapters.logs import Log
from alerts.adapters.prometheus import Metrics
from alerts.adapters.sqlite import STORE_FILE, SqliteStore
from alerts.adapters.sqlite_view import StoreView
from alerts.adapters.text_readers import TextReaders
from alerts.adapters.webhooks import WebhookSender
from alerts.config import Settings
from alerts.delivery.payload import SOURCE
from alerts.entrypoints.http_port import taking_reports
from alerts.extraction.extractor import Extractor
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.geocode import Geocoder
from alerts.extraction.lexicon import Lexicon
from alerts.pipeline import embedded
from alerts.pipeline.embedded import STAGE_TOPICS
from alerts.pipeline.marking import MarkingMatcher
from alerts.pipeline.ports import RuleSource
from alerts.pipeline.reader import ReportReader

_MEASURE_EVERY = timedelta(seconds=5)


@dataclass(slots=True)
class Readiness:
    """What must be true for work to flow, by name."""

    checks: dict[str, bool] = field(default_factory=lambda: {"store": False, "rules": False, "parser": False})

    def now(self) -> Mapping[str, bool]:
        """Return the checks."""
        return self.checks


@dataclass(frozen=True, slots=True, kw_only=True)
class _House:
    """What every part of the process is given."""

    settings: Settings
    store: SqliteStore
    metrics: Metrics
    log: Log
    clock: WallClock
    readers: TextReaders
    rules: LiveRules
    subscriptions: LiveSubscriptions
    readiness: Readiness = field(default_factory=Readiness)


@dataclass(frozen=True, slots=True)
class Running:
    """A runtime that takes reports: its address, and the task that works them."""

    url: str
    store: SqliteStore
    rules: RuleSource
    """The rules in force; empty until they are loaded."""
    work: asyncio.Task[None]
    readiness: Readiness

    async def is_ready(self) -> bool:
        """Return whether work flows."""
        return all(self.readiness.checks.values())


@asynccontextmanager
async def running(settings: Settings, log: Log) -> AsyncIterator[Running]:
    """Run the embedded runtime, with extractor processes of its own, while the block runs. See `running_with`."""
    metrics = Metrics(log)
    async with (
        TextReaders(settings, metrics) as readers,
        running_with(settings, log=log, metrics=metrics, readers=readers) as runtime,
    ):
        yield runtime


@asynccontextmanager
async def running_with(
    settings: Settings, *, log: Log, metrics: Metrics, readers: TextReaders
) -> AsyncIterator[Running]:
    """Run the embedded runtime while the block runs, with extractors that may still be loading.

    Reports are taken as soon as the store is open, before extractors and rules are loaded: what is accepted waits in
    the log.

    Raises:
        SettingsProblem: The folders, files or port that the settings name cannot be used.
    """
    clock = WallClock()
    with locked(settings.data):
        async with SqliteStore(settings.data / STORE_FILE, now=clock.now) as store:
            house = _House(
                settings=settings,
                store=store,
                metrics=metrics,
                log=log,
                clock=clock,
                readers=readers,
                rules=LiveRules(settings.rules, clock=clock, observer=metrics),
                subscriptions=LiveSubscriptions(settings.subscriptions, observer=metrics),
            )
            house.readiness.checks["store"] = True
            ready = house.readiness.now
            async with taking_reports(settings, store, clock=clock, metrics=metrics, ready=ready) as url:
                work = asyncio.create_task(_work(house), name="work")
                try:
                    yield Running(url, store, house.rules, work, house.readiness)
                finally:
                    work.cancel()
                    await asyncio.gather(work, return_exceptions=True)


async def _work(house: _House) -> None:
    """Load what the stages need, then run them until cancelled."""
    metrics = house.metrics
    gazetteer, lexicon = await asyncio.to_thread(_load)
    actors = LexiconActors(lexicon.actors)
    await asyncio.to_thread(house.rules.start, gazetteer, actors)
    await asyncio.to_thread(house.subscriptions.start)
    house.readiness.checks["rules"] = True
    await house.readers.loaded()
    house.readiness.checks["parser"] = True
    async with WebhookSender(source=SOURCE, keys=house.subscriptions.keys) as sender:
        ports = embedded.Ports(
            reader=ReportReader(
                house.readers.with_lexicon(Extractor(gazetteer, lexicon)), Geocoder(gazetteer), metrics
            ),
            matcher=MarkingMatcher(house.rules),
            rules=house.rules,
            subscriptions=house.subscriptions,
            sender=sender,
            clock=house.clock,
            observer=metrics,
            jitter=random.random,
        )
        await _run(house, ports)


async def _run(house: _House, ports: embedded.Ports) -> None:
    rules, subscriptions = len(house.rules.current().rules), len(house.subscriptions.current())
    house.log.info("Working.", rules=rules, subscriptions=subscriptions)
    every = timedelta(seconds=house.settings.reload_seconds)
    beside = [
        house.rules.follow(every),
        house.subscriptions.follow(house.clock, every),
        _measure(house),
    ]
    keep = timedelta(days=house.settings.retention_days)
    order_wait = timedelta(seconds=house.settings.order_wait_seconds)
    await embedded.run(house.store, ports, keep=keep, order_wait=order_wait, beside=beside)


async def _measure(house: _House) -> None:
    """Measure what no stage sees: how much of its input each has left, and how large the store is."""
    view = StoreView(house.store)
    while True:
        for stage, topics in STAGE_TOPICS.items():
            house.metrics.gauge("unread_records", await view.unread(stage, topics), stage=stage)
        house.metrics.gauge("store_bytes", await view.size_bytes())
        await house.clock.sleep(_MEASURE_EVERY)


def _load() -> tuple[Gazetteer, Lexicon]:
    return open_gazetteer(), open_lexicon()
