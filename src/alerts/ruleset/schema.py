"""The JSON Schema of rule files, for editors. The compiler is stricter: it resolves names, and says more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from alerts.domain.event import QUANTITY_KINDS, Comparator, Scope, Status
from alerts.domain.geo import COMPASS_DEGREES
from alerts.domain.place import PLACE_KINDS, PlaceRole, Precision
from alerts.domain.taxonomy import BRANCHES, EVENT_TYPES, GROUPS
from alerts.ruleset import (
    build_report,
    build_values,
    example_events,
    examples,
    identity,
    match_tree,
    packs,
    rules,
    sites,
)
from alerts.ruleset.reading import COMPARISON_KEYS, ORDER_KEYS

Schema = dict[str, object]

# An editor reads `5` and `true` as numbers and truths; where a text may stand, so may they.
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_NUMBER: Schema = {"type": "number"}
_BOOLEAN: Schema = {"type": "boolean"}
_DURATION: Schema = {
    "type": "string",
    "pattern": r"^[0-9]{1,6}(\.[0-9]{1,3})? ?(min|h|d|w)$",
    "description": "A span of time: 30min, 48h, 7d, 2w",
}
_TYPE_NAMES = sorted(EVENT_TYPES | BRANCHES | set(GROUPS))


def _one_or_more(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


def _words(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _object(properties: Mapping[str, Schema], *, required: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _map(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _said(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


_TEXTS = _one_or_more(_SCALAR)


def rules_schema() -> Schema:
    """Return the JSON Schema (2020-12) of one rule file."""
    root = _object(
        {
            "pack": _said(_SCALAR, "The pack that this file is of; rule ids are pack/id"),
            "owner": _said(_SCALAR, "Who answers for these rules"),
            "lists": _said(_map({"type": "array", "items": _SCALAR}), "Lists of names, used as $name"),
            "types": _said(_map(_TEXTS), "Groups of event types, used like a type"),
            "areas": _said(_map(_ref("area")), "Areas, used as $name in near and inside"),
            "sites": _said(_map(_ref("sites")), "Places of your own, used as near: {sites: $name, km: 5}"),
            "filters": _said(_map(_ref("match")), "Conditions with a name, for `use: name`"),
            "rules": {"type": "array", "items": _ref("rule")},
        },
        required=("pack",),
    )
    assert set(_properties(root)) == set(packs.PACK_KEYS), "schema and compiler know the same keys"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Alert rules",
        "description": "What to watch for in news and world events. Explained in docs/rules.md.",
        **root,
        "$defs": _definitions(),
    }


def _properties(schema: Schema) -> dict[str, Schema]:
    found = schema["properties"]
    assert isinstance(found, dict)
    return found


def _definitions() -> dict[str, Schema]:
    return {
        "rule": _rule(),
        "alert": _alert(),
        "severity": _severity(),
        "match": _match(),
        "near": _near(),
        "area": _area(),
        "shape": _shape(),
        "sites": _sites(),
        "party": _party(),
        "place": _place(),
        "figure": _figure(),
        "ordering": _ordering(_NUMBER),
        "span": _ordering(_DURATION),
        "comparison": _comparison(),
        "text": _text(),
        "source": _source(),
        "examples": _object({wanted: {"type": "array", "items": _ref("example")} for wanted in examples.Wanted}),
        "example": _example(),
        "report": _report(),
        "event": _event(),
    }


def _rule() -> Schema:
    found: dict[str, Schema] = {
        "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,79}$", "description": "Stable: alerts hang on it"},
        "title": _said(_SCALAR, "What a reader of the alert sees first"),
        "why": _said(_SCALAR, "Why anybody should care"),
        "owner": _SCALAR,
        "severity": _ref("severity"),
        "match": _said(_ref("match"), "The conditions; all must hold"),
        "alert": _ref("alert"),
        "labels": _said(_map(_SCALAR), "For routing, never identity"),
        "stage": _said(_words(rules.STAGE_WORDS), "shadow: evaluated and recorded, nothing leaves"),
        "examples": _ref("examples"),
        "known_gaps": _said(_SCALAR, "What this rule is known to miss"),
    }
    assert set(found) == set(rules.RULE_KEYS)
    return _object(found, required=("id", "title", "match"))


def _alert() -> Schema:
    found: dict[str, Schema] = {
        "by": _said(_one_or_more(_words(identity.BY_FIELDS)), "What makes two matches one alert"),
        "expire_after": _said(_DURATION, "How long after its last supporting report an alert ends"),
        "until": _said(_ref("match"), "What ends the alert, for the same values of by"),
        "notify": _words(rules.NOTIFY_WORDS),
        "repeat_every": _DURATION,
        "summary": _said(_SCALAR, "Text with {path} fields, such as {actor}, {place}, {distance_km}"),
    }
    assert set(found) == set(rules.ALERT_KEYS)
    return _object(found)


def _severity() -> Schema:
    word = _words(rules.SEVERITY_WORDS)
    steps = {name: _ref("match") for name in rules.SEVERITY_WORDS}
    return {"anyOf": [word, _object({"default": word, **steps})]}


def _match() -> Schema:
    several: Schema = {"type": "array", "items": _ref("match"), "minItems": 1}
    types: Schema = {"anyOf": [_words(_TYPE_NAMES), {"type": "string", "description": "custom/..., a group, a $list"}]}
    found: dict[str, Schema] = {
        "type": _said(_one_or_more(types), "Event types, branches of the tree, groups"),
        "status": _said(_one_or_more(_words(build_values.STATUS_WORDS)), "Default: happening"),
        "role": _said(_one_or_more(_words(build_values.ROLE_WORDS)), "How the place belongs to the event; default: at"),
        "actor": _said(_one_or_more(_ref("party")), "Who did it"),
        "target": _said(_one_or_more(_ref("party")), "Whom or what it was done to"),
        "place": _said(_one_or_more(_ref("place")), "That town or site, or inside it"),
        "country": _said(_TEXTS, "Codes (SY) or names"),
        "admin1": _said(_TEXTS, "Provinces by name"),
        "near": _ref("near"),
        "inside": {"anyOf": [{"type": "string", "pattern": r"^\$"}, _ref("shape")]},
        "quantity": _object({kind: _ref("figure") for kind in sorted(QUANTITY_KINDS)}),
        "text": _ref("text"),
        "source": _ref("source"),
        "language": _TEXTS,
        "claimed": _said(_BOOLEAN, "Only a party's claim"),
        "disputed": _said(_BOOLEAN, "Contradicted in the same report"),
        "confidence": _ref("ordering"),
        "age": _said(_ref("span"), "From the event to the report's arrival; default: {at_most: 7d}"),
        "starts": _object({"in_next": _DURATION}, required=("in_next",)),
        "attributes": _said(_map(_ref("comparison")), "Fields of a structured message, by path"),
        "any": several,
        "all": several,
        "not": _one_or_more(_ref("match")),
        "use": _said(_TEXTS, "Filters by name"),
        "or_unknown": _said(_BOOLEAN, "Conditions on missing values count as holding"),
    }
    assert set(found) == set(match_tree.MATCH_KEYS)
    return _object(found)


_DISTANCES: dict[str, Schema] = dict.fromkeys(("km", "mi", "nm"), _NUMBER)


def _near() -> Schema:
    point = _object({"lat": _NUMBER, "lon": _NUMBER}, required=("lat", "lon"))
    found: dict[str, Schema] = {
        "place": _TEXTS,
        "point": point,
        "sites": {"type": "string", "pattern": r"^\$"},
        "along": {"type": "array", "items": _SCALAR, "minItems": 2},
        "area": {"type": "string", "pattern": r"^\$"},
        **_DISTANCES,
        "coarse": _said(_BOOLEAN, "Let in events known only to a province or country"),
    }
    return {"anyOf": [{"type": "string", "pattern": r"^\$"}, _object(found)]}


def _area() -> Schema:
    shape = _properties(_shape())
    return _object(
        {
            "near": _ref("near"),
            "along": {"type": "array", "items": _SCALAR, "minItems": 2},
            **_DISTANCES,
            "inside": {"anyOf": [{"type": "string"}, _ref("shape")]},
            **shape,
        }
    )


def _shape() -> Schema:
    return _object({"file": _SCALAR, "type": _words(("Polygon", "MultiPolygon")), "coordinates": {"type": "array"}})


def _sites() -> Schema:
    columns: dict[str, Schema] = {
        name: _NUMBER if name in {"lat", "lon", "radius_km"} else _SCALAR for name in sites.COLUMNS
    }
    row = _object(columns, required=("id", "lat", "lon"))
    return {"anyOf": [_object({"file": _SCALAR}, required=("file",)), {"type": "array", "items": row}]}


def _party() -> Schema:
    kinds = _one_or_more(_words(sorted(build_values.PARTY_KINDS)))
    return {"anyOf": [_SCALAR, _object({"name": _TEXTS, "kind": kinds, "country": _TEXTS})]}


def _place() -> Schema:
    return {"anyOf": [_SCALAR, _object({"kind": _one_or_more(_words(sorted(PLACE_KINDS))), "country": _TEXTS})]}


def _ordering(value: Schema) -> Schema:
    pair: Schema = {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    return {"anyOf": [value, _object({name: pair if name == "between" else value for name in ORDER_KEYS})]}


def _figure() -> Schema:
    pair: Schema = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
    found: dict[str, Schema] = {name: pair if name == "between" else _NUMBER for name in build_values.QUANTITY_KEYS}
    found |= {
        "window": _said(_ref("span"), "The span that the figure covers"),
        "scope": _one_or_more(_words(Scope)),
        "projections": _said(_BOOLEAN, "Let in forecasts"),
        "unit": _words(("people", "households")),
        "persons_per_household": _said(_NUMBER, "Counts households as so many people each"),
    }
    assert set(found) == set(build_values.FIGURE_KEYS)
    return {"anyOf": [_NUMBER, _object(found)]}


def _comparison() -> Schema:
    pair: Schema = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
    special: dict[str, Schema] = {
        "is": _SCALAR,
        "is_not": _TEXTS,
        "one_of": _TEXTS,
        "between": pair,
        "exists": _BOOLEAN,
        "matches": {"type": "string"},
    }
    return {"anyOf": [_TEXTS, _object({name: special.get(name, _NUMBER) for name in COMPARISON_KEYS})]}


def _text() -> Schema:
    return {"anyOf": [_TEXTS, _object(dict.fromkeys(build_report.TEXT_KEYS, _TEXTS))]}


def _source() -> Schema:
    letters = _words("ABCDEF")
    fields: dict[str, Schema] = dict.fromkeys(build_report.SOURCE_KEYS, _TEXTS)
    fields["reliability"] = {"anyOf": [_one_or_more(letters), _object({"at_least": letters})]}
    return {"anyOf": [_TEXTS, _object(fields)]}


_EXAMPLE_SOURCE: Schema = {"anyOf": [_SCALAR, _object(dict.fromkeys(examples.SOURCE_KEYS, _SCALAR))]}


def _example() -> Schema:
    found: dict[str, Schema] = {
        "text": _SCALAR,
        "event": _ref("event"),
        "reports": {"type": "array", "items": _ref("report")},
        "title": _SCALAR,
        "source": _EXAMPLE_SOURCE,
        "published": _said({"type": "string"}, "As in 2024-12-06T09:00:00Z"),
        "expect": _said({"type": "object"}, "What the match must say; only what is named is looked at"),
        "because": _said(_words(examples.BECAUSE_WORDS), "The condition that alone keeps the rule quiet"),
    }
    assert set(found) == set(examples.EXAMPLE_KEYS)
    return _object(found)


def _report() -> Schema:
    found: dict[str, Schema] = {
        "at": _DURATION,
        "text": _SCALAR,
        "event": _ref("event"),
        "title": _SCALAR,
        "source": _EXAMPLE_SOURCE,
        "item": _SCALAR,
        "kind": _words(("new", "update", "withdrawn")),
        "expect": _one_or_more(_words((*examples.CHANGES, examples.NOTHING))),
    }
    assert set(found) == set(examples.REPORT_KEYS)
    return _object(found, required=("at",))


def _event() -> Schema:
    party: Schema = {"anyOf": [_SCALAR, _object(dict.fromkeys(example_events.PARTY_KEYS, _TEXTS))]}
    numbers = {"lat", "lon", "radius_km"}
    place: dict[str, Schema] = {name: _NUMBER if name in numbers else _SCALAR for name in example_events.PLACE_KEYS}
    place["precision"] = _words(Precision)
    place["kind"] = _words(sorted(PLACE_KINDS))
    comparator = _words(Comparator)
    distance: dict[str, Schema] = {
        **_DISTANCES,
        "comparator": comparator,
        "of": _SCALAR,
        "bearing": _words(COMPASS_DEGREES),
    }
    figure: dict[str, Schema] = {"value": _NUMBER, "high": _NUMBER, "comparator": comparator, "unit": _SCALAR}
    figure |= {"scope": _words(Scope), "window": _DURATION}
    found: dict[str, Schema] = {
        "type": _SCALAR,
        "status": _words(Status),
        "actors": _one_or_more(party),
        "targets": _one_or_more(party),
        "place": {"anyOf": [_SCALAR, _object(place)]},
        "role": _words(PlaceRole),
        "distance": _object(distance, required=("of",)),
        "quantities": _map({"anyOf": [_NUMBER, _object(figure, required=("value",))]}),
        "age": _DURATION,
        "starts_in": _DURATION,
        "claimed": _BOOLEAN,
        "disputed": _BOOLEAN,
        "attributed_to": _SCALAR,
        "confidence": _NUMBER,
        "attributes": _map(_SCALAR),
    }
    assert set(found) == set(example_events.EVENT_KEYS)
    return _object(found, required=("type",))
