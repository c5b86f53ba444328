"""A condition tree compiled to something that can be asked quickly, and asked why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from alerts.matching.probe import Probe
from alerts.matching.probes import probe_of
from alerts.matching.truth import Subject, Truth, negation
from alerts.ruleset.conditions import All, AnyOf, Condition, Not, OrUnknown


@dataclass(frozen=True, slots=True)
class Compiled:
    """One node of a compiled tree: a test with its probe, or a combination with its parts."""

    condition: Condition
    parts: tuple[Compiled, ...] = ()
    probe: Probe | None = None

    def truth(self, subject: Subject) -> Truth:
        """Return whether the condition holds for a subject."""
        if self.probe is not None:
            return self.probe.truth(subject)
        if isinstance(self.condition, All):
            return self._all(subject)
        if isinstance(self.condition, AnyOf):
            return self._any(subject)
        inner = self.parts[0].truth(subject)
        if isinstance(self.condition, Not):
            return negation(inner)
        return Truth.YES if inner is Truth.UNKNOWN else inner

    def _all(self, subject: Subject) -> Truth:
        verdict = Truth.YES
        for part in self.parts:
            found = part.truth(subject)
            if found is Truth.NO:
                return found
            verdict = min(verdict, found)
        return verdict

    def _any(self, subject: Subject) -> Truth:
        verdict = Truth.NO
        for part in self.parts:
            found = part.truth(subject)
            if found is Truth.YES:
                return found
            verdict = max(verdict, found)
        return verdict

    def holding(self, subject: Subject) -> Iterator[Compiled]:
        """Yield the tests, and the negations, that make the tree hold; of `any` the parts that hold."""
        if isinstance(self.condition, All | OrUnknown):
            for part in self.parts:
                yield from part.holding(subject)
        elif isinstance(self.condition, AnyOf):
            for part in self.parts:
                if part.truth(subject) is Truth.YES:
                    yield from part.holding(subject)
        else:
            yield self


def compiled(condition: Condition, known: dict[Condition, Compiled] | None = None) -> Compiled:
    """Return a tree ready to be asked; conditions that are equal share one probe through `known`."""
    shared = {} if known is None else known
    found = shared.get(condition)
    if found is None or found.condition.expected != condition.expected:
        found = _compile(condition, shared)
        shared[condition] = found
    return found


def _compile(condition: Condition, known: dict[Condition, Compiled]) -> Compiled:
    if isinstance(condition, All | AnyOf):
        return Compiled(condition, tuple(compiled(part, known) for part in condition.conditions))
    if isinstance(condition, Not | OrUnknown):
        return Compiled(condition, (compiled(condition.condition, known),))
    return Compiled(condition, probe=probe_of(condition))
