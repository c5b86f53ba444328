"""How well ACLED's sub-event of a passage is told: the first event found against the first one that it tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tests.extraction.passage_check import Passage, is_happening, types_of

from alerts.domain.event import HAPPENING, Event, Status
from alerts.domain.taxonomy import codes

_NONE = "none"


def labels(passage: Passage, found: Sequence[Event]) -> tuple[str, str] | None:
    """Return the sub-event told first and the one found first; None where the passage tells none that happened."""
    told = next((wanted for wanted in passage["events"] if is_happening(wanted)), None)
    names = [] if told is None else [name for kind in types_of(told["type"]) if (name := codes(kind).acled)]
    if not names:
        return None
    happened = (event for event in found if event.status in HAPPENING or event.status is Status.HISTORICAL)
    first = next((name for event in happened if (name := codes(event.type).acled)), _NONE)
    return (first if first in names else names[0], first)


def weighted_f1(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the F1 of each sub-event told, weighted by how often it is; 1.0 for no pairs."""
    judged = list(pairs)
    told = Counter(gold for gold, _ in judged)
    found = Counter(guess for _, guess in judged)
    right = Counter(gold for gold, guess in judged if gold == guess)
    share = sum(count * 2 * right[name] / (count + found[name]) for name, count in told.items())
    return share / len(judged) if judged else 1.0
