"""What several extractors found in one report, as one list of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alerts.domain.event import Event
from alerts.domain.geo import distance_km
from alerts.domain.ids import event_id
from alerts.domain.report import EVENTS_MAX, Report


def beside(found: Sequence[Sequence[Event]], report: Report) -> tuple[Event, ...]:
    """Return the events of several extractors, each happening once, with the ids of their place in the list.

    Two extractors tell one event when the type is the same, their quotes overlap, and their places, where both have
    one, lie within each other's radius. The extractor named first is believed, its status and figures too: a place or
    a figure that only the second has is not added.

    Args:
        found: The events of each extractor, in the order in which they are believed.
        report: What they were read from.
    """
    if len(found) == 1:
        return tuple(found[0])
    told: list[Event] = []
    for events in found:
        known = tuple(told)
        told += (event for event in events if not any(_same(event, other) for other in known))
    return tuple(
        replace(event, id=event_id(report.id, report.version, ordinal))
        for ordinal, event in enumerate(told[:EVENTS_MAX])
    )


def _same(event: Event, other: Event) -> bool:
    return event.type == other.type and _overlap(event, other) and _may_be_at_one_place(event, other)


def _overlap(event: Event, other: Event) -> bool:
    return any(a.start < b.end and b.start < a.end for a in event.evidence for b in other.evidence)


def _may_be_at_one_place(event: Event, other: Event) -> bool:
    if event.place is None or other.place is None:
        return True
    apart = distance_km(event.place.point, other.place.point)
    return apart <= max(event.place.radius_km, other.place.radius_km)
