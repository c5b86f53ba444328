"""All three stages over one store in one event loop: the embedded runtime, without what is around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from alerts.pipeline.deliver import DeliverStage
from alerts.pipeline.detect import DetectStage, EventMatcher, Reader
from alerts.pipeline.ingest import INPUT_TOPICS, origins
from alerts.pipeline.messages import TOPICS, Topic
from alerts.pipeline.ports import (
    Clock,
    Log,
    Observer,
    PartitionSession,
    RuleSource,
    Sender,
    StoreFull,
    SubscriptionSource,
)
from alerts.pipeline.ticker import Ticker
from alerts.pipeline.track import ORDER_WAIT, TrackStage

STAGE_TOPICS = {"detect": INPUT_TOPICS, "track": (Topic.MATCHES,), "deliver": (Topic.DELIVERIES,)}
"""What each stage reads, in the order in which work passes through them."""

# Ticks and time marks serve once; they are dropped soon after they were read.
_PASSING_TYPES = ("tick", "time_mark")
_PASSING_KEPT = timedelta(minutes=1)
_PRUNE_EVERY = timedelta(minutes=1)


class Store(Log, Protocol):
    """A log with sessions on its partitions, which forgets what is old."""

    @property
    def partitions(self) -> int:
        """Partitions of every topic."""
        ...

    def session(self, stage: str, topic: str, partition: int) -> PartitionSession:
        """Take over one partition for a stage."""
        ...

    async def prune(self, *, topics: Sequence[str], age: timedelta, types: Sequence[str] = ()) -> None:
        """Delete records older than `age` that every stage has read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What the stages are given."""

    reader: Reader
    matcher: EventMatcher
    rules: RuleSource
    subscriptions: SubscriptionSource
    sender: Sender
    clock: Clock
    observer: Observer
    jitter: Callable[[], float]


def stages(
    store: Store, ports: Ports, *, order_wait: timedelta = ORDER_WAIT, urge: Callable[[], None] = lambda: None
) -> list[DetectStage | TrackStage | DeliverStage]:
    """Return every stage on every partition. See TrackStage for `order_wait` and `urge`."""
    numbers = range(store.partitions)
    detect = [
        DetectStage(
            store.session("detect", topic, number),
            reader=ports.reader,
            matcher=ports.matcher,
            observer=ports.observer,
            partitions=store.partitions,
        )
        for topic in INPUT_TOPICS
        for number in numbers
    ]
    track = [
        TrackStage(
            store.session("track", Topic.MATCHES, number),
            origins=origins(store.partitions),
            rules=ports.rules,
            subscriptions=ports.subscriptions,
            clock=ports.clock,
            observer=ports.observer,
            order_wait=order_wait,
            urge=urge,
        )
        for number in numbers
    ]
    deliver = [
        DeliverStage(
            store.session("deliver", Topic.DELIVERIES, number),
            sender=ports.sender,
            subscriptions=ports.subscriptions,
            clock=ports.clock,
            observer=ports.observer,
            jitter=ports.jitter,
        )
        for number in numbers
    ]
    return [*detect, *track, *deliver]


async def run(
    store: Store,
    ports: Ports,
    *,
    keep: timedelta,
    order_wait: timedelta = ORDER_WAIT,
    beside: Sequence[Coroutine[Any, Any, None]] = (),
) -> None:
    """Run all stages, the ticks and the pruning until cancelled; the first that fails ends them all.

    Args:
        store: The log and state.
        ports: What the stages need.
        keep: How long records are kept once every stage has read them.
        order_wait: How long a match waits for slower partitions; zero for as long as it takes.
        beside: Further tasks of the same life, such as the followers of rule files.
    """
    ticker = Ticker(store, partitions=store.partitions, clock=ports.clock, observer=ports.observer)
    async with asyncio.TaskGroup() as group:
        for stage in stages(store, ports, order_wait=order_wait, urge=ticker.urge):
            group.create_task(stage.run())
        group.create_task(ticker.run())
        group.create_task(_prune(store, ports, keep))
        for task in beside:
            group.create_task(task)


async def _prune(store: Store, ports: Ports, keep: timedelta) -> None:
    while True:
        await ports.clock.sleep(_PRUNE_EVERY)
        try:
            await store.prune(topics=(*INPUT_TOPICS, Topic.MATCHES), age=_PASSING_KEPT, types=_PASSING_TYPES)
            await store.prune(topics=TOPICS, age=keep)
        except StoreFull as fault:
            ports.observer.warn("Old records could not be deleted: the store has no room.", cause=str(fault))
