"""What a probe is: one condition, ready to be put to any subject."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alerts.domain.event import Event
from alerts.matching.truth import Subject, Truth

NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Probe:
    """How one condition is put to a subject. `margin` says by how much a threshold is met or missed."""

    truth: Callable[[Subject], Truth]
    actual: Callable[[Subject], str]
    margin: Callable[[Subject], str | None] = lambda _: None


def of_event(test: Callable[[Event], Truth], show: Callable[[Event], str]) -> Probe:
    """Return a probe of the event alone; a report without one knows nothing of it."""
    return Probe(
        lambda s: Truth.UNKNOWN if s.event is None else test(s.event),
        lambda s: "no event" if s.event is None else show(s.event),
    )
