"""Place names of a text, each resolved with the whole text in view.

A name's bearers are weighed by how many people know them, what the text's other names say of the country, what they
stand inside of, and how near they lie to what is already sure. One sense a name and text, unless a container says
otherwise ("Atlanta, Georgia").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import exp

from alerts.domain.place import Place, Precision
from alerts.extraction.border_phrases import find_borders
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.mentions import Toponym
from alerts.extraction.names import fold
from alerts.extraction.place_index import Candidate
from alerts.extraction.toponym_candidates import contains, fame, roughly_km, same_spot, without_namesakes
from alerts.extraction.toponym_containers import Containers, described, is_in, named_in
from alerts.extraction.toponym_spans import find_spans
from alerts.extraction.toponym_text import Span, Word, words_of
from alerts.extraction.toponym_words import HEADS

# Votes for a country, from one distinct name each (reference: extraction 5, item 5).
_COUNTRY_VOTE = 3.0
_ADMIN_VOTE = 2.0
_DEMONYM_VOTE = 2.0
_TOWN_VOTE = 1.0
_PUBLISHER_VOTE = 1.5
_VOTES_MAX = 8.0
_VOTE_WEIGHT = 0.9

# Scores are in decades of population: a bonus of 1 outweighs a town ten times as large.
_HEAD_BONUS = 6.0
_CONTAINED_BONUS = 8.0
_NEAR_BONUS = 1.5
_NEAR_SCALE_KM = 300.0
_UNKNOWN_CONFIDENCE = 0.3
_DERIVED_SITE_KM = 3.0
_DERIVED_REGION_KM = 30.0
_STRAY_PEOPLE = 15_000
_SEATLESS_HEADS = frozenset({"county", "parish"})
"""Such areas rarely bear a town's name: a county that no list holds is unknown, not some town's surroundings."""
_LAND = frozenset({Precision.COUNTRY, Precision.ADMIN1, Precision.ADMIN2})


def find_toponyms(text: str, gazetteer: Gazetteer, *, publisher_country: str | None = None) -> tuple[Toponym, ...]:
    """Return the place names of a text in text order, none inside another.

    Args:
        text: Any text; the time taken is linear in its length.
        gazetteer: Where names are looked up.
        publisher_country: ISO 3166-1 alpha-2 code of the publisher's home, whose places it names without saying where.
    """
    words = words_of(text)
    spans = find_spans(text, words, gazetteer)
    votes = _votes(spans, publisher_country)
    resolver = _Resolver(text, words, spans, votes, gazetteer)
    toponyms = resolver.toponyms()
    borders = find_borders(text, words, spans, votes, gazetteer)
    taken = [(t.start, t.end) for t in borders]
    kept = [t for t in toponyms if not any(t.start < end and start < t.end for start, end in taken)]
    return tuple(sorted((*kept, *borders), key=lambda t: t.start))


def _votes(spans: Sequence[Span], publisher_country: str | None) -> defaultdict[str, float]:
    """Return how strongly the text's names speak for each country ("SY") and each province ("SY/Homs")."""
    votes: defaultdict[str, float] = defaultdict(float)
    if publisher_country:
        votes[publisher_country] += _PUBLISHER_VOTE
    for span in {span.name.casefold(): span for span in spans}.values():
        best = max(span.candidates, key=fame, default=None)
        if best is None or best.place.country is None:
            continue
        countries = {c.place.country for c in span.candidates}
        if best.place.precision is Precision.COUNTRY:
            votes[best.place.country] += _DEMONYM_VOTE if span.is_vote else _COUNTRY_VOTE
        elif len(countries) == 1 or best.population > 1_000_000:
            for country in best.place.countries:
                votes[country] += _ADMIN_VOTE if best.place.precision in _LAND else _TOWN_VOTE
        if not span.is_vote:
            _vote_for_provinces(span, best, votes)
    return defaultdict(float, {voted: min(count, _VOTES_MAX) for voted, count in votes.items()})


def _vote_for_provinces(span: Span, best: Candidate, votes: defaultdict[str, float]) -> None:
    """Share one vote among the provinces in which a name has bearers; a province's own name gives it two.

    Local news names towns of one province, each of which has namesakes elsewhere: together they agree on one.
    """
    if best.place.precision is Precision.ADMIN1:
        votes[_province(best.place)] += _ADMIN_VOTE
        return
    provinces = {_province(c.place) for c in span.candidates if c.place.admin1}
    for province in provinces:
        votes[province] += _TOWN_VOTE / len(provinces)


