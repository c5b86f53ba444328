"""Where a text names places: capitalised spans that the gazetteer holds, with what their surroundings say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from alerts.domain.place import Precision
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.names import fold
from alerts.extraction.place_index import Candidate, NameUse
from alerts.extraction.toponym_candidates import bears_letters, is_weak
from alerts.extraction.toponym_surroundings import Surroundings
from alerts.extraction.toponym_text import Span, Word
from alerts.extraction.toponym_words import (
    ASSAULTS,
    COMMON_WORDS,
    DIRECTION_WORDS,
    ENGLISH,
    FIRST_NAMES,
    HEADS,
    NAME_JOINTS,
    NAME_LEADS,
    NAME_TAILS,
    NOT_NAMES,
    OF_HEADS,
    ORGANISATION_TAILS,
    PARTICLES,
    PARTS_OF,
    PLACE_PREPOSITIONS,
    PLACE_VERBS,
    QUARTER_PLURALS,
    SURE_PREPOSITIONS,
    TITLES,
)

_NAME_WORDS_MAX = 6
_TAIL_MAX = 3
_VAGUE_HEADS = frozenset("front area market state territory department mine church zone".split())
_BEFORE_NAMES = DIRECTION_WORDS | {"the"}
_TOLD_OF_PLACES = OF_HEADS.keys() | PARTS_OF | DIRECTION_WORDS
_LANDS = frozenset({"country", "province", "district"})
_VOTING_PEOPLE = 200_000
"""A larger town says something of the text's country even inside another name ("Homs University")."""
_ACRONYM_LETTERS_MAX = 5


def find_spans(text: str, words: Sequence[Word], gazetteer: Gazetteer) -> list[Span]:
    """Return the spans that may name a place, in text order, none inside another."""
    finder = _Finder(text, words, gazetteer)
    return list(finder.spans())


