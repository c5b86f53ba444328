"""TRACK: matches to alert changes and deliveries, in the order of stream time.

Its clock is in the log: the lowest time mark of all DETECT partitions. A match waits until the clock has passed its
reception, so that the same log gives the same alerts whichever partition is read first. See decision 0005.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from alerts.correlation.track import Track
from alerts.domain.match import Match, MatchRetraction
from alerts.pipeline.commits import commit_patiently
from alerts.pipeline.dead_letters import set_aside
from alerts.pipeline.lives import Lives, tracks_of
from alerts.pipeline.messages import TimeMark, Unreadable
from alerts.pipeline.ports import (
    Clock,
    Epoch,
    Observer,
    PartitionSession,
    Record,
    RuleSource,
    StateChange,
    SubscriptionSource,
)
from alerts.pipeline.state import Marks
from alerts.pipeline.stream_clock import StreamClock
from alerts.pipeline.timeline import following, in_force
from alerts.pipeline.waiting import Held, Waiting

BATCH_MAX = 500

# How long a match waits for slower partitions, unless the settings say otherwise.
ORDER_WAIT = timedelta(seconds=5)

# Results of one epoch: past it the rest of what is due goes into the next, so that no transaction grows without bound.
OUTPUTS_MAX = 5_000

# A tick that was asked for is written, read by DETECT and heard of within this time, or it was lost.
_ASK_AGAIN = timedelta(milliseconds=200)

# How long what only moved time, or waits, is left uncommitted: it is read again after a restart, and a commit for each
# mark would hold up the one that matters.
_QUIET_MAX = timedelta(milliseconds=200)

_MARKS_KEY = "#marks"
_READ_WAIT = timedelta(seconds=5)
_AT_ONCE = timedelta(0)


class TrackStage:
    """TRACK on one partition of `matches`."""

    def __init__(
        self,
        session: PartitionSession,
        *,
        origins: Iterable[str],
        rules: RuleSource,
        subscriptions: SubscriptionSource,
        clock: Clock,
        observer: Observer,
        order_wait: timedelta = ORDER_WAIT,
        urge: Callable[[], None] = lambda: None,
        outputs_max: int = OUTPUTS_MAX,
    ) -> None:
        """Work one partition.

        Args:
            session: The hold on it.
            origins: The names of all DETECT partitions.
            rules: The rules over time.
            subscriptions: Who wants to be told.
            clock: The wall clock; only how long a match has waited goes by it.
            observer: What is told of the work.
            order_wait: How long a match waits for slower partitions; zero for as long as it takes.
            urge: Called when a tick would let something go that waits.
            outputs_max: Results of one epoch, past which the rest goes into the next.
        """
        self._session = session
        self._origins = tuple(origins)
        self._rules = rules
        self._subscriptions = subscriptions
        self._wall = clock
        self._observer = observer
        self._order_wait = order_wait
        self._urge = urge
        self._outputs_max = outputs_max
        self._begin(Marks(), (), 0)

    async def run(self) -> None:
        """Restore, then work until the session is lost or the task is cancelled."""
        await self.restore()
        await self.work()

    async def work(self) -> None:
        """Work until the session is lost or the task is cancelled."""
        while True:
            await self.step(wait=_READ_WAIT)

    async def restore(self) -> None:
        """Take up the state of the last commit; what waited then is read again."""
        restored = await self._session.restore()
        marks = restored.state.get(_MARKS_KEY)
        self._begin(
            marks if isinstance(marks, Marks) else Marks(), tracks_of(restored.state.values()), restored.position
        )

    def _begin(self, marks: Marks, tracks: Sequence[Track], position: int) -> None:
        self._clock = StreamClock(self._origins, marks.at)
        self._waiting = Waiting(position, marks.folded)
        self._lives = Lives(tracks, self._subscriptions, self._observer)
        self._version, self._since = marks.rules_version, marks.rules_since
        self._in_force = in_force(self._rules.timeline(), self._since)
        self._next = following(self._rules.timeline(), self._in_force)
        self._lives.arm(self._in_force.ruleset)
        # Keys of which something was folded before its time had come, and up to when.
        self._ahead: dict[str, datetime] = {}
        self._more = False
        # Records that were taken in and brought nothing to commit yet, and when there was something (wall clock).
        self._uncommitted = 0
        self._committed_at = self._wall.now()
        # The clock and the wall clock at the last time a tick was asked for.
        self._asked: tuple[datetime | None, datetime] | None = None

    async def step(self, *, wait: timedelta) -> int:
        """Read one batch, fold what time has passed, commit it; return 0 when there was nothing to do.

        When reading fails, what the stage holds in memory is what its last commit left, and what waits.
        """
        records = await self._session.read(max_records=BATCH_MAX, wait=self._patience(wait))
        read_at = self._wall.now()
        for record in records:
            self._take(record, read_at)
        self._fold_what_is_due()
        self._uncommitted += len(records)
        if self._lives.has_news or (self._uncommitted and self._quiet_for() >= _QUIET_MAX):
            await self._commit()
        self._ask_for_a_tick()
        return len(records) + self._more

    @property
    def clock(self) -> datetime | None:
        """The stream's time here: None until every DETECT partition has been heard."""
        return self._clock.now

    def _patience(self, wait: timedelta) -> timedelta:
        """Return how long to wait for records: until something must be done without any."""
        if self._more:
            return _AT_ONCE
        oldest = self._waiting.oldest()
        if oldest is not None and self._order_wait:
            wait = min(wait, oldest.read_at + self._order_wait - self._wall.now())
        if self._uncommitted:
            wait = min(wait, _QUIET_MAX - self._quiet_for())
        return max(wait, _AT_ONCE)

    def _quiet_for(self) -> timedelta:
        return self._wall.now() - self._committed_at

    def _take(self, record: Record, read_at: datetime) -> None:
        message = record.message
        if not self._waiting.is_news(record):
            return
        if isinstance(message, Match | MatchRetraction):
            held = self._waiting.take(record, message, read_at=read_at)
            if held is not None:
                self._count_if_late(held)
            return
        self._waiting.pass_over(record)
        if isinstance(message, TimeMark):
            self._clock.hear(message)
        elif isinstance(message, Unreadable):
            self._lives.outputs.append(set_aside(record, message, self._observer))
        else:
            self._observer.error("A record of the matches topic is not a match; it was passed over.", key=record.key)

    def _count_if_late(self, held: Held) -> None:
        now, ahead = self._clock.now, self._ahead.get(held.key)
        if (now is not None and held.at < now) or (ahead is not None and held.at < ahead):
            self._observer.count("late_matches")

    def _fold_what_is_due(self) -> None:
        self._more = False
        self._look_at_the_rules()
        now = self._clock.now
        while now is not None and (step := self._next_step(now)) is not None:
            if self._is_full():
                return
            step()
        self._fold_early()
        if now is not None and now >= max(self._ahead.values(), default=now):
            self._ahead.clear()

    def _next_step(self, now: datetime) -> Callable[[], None] | None:
        """Return what comes next in the order of time: a change of rules before a timer, a timer before a match."""
        steps: list[tuple[datetime, int, Callable[[], None]]] = []
        if self._next is not None and self._next.since <= now:
            steps.append((self._next.since, 0, self._follow_next_rules))
        if (due := self._lives.due(now, self._in_force.ruleset)) is not None:
            steps.append((due, 1, lambda: self._lives.pass_first(self._in_force.ruleset)))
        held = self._waiting.first()
        if held is not None and held.at < now:
            steps.append((held.at, 2, lambda: self._fold(held)))
        return min(steps)[2] if steps else None

    def _is_full(self) -> bool:
        self._more = len(self._lives.outputs) >= self._outputs_max
        return self._more

    def _look_at_the_rules(self) -> None:
        """See what rules are known by now; follow at once when others were in force than the tracks follow.

        That is so when the process was down while they changed, or fell so far behind that a version was dropped.
        """
        timeline = self._rules.timeline()
        self._in_force = in_force(timeline, self._since)
        self._next = following(timeline, self._in_force)
        if self._in_force.ruleset.version != self._version:
            self._lives.follow(self._in_force.ruleset, self._clock.now or self._wall.now())
            self._version = self._in_force.ruleset.version

    def _follow_next_rules(self) -> None:
        assert self._next is not None
        self._in_force = self._next
        self._version, self._since = self._next.ruleset.version, self._next.since
        self._next = following(self._rules.timeline(), self._in_force)
        self._lives.follow(self._in_force.ruleset, self._in_force.since)

    def _fold(self, held: Held) -> None:
        """Fold one by the rules in force at its time, or at that of what was folded ahead of it."""
        moment = max(held.at, self._ahead.get(held.key, held.at))
        rules = self._in_force
        if self._next is not None and moment >= self._next.since:
            rules = in_force(self._rules.timeline(), moment)
            self._lives.follow_one(held.key, rules.ruleset, rules.since)
        self._waiting.fold(held)
        origin = f"{self._session.topic}/{self._session.partition}@{held.offset}"
        self._lives.fold(held.key, held.message, rules.ruleset, origin=origin)

    def _fold_early(self) -> None:
        """Fold what must not wait any longer, though its time has not come; timers go on waiting for the clock."""
        now = self._wall.now()
        while (held := self._waiting.overdue(now, self._order_wait)) is not None:
            if self._is_full():
                return
            if not self._ahead:
                self._tell_of_stall()
            self._observer.count("early_matches")
            self._ahead[held.key] = max(held.at, self._ahead.get(held.key, held.at))
            self._fold(held)

    def _tell_of_stall(self) -> None:
        now = self._clock.now
        self._observer.warn(
            "A slower partition holds time back: matches are folded without waiting for it, reminders and expiry wait.",
            partition=self._session.partition,
            slower=self._clock.slowest,
            time=now.isoformat() if now else None,
        )

    def _ask_for_a_tick(self) -> None:
        """Ask for time to pass now, when a match waits for that alone; once, until it has passed or is overdue."""
        first, now, wall = self._waiting.first(), self._clock.now, self._wall.now()
        if first is None or first.at >= wall or not self._clock.is_in_step:
            return
        if self._asked is None or self._asked[0] != now or wall - self._asked[1] >= _ASK_AGAIN:
            self._asked = (now, wall)
            self._urge()

    async def _commit(self) -> None:
        # What is due and goes into the next epoch would be read again after a restart, in pieces: time must not have
        # come past it by then.
        rest = self._waiting.first() if self._more else None
        marks = Marks(
            at=self._clock.marks_until(rest.at if rest else None),
            rules_version=self._version,
            rules_since=self._since,
            folded=self._waiting.folded(),
        )
        changes = [*self._lives.changes(), StateChange(_MARKS_KEY, marks)]
        epoch = Epoch(position=self._waiting.position, state_changes=changes, outputs=self._lives.outputs)
        await commit_patiently(self._session, epoch, self._observer)
        self._lives.committed()
        self._committed_at = self._wall.now()
        self._measure()

    def _measure(self) -> None:
        partition = str(self._session.partition)
        self._observer.count("records", self._uncommitted, stage="track")
        self._uncommitted = 0
        self._observer.gauge("open_alerts", self._lives.open_alerts, partition=partition)
        self._observer.gauge("waiting_matches", len(self._waiting), partition=partition)
        if self._clock.now is not None:
            self._observer.gauge("track_clock_timestamp_seconds", self._clock.now.timestamp(), partition=partition)