def _province(place: Place) -> str:
    return f"{place.country}/{place.admin1}"


class _Resolver:
    """Resolves the spans of one text."""

    def __init__(
        self, text: str, words: Sequence[Word], spans: Sequence[Span], votes: Mapping[str, float], gazetteer: Gazetteer
    ) -> None:
        self._text = text
        self._words = words
        self._spans = spans
        self._votes = votes
        self._gazetteer = gazetteer
        self._containers = Containers(text, spans)
        self._senses: dict[tuple[str, str], tuple[Place | None, float]] = {}
        self._sure: list[Place] = []
        self._inside: Place | None = None
        self._chosen: dict[int, Place | None] = {}

    def toponyms(self) -> list[Toponym]:
        named = [(i, span) for i, span in enumerate(self._spans) if not span.is_vote]
        containers = {i: self._containers.areas(i) for i, _ in named}
        found: list[Toponym] = []
        for i, span in named:
            place, confidence = self._resolved(i, span, containers[i])
            self._chosen[i] = place
            if place is None and not span.is_placed:
                continue
            end = self._words[span.last].end if _only_lies_in(span, place) else span.end
            found.append(
                Toponym(
                    start=span.start,
                    end=end,
                    text=self._text[span.start : end],
                    place=place,
                    confidence=confidence,
                )
            )
        return found

    def _resolved(self, index: int, span: Span, containers: Sequence[Place]) -> tuple[Place | None, float]:
        sense = (span.name.casefold(), span.head)
        self._inside = self._named_before(index)
        if not containers and self._inside is None and sense in self._senses:
            return self._senses[sense]
        place, confidence = self._choice(index, span, containers)
        if place is not None and place.precision is not Precision.COUNTRY and confidence > 0.6:
            self._sure = [*self._sure[-7:], place]
        if not containers or sense not in self._senses:
            self._senses[sense] = (place, confidence)
        return place, confidence

    def _choice(self, index: int, span: Span, containers: Sequence[Place]) -> tuple[Place | None, float]:
        candidates = self._fitting(span)
        if not candidates:
            return self._described(index, span), _UNKNOWN_CONFIDENCE
        best, confidence = self._best(span, candidates, containers)
        if self._is_elsewhere(index, best.place) or self._is_stray(span, best):
            return self._described(index, span), _UNKNOWN_CONFIDENCE
        return self._with_head(span, best.place), confidence

    def _best(
        self, span: Span, candidates: Sequence[Candidate], containers: Sequence[Place]
    ) -> tuple[Candidate, float]:
        scored = sorted(((self._score(span, c, containers), c) for c in candidates), key=lambda pair: -pair[0])
        best_score, best = scored[0]
        rival = next((score for score, c in scored[1:] if not same_spot(c.place, best.place)), None)
        confidence = 0.95 if rival is None else 1 / (1 + exp(rival - best_score))
        return best, round(min(confidence, 0.99), 2)

    def _fitting(self, span: Span) -> tuple[Candidate, ...]:
        candidates = self._candidates(span)
        if not span.region:
            candidates = without_namesakes(candidates)
        if span.head in _SEATLESS_HEADS:
            candidates = tuple(c for c in candidates if c.place.precision is not Precision.TOWN)
        return candidates

    def _candidates(self, span: Span) -> tuple[Candidate, ...]:
        """Return the bearers: of the name with its head, else of the name; loose ones only in the text's countries."""
        if span.head:
            head_first = self._text[span.start : span.end] if span.start != self._words[span.first].start else ""
            whole = self._gazetteer.candidates(head_first or f"{span.name} {span.head}")
            if whole:
                return whole
        strict = self._gazetteer.candidates(span.name)
        if strict and not (span.kinds and not any(c.place.kind in span.kinds for c in strict)):
            return strict
        loose = tuple(
            c
            for c in self._gazetteer.loose_candidates(fold(span.name))
            if any(self._votes.get(country, 0.0) >= _DEMONYM_VOTE for country in c.place.countries)
            and (not span.kinds or c.place.kind in span.kinds)
        )
        return loose or strict

    def _score(self, span: Span, candidate: Candidate, containers: Sequence[Place]) -> float:
        place = candidate.place
        score = fame(candidate)
        score += _VOTE_WEIGHT * max((self._votes.get(country, 0.0) for country in place.countries), default=0.0)
        if (span.kinds and place.kind in span.kinds) or (span.region and place.precision in span.region):
            score += _HEAD_BONUS
        elif place.kind == "airport" and "airport" not in self._text[span.start : span.end].lower():
            score -= _HEAD_BONUS
        if any(contains(container, place) for container in containers):
            score += _CONTAINED_BONUS
        if self._inside is not None and place.precision in _LAND and contains(place, self._inside):
            score += _CONTAINED_BONUS
        if self._sure and place.precision is not Precision.COUNTRY:
            nearest = min(roughly_km(place, sure) for sure in self._sure[-4:])
            score += _NEAR_BONUS * exp(-nearest / _NEAR_SCALE_KM)
        return score

    def _named_before(self, index: int) -> Place | None:
        """Return the place that a container is named for: Atlanta, at the second name of "Atlanta, Georgia"."""
        if index == 0 or self._text[self._spans[index - 1].end : self._spans[index].start] != ", ":
            return None
        return self._chosen.get(index - 1)

    def _described(self, index: int, span: Span) -> Place | None:
        """Return a spot for "Tripoli’s X quarter", of which only the town is known; None for any other unknown name."""
        outer = self._outer(index) or self._at(self._containers.province(index))
        kinds = HEADS.get(self._containers.head(index), ())
        land = self._containers.land(index)
        name = self._text[span.start : span.end] if span.region else span.name
        kind = kinds[0] if kinds else "site"
        found = described(name, kind, outer) if outer is not None else None
        return found if found is not None or land is None else named_in(name, kind, land)

    def _outer(self, index: int) -> Place | None:
        """Return the place that a quarter, a camp or an unknown name is said to lie in."""
        return self._at(self._containers.outer(index))

    def _at(self, number: int | None) -> Place | None:
        """Return the likeliest place of a container; what that one lies in is not asked again."""
        if number is None:
            return None
        span, inside = self._spans[number], self._inside
        candidates = self._fitting(span)
        if not candidates:
            return None
        self._inside = None
        best, _ = self._best(span, candidates, self._containers.areas(number))
        self._inside = inside
        return self._with_head(span, best.place)

    def _is_elsewhere(self, index: int, place: Place) -> bool:
        """Return whether a place is a namesake: the text says that the name lies in another land or town."""
        outer = self._outer(index)
        if outer is None or outer.precision is Precision.SITE or place.country is None:
            return False
        return not is_in(place, outer)

    def _is_stray(self, span: Span, candidate: Candidate) -> bool:
        """Return whether a small bearer lies in a land of which the text says nothing, while it names another one.

        A village that no list holds is likelier than its namesake on another continent.
        """
        place = candidate.place
        if place.precision is not Precision.TOWN or candidate.population >= _STRAY_PEOPLE or place.country is None:
            return False
        own = _TOWN_VOTE if len({c.place.country for c in span.candidates}) == 1 else 0.0
        support = max((self._votes.get(country, 0.0) for country in place.countries), default=0.0) - own
        return support <= 0 and any(
            votes >= _COUNTRY_VOTE for country, votes in self._votes.items() if "/" not in country
        )

    def _with_head(self, span: Span, place: Place) -> Place:
        """Return the place that a head makes of a name: "Rastan bridge" near Rastan, "X region" around X."""
        if (
            span.kinds
            and place.kind not in span.kinds
            and place.precision is Precision.TOWN
            and span.kinds[0] != "town"
        ):
            return replace(
                place,
                name=f"{place.name} {span.head}",
                kind=span.kinds[0],
                radius_km=round(place.radius_km + _DERIVED_SITE_KM, 2),
                geonames_id=None,
            )
        if span.region and place.precision is Precision.TOWN:
            return replace(
                place,
                precision=Precision.ADMIN2,
                kind="region",
                radius_km=round(place.radius_km + _DERIVED_REGION_KM, 2),
                geonames_id=None,
            )
        return place


def _only_lies_in(span: Span, place: Place | None) -> bool:
    """Tell "an Illinois coal mine", which is somewhere in Illinois, from the Rastan bridge and Homs province."""
    return bool(span.kinds) and place is not None and place.precision in _LAND and place.kind not in span.kinds
