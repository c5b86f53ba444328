"""The tracks of one partition of `matches`: folding into them, their timers, and what is sent on of it."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.correlation.correlator import Folded, follow_rules, next_due, pass_time, take
from alerts.correlation.track import Track
from alerts.delivery.routing import deliveries
from alerts.domain.alert import AlertChange, Suppression
from alerts.domain.match import Match, MatchRetraction
from alerts.pipeline.dead_letters import unfolded
from alerts.pipeline.messages import Topic
from alerts.pipeline.ports import Observer, Output, StateChange, SubscriptionSource
from alerts.ruleset.rule import RuleSet


class Lives:
    """All tracks of a partition, and what they made since the last commit."""

    def __init__(self, tracks: Iterable[Track], subscriptions: SubscriptionSource, observer: Observer) -> None:
        self._tracks = {track.key.text: track for track in tracks}
        self._subscriptions = subscriptions
        self._observer = observer
        self._timers: list[tuple[datetime, str]] = []
        self._armed: dict[str, datetime] = {}
        self._dirty: set[str] = set()
        self.outputs: list[Output] = []
        self.open_alerts = sum(track.alert is not None for track in self._tracks.values())
        """How many alerts are open."""

    def fold(self, key: str, message: Match | MatchRetraction, rules: RuleSet, *, origin: str) -> None:
        """Fold one match or retraction of a key by the rules in force at its time.

        One that cannot be folded (a fault of ours) is set aside: it must not stop its partition.

        Args:
            key: The text of its key.
            message: What is folded.
            rules: The rules in force at its time.
            origin: Where it lies, as `matches/2@41`.
        """
        try:
            folded = take(self._tracks.get(key), message, rules)
        except Exception as fault:
            self.outputs.append(unfolded(origin, message, fault, self._observer))
            return
        self._put(key, folded, rules)

    def follow(self, rules: RuleSet, at: datetime) -> None:
        """Bring every track in line with rules that took force; alerts of those that left or changed end."""
        for key in list(self._tracks):
            self.follow_one(key, rules, at)
            self._arm(key, rules)

    def follow_one(self, key: str, rules: RuleSet, at: datetime) -> None:
        """Bring one track in line with rules, when there is one."""
        track = self._tracks.get(key)
        if track is not None:
            self._put(key, follow_rules(track, rules, at), rules)

    def due(self, until: datetime, rules: RuleSet) -> datetime | None:
        """Return when the first timer that is due by a moment is due; None when none is."""
        while self._timers and self._timers[0][0] <= until:
            armed, key = self._timers[0]
            due = next_due(self._tracks[key], rules) if self._armed.get(key) == armed else None
            if due == armed:
                return due
            # The evidence of meanwhile has put it off, or another entry stands for this key.
            heapq.heappop(self._timers)
            if self._armed.get(key) == armed:
                del self._armed[key]
                self._arm(key, rules)
        return None

    def pass_first(self, rules: RuleSet) -> None:
        """Let the first timer's moment come for its key: see `due`.

        Each comes at its own time, however late it is found: how many reminders there were does not depend on how
        finely time passed. Of several that wait for a receiver, DELIVER sends the last.
        """
        due, key = heapq.heappop(self._timers)
        del self._armed[key]
        self._put(key, pass_time(self._tracks[key], rules, due), rules)
        self._arm(key, rules)

    @property
    def has_news(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self.outputs or self._dirty)

    def changes(self) -> list[StateChange]:
        """Return the tracks that changed since the last commit."""
        return [StateChange(key, self._tracks[key]) for key in sorted(self._dirty)]

    def committed(self) -> None:
        """Begin the next epoch."""
        self._dirty = set()
        self.outputs = []

    def arm(self, rules: RuleSet) -> None:
        """Set the timers of all tracks."""
        for key in self._tracks:
            self._arm(key, rules)

    def _put(self, key: str, folded: Folded, rules: RuleSet) -> None:
        """Keep a key's new state and send on what it made; who is told is decided here, in the same epoch."""
        track = folded.track
        for suppression in folded.suppressions:
            self._suppress(suppression)
        for change in folded.changes:
            assert track is not None
            track = self._publish(track, change)
        before = self._tracks.get(key)
        if track is None or track is before:
            return
        self.open_alerts += (track.alert is not None) - (before is not None and before.alert is not None)
        self._tracks[key] = track
        self._dirty.add(key)
        self._arm(key, rules)

    def _publish(self, track: Track, change: AlertChange) -> Track:
        self._observer.count("alert_changes", kind=str(change.kind))
        self.outputs.append(Output(Topic.ALERTS, change.alert.id, change))
        told = deliveries(change, self._subscriptions.current(), track.told)
        self.outputs.extend(Output(Topic.DELIVERIES, delivery.endpoint_id, delivery) for delivery in told)
        endpoints = (*track.told, *(delivery.endpoint_id for delivery in told))
        return replace(track, told=tuple(dict.fromkeys(endpoints))) if told else track

    def _suppress(self, suppression: Suppression) -> None:
        self._observer.count("suppressions", reason=suppression.reason)
        self.outputs.append(Output(Topic.SUPPRESSIONS, suppression.alert_id or suppression.rule_id, suppression))

    def _arm(self, key: str, rules: RuleSet) -> None:
        """Set a key's timer. One that is set for an earlier moment stays: its time is looked at again when it comes."""
        due = next_due(self._tracks[key], rules)
        armed = self._armed.get(key)
        if due is not None and (armed is None or due < armed):
            heapq.heappush(self._timers, (due, key))
            self._armed[key] = due


def tracks_of(state: Iterable[object]) -> Sequence[Track]:
    """Return the tracks among the rows of a partition's state."""
    return [value for value in state if isinstance(value, Track)]
