"""The bricks of a JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Schema = dict[str, object]

# An editor reads `5` and `true` as numbers and truths; where a text may stand, so may they.
SCALAR: Schema = {"type": ["string", "number", "boolean"]}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
DURATION: Schema = {
    "type": "string",
    "pattern": r"^[0-9]{1,6}(\.[0-9]{1,3})? ?(min|h|d|w)$",
    "description": "A span of time: 30min, 48h, 7d, 2w",
}


def one_or_more(schema: Schema) -> Schema:
    """Return what takes one value, or a list of them."""
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


def words(known: Iterable[str]) -> Schema:
    """Return what takes one of a closed set of words."""
    return {"enum": list(known)}


def object_of(properties: Mapping[str, Schema], *, required: Iterable[str] = ()) -> Schema:
    """Return a mapping with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def map_of(schema: Schema) -> Schema:
    """Return a mapping from any names."""
    return {"type": "object", "additionalProperties": schema}


def ref(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}"}


def said(schema: Schema, description: str) -> Schema:
    """Return a schema with what an editor shows beside it."""
    return {**schema, "description": description}


TEXTS = one_or_more(SCALAR)

DISTANCES: dict[str, Schema] = dict.fromkeys(("km", "mi", "nm"), NUMBER)
