"""The JSON Schema of examples."""

from __future__ import annotations

from alerts.domain.event import Comparator, Scope, Status
from alerts.domain.geo import COMPASS_DEGREES
from alerts.domain.place import PLACE_KINDS, PlaceRole, Precision
from alerts.ruleset import example_events, examples
from alerts.ruleset.schema_parts import (
    BOOLEAN,
    DISTANCES,
    DURATION,
    NUMBER,
    SCALAR,
    TEXTS,
    Schema,
    map_of,
    object_of,
    one_or_more,
    ref,
    said,
    words,
)

_EXAMPLE_SOURCE: Schema = {"anyOf": [SCALAR, object_of(dict.fromkeys(examples.SOURCE_KEYS, SCALAR))]}


def example() -> Schema:
    """Return the schema of one example."""
    found: dict[str, Schema] = {
        "text": SCALAR,
        "event": ref("event"),
        "reports": {"type": "array", "items": ref("report")},
        "title": SCALAR,
        "source": _EXAMPLE_SOURCE,
        "published": said({"type": "string"}, "As in 2024-12-06T09:00:00Z"),
        "expect": said({"type": "object"}, "What the match must say; only what is named is looked at"),
        "because": said(words(examples.BECAUSE_WORDS), "The condition that alone keeps the rule quiet"),
    }
    assert set(found) == set(examples.EXAMPLE_KEYS)
    return object_of(found)


def report() -> Schema:
    """Return the schema of one report of a timed example."""
    found: dict[str, Schema] = {
        "at": DURATION,
        "text": SCALAR,
        "event": ref("event"),
        "title": SCALAR,
        "source": _EXAMPLE_SOURCE,
        "item": SCALAR,
        "kind": words(("new", "update", "withdrawn")),
        "expect": one_or_more(words((*examples.CHANGES, examples.NOTHING))),
    }
    assert set(found) == set(examples.REPORT_KEYS)
    return object_of(found, required=("at",))


def event() -> Schema:
    """Return the schema of an event written out."""
    party: Schema = {"anyOf": [SCALAR, object_of(dict.fromkeys(example_events.PARTY_KEYS, TEXTS))]}
    numbers = {"lat", "lon", "radius_km"}
    place: dict[str, Schema] = {name: NUMBER if name in numbers else SCALAR for name in example_events.PLACE_KEYS}
    place["precision"] = words(Precision)
    place["kind"] = words(sorted(PLACE_KINDS))
    comparator = words(Comparator)
    distance: dict[str, Schema] = {
        **DISTANCES,
        "comparator": comparator,
        "of": SCALAR,
        "bearing": words(COMPASS_DEGREES),
    }
    figure: dict[str, Schema] = {"value": NUMBER, "high": NUMBER, "comparator": comparator, "unit": SCALAR}
    figure |= {"scope": words(Scope), "window": DURATION}
    found: dict[str, Schema] = {
        "type": SCALAR,
        "status": words(Status),
        "actors": one_or_more(party),
        "targets": one_or_more(party),
        "place": {"anyOf": [SCALAR, object_of(place)]},
        "role": words(PlaceRole),
        "distance": object_of(distance, required=("of",)),
        "quantities": map_of({"anyOf": [NUMBER, object_of(figure, required=("value",))]}),
        "age": DURATION,
        "starts_in": DURATION,
        "claimed": BOOLEAN,
        "disputed": BOOLEAN,
        "attributed_to": SCALAR,
        "confidence": NUMBER,
        "attributes": map_of(SCALAR),
    }
    assert set(found) == set(example_events.EVENT_KEYS)
    return object_of(found, required=("type",))