class _Finder:
    """One pass over a text's words."""

    def __init__(self, text: str, words: Sequence[Word], gazetteer: Gazetteer) -> None:
        self._text = text
        self._words = words
        self._gazetteer = gazetteer
        self._near = Surroundings(text, words, gazetteer)
        self._people: set[str] = set()
        self._placed_end = -2  # index of the last word of a span that stood in a place's position
        self._begun = -2  # index of a word that only begins a longer name
        self._shouted = sum(w.text.isupper() and len(w.text) > 3 for w in words[:40]) > 12

    def spans(self) -> Iterator[Span]:
        position = 0
        while position < len(self._words):
            if not self._words[position].is_capital:
                position += 1
                continue
            span, position = self._at(position)
            if span is not None:
                if span.is_placed:
                    self._placed_end = position - 1
                yield span

    def _at(self, first: int) -> tuple[Span | None, int]:
        """Return the longest name that begins at a word, or None, and the word after what was read."""
        last_possible = self._run_end(first, owned=True)
        named = self._with_tail(first, last_possible)
        if named is not None:
            return named, named.last + 1
        for last in range(last_possible, first - 1, -1):
            if not self._words[last].is_capital and not self._words[last].text[:1].isdigit():
                continue
            bearers = self._bearers(first, last)
            if not bearers:
                continue
            span = self._judged(first, last, bearers)
            if span is not None:
                return span, max(last + 1, self._after(span))
            if last == first:
                return self._begins(first)
        return self._unknown(first)

    def _with_tail(self, first: int, last: int) -> Span | None:
        """Return a name that ends in small words, as the gazetteer holds it: "Ahr valley", "Morag corridor"."""
        for tail in range(last + _TAIL_MAX, last, -1):
            words = self._words[last + 1 : tail + 1]
            is_whole = len(words) == tail - last and words[-1].lower in NAME_TAILS
            if not is_whole or not all(w.joined and not w.is_capital for w in words):
                continue
            found = self._gazetteer.bearers(fold(self._name(first, tail)))
            bearers = tuple(c for c in found if c.place.geonames_id is None and c.place.kind not in _LANDS)
            if bearers and not self._words[last].is_possessive and not self._near.head(last)[0]:
                return self._span(first, tail, bearers)
        return None

    def _begins(self, first: int) -> tuple[Span | None, int]:
        """Go on after a known name that is none here; what follows it in one name is no place by itself either."""
        following = self._near.following(first)
        if following is None or not following.is_capital or not self._near.spoils(following):
            return None, first + 1
        span, after = self._unknown(first)
        if span is None and self._words[first].lower not in NOT_NAMES:
            self._begun = first
        return span, after

    def _run_end(self, first: int, *, owned: bool = False) -> int:
        """Return the last word of a run of capitals; with `owned` across a genitive too, as in "Cox's Bazar"."""
        last = first
        while last + 1 < len(self._words) and last + 1 - first < _NAME_WORDS_MAX:
            following = self._words[last + 1]
            is_part = following.is_capital or following.lower in PARTICLES or following.text.isdigit()
            if not following.joined or not is_part or (self._words[last].is_possessive and not owned):
                break
            last += 1
        return last

    def _bearers(self, first: int, last: int) -> tuple[Candidate, ...]:
        name = self._name(first, last)
        found = self._gazetteer.bearers(fold(name))
        if first == last and found and name.isupper() and len(name.replace(".", "")) <= _ACRONYM_LETTERS_MAX:
            if self._shouted or self._near.is_dateline(first):
                return found
            return tuple(c for c in found if bears_letters(c.place))
        return found

    def _judged(self, first: int, last: int, bearers: tuple[Candidate, ...]) -> Span | None:
        """Return the span with its heads, or None when its surroundings speak against a place."""
        demonyms = tuple(c for c in bearers if c.use is NameUse.DEMONYM)
        if demonyms and not self._words[last].is_possessive:
            return self._vote(first, last, demonyms)
        head, head_end = self._near.head(last)
        if first == last and self._is_other_word(first, head, bearers):
            return None
        if self._is_person(first, last) or self._near.is_team(last):
            self._people.add(self._words[first].lower)
            return None
        if self._is_in_longer_name(first, last, bearers):
            return None
        following = self._near.following(last)
        if following is not None and not head and following.is_capital and self._near.spoils(following):
            is_known = any(c.place.precision is Precision.COUNTRY or c.population > _VOTING_PEOPLE for c in bearers)
            return self._vote(first, last, bearers) if is_known else None
        is_placed = self._is_placed(first) or bool(head) or self._near.is_dateline(last)
        if not is_placed and (self._words[first].lower in self._people or is_weak(bearers)):
            return None
        start = self._near.of_head_start(first)
        span = self._span(first, last, bearers)
        return replace(
            span,
            start=span.start if start is None else start,
            end=head_end if head else span.end,
            head=head or self._near.of_head(first),
            is_placed=is_placed,
        )

    def _span(self, first: int, last: int, bearers: tuple[Candidate, ...]) -> Span:
        """Return a span without a head that stands where a place stands."""
        return Span(
            start=self._words[first].start,
            end=self._words[last].end,
            name=self._name(first, last),
            first=first,
            last=last,
            candidates=bearers,
            is_placed=True,
        )

    def _name(self, first: int, last: int) -> str:
        return self._text[self._words[first].start : self._words[last].end]

    def _vote(self, first: int, last: int, candidates: tuple[Candidate, ...]) -> Span:
        """Return a span that only says which country the text is about."""
        return replace(self._span(first, last, candidates), is_placed=False, is_vote=True)

    def _is_other_word(self, index: int, head: str, bearers: tuple[Candidate, ...]) -> bool:
        """Return whether a one-word name is a common word or a short form out of its place.

        A common word is a name only before a head that some bearer is of, and not where a sentence begins: "Red Sea".
        """
        word = self._words[index]
        if self._near.is_abbreviation(word, bearers):
            return not self._near.follows_comma(index)
        is_acronym = word.text.isupper() and len(word.text) > 1  # "US", not "us"; `_bearers` left only countries
        if word.lower not in COMMON_WORDS or (is_acronym and not self._shouted):
            return False
        is_of_head = any(c.place.kind in HEADS.get(head, ()) for c in bearers)
        return not is_of_head or head in OF_HEADS or self._near.starts_sentence(index)

    def _is_placed(self, first: int) -> bool:
        """Return whether the words before are such as stand before a place."""
        before = first - 1
        while before >= 0 and (
            self._words[before].lower in DIRECTION_WORDS
            or self._words[before].lower in {"the", "city", "town", "village"}
        ):
            before -= 1
        if before < 0:
            return False
        lower = self._words[before].lower
        if lower in {"and", "or", "&"}:
            return self._placed_end in {before - 1, before - 2}
        if lower == "on" and before > 0:
            return self._words[before - 1].lower in ASSAULTS
        if self._placed_end == before and self._text[self._words[before].end : self._words[first].start].strip() == ",":
            return True
        gap = self._text[self._words[before].end : self._words[first].start]
        if len(gap) > 1 and before == first - 1:
            return False
        return lower in PLACE_PREPOSITIONS or lower in PLACE_VERBS

    def _is_person(self, first: int, last: int) -> bool:
        word = self._words[first]
        if first > 0 and word.joined:
            before = self._words[first - 1]
            if before.lower in TITLES and (before.is_capital or before.lower in {"spokesman", "analyst"}):
                return True
            if before.is_capital and before.lower in FIRST_NAMES and first - 1 != self._placed_end:
                return True
            if (
                before.is_capital
                and before.lower not in COMMON_WORDS
                and before.lower not in DIRECTION_WORDS
                and first - 1 != self._placed_end
                and not before.is_possessive
                and not self._near.is_known(first - 1)
                and not self._near.is_hyphenated_modifier(before)
            ):
                return True
        following = self._near.following(last)
        return (
            following is not None
            and first == last
            and word.lower in FIRST_NAMES
            and following.is_capital
            and following.lower not in COMMON_WORDS
        )

    def _is_in_longer_name(self, first: int, last: int, bearers: Sequence[Candidate]) -> bool:
        """Return whether a name is only a part of one that no list holds: "Wad Banda", "Gulf of Sirte"."""
        if any(c.place.precision is Precision.COUNTRY for c in bearers):
            return False
        if first > 0 and self._words[first].joined:
            before = self._words[first - 1]
            if first - 1 == self._begun or (before.is_capital and before.lower in NAME_LEADS):
                return True
        following = self._words[last + 1 : last + 3]
        return (
            len(following) == 2
            and following[0].lower in NAME_JOINTS
            and all(word.joined for word in following)
            and following[1].is_capital
            and not self._words[last].is_possessive
            and (following[0].lower != "of" or first == last)
            and (following[0].lower != "of" or is_weak(bearers) or not any(c.place.kind == "town" for c in bearers))
        )

    def _after(self, span: Span) -> int:
        """Return the index of the first word after a span."""
        index = span.last + 1
        while index < len(self._words) and self._words[index].start < span.end:
            index += 1
        return index

    def _unknown(self, first: int) -> tuple[Span | None, int]:
        """Return a name in a place's position that no list holds: by its sound, else without candidates."""
        if self._words[first].lower in COMMON_WORDS:
            return None, first + 1
        last = next(
            (i - 1 for i in range(first + 1, self._run_end(first) + 1) if self._words[i].lower in ENGLISH),
            self._run_end(first),
        )
        while last > first and not self._words[last].is_capital:
            last -= 1
        head, head_end = self._near.head(last)
        while last > first and not head and self._words[last].lower in ORGANISATION_TAILS:
            return None, last + 1
        word = self._words[first]
        name = self._text[word.start : self._words[last].end]
        acronym = first == last and word.text.isupper()
        head_of_list = head or self._shared_head(last)
        if (
            acronym
            or word.lower in TITLES
            or word.lower in FIRST_NAMES
            or not self._is_unknown_placed(first, last, head_of_list)
        ):
            return None, first + 1
        return (
            Span(
                start=word.start,
                end=head_end if head else self._words[last].end,
                name=name,
                first=first,
                last=last,
                candidates=self._gazetteer.loose_candidates(fold(name)),
                head=head,
                is_placed=True,
            ),
            last + 1,
        )

    def _shared_head(self, last: int) -> str:
        """Return the head that a name shares with the next one: "the Bauleni and Ngwerere compounds"."""
        if last + 2 >= len(self._words) or self._words[last + 1].lower != "and" or not self._words[last + 2].is_capital:
            return ""
        head, _ = self._near.head(self._run_end(last + 2))
        return head if head in QUARTER_PLURALS else ""

    def _is_unknown_placed(self, first: int, last: int, head: str) -> bool:
        if head and (head not in _VAGUE_HEADS or self._gazetteer.candidates(f"{self._name(first, last)} {head}")):
            return True
        if self._near.is_said_to_lie(first, last):
            return True
        before = first - 1
        while before >= 0 and self._words[before].lower in _BEFORE_NAMES:
            before -= 1
        if before < 0:
            return False
        lower = self._words[before].lower
        if lower == "of" and before > 0:
            return self._words[before - 1].lower in _TOLD_OF_PLACES
        if lower == "and":
            return self._placed_end in {before - 1, before - 2}
        is_article_before = before != first - 1 and self._words[first - 1].lower == "the"
        return lower in SURE_PREPOSITIONS and not is_article_before
