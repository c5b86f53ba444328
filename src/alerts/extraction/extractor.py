"""A report's text to events: the stages in order, with the parse left to the caller."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from alerts.domain.event import PARTIAL, Event
from alerts.domain.ids import event_id
from alerts.domain.place import Precision
from alerts.domain.report import EVENTS_MAX, Report
from alerts.domain.taxonomy import codes
from alerts.extraction.actors import Actors, NamedSpan, find_names
from alerts.extraction.distance import find_distances
from alerts.extraction.draft import Draft, merge
from alerts.extraction.events import Story, read_events
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.grammar import Grammar
from alerts.extraction.lexicon import Lexicon
from alerts.extraction.linking import Linker
from alerts.extraction.look import FirstLook
from alerts.extraction.mending import mended
from alerts.extraction.mentions import Toponym
from alerts.extraction.numbers import find_numbers
from alerts.extraction.reading import Mentions, Reading, Span, by_token
from alerts.extraction.surroundings import Setting
from alerts.extraction.text import Block, Cleaned, clean
from alerts.extraction.times import find_times
from alerts.extraction.toponyms import find_toponyms
from alerts.extraction.tree import Tree
from alerts.extraction.triggers import BlockWords

_SpanT = TypeVar("_SpanT", bound=Span)

_TEXT_MAX = 400_000
"""Characters of a report that are read; what lies behind is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A report made ready: the texts that want a parse, in order. No texts, no events."""

    report: Report
    cleaned: Cleaned
    blocks: tuple[Block, ...]
    """The blocks behind `texts`, one each."""
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What one report's text says."""

    events: tuple[Event, ...]
    mentions: tuple[Toponym, ...]


class Extractor:
    """Reads events out of reports: `prepare`, then any `Parser` over the texts, then `extract`.

    Both calls are pure and deterministic: the same report, trees, gazetteer and lexicon give the same events and ids.

    Args:
        gazetteer: Where place names are looked up.
        lexicon: What words mean.
    """

    def __init__(self, gazetteer: Gazetteer, lexicon: Lexicon) -> None:
        self._gazetteer = gazetteer
        self._lexicon = lexicon

    @property
    def digest(self) -> str:
        """A name for what the lexicon holds: another digest may read the same report otherwise."""
        return self._lexicon.digest

    def prepare(self, report: Report) -> Prepared:
        """Return the texts of a report that are worth a parse; none for a structured notice."""
        cleaned = clean("" if report.events else report.text[:_TEXT_MAX])
        look = FirstLook(cleaned.text, self._lexicon)
        blocks = tuple(b for b in cleaned.blocks if look.may_hold_event(cleaned.text[b.start : b.end]))
        texts = tuple(cleaned.text[block.start : block.end] for block in blocks)
        return Prepared(report=report, cleaned=cleaned, blocks=blocks, texts=texts)

    def mentions(self, prepared: Prepared) -> tuple[Toponym, ...]:
        """Return the place mentions of a report, whether it holds events or not."""
        home = prepared.report.source.country
        return tuple(find_toponyms(prepared.cleaned.text, self._gazetteer, publisher_country=home))

    def extract(self, prepared: Prepared, trees: Sequence[Tree]) -> Extraction:
        """Return the events and place mentions of a report.

        Args:
            prepared: What `prepare` gave.
            trees: The parse of `prepared.texts`, one each, in order.
        """
        assert len(trees) == len(prepared.texts), (len(trees), len(prepared.texts))
        if not prepared.texts:
            return Extraction(events=(), mentions=())
        mentions = self._mentions(prepared)
        drafts = merge(self._drafts(prepared, trees, mentions))[:EVENTS_MAX]
        events = tuple(_event(draft, prepared.report, number) for number, draft in enumerate(drafts))
        return Extraction(events=events, mentions=tuple(mentions.toponyms))

    def _mentions(self, prepared: Prepared) -> Mentions:
        text, published_at = prepared.cleaned.text, prepared.report.published_at
        home = prepared.report.source.country
        toponyms = tuple(find_toponyms(text, self._gazetteer, publisher_country=home))
        return Mentions(
            toponyms=toponyms,
            distances=tuple(find_distances(text, toponyms)),
            numbers=tuple(find_numbers(text)),
            times=tuple(find_times(text, published_at)),
        )

    def _drafts(self, prepared: Prepared, trees: Sequence[Tree], mentions: Mentions) -> tuple[Draft, ...]:
        text = prepared.report.text
        story = Story(
            prepared.report,
            Linker(
                _dateline(prepared, mentions), _country(mentions, self._gazetteer, self._lexicon.actors.country_names)
            ),
            Setting(prepared.cleaned.text, self._lexicon, prepared.report.published_at.year),
        )
        actors = Actors(self._lexicon)
        names = find_names(prepared.cleaned.text, self._lexicon.actors)
        drafts: list[Draft] = []
        for number, (block, tree) in enumerate(zip(prepared.blocks, trees, strict=True)):
            own = names_in(names, block)
            reading = self._reading(number, block, Grammar(mended(tree)), actors=actors, mentions=mentions, names=own)
            drafts.extend(read_events(reading, story, text))
        return tuple(drafts)

    def _reading(
        self,
        number: int,
        block: Block,
        grammar: Grammar,
        *,
        actors: Actors,
        mentions: Mentions,
        names: Sequence[NamedSpan],
    ) -> Reading:
        def at(spans: Sequence[_SpanT]) -> dict[int, _SpanT]:
            return {token: spans[i] for token, i in by_token(grammar, block, spans).items()}

        return Reading(
            block=block,
            number=number,
            grammar=grammar,
            words=BlockWords(grammar, self._lexicon),
            actors=actors.read(grammar, names),
            toponym_at=at(mentions.toponyms),
            distance_at=at(mentions.distances),
            number_at=at(mentions.numbers),
            time_at=at(mentions.times),
        )


