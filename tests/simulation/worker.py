"""Workers of a simulated cluster: real stages over simulated sessions, given out by a coordinator that can be wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from alerts.delivery.outcomes import Answer, outcome_of_status
from alerts.domain.event import Event
from alerts.domain.report import Report
from alerts.domain.subscription import Delivery, Endpoint, Subscription
from alerts.pipeline.deliver import DeliverStage
from alerts.pipeline.detect import DetectStage
from alerts.pipeline.ingest import origins
from alerts.pipeline.ports import Output, SessionLost
from alerts.pipeline.ticker import Ticker
from alerts.pipeline.track import TrackStage
from tests.simulation.dice import Dice
from tests.simulation.life import Life
from tests.simulation.log import SimLog, SimSession, Where
from tests.support.pipeline import Counts, GivenEvents, RulesOverTime, Subscribed
from tests.support.world import BEGIN

_AGAIN = 0.5
_EVERY = (timedelta(seconds=4), timedelta(seconds=9), timedelta(seconds=20))
_URGED_GAP = timedelta(seconds=1)


class Stage(Protocol):
    async def restore(self) -> None: ...

    async def work(self) -> None: ...


@dataclass
class Setting:
    """What all workers of a history share."""

    log: SimLog
    dice: Dice
    rules: RulesOverTime
    subscriptions: Sequence[Subscription]
    order_wait: timedelta
    received: list[Delivery] = field(default_factory=list)
    """What the receivers got, in order."""
    observer: Counts = field(default_factory=Counts)


class SkewedClock:
    """A machine's clock, some way off the true time."""

    def __init__(self, skew: float) -> None:
        self._skew = timedelta(seconds=skew)

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=asyncio.get_running_loop().time()) + self._skew

    async def sleep(self, wait: timedelta) -> None:
        await asyncio.sleep(wait.total_seconds())


@dataclass(slots=True)
class _Work:
    """One partition in one worker's hands."""

    where: Where
    is_wanted: bool = True
    session: SimSession | None = None
    stage: Stage | None = None
    task: asyncio.Task[None] | None = None

    def must_go_on(self) -> bool:
        """Return whether the partition is still to be worked here; asked anew after each await."""
        return self.is_wanted


class Worker:
    """One process: a life, a clock, a ticker, and the partitions that it believes to be its own."""

    def __init__(self, setting: Setting) -> None:
        self.life = Life(setting.dice, self._lose_everything)
        self._setting = setting
        dice = setting.dice.random
        self._clock = SkewedClock(dice.choice((0.0, 0.0, -0.8, 0.9)))
        self._works: dict[Where, _Work] = {}
        self._ticker = Ticker(
            self,
            partitions=setting.log.partitions,
            clock=self._clock,
            observer=setting.observer,
            every=dice.choice(_EVERY),
            urged_gap=_URGED_GAP,
            owned=dice.choice((None, self._owned)),
        )
        self._ticking = asyncio.create_task(self._ticker.run())

    async def append(self, outputs: Sequence[Output]) -> None:
        """Append ticks; this is the ticker's log."""
        await self.life.point("append")
        self._setting.log.append(outputs)

    async def send(self, endpoint: Endpoint, delivery: Delivery, *, now: datetime) -> Answer:
        """Post one delivery; this is the sender of DELIVER."""
        await self.life.point("send")
        dice = self._setting.dice
        status = 503 if dice.happens("receiver_refuses") else 204
        if status == 204:
            self._setting.received.append(delivery)
        if dice.happens("slow_receiver"):
            await asyncio.sleep(dice.random.uniform(0, 15))
        await self.life.point("sent")
        if dice.happens("answer_is_lost"):
            status = 504
        return Answer(outcome=outcome_of_status(status), duration=timedelta(milliseconds=3), status=status)

    async def read(self, reports: Sequence[Report]) -> Sequence[tuple[Event, ...] | Exception]:
        """Understand reports, sometimes slowly; this is the reader of DETECT."""
        await self.life.point("parse")
        if self._setting.dice.happens("slow_reader"):
            await asyncio.sleep(self._setting.dice.random.uniform(0, 30))
            await self.life.point("parsed")
        return await GivenEvents().read(reports)

    def assign(self, wheres: Iterable[Where]) -> None:
        """Hear from the coordinator what to work; what is no longer among it is finished and let go."""
        wanted = set(wheres)
        for where, work in self._works.items():
            if where not in wanted and work.is_wanted:
                work.is_wanted = False
                if work.session is not None:
                    work.session.retire()
        for where in sorted(wanted):
            work = self._works.setdefault(where, _Work(where))
            if not work.is_wanted or work.task is None:
                self._take_up(work)

    def _owned(self) -> list[tuple[str, int]]:
        """Return the input partitions that this worker believes to be its own."""
        return [
            (one.topic, one.partition) for one, work in self._works.items() if one.stage == "detect" and work.is_wanted
        ]

    def stop_ticking(self) -> None:
        self._ticking.cancel()

    def tasks(self) -> list[asyncio.Task[None]]:
        """Return everything that runs."""
        return [self._ticking, *(work.task for work in self._works.values() if work.task is not None)]

    def _take_up(self, work: _Work) -> None:
        work.is_wanted = True
        before = work.task
        work.task = asyncio.create_task(self._work(work, before), name=f"work {work.where}")

    async def _work(self, work: _Work, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait((before,))
        while work.must_go_on():
            try:
                await self._restore_or_resume(work)
                assert work.stage is not None
                await work.stage.work()
            except SessionLost:
                assert work.session is not None
                if not work.must_go_on() and work.session.is_clean:
                    return
                work.stage = None
                await asyncio.sleep(_AGAIN)

    async def _restore_or_resume(self, work: _Work) -> None:
        if work.stage is not None and work.session is not None and await work.session.resume():
            self._setting.dice.happened["resumed"] += 1
            return
        work.session = SimSession(self._setting.log, work.where, self.life, self._setting.dice)
        work.stage = self._stage(work.session)
        await work.stage.restore()
        if not work.must_go_on():
            work.session.retire()

    def _stage(self, session: SimSession) -> Stage:
        setting, log = self._setting, self._setting.log
        subscriptions = Subscribed(setting.subscriptions)
        if session.where.stage == "detect":
            return DetectStage(
                session, reader=self, matcher=setting.rules, observer=setting.observer, partitions=log.partitions
            )
        if session.where.stage == "track":
            return TrackStage(
                session,
                origins=origins(log.partitions),
                rules=setting.rules,
                subscriptions=subscriptions,
                clock=self._clock,
                observer=setting.observer,
                order_wait=setting.order_wait,
                urge=self._ticker.urge,
                outputs_max=setting.dice.random.choice((1, 3, 1000)),
            )
        return DeliverStage(
            session,
            sender=self,
            subscriptions=subscriptions,
            clock=self._clock,
            observer=setting.observer,
            jitter=setting.dice.random.random,
        )

    def _lose_everything(self) -> None:
        for task in self.tasks():
            task.cancel()
