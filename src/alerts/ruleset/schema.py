"""The JSON Schema of rule files, for editors. The compiler is stricter: it resolves names, and says more."""

from __future__ import annotations

from alerts.domain.event import QUANTITY_KINDS, Scope
from alerts.domain.place import PLACE_KINDS
from alerts.domain.taxonomy import BRANCHES, EVENT_TYPES, GROUPS
from alerts.ruleset import (
    build_report,
    build_values,
    examples,
    identity,
    match_tree,
    packs,
    rules,
    schema_examples,
    sites,
)
from alerts.ruleset.reading import COMPARISON_KEYS, ORDER_KEYS
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

_TYPE_NAMES = sorted(EVENT_TYPES | BRANCHES | set(GROUPS))


def rules_schema() -> Schema:
    """Return the JSON Schema (2020-12) of one rule file."""
    root = object_of(
        {
            "pack": said(SCALAR, "The pack that this file is of; rule ids are pack/id"),
            "owner": said(SCALAR, "Who answers for these rules"),
            "lists": said(map_of({"type": "array", "items": SCALAR}), "Lists of names, used as $name"),
            "types": said(map_of(TEXTS), "Groups of event types, used like a type"),
            "areas": said(map_of(ref("area")), "Areas, used as $name in near and inside"),
            "sites": said(map_of(ref("sites")), "Places of your own, used as near: {sites: $name, km: 5}"),
            "filters": said(map_of(ref("match")), "Conditions with a name, for `use: name`"),
            "rules": {"type": "array", "items": ref("rule")},
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
        "ordering": _ordering(NUMBER),
        "span": _ordering(DURATION),
        "comparison": _comparison(),
        "text": _text(),
        "source": _source(),
        "examples": object_of({wanted: {"type": "array", "items": ref("example")} for wanted in examples.Wanted}),
        "example": schema_examples.example(),
        "report": schema_examples.report(),
        "event": schema_examples.event(),
    }


def _rule() -> Schema:
    found: dict[str, Schema] = {
        "id": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,79}$", "description": "Stable: alerts hang on it"},
        "title": said(SCALAR, "What a reader of the alert sees first"),
        "why": said(SCALAR, "Why anybody should care"),
        "owner": SCALAR,
        "severity": ref("severity"),
        "match": said(ref("match"), "The conditions; all must hold"),
        "alert": ref("alert"),
        "labels": said(map_of(SCALAR), "For routing, never identity"),
        "stage": said(words(rules.STAGE_WORDS), "shadow: evaluated and recorded, nothing leaves"),
        "examples": ref("examples"),
        "known_gaps": said(SCALAR, "What this rule is known to miss"),
    }
    assert set(found) == set(rules.RULE_KEYS)
    return object_of(found, required=("id", "title", "match"))


def _alert() -> Schema:
    found: dict[str, Schema] = {
        "by": said(one_or_more(words(identity.BY_FIELDS)), "What makes two matches one alert"),
        "expire_after": said(DURATION, "How long after its last supporting report an alert ends"),
        "until": said(ref("match"), "What ends the alert, for the same values of by"),
        "notify": words(rules.NOTIFY_WORDS),
        "repeat_every": DURATION,
        "summary": said(SCALAR, "Text with {path} fields, such as {actor}, {place}, {distance_km}"),
    }
    assert set(found) == set(rules.ALERT_KEYS)
    return object_of(found)


def _severity() -> Schema:
    word = words(rules.SEVERITY_WORDS)
    steps = {name: ref("match") for name in rules.SEVERITY_WORDS}
    return {"anyOf": [word, object_of({"default": word, **steps})]}


