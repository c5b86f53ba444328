"""Digests of compiled rules: equal for two spellings of one meaning, different for two meanings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum

from alerts.domain.ids import digest
from alerts.ruleset.conditions import Condition
from alerts.ruleset.nodes import SourceFile


def state_digest(tree: Condition, by: Iterable[str]) -> str:
    """Return the digest that the state of a rule's alerts depends on."""
    return digest((canonical(tree), *by))


def version_of(files: Iterable[SourceFile]) -> str:
    """Return the version of a rule set: a digest of every file it came from."""
    ordered = sorted(files, key=lambda file: file.path)
    return digest(part for file in ordered for part in (file.path, file.text))


def canonical(value: object) -> str:
    """Return a value as one text: what takes no part in equality is left out, sets are in order."""
    if is_dataclass(value) and not isinstance(value, type):
        compared = (f"{f.name}={canonical(getattr(value, f.name))}" for f in fields(value) if f.compare)
        return f"{type(value).__name__}({','.join(compared)})"
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(canonical(item) for item in value)) + "}"
    if isinstance(value, tuple):
        return "(" + ",".join(canonical(item) for item in value) + ")"
    if isinstance(value, Enum):
        return repr(value.value)
    return repr(value)
