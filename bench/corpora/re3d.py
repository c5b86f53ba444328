"""Re3d's documents on Syria and Iraq by CENTCOM, the UK Government and the US State Department (dstl/re3d).

Of its entities two layers of ours can be judged: locations that are names, and quantities. Locations that describe
("the camp") are no toponyms. Its quantities are things counted; units of money or time are marked otherwise there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from tests.extraction.reader import gazetteer

from alerts.extraction.numbers import find_numbers
from alerts.extraction.toponyms import find_toponyms
from bench.corpora.figures import Scored, Share

PATH = "re3d"
SOURCES = ("CENTCOM", "UK Government", "US State Department")


class Document(msgspec.Struct):
    """A text."""

    id: str = msgspec.field(name="_id")
    text: str


class Entity(msgspec.Struct):
    """A span of a text."""

    documentId: str  # noqa: N815 -- the format's name
    type: str
    begin: int
    end: int
    value: str

    @property
    def span(self) -> tuple[int, int]:
        return self.begin, self.end

    @property
    def is_name(self) -> bool:
        """Whether it is a name: its last word is written with a capital."""
        return self.value.split()[-1][:1].isupper() if self.value.split() else False


@dataclass(slots=True)
class Figures:
    """The figures of all sources together."""

    names: Scored = field(default_factory=Scored)
    placed: Share = field(default_factory=Share)
    quantities: Share = field(default_factory=Share)

    def lines(self, *, misses: bool) -> Iterator[str]:
        yield f"named locations: {self.names}, of those found with a place {self.placed}"
        yield f"quantities found as numbers: {self.quantities}"


def score(folder: Path) -> Figures:
    """Score the sources that are there."""
    figures = Figures()
    for source in SOURCES:
        if not (folder / source / "documents.json").is_file():
            print(f"  {source}: SKIPPED, it is not there")
            continue
        entities = _lines(folder / source / "entities.json", Entity)
        for document in _lines(folder / source / "documents.json", Document):
            _judge(document, [e for e in entities if e.documentId == document.id], figures)
    return figures


def _lines(path: Path, kind: type[msgspec.Struct]) -> list[Any]:
    return [msgspec.json.decode(line, type=kind) for line in path.read_bytes().splitlines() if line.strip()]


def _judge(document: Document, entities: list[Entity], figures: Figures) -> None:
    found = find_toponyms(document.text, gazetteer())
    locations = [entity.span for entity in entities if entity.type == "Location"]
    names = innermost(entity.span for entity in entities if entity.type == "Location" and entity.is_name)
    spans = [(toponym.start, toponym.end) for toponym in found]
    met = [any(_overlap(name, span) for span in spans) for name in names]
    figures.names.gold += len(names)
    figures.names.hit += sum(met)
    figures.names.found += len(spans)
    figures.names.right += sum(any(_overlap(span, location) for location in locations) for span in spans)
    for name in names:
        own = [toponym for toponym in found if _overlap((toponym.start, toponym.end), name)]
        if own:
            figures.placed.add(any(toponym.place for toponym in own))
    numbers = [(number.start, number.end) for number in find_numbers(document.text)]
    for quantity in innermost(entity.span for entity in entities if entity.type == "Quantity"):
        figures.quantities.add(any(_overlap(quantity, number) for number in numbers))


def innermost(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans that hold no other: of "Homs", "Homs in Syria" and "Syria" the first and the last."""
    unique = sorted(set(spans))
    return [s for s in unique if not any(s != o and s[0] <= o[0] and o[1] <= s[1] for o in unique)]


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
