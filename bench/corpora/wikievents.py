"""WikiEvents' development documents (raspberryice/gen-arg at commit 16d8f90, data/wikievents/dev.jsonl).

We quote the clause that holds a trigger and count the dead as figures of what killed them. So a gold trigger is found
when an event of a type that suits it quotes it, and a quote is right when it holds a gold trigger that suits its event.
Contact between people without more is speech, which we do not report: that type is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from tests.extraction.reader import extract

from alerts.domain.event import Event
from alerts.domain.taxonomy import is_below
from alerts.extraction.extractor import Extraction
from alerts.extraction.names import fold
from bench.corpora.figures import Scored
from bench.corpora.plover import same_head

PATH = "gen-arg/data/wikievents/dev.jsonl"
_DEATHS, _INJURIES = "Life.Die", "Life.Injure"
_TYPES: dict[str, frozenset[str]] = {
    "Conflict.Attack": frozenset(
        """battle explosion_remote_violence violence_against_civilians mob_violence excessive_force_against_protesters
        looting_property_destruction infrastructure_damaged ceasefire_violation""".split()
    ),
    "Conflict.Demonstrate": frozenset({"protest", "riot", "labour_strike"}),
    _DEATHS: frozenset({"casualties"}),
    _INJURIES: frozenset({"casualties"}),
    "Movement.Transportation": frozenset(
        "displacement return evacuation withdrawal advance mobilization aid_delivered military_aid".split()
    ),
    "Contact.Contact.Meet": frozenset({"consult", "agreement"}),
    "Contact.RequestCommand": frozenset({"demand"}),
    "Contact.ThreatenCoerce": frozenset({"threaten"}),
}
_FIGURE = {_DEATHS: "killed", _INJURIES: "injured"}
_READ = datetime(2020, 1, 1, tzinfo=UTC)
"""The documents give no date; the last of them are of about this time."""
_PLACE_ROLES = frozenset({"Place", "Destination"})


class Trigger(msgspec.Struct):
    """The tokens of a trigger, counted over the document."""

    start: int
    end: int


class Argument(msgspec.Struct):
    """Someone or something that takes part."""

    role: str
    text: str


class Mention(msgspec.Struct):
    """A gold event."""

    event_type: str
    trigger: Trigger
    arguments: list[Argument] = []

    @property
    def family(self) -> str | None:
        """The key of `_TYPES` it belongs to; None for what we do not report."""
        return next((name for name in _TYPES if self.event_type.startswith(name)), None)


class Document(msgspec.Struct):
    """A document: each sentence is its tokens, with offsets that we do not use, and its text."""

    sentences: list[tuple[list[tuple[str, int, int]], str]]
    event_mentions: list[Mention]

    def text(self) -> str:
        """Return the title and the sentences; the set does not say where paragraphs end."""
        title, *rest = (text for _, text in self.sentences)
        return f"{title}\n\n{' '.join(rest)}"

    def spans(self) -> list[tuple[int, int]]:
        """Return where each token stands in `text`."""
        text, at = self.text(), 0
        found: list[tuple[int, int]] = []
        for tokens, _ in self.sentences:
            for word, _, _ in tokens:
                at = text.index(word, at)
                found.append((at, at + len(word)))
                at += len(word)
        return found


@dataclass(slots=True)
class Figures:
    """The figures of the set."""

    triggers: Scored = field(default_factory=Scored)
    families: dict[str, Scored] = field(default_factory=dict)
    places: Scored = field(default_factory=Scored)
    missed: dict[str, list[str]] = field(default_factory=dict)

    def lines(self, *, misses: bool) -> Iterator[str]:
        yield f"trigger in the quoted clause: {self.triggers}"
        yield f"place argument head, given the trigger: {self.places}"
        for family, scored in self.families.items():
            words = " ".join(self.missed.get(family, ())) if misses else ""
            yield f"  {family:24} {scored}" + (f"\n      {words}" if words else "")


def documents_of(path: Path) -> list[Document]:
    """Return the documents of the file."""
    return [msgspec.json.decode(line, type=Document) for line in path.read_bytes().splitlines() if line.strip()]


def score(path: Path) -> Figures:
    """Score the set."""
    figures = Figures()
    for document in documents_of(path):
        _judge(document, figures)
    return figures


def _judge(document: Document, figures: Figures) -> None:
    text, spans = document.text(), document.spans()
    found = extract(text, published_at=_READ)
    gold = [
        (mention, (spans[mention.trigger.start][0], spans[mention.trigger.end - 1][1]))
        for mention in document.event_mentions
        if mention.family
    ]
    hits: list[tuple[Mention, list[Event]]] = []
    for mention, span in gold:
        suited = [event for event in found.events if suits(event, mention) and _quotes(event, span)]
        hits.append((mention, suited))
        family = mention.family or ""
        for scored in (figures.triggers, figures.families.setdefault(family, Scored())):
            scored.gold += 1
            scored.hit += bool(suited)
        if not suited:
            figures.missed.setdefault(family, []).append(text[span[0] : span[1]].lower())
    for event in found.events:
        _judge_quotes(event, gold, figures)
    for mention, suited in hits:
        if suited:
            _judge_place(mention, suited, found, figures.places)


def _judge_quotes(event: Event, gold: list[tuple[Mention, tuple[int, int]]], figures: Figures) -> None:
    families = [name for name, types in _TYPES.items() if is_below(event.type, types)]
    if not families:
        return
    for quote in event.evidence:
        right = any(
            suits(event, mention) and quote.start <= start and end <= quote.end for mention, (start, end) in gold
        )
        for scored in (figures.triggers, *(figures.families.setdefault(name, Scored()) for name in families)):
            scored.found += 1
            scored.right += right


def suits(event: Event, mention: Mention) -> bool:
    """Return whether an event is of a mention's kind: by its type, or by the dead or wounded that it counts."""
    family = mention.family or ""
    if is_below(event.type, _TYPES[family]):
        return True
    return family in _FIGURE and any(figure.kind == _FIGURE[family] for figure in event.quantities)


def _quotes(event: Event, span: tuple[int, int]) -> bool:
    return any(quote.start <= span[0] and span[1] <= quote.end for quote in event.evidence)


def _judge_place(mention: Mention, events: list[Event], found: Extraction, places: Scored) -> None:
    gold = [argument.text for argument in mention.arguments if argument.role in _PLACE_ROLES]
    named = [_names(event, found) for event in events if event.place]
    answered = [any(_is_named(text, names) for names in named) for text in gold]
    places.gold += len(gold)
    places.hit += sum(answered)
    if gold and named:
        places.found += 1
        places.right += any(answered)


def _names(event: Event, found: Extraction) -> list[str]:
    """Return what the text, and the gazetteer, call an event's place."""
    assert event.place is not None
    own = [m.text for m in found.mentions if m.place and m.place.key == event.place.key]
    return [event.place.name, *own]


def _is_named(text: str, names: list[str]) -> bool:
    return any(same_head(text, name) or fold(name) in fold(text) for name in names)
