"""The labelled sentences of `training/sentences`: one a line, its labels, a tab, its text.

Labels are event types joined by `+`, the chief one first, or `none`; after a colon stands why it did not happen
(`planned`, `possible`, `denied`, `historical`), or for `none` what the sentence is about instead. All were written for
this project, and nothing is quoted; what they tell is made up or retold freely, so they are no source of facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from alerts.domain.ids import digest
from alerts.domain.taxonomy import EVENT_TYPES
from alerts.extraction.classifier import NONE

FOLDER = Path(__file__).parent / "sentences"
WAYS = frozenset({"planned", "possible", "denied", "historical"})
_LINE = re.compile(r"(?P<types>[a-z_]+(?:\+[a-z_]+)*)(?::(?P<way>\w+))?\t(?P<text>\S.*\S)")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One text of one or two sentences and what it tells; `types` is `("none",)` where that is nothing."""

    types: tuple[str, ...]
    way: str | None
    text: str


def sentences(folder: Path = FOLDER) -> Iterator[Sentence]:
    """Yield every sentence of a folder's files, in order.

    Raises:
        ValueError: A line is not in the format, or has a label that is no type.
    """
    for path in sorted(folder.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield parsed(line, f"{path.name}:{number}")


def parsed(line: str, where: str) -> Sentence:
    """Return the sentence of one line.

    Raises:
        ValueError: It is not in the format, or has a label that is no type; the message begins with `where`.
    """
    match = _LINE.fullmatch(line)
    if match is None:
        raise ValueError(f"{where}: expected labels, a tab and a text, found {line[:60]!r}")
    types = tuple(match["types"].split("+"))
    unknown = frozenset(types) - EVENT_TYPES - {NONE}
    if unknown:
        raise ValueError(f"{where}: no event type is called {', '.join(sorted(unknown))}")
    if types[0] != NONE and match["way"] not in (None, *WAYS):
        raise ValueError(f"{where}: {match['way']!r} is none of {', '.join(sorted(WAYS))}")
    return Sentence(types, match["way"], match["text"])


def digest_of(found: Iterable[Sentence]) -> str:
    """Return a name for sentences: what is learned from others has another."""
    return digest(part for sentence in found for part in ("+".join(sentence.types), sentence.text))