def _match() -> Schema:
    several: Schema = {"type": "array", "items": ref("match"), "minItems": 1}
    types: Schema = {"anyOf": [words(_TYPE_NAMES), {"type": "string", "description": "custom/..., a group, a $list"}]}
    found: dict[str, Schema] = {
        "type": said(one_or_more(types), "Event types, branches of the tree, groups"),
        "status": said(one_or_more(words(build_values.STATUS_WORDS)), "Default: happening"),
        "role": said(one_or_more(words(build_values.ROLE_WORDS)), "How the place belongs to the event; default: at"),
        "actor": said(one_or_more(ref("party")), "Who did it"),
        "target": said(one_or_more(ref("party")), "Whom or what it was done to"),
        "place": said(one_or_more(ref("place")), "That town or site, or inside it"),
        "country": said(TEXTS, "Codes (SY) or names"),
        "admin1": said(TEXTS, "Provinces by name"),
        "near": ref("near"),
        "inside": {"anyOf": [{"type": "string", "pattern": r"^\$"}, ref("shape")]},
        "quantity": object_of({kind: ref("figure") for kind in sorted(QUANTITY_KINDS)}),
        "text": ref("text"),
        "source": ref("source"),
        "language": TEXTS,
        "claimed": said(BOOLEAN, "Only a party's claim"),
        "disputed": said(BOOLEAN, "Contradicted in the same report"),
        "confidence": ref("ordering"),
        "age": said(ref("span"), "From the event to the report's arrival; default: {at_most: 7d}"),
        "starts": object_of({"in_next": DURATION}, required=("in_next",)),
        "attributes": said(map_of(ref("comparison")), "Fields of a structured message, by path"),
        "any": several,
        "all": several,
        "not": one_or_more(ref("match")),
        "use": said(TEXTS, "Filters by name"),
        "or_unknown": said(BOOLEAN, "Conditions on missing values count as holding"),
    }
    assert set(found) == set(match_tree.MATCH_KEYS)
    return object_of(found)


def _near() -> Schema:
    point = object_of({"lat": NUMBER, "lon": NUMBER}, required=("lat", "lon"))
    found: dict[str, Schema] = {
        "place": TEXTS,
        "point": point,
        "sites": {"type": "string", "pattern": r"^\$"},
        "along": {"type": "array", "items": SCALAR, "minItems": 2},
        "area": {"type": "string", "pattern": r"^\$"},
        **DISTANCES,
        "coarse": said(BOOLEAN, "Let in events known only to a province or country"),
    }
    return {"anyOf": [{"type": "string", "pattern": r"^\$"}, object_of(found)]}


def _area() -> Schema:
    shape = _properties(_shape())
    return object_of(
        {
            "near": ref("near"),
            "along": {"type": "array", "items": SCALAR, "minItems": 2},
            **DISTANCES,
            "inside": {"anyOf": [{"type": "string"}, ref("shape")]},
            **shape,
        }
    )


def _shape() -> Schema:
    return object_of({"file": SCALAR, "type": words(("Polygon", "MultiPolygon")), "coordinates": {"type": "array"}})


def _sites() -> Schema:
    columns: dict[str, Schema] = {
        name: NUMBER if name in {"lat", "lon", "radius_km"} else SCALAR for name in sites.COLUMNS
    }
    row = object_of(columns, required=("id", "lat", "lon"))
    return {"anyOf": [object_of({"file": SCALAR}, required=("file",)), {"type": "array", "items": row}]}


def _party() -> Schema:
    kinds = one_or_more(words(sorted(build_values.PARTY_KINDS)))
    return {"anyOf": [SCALAR, object_of({"name": TEXTS, "kind": kinds, "country": TEXTS})]}


def _place() -> Schema:
    return {"anyOf": [SCALAR, object_of({"kind": one_or_more(words(sorted(PLACE_KINDS))), "country": TEXTS})]}


def _ordering(value: Schema) -> Schema:
    pair: Schema = {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    return {"anyOf": [value, object_of({name: pair if name == "between" else value for name in ORDER_KEYS})]}


def _figure() -> Schema:
    pair: Schema = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
    found: dict[str, Schema] = {name: pair if name == "between" else NUMBER for name in build_values.QUANTITY_KEYS}
    found |= {
        "window": said(ref("span"), "The span that the figure covers"),
        "scope": one_or_more(words(Scope)),
        "projections": said(BOOLEAN, "Let in forecasts"),
        "unit": words(("people", "households")),
        "persons_per_household": said(NUMBER, "Counts households as so many people each"),
    }
    assert set(found) == set(build_values.FIGURE_KEYS)
    return {"anyOf": [NUMBER, object_of(found)]}


def _comparison() -> Schema:
    pair: Schema = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
    special: dict[str, Schema] = {
        "is": SCALAR,
        "is_not": TEXTS,
        "one_of": TEXTS,
        "between": pair,
        "exists": BOOLEAN,
        "matches": {"type": "string"},
    }
    return {"anyOf": [TEXTS, object_of({name: special.get(name, NUMBER) for name in COMPARISON_KEYS})]}


def _text() -> Schema:
    return {"anyOf": [TEXTS, object_of(dict.fromkeys(build_report.TEXT_KEYS, TEXTS))]}


def _source() -> Schema:
    letters = words("ABCDEF")
    fields: dict[str, Schema] = dict.fromkeys(build_report.SOURCE_KEYS, TEXTS)
    fields["reliability"] = {"anyOf": [one_or_more(letters), object_of({"at_least": letters})]}
    return {"anyOf": [TEXTS, object_of(fields)]}
