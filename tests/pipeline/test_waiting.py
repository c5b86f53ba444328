"""Matches wait in TRACK until time has passed them; how long, how many, and what becomes of it at a restart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.domain.alert import AlertChange, ChangeKind
from alerts.domain.match import Effect, Match, MatchRetraction
from alerts.pipeline.messages import TimeMark, Topic
from alerts.pipeline.ports import Output, Record, SessionLost
from alerts.pipeline.track import TrackStage
from alerts.pipeline.waiting import HELD_MAX, LAG_MAX, Waiting
from tests.support.builders import a_match, a_rule, at, rules
from tests.support.memory import MemoryStore
from tests.support.pipeline import NOW, Counts, RulesOverTime, Subscribed, VirtualClock

EAST, WEST = "notices/0", "reports/0"
ARIDA = (("place.site", "Arida"),)


class Track:
    """TRACK on the one partition of a store, with two DETECT partitions that the test speaks for."""

    def __init__(self, *, order_wait: float = 5) -> None:
        self.store = MemoryStore(partitions=1)
        self.clock = VirtualClock()
        self.observer = Counts()
        self.rules = RulesOverTime()
        self.rules.ruleset = rules(a_rule(expire_after=timedelta(hours=1)))
        self.urged = 0
        self._order_wait = timedelta(seconds=order_wait)
        self._start()

    def _start(self) -> None:
        self.session = self.store.session("track", Topic.MATCHES, 0)
        self.stage = TrackStage(
            self.session,
            origins=(EAST, WEST),
            rules=self.rules,
            subscriptions=Subscribed(),
            clock=self.clock,
            observer=self.observer,
            order_wait=self._order_wait,
            urge=self._urge,
        )

    def _urge(self) -> None:
        self.urged += 1

    async def restart(self) -> None:
        self._start()
        await self.stage.restore()

    async def hear(self, *messages: Match | MatchRetraction | TimeMark) -> None:
        await self.store.append([Output(Topic.MATCHES, "k", message, 0) for message in messages])
        await self.stage.step(wait=NOW)

    async def wait(self, seconds: float) -> None:
        self.clock.at += timedelta(seconds=seconds)
        await self.stage.step(wait=NOW)

    async def position(self) -> int:
        return (await self.store.session("track", Topic.MATCHES, 0).restore()).position

    def kinds(self) -> list[ChangeKind]:
        return [change.kind for change in self.changes()]

    def changes(self) -> list[AlertChange]:
        return [one for one in self.store.messages(Topic.ALERTS) if isinstance(one, AlertChange)]


def mark(origin: str, clock: str) -> TimeMark:
    return TimeMark(origin=origin, at=at(clock))


@pytest.fixture
def track() -> Track:
    return Track()


async def test_a_match_waits_until_every_partition_has_come_past_its_reception(track: Track) -> None:
    await track.hear(a_match(received="10:05"), mark(EAST, "10:06"))
    before = track.kinds()
    await track.hear(mark(WEST, "10:05"))
    at_the_same_moment = track.kinds()
    await track.hear(mark(WEST, "10:06"))

    assert (before, at_the_same_moment, track.kinds()) == ([], [], [ChangeKind.OPENED])


async def test_an_end_that_was_read_first_ends_what_began_before_it(track: Track) -> None:
    """Begin and end in two partitions: one life, whichever is read first."""
    await track.hear(a_match("wire/2", received="10:05", effect=Effect.ENDS), a_match("wire/1", received="10:00"))
    await track.hear(mark(EAST, "10:06"), mark(WEST, "10:06"))

    assert track.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED]


async def test_what_waits_is_read_again_after_a_restart_and_what_was_folded_is_not(track: Track) -> None:
    """Nothing that waits is copied into the state: the position stays at it."""
    await track.hear(a_match("wire/2", received="10:07"), a_match("wire/1", received="10:00"))
    await track.hear(mark(EAST, "10:06"), mark(WEST, "10:06"))
    waiting_at = await track.position()

    await track.restart()
    await track.hear(mark(EAST, "10:08"))
    await track.restart()
    await track.hear(mark(WEST, "10:08"))

    assert (waiting_at, await track.position()) == (0, 6)
    (opened,) = track.changes()
    assert opened.at == at("10:00")


async def test_nobody_waits_longer_than_is_set_for_a_slower_partition(track: Track) -> None:
    await track.hear(mark(EAST, "10:00"), mark(WEST, "10:00"), a_match(received="10:05"), mark(EAST, "10:06"))
    await track.wait(4.9)
    before = track.kinds()
    await track.wait(0.1)

    assert (before, track.kinds()) == ([], [ChangeKind.OPENED])
    assert track.observer.counted["early_matches"] == 1


async def test_the_operator_is_told_once_a_stall_which_partition_holds_time_back(track: Track) -> None:
    await track.hear(mark(EAST, "10:06"), a_match("wire/1", received="10:05"), a_match("wire/2", received="10:05"))
    await track.wait(5)
    await track.hear(a_match("wire/3", received="10:06"))
    await track.wait(5)
    once = list(track.observer.told)
    await track.hear(mark(EAST, "10:08"), mark(WEST, "10:08"), a_match("wire/4", received="10:09"))
    await track.wait(5)

    assert len(once) == 1
    assert "slower partition" in once[0]
    assert len(track.observer.told) == 2


async def test_zero_waits_as_long_as_it_takes() -> None:
    track = Track(order_wait=0)
    await track.hear(a_match(received="10:05"), mark(EAST, "10:06"))

    await track.wait(1_000_000)

    assert track.kinds() == []


async def test_an_expiry_waits_for_the_clock_though_a_match_did_not(track: Track) -> None:
    """Lag never invents an expiry: the slower partition may hold the report that puts it off."""
    await track.hear(mark(EAST, "10:00"), mark(WEST, "10:00"), a_match("wire/1", received="10:00"))
    await track.wait(5)
    await track.hear(a_match("wire/2", received="11:30", by=ARIDA), mark(EAST, "11:31"))
    await track.wait(5)
    before = track.kinds()
    await track.hear(mark(WEST, "11:31"))

    assert before == [ChangeKind.OPENED, ChangeKind.OPENED]
    assert track.kinds() == [ChangeKind.OPENED, ChangeKind.OPENED, ChangeKind.EXPIRED]


async def test_only_what_comes_before_it_under_the_same_key_is_hurried_with_an_early_match(track: Track) -> None:
    await track.hear(a_match("wire/3", received="10:05", effect=Effect.ENDS), a_match("wire/4", received="10:09"))
    track.clock.at += timedelta(seconds=3)
    await track.hear(a_match("wire/1", received="10:00"), a_match("wire/2", received="10:00", by=ARIDA))

    await track.wait(2)

    assert track.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED, ChangeKind.OPENED]
    assert {change.alert.key.by for change in track.changes()} == {(("place.site", "Jaber"),)}


async def test_what_comes_behind_an_early_one_is_counted_as_late(track: Track) -> None:
    await track.hear(a_match("wire/2", received="10:05"))
    await track.wait(5)
    await track.hear(a_match("wire/1", received="10:00"), a_match("wire/3", received="10:00", by=ARIDA))

    assert track.observer.counted["late_matches"] == 1


async def test_an_early_match_of_new_rules_is_folded_by_them(track: Track) -> None:
    """The rules of its time are known, though time has not come there: nothing is held back as of a removed rule."""
    other = a_rule("access/other", state_digest="d9")
    track.rules.change(rules(a_rule(), other, version="v2"), since="10:30")
    await track.hear(mark(EAST, "10:00"), mark(WEST, "10:00"), a_match("wire/1", received="10:31", rule=other))
    await track.wait(5)

    assert track.kinds() == [ChangeKind.OPENED]


async def test_rules_change_at_their_moment_for_what_was_received_before_and_after(track: Track) -> None:
    await track.hear(a_match("wire/1", received="10:00"), mark(EAST, "10:10"), mark(WEST, "10:10"))
    track.rules.change(rules(version="v2"), since="10:30")
    await track.hear(a_match("wire/2", received="10:20"), mark(EAST, "10:40"))
    before = track.kinds()
    await track.hear(mark(WEST, "10:40"))

    assert before == [ChangeKind.OPENED]
    assert (track.kinds()[-1], track.changes()[-1].at) == (ChangeKind.EXPIRED, at("10:30"))


async def test_c10_an_expiry_that_fell_due_while_down_comes_at_once_with_its_due_time(track: Track) -> None:
    await track.hear(a_match(received="13:00"), mark(EAST, "13:30"), mark(WEST, "13:30"))
    await track.restart()
    await track.hear(mark(EAST, "16:00"))
    before = track.kinds()
    await track.hear(mark(WEST, "16:00"))

    assert before == [ChangeKind.OPENED]
    assert [(change.kind, change.at) for change in track.changes()][1:] == [(ChangeKind.EXPIRED, at("14:00"))]


async def test_a_tick_is_asked_for_once_while_a_match_waits_for_one(track: Track) -> None:
    track.clock.at = at("10:06")
    await track.hear(mark(EAST, "10:05"), mark(WEST, "10:05"))
    idle = track.urged
    await track.hear(a_match(received="10:05"))
    asked = track.urged
    await track.hear(mark(EAST, "10:06"))

    assert (idle, asked, track.urged) == (0, 1, 1)


async def test_a_tick_that_was_asked_for_and_does_not_come_is_asked_for_again(track: Track) -> None:
    track.clock.at = at("10:06")
    await track.hear(mark(EAST, "10:05"), mark(WEST, "10:05"), a_match(received="10:05"))

    await track.wait(0.1)
    soon = track.urged
    await track.wait(0.1)

    assert (soon, track.urged) == (1, 2)


async def test_no_tick_is_asked_for_while_a_partition_lags(track: Track) -> None:
    """It has ticks enough before it; more would only add to what it must read."""
    track.clock.at = at("10:20")
    await track.hear(mark(EAST, "10:05"), mark(WEST, "10:00"), a_match(received="10:10"))

    assert track.urged == 0


async def test_a_mark_never_goes_back(track: Track) -> None:
    await track.hear(mark(EAST, "10:06"), mark(WEST, "10:06"), mark(EAST, "10:01"))

    assert track.stage.clock == at("10:06")


async def test_records_that_come_again_are_passed_over(track: Track) -> None:
    """A session may begin anew at the committed position while the stage remembers what it has read since."""
    await track.hear(a_match("wire/1", received="10:05"))
    await track.session.restore()

    await track.hear(mark(EAST, "10:06"), mark(WEST, "10:06"))
    await track.hear(mark(EAST, "10:08"), mark(WEST, "10:08"))

    assert track.kinds() == [ChangeKind.OPENED]
    assert track.observer.counted.get("late_matches", 0) == 0


async def test_a_lost_session_leaves_the_stage_as_its_last_commit_left_it(track: Track) -> None:
    await track.hear(a_match("wire/1", received="10:00"), mark(EAST, "10:06"), mark(WEST, "10:06"))
    track.rules.ruleset = rules(version="v2")
    track.store.session("track", Topic.MATCHES, 0)

    with pytest.raises(SessionLost):
        await track.stage.step(wait=NOW)

    assert not track.stage._lives.has_news
    assert track.stage._lives.open_alerts == 1


def test_past_its_bounds_the_oldest_no_longer_waits() -> None:
    full, lagging = Waiting(), Waiting()
    match = a_match()
    for offset in range(HELD_MAX + 1):
        assert full.overdue(at("10:00"), NOW) is None
        full.take(Record(Topic.MATCHES, 0, offset, "k", match), match, read_at=at("10:00"))
    lagging.take(Record(Topic.MATCHES, 0, 0, "k", match), match, read_at=at("10:00"))
    lagging.pass_over(Record(Topic.MATCHES, 0, LAG_MAX - 1, "k", mark(EAST, "10:00")))
    assert lagging.overdue(at("10:00"), NOW) is None
    lagging.pass_over(Record(Topic.MATCHES, 0, LAG_MAX, "k", mark(EAST, "10:00")))

    for waiting in (full, lagging):
        overdue = waiting.overdue(at("10:00"), NOW)
        assert overdue is not None
        assert overdue.offset == 0
