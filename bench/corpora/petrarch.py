"""The validation sentences of PETRARCH2 and UniversalPetrarch (Open Event Data Alliance, MIT).

PETRARCH2's unit tests are coded with dictionaries made for them, of invented countries and of codes beyond CAMEO's 20
roots: codings with such codes are left out, and the figures of the rest tell little of news. UniversalPetrarch's file
has the codes that PETRARCH2 itself gave to sentences of news. It is not well-formed XML, so tags are read one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from tests.extraction.reader import PUBLISHED, events

from bench.corpora.codes import are_countries_of, categories, category_of, country_of, quads
from bench.corpora.figures import ByLabel, Scored, Share

UNIT_TESTS = "petrarch2/petrarch2/data/text/PETR.UnitTest.records.xml"
VALIDATION = "UniversalPetrarch/UniversalPetrarch/data/text/PETR2_GSR_validation.xml"

_COMMENT = re.compile(r"<!--.{0,20000}?-->", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w{1,20})\s?=\s?"([^"]{0,80})"')
_TAG = {name: re.compile(rf"<{name}\b([^>]{{0,300}})>") for name in ("Sentence", "EventCoding")}
_TEXT = re.compile(r"<Text>(.{0,6000}?)</Text>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Coding:
    """Who did what to whom; CAMEO codes."""

    event: str
    source: str
    target: str

    @property
    def category(self) -> str | None:
        return category_of(self.event)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text with its codings, none where nothing should be coded."""

    text: str
    codings: tuple[Coding, ...]
    published: datetime | None


@dataclass(slots=True)
class Figures:
    """The figures of a set."""

    categories: ByLabel = field(default_factory=ByLabel)
    quads: Scored = field(default_factory=Scored)
    sources: Share = field(default_factory=Share)
    targets: Share = field(default_factory=Share)
    both: Share = field(default_factory=Share)
    left_out: int = 0

    def lines(self, *, misses: bool) -> Iterator[str]:
        yield f"sentences left out, coded with codes that PLOVER does not have: {self.left_out}"
        yield f"category, any status: {self.categories.total}"
        yield f"quad class: {self.quads}"
        yield f"country of the source: {self.sources}, of the target: {self.targets} (of the right category)"
        yield f"category and both countries: {self.both} (of all codings with two countries)"
        yield from self.categories.lines(misses=misses)


def sentences_of(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a file of either set."""
    plain = _COMMENT.sub("", path.read_text(encoding="utf-8", errors="replace"))
    starts = [match.start() for match in _TAG["Sentence"].finditer(plain)]
    for start, end in zip(starts, [*starts[1:], len(plain)], strict=True):
        part = plain[start:end]
        text = _TEXT.search(part)
        if text:
            words = " ".join(unescape(text.group(1)).split())
            yield Sentence(words, tuple(_codings(part)), _date(part))


def _codings(part: str) -> Iterator[Coding]:
    for tag in _TAG["EventCoding"].finditer(part):
        known = dict(_ATTRIBUTE.findall(tag.group(1)))
        if "eventcode" in known:
            yield Coding(known["eventcode"], known.get("sourcecode", ""), known.get("targetcode", ""))


def _date(part: str) -> datetime | None:
    opened = _TAG["Sentence"].match(part)
    day = dict(_ATTRIBUTE.findall(opened.group(1))).get("date", "") if opened else ""
    try:
        return datetime.strptime(day, "%Y%m%d").replace(hour=12, tzinfo=UTC)
    except ValueError:
        return None


def score(path: Path) -> Figures:
    """Score a file of either set."""
    figures = Figures()
    for sentence in sentences_of(path):
        if any(coding.category is None for coding in sentence.codings):
            figures.left_out += 1
        else:
            _judge(sentence, figures)
    return figures


def _judge(sentence: Sentence, figures: Figures) -> None:
    found = events(sentence.text, published_at=sentence.published or PUBLISHED)
    gold = frozenset(coding.category for coding in sentence.codings if coding.category)
    said = categories(found)
    figures.categories.add(gold, said)
    figures.quads.sets(quads(gold), quads(said))
    for coding in sentence.codings:
        own = [event for event in found if event.plover == coding.category]
        countries = are_countries_of(own)
        source, target = country_of(coding.source), country_of(coding.target)
        if own and source:
            figures.sources.add(source in countries)
        if own and target:
            figures.targets.add(target in countries)
        if source and target:
            figures.both.add(source in countries and target in countries)