def names_in(names: Sequence[NamedSpan], block: Block) -> tuple[NamedSpan, ...]:
    """Return the named actors of a block, in its own offsets."""
    return tuple(
        replace(name, start=name.start - block.start, end=name.end - block.start)
        for name in names
        if block.start <= name.start and name.end <= block.end
    )


def _dateline(prepared: Prepared, mentions: Mentions) -> Toponym | None:
    spans = [block.dateline for block in prepared.cleaned.blocks if block.dateline is not None]
    return next((t for start, end in spans for t in mentions.toponyms if start <= t.start and t.end <= end), None)


def _country(mentions: Mentions, gazetteer: Gazetteer, names: Mapping[str, str]) -> Toponym | None:
    """Return the country that most of the text's places lie in, the first of equals."""
    placed = [(t, t.place) for t in mentions.toponyms if t.place is not None and t.place.country is not None]
    votes = Counter(place.country for _, place in placed)
    if not votes:
        return None
    code = max(votes, key=lambda country: votes[country])
    own = (t for t, place in placed if place.country == code and place.kind == "country")
    found = next(own, None)
    first = next(t for t, place in placed if place.country == code)
    return found or _as_country(first, gazetteer, names.get(code or "", ""))


def _as_country(toponym: Toponym, gazetteer: Gazetteer, name: str) -> Toponym | None:
    countries = (place for place in gazetteer.find(name) if place.precision is Precision.COUNTRY) if name else iter(())
    country = next(countries, None)
    return replace(toponym, place=country) if country is not None else None


def _event(draft: Draft, report: Report, number: int) -> Event:
    named = codes(draft.type)
    return Event(
        id=event_id(report.id, report.version, number),
        report_id=report.id,
        type=draft.type,
        status=draft.status,
        occurred_at=draft.occurred_at,
        acled=named.acled,
        plover=named.plover,
        actors=draft.actors,
        targets=draft.targets,
        place=draft.place,
        place_role=draft.place_role,
        distance=draft.distance,
        quantities=draft.quantities,
        time_precision=draft.time_precision,
        starts_at=draft.starts_at,
        claimed=draft.claimed,
        disputed=draft.disputed,
        attributed_to=draft.attributed_to,
        confidence=draft.confidence,
        evidence=draft.evidence,
        attributes={PARTIAL: True} if draft.partial else {},
    )
