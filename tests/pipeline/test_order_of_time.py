"""The same log gives the same alerts: whoever is read first, in whatever batches, through restarts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.domain.alert import AlertChange
from alerts.pipeline.detect import DetectStage
from alerts.pipeline.ingest import INPUT_TOPICS, origins, ticks
from alerts.pipeline.messages import Message, Topic, Unreadable
from alerts.pipeline.partitioner import partition_of
from alerts.pipeline.ports import Epoch, Output, PartitionSession, Record, Restored
from alerts.pipeline.track import TrackStage
from tests.support.memory import MemoryStore
from tests.support.pipeline import NOW, Counts, GivenEvents, RulesOverTime, Subscribed, VirtualClock
from tests.support.reference import Life, expected, lives
from tests.support.world import BEGIN, Posted, last_moment, posted, rules_over_time

Stage = DetectStage | TrackStage


class Sipping:
    """A session that gives as few records at a time as the dice say."""

    def __init__(self, session: PartitionSession, dice: Random) -> None:
        self._session = session
        self._dice = dice
        self.topic = session.topic
        self.partition = session.partition

    @property
    def lost(self) -> bool:
        return self._session.lost

    async def restore(self) -> Restored:
        return await self._session.restore()

    async def read(self, *, max_records: int, wait: timedelta) -> Sequence[Record]:
        return await self._session.read(max_records=self._dice.choice((1, 2, 3, max_records)), wait=wait)

    async def commit(self, epoch: Epoch) -> None:
        await self._session.commit(epoch)


class Shuffled:
    """DETECT and TRACK on every partition of one store, stepped in an order that the dice choose."""

    def __init__(self, dice: Random, rules: RulesOverTime, partitions: int) -> None:
        self.store = MemoryStore(partitions=partitions)
        self.observer = Counts()
        self._clock = VirtualClock()
        self._dice = dice
        self._rules = rules
        self._places = [("detect", topic, number) for topic in INPUT_TOPICS for number in range(partitions)]
        self._places += [("track", Topic.MATCHES, number) for number in range(partitions)]
        self._stages: dict[tuple[str, str, int], Stage] = {}

    async def start(self) -> None:
        for place in self._places:
            await self._restart(place)

    async def take_turns(self, turns: int) -> None:
        """Let one stage after another make a step, or die and be restored, as the dice say."""
        for _ in range(turns):
            self._clock.at += timedelta(seconds=self._dice.choice((0, 0.1, 0.3)))
            place = self._dice.choice(self._places)
            if self._dice.random() < 0.1:
                await self._restart(place)
            await self._stages[place].step(wait=NOW)

    async def settle(self) -> None:
        while sum([await stage.step(wait=NOW) for stage in self._stages.values()]):
            pass

    def lives(self) -> dict[str, Life]:
        changes = self.store.messages(Topic.ALERTS)
        return lives(change for change in changes if isinstance(change, AlertChange))

    async def _restart(self, place: tuple[str, str, int]) -> None:
        stage = self._stages[place] = self._stage(Sipping(self.store.session(*place), self._dice))
        await stage.restore()

    def _stage(self, session: PartitionSession) -> Stage:
        if session.topic != Topic.MATCHES:
            return DetectStage(
                session,
                reader=GivenEvents(),
                matcher=self._rules,
                observer=self.observer,
                partitions=self.store.partitions,
            )
        return TrackStage(
            session,
            origins=origins(self.store.partitions),
            rules=self._rules,
            subscriptions=Subscribed(),
            clock=self._clock,
            observer=self.observer,
            order_wait=timedelta(0),
            outputs_max=self._dice.choice((1, 2, 1000)),
        )


def logs_of(outputs: Sequence[Output], partitions: int) -> list[list[Message | Unreadable]]:
    """Return what each partition of the input topics holds."""
    logs: dict[tuple[str, int], list[Message | Unreadable]] = {
        (topic, number): [] for topic in INPUT_TOPICS for number in range(partitions)
    }
    for output in outputs:
        number = partition_of(output.key, partitions) if output.partition is None else output.partition
        logs[output.topic, number].append(output.message)
    return list(logs.values())


def with_ticks(dice: Random, reports: Sequence[Posted], partitions: int) -> list[Output]:
    """Return the log of reports, with ticks after moments that the dice choose and long after the last."""
    log: list[Output] = []
    for one in reports:
        log.append(one.output)
        if dice.random() < 0.4:
            log += ticks(one.report.received_at + timedelta(milliseconds=dice.choice((1, 500))), partitions)
    return [*log, *ticks(last_moment(reports), partitions)]


@settings(deadline=None, max_examples=150)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 25), partitions=st.integers(1, 4))
@example(seed=0, count=25, partitions=4)
async def test_any_interleaving_batching_and_restart_gives_what_the_log_says(
    seed: int, count: int, partitions: int
) -> None:
    dice = Random(seed)
    reports = posted(dice, count)
    rules = RulesOverTime(*rules_over_time(dice, reports))
    log = with_ticks(dice, reports, partitions)
    world = Shuffled(dice, rules, partitions)
    await world.start()

    for output in log:
        await world.store.append([output])
        await world.take_turns(dice.randrange(6))
    await world.settle()

    assert world.lives() == expected(logs_of(log, partitions), rules.timeline(), rules)
    assert world.observer.counted.get("early_matches", 0) == 0
    assert world.observer.counted.get("late_matches", 0) == 0


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 20), every=st.sampled_from([0.02, 1, 60, 1800]))
async def test_the_spacing_of_ticks_changes_nothing(seed: int, count: int, every: float) -> None:
    """Ticks in step with the reports, however fine or coarse, give what one tick at the end gives."""
    dice = Random(seed)
    reports = sorted(posted(dice, count), key=lambda one: one.report.received_at)
    rules = RulesOverTime(*rules_over_time(dice, reports))
    world = Shuffled(dice, rules, 2)
    await world.start()

    for one, following in zip(reports, [*(two.report.received_at for two in reports[1:]), None], strict=True):
        await world.store.append([one.output])
        await world.store.append(_ticks_between(one.report.received_at, following, timedelta(seconds=every)))
        await world.take_turns(4)
    await world.store.append(ticks(last_moment(reports), 2))
    await world.settle()

    plain = [*(one.output for one in reports), *ticks(last_moment(reports), 2)]
    assert world.lives() == expected(logs_of(plain, 2), rules.timeline(), rules)


def _ticks_between(begin: datetime, end: datetime | None, every: timedelta) -> list[Output]:
    """Return ticks of a regular clock between two receptions, at most five of them."""
    first = BEGIN + ((begin - BEGIN) // every + 1) * every
    moments = [first + number * every for number in range(5)]
    return [tick for moment in moments if end is not None and moment <= end for tick in ticks(moment, 2)]


async def test_the_worlds_of_these_laws_are_not_empty() -> None:
    """A law over logs in which nothing happens would hold of anything."""
    kinds: set[str] = set()
    for seed in range(40):
        dice = Random(seed)
        reports = posted(dice, 25)
        rules = RulesOverTime(*rules_over_time(dice, reports))
        found = expected(logs_of(with_ticks(dice, reports, 3), 3), rules.timeline(), rules)
        kinds |= {f"{change.kind} {change.reason}" for life in found.values() for change in life}

    assert kinds >= {
        "opened first_match",
        "reminded repeat_every",
        "resolved until_matched",
        "expired not_supported_since",
        "expired rule_changed",
        "expired rule_removed",
        "retracted report_withdrawn",
        "retracted report_corrected",
    }
