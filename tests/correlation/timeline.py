"""One alert key over time, for the tests of its life."""

from __future__ import annotations

from alerts.correlation.correlator import Folded, follow_rules, pass_time, take
from alerts.correlation.track import Track
from alerts.domain.alert import AlertChange, ChangeKind, Suppression
from alerts.domain.match import Match, MatchRetraction
from alerts.ruleset.rule import Rule, RuleSet
from tests.support.builders import a_rule, at, rules

COPY = tuple(range(64))


class Life:
    """One alert key over time: what went in, and the changes and suppressions that came out."""

    def __init__(self, *in_force: Rule) -> None:
        self.rules: RuleSet = rules(*(in_force or (a_rule(),)))
        self.track: Track | None = None
        self.changes: list[AlertChange] = []
        self.suppressions: list[Suppression] = []

    def take(self, *messages: Match | MatchRetraction) -> Life:
        for message in messages:
            self._put(take(self.track, message, self.rules))
        return self

    def until(self, clock: str) -> Life:
        assert self.track is not None
        return self._put(pass_time(self.track, self.rules, at(clock)))

    def with_rules(self, *in_force: Rule, clock: str) -> Life:
        assert self.track is not None
        self.rules = rules(*in_force, version="v2")
        return self._put(follow_rules(self.track, self.rules, at(clock)))

    def kinds(self) -> list[ChangeKind]:
        return [change.kind for change in self.changes]

    def _put(self, folded: Folded) -> Life:
        track, changes, suppressions = folded
        self.track = track
        self.changes.extend(changes)
        self.suppressions.extend(suppressions)
        return self
