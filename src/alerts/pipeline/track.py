"""TRACK: matches to alert changes and deliveries.

Its clock is in the log: the lowest time mark of all DETECT partitions.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.correlation.correlator import Folded, follow_rules, next_due, pass_time, take
from alerts.correlation.track import Track
from alerts.delivery.routing import deliveries
from alerts.domain.alert import AlertChange, Suppression
from alerts.domain.match import Match, MatchRetraction
from alerts.pipeline.commits import commit_patiently
from alerts.pipeline.messages import TimeMark, Topic
from alerts.pipeline.ports import (
    Clock,
    Epoch,
    Observer,
    Output,
    PartitionSession,
    Record,
    RuleSource,
    StateChange,
    SubscriptionSource,
)
from alerts.pipeline.state import Marks

BATCH_MAX = 500

_MARKS_KEY = "#marks"
_READ_WAIT = timedelta(seconds=5)


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
    ) -> None:
        self._session = session
        self._origins = frozenset(origins)
        self._rules = rules
        self._subscriptions = subscriptions
        self._wall = clock
        self._observer = observer
        self._tracks: dict[str, Track] = {}
        self._marks = Marks()
        self._timers: list[tuple[datetime, str]] = []
        self._dirty: set[str] = set()
        self._outputs: list[Output] = []
        self._position = 0

    async def run(self) -> None:
        """Restore, then work until the session is lost or the task is cancelled."""
        await self.restore()
        while True:
            await self.step(wait=_READ_WAIT)

    async def restore(self) -> None:
        """Take up the state of the last commit; timers are rebuilt from it."""
        restored = await self._session.restore()
        self._position = restored.position
        self._tracks = {key: value for key, value in restored.state.items() if isinstance(value, Track)}
        marks = restored.state.get(_MARKS_KEY)
        self._marks = marks if isinstance(marks, Marks) else Marks()
        self._timers = []
        for key in self._tracks:
            self._set_timer(key)

    async def step(self, *, wait: timedelta) -> int:
        """Read one batch, fold it, commit it; return how many records it had."""
        records = await self._session.read(max_records=BATCH_MAX, wait=wait)
        self._follow_rules()
        for record in records:
            self._take(record)
        if not records and not self._outputs:
            return 0
        await self._commit(records)
        return len(records)

    @property
    def clock(self) -> datetime | None:
        """The stream's time here: None until every DETECT partition has been heard."""
        if not self._origins <= self._marks.at.keys():
            return None
        return min(self._marks.at[origin] for origin in self._origins)

    def _take(self, record: Record) -> None:
        message = record.message
        if isinstance(message, TimeMark):
            self._marks = replace(self._marks, at={**self._marks.at, message.origin: message.at})
            self._pass_time()
        elif isinstance(message, Match | MatchRetraction):
            key = message.key.text
            self._put(key, take(self._tracks.get(key), message, self._rules.current()))
        else:
            self._observer.error("A record of the matches topic is not a match; it was passed over.", key=record.key)

    def _pass_time(self) -> None:
        now = self.clock
        while now and self._timers and self._timers[0][0] <= now:
            _due, key = heapq.heappop(self._timers)
            self._put(key, pass_time(self._tracks[key], self._rules.current(), now))
            self._set_timer(key)

    def _follow_rules(self) -> None:
        """End the alerts of rules that left or changed since the tracks were last looked at."""
        rules = self._rules.current()
        if rules.version == self._marks.rules_version:
            return
        at = self.clock or self._wall.now()
        for key, track in list(self._tracks.items()):
            self._put(key, follow_rules(track, rules, at))
            self._set_timer(key)
        self._marks = replace(self._marks, rules_version=rules.version)

    def _put(self, key: str, folded: Folded) -> None:
        """Keep a key's new state and send on what it made; who is told is decided here, in the same epoch."""
        track = folded.track
        for suppression in folded.suppressions:
            self._suppress(suppression)
        for change in folded.changes:
            assert track is not None
            track = self._publish(track, change)
        if track is None or track is self._tracks.get(key):
            return
        self._tracks[key] = track
        self._dirty.add(key)
        self._set_timer(key)

    def _publish(self, track: Track, change: AlertChange) -> Track:
        self._observer.count("alert_changes", kind=str(change.kind))
        self._outputs.append(Output(Topic.ALERTS, change.alert.id, change))
        told = deliveries(change, self._subscriptions.current(), track.told)
        self._outputs.extend(Output(Topic.DELIVERIES, delivery.endpoint_id, delivery) for delivery in told)
        endpoints = (*track.told, *(delivery.endpoint_id for delivery in told))
        return replace(track, told=tuple(dict.fromkeys(endpoints))) if told else track

    def _suppress(self, suppression: Suppression) -> None:
        self._observer.count("suppressions", reason=suppression.reason)
        self._outputs.append(Output(Topic.SUPPRESSIONS, suppression.alert_id or suppression.rule_id, suppression))

    def _set_timer(self, key: str) -> None:
        due = next_due(self._tracks[key], self._rules.current())
        if due is not None:
            heapq.heappush(self._timers, (due, key))

    async def _commit(self, records: Sequence[Record]) -> None:
        changes = [StateChange(key, self._tracks[key]) for key in sorted(self._dirty)]
        changes.append(StateChange(_MARKS_KEY, self._marks))
        position = records[-1].offset + 1 if records else self._position
        epoch = Epoch(position=position, state_changes=changes, outputs=self._outputs)
        await commit_patiently(self._session, epoch, self._observer)
        self._position = position
        self._dirty = set()
        self._outputs = []
        self._observer.count("records", len(records), stage="track")
        open_alerts = sum(track.alert is not None for track in self._tracks.values())
        partition = str(self._session.partition)
        self._observer.gauge("open_alerts", open_alerts, partition=partition)
        if self.clock is not None:
            self._observer.gauge("track_clock_timestamp_seconds", self.clock.timestamp(), partition=partition)
