"""How well passages are read: each gold event is paired with the event found that suits it best, and judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import yaml

from alerts.domain.event import HAPPENING, QUANTITY_KINDS, Event
from alerts.domain.taxonomy import is_below
from tests.extraction.passage_check import Passage, is_at, is_happening, types_of

FRESH = Path(__file__).parent / "fresh"


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over passages; the figures are made of them."""

    gold: int = 0
    """Events that the passages tell."""
    paired: int = 0
    """Of these, found with a type that suits, whatever their status."""
    extra: int = 0
    """Events found that no gold event and no allowed type answers for."""
    placed: int = 0
    """Paired gold events that name a place."""
    right_place: int = 0
    right_status: int = 0
    right_happening: int = 0
    """Paired events on the right side of happened or not."""
    figures: int = 0
    """Figures that paired gold events name."""
    right_figures: int = 0
    happening: int = 0
    """Events found that a rule would fire on: occurred or ongoing."""
    false_alarms: int = 0
    """Of these, what the passage does not say to happen."""

    def __add__(self, other: Self) -> Score:
        return Score(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def precision(self) -> float:
        return _share(self.paired, self.paired + self.extra)

    @property
    def recall(self) -> float:
        return _share(self.paired, self.gold)

    @property
    def f1(self) -> float:
        return _share(2 * self.paired, self.gold + self.paired + self.extra)

    def __str__(self) -> str:
        return (
            f"events F1 {self.f1:.2f} (P {self.precision:.2f}, R {self.recall:.2f}), "
            f"right spot {_share(self.right_place, self.placed):.2f}, "
            f"status {_share(self.right_status, self.paired):.2f}, "
            f"happened or not {_share(self.right_happening, self.paired):.2f}, "
            f"figures {_share(self.right_figures, self.figures):.2f}, "
            f"false alerts {_share(self.false_alarms, self.happening):.2f} ({self.false_alarms} of {self.happening})"
        )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def fresh(part: str) -> Mapping[str, Sequence[Passage]]:
    """Return the passages of a part, `open` or `sealed`, by the name of their file."""
    return {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["passages"]
        for path in sorted((FRESH / part).glob("*.yaml"))
    }


def score(passage: Passage, found: Iterable[Event]) -> Score:
    """Judge the events found in one passage."""
    events = list(found)
    pairs = _pairs(passage["events"], events)
    rest = [event for number, event in enumerate(events) if number not in {number for _, number in pairs}]
    known = _allowed(passage)
    return Score(
        gold=len(passage["events"]),
        paired=len(pairs),
        extra=sum(not is_below(event.type, known) for event in rest),
        placed=sum("place" in wanted for wanted, _ in pairs),
        right_place=sum("place" in wanted and is_at(events[n].place, wanted["place"]) for wanted, n in pairs),
        right_status=sum(_has_status(events[n], wanted) for wanted, n in pairs),
        right_happening=sum(_is_right_side(events[n], wanted) for wanted, n in pairs),
        figures=sum(len(_figures(wanted)) for wanted, _ in pairs),
        right_figures=sum(_has(events[n], kind, wanted[kind]) for wanted, n in pairs for kind in _figures(wanted)),
        happening=sum(event.status in HAPPENING for event in events),
        false_alarms=len(false_alarms(passage, events)),
    )


def false_alarms(passage: Passage, found: Iterable[Event]) -> list[Event]:
    """Return what is found to happen and does not, by the passage."""
    happens = frozenset(
        name for wanted in passage["events"] if is_happening(wanted) for name in types_of(wanted["type"])
    ) | frozenset(name for allowed in passage.get("also", ()) for name in types_of(allowed))
    return [event for event in found if event.status in HAPPENING and not is_below(event.type, happens)]


def _allowed(passage: Passage) -> frozenset[str]:
    names = [*(wanted["type"] for wanted in passage["events"]), *passage.get("also", ())]
    return frozenset(name for value in names for name in types_of(value))


def _pairs(gold: Sequence[Mapping[str, Any]], events: Sequence[Event]) -> list[tuple[Mapping[str, Any], int]]:
    """Pair each gold event with one event found, the best suited pairs first."""
    suited = sorted(
        (-_fit(event, wanted), g, n)
        for g, wanted in enumerate(gold)
        for n, event in enumerate(events)
        if is_below(event.type, frozenset(types_of(wanted["type"])))
    )
    pairs: dict[int, int] = {}
    for _, g, n in suited:
        if g not in pairs and n not in pairs.values():
            pairs[g] = n
    return [(gold[g], n) for g, n in sorted(pairs.items())]


def _fit(event: Event, wanted: Mapping[str, Any]) -> int:
    place = "place" in wanted and is_at(event.place, wanted["place"])
    return 4 * _is_right_side(event, wanted) + 2 * place + _has_status(event, wanted)


def _has_status(event: Event, wanted: Mapping[str, Any]) -> bool:
    return event.status.value in str(wanted["status"]).split("|")


def _is_right_side(event: Event, wanted: Mapping[str, Any]) -> bool:
    return _has_status(event, wanted) or (event.status in HAPPENING) == is_happening(wanted)


def _figures(wanted: Mapping[str, Any]) -> set[str]:
    return set(QUANTITY_KINDS & wanted.keys())


def _has(event: Event, kind: str, value: float) -> bool:
    return any(figure.kind == kind and figure.value == value for figure in event.quantities)
