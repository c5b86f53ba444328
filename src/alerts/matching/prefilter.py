"""Which rules are worth asking for one subject: an index by anchors, and the filter that does nothing, its oracle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from alerts.matching.anchors import Anchor, given, needed
from alerts.matching.truth import Subject
from alerts.ruleset.conditions import Condition


class Prefilter(Protocol):
    """Picks candidates by their number, in order. It may offer too many, never too few."""

    def candidates(self, subject: Subject) -> Iterable[int]:
        """Return the numbers of the conditions that may hold."""
        ...


class EveryRule:
    """Filters nothing: what the index is measured against."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        """Take conditions in order."""
        self._numbers = range(len(conditions))

    def candidates(self, subject: Subject) -> Iterable[int]:
        """Return all."""
        return self._numbers


class RuleIndex:
    """Hangs each condition on the rarest facts that it cannot hold without."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        """Index conditions in order."""
        self._always: list[int] = []
        self._by_anchor: dict[Anchor, list[int]] = {}
        for number, condition in enumerate(conditions):
            anchors = needed(condition)
            if anchors is None:
                self._always.append(number)
                continue
            for anchor in anchors:
                self._by_anchor.setdefault(anchor, []).append(number)
        self._kinds = frozenset(str(anchor[0]) for anchor in self._by_anchor)

    def candidates(self, subject: Subject) -> Iterable[int]:
        """Return the conditions that hang on one of the subject's facts, and those that hang on none."""
        found = set(self._always)
        for anchor in given(subject, kinds=self._kinds):
            found.update(self._by_anchor.get(anchor, ()))
        return sorted(found)
