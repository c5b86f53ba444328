"""What events carry which figures, and the magnitude, depth, wind and length that a sentence states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from alerts.domain.event import Comparator, Quantity, Scope
from alerts.extraction.reading import Reading

_MEASURES: Mapping[str, re.Pattern[str]] = {
    "magnitude": re.compile(
        r"\b(?:magnitude[ -](?:of )?(?:about )?(\d{1,2}(?:\.\d)?)|(\d{1,2}(?:\.\d)?)[ -]magnitude|M ?(\d\.\d)"
        r"|(?:quake|tremor|temblor)s? (?:\w{1,12} ){0,3}?(?:measuring|measured|registering|registered|of|at)"
        r" (?:about )?(\d\.\d))\b",
        re.IGNORECASE,
    ),
    "depth_km": re.compile(
        r"\bdepth of (?:about |around |some )?(\d{1,3}(?:\.\d)?) ?(?:km|kilomet)"
        r"|\b(\d{1,3}(?:\.\d)?) ?(?:km|kilomet(?:er|re)s?) deep",
        re.IGNORECASE,
    ),
    "wind_kmh": re.compile(
        r"\bwinds? (?:\w{1,12} ){0,4}?(\d{2,3}) ?(?:km/h|kph|kmh|kilomet(?:er|re)s? (?:per|an) hour)", re.IGNORECASE
    ),
    "duration_hours": re.compile(
        r"\b(?:last(?:ed|ing|s)?|for) (?:\w{1,12} ){0,2}?(\d{1,3}) hours?\b"
        r"|\b(\d{1,3})[- ]hours?[- ](?:\w{1,12} )?(?:outage|blackout|cut|power cut|shutdown|black-out)s?\b",
        re.IGNORECASE,
    ),
    "duration_days": re.compile(
        r"\b(?:last(?:ed|ing|s)?|for) (?:\w{1,12} ){0,2}?(\d{1,2}) days\b"
        r"|\b(\d{1,2})[- ]days?[- ](?:\w{1,12} )?(?:outage|blackout|cut|power cut|shutdown)s?\b",
        re.IGNORECASE,
    ),
    "wind_mph": re.compile(r"\bwinds? (?:\w{1,12} ){0,4}?(\d{2,3}) ?(?:mph|miles (?:per|an) hour)", re.IGNORECASE),
}
_MEASURED = ("magnitude", "depth_km", "wind_kmh", "duration_hours")
_KMH_PER_MPH = 1.609344


def measures_in(reading: Reading, sentence: int, event_type: str, branch: str) -> tuple[Quantity, ...]:
    """Return the magnitude, depth, wind speed and length that a sentence states, of those that a type of events has."""
    if not any(accepts(event_type, branch, kind) for kind in _MEASURED):
        return ()
    first, last = reading.grammar.sentence_span(sentence)
    tree = reading.grammar.tree
    text = tree.text[tree.start[first] : tree.end[last - 1]]
    return tuple(measure for measure in _measures(text) if accepts(event_type, branch, measure.kind))


def _measures(text: str) -> Iterator[Quantity]:
    for kind, pattern in _MEASURES.items():
        match = pattern.search(text)
        if match is None:
            continue
        value = float(next(group for group in match.groups() if group))
        if kind == "wind_mph":
            yield Quantity(kind="wind_kmh", value=round(value * _KMH_PER_MPH, 1))
        elif kind == "duration_days":
            yield Quantity(kind="duration_hours", value=value * 24)
        else:
            yield Quantity(kind=kind, value=value)


ACCEPTED: Mapping[str, frozenset[str]] = {
    "displacement": frozenset({"displaced"}),
    "return": frozenset({"returned"}),
    "evacuation": frozenset({"evacuated"}),
    "arrests": frozenset({"detained"}),
    "abduction_forced_disappearance": frozenset({"detained", "missing", "killed"}),
    "humanitarian_need": frozenset({"affected", "displaced"}),
    "aid_delivered": frozenset({"affected"}),
    "epidemic": frozenset({"killed", "affected", "injured"}),
    "ceasefire": frozenset(),
    "agreement": frozenset(),
    "power_outage": frozenset({"affected", "duration_hours"}),
    "telecom_outage": frozenset({"affected", "duration_hours"}),
    "water_outage": frozenset({"affected", "duration_hours"}),
}
_VIOLENT = frozenset({"killed", "injured", "missing", "homes_destroyed", "homes_damaged"})
_CROWD = frozenset({"participants", "killed", "injured", "detained"})
_HAZARD = _VIOLENT | {"magnitude", "depth_km", "wind_kmh", "affected"}
_BY_FAMILY: Mapping[str, frozenset[str]] = {
    "battle": _VIOLENT,
    "explosion_remote_violence": _VIOLENT,
    "violence_against_civilians": _VIOLENT,
    "humanitarian": _VIOLENT,
    "protest": _CROWD,
    "riot": _CROWD | {"homes_destroyed"},
    "hazard": _HAZARD,
    "access": frozenset({"killed", "injured", "participants"}),
}


_NATURAL: Mapping[str, str] = {
    "displacement": "displaced",
    "return": "returned",
    "evacuation": "evacuated",
    "arrests": "detained",
    "abduction_forced_disappearance": "detained",
    "humanitarian_need": "affected",
    "power_outage": "affected",
    "telecom_outage": "affected",
    "water_outage": "affected",
    "epidemic": "affected",
    "protest": "participants",
}


def natural_kind(event_type: str, family: str) -> str | None:
    """Return what a figure on an event's own actor or target counts, where the verb alone does not say it."""
    return _NATURAL.get(event_type) or _NATURAL.get(family)


def accepts(event_type: str, family: str, kind: str) -> bool:
    """Return whether events of a type carry figures of a kind."""
    return kind in ACCEPTED.get(event_type, _BY_FAMILY.get(family, frozenset()))


def most_specific(quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Return one quantity a kind, unit and scope: an exact figure before a vague one, the later before the earlier."""
    best: dict[tuple[str, str | None, Scope], Quantity] = {}
    for quantity in quantities:
        key = (quantity.kind, quantity.unit, quantity.scope)
        before = best.get(key)
        if before is None or _vagueness(quantity) <= _vagueness(before):
            best[key] = quantity
    return tuple(best.values())


def _vagueness(quantity: Quantity) -> int:
    return 1 if quantity.high is not None and quantity.comparator is not Comparator.EXACTLY else 0
