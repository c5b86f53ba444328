"""Summaries: text with `{path}` fields, checked at load. No expressions, no calls: nothing to escape from."""

from __future__ import annotations

import re
from dataclasses import dataclass

from alerts.domain.event import QUANTITY_KINDS

PATHS: frozenset[str] = frozenset(
    """actor actors target targets type status place place.kind country admin1 near.place distance_km claimed disputed
    attributed_to confidence occurred_at starts_at source report.title report.url quote title""".split()
) | frozenset(f"quantity.{kind}" for kind in QUANTITY_KINDS)
"""What a summary may name; `attributes.<path>` besides."""

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]{0,100})\}|[{}]")
LENGTH_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Field:
    """A path whose value stands here."""

    path: str
    offset: int = 0


class TemplateProblem(ValueError):
    """A template that cannot be read: why, and the offset of the fault in the template."""

    def __init__(self, message: str, offset: int) -> None:
        """Keep where the fault is."""
        super().__init__(message)
        self.offset = offset


def parse(template: str) -> tuple[str | Field, ...]:
    """Return a template's parts in order; `{{` and `}}` are braces themselves.

    Raises:
        TemplateProblem: A brace is not closed, or a field is empty.
    """
    parts: list[str | Field] = []
    end = 0
    for token in _TOKEN.finditer(template):
        parts.append(template[end : token.start()])
        end = token.end()
        if token[0] in {"{{", "}}"}:
            parts.append(token[0][0])
        elif token[1] is None or not token[1].strip():
            raise TemplateProblem("a brace stands alone; write {{ or }} for a brace itself", token.start())
        else:
            parts.append(Field(token[1].strip(), token.start()))
    parts.append(template[end:])
    return tuple(part for part in parts if part)


def is_known(path: str) -> bool:
    """Return whether a summary may name a path."""
    return path in PATHS or (path.startswith("attributes.") and len(path) > len("attributes."))
