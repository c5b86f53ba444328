"""Where a text names places: capitalised spans that the gazetteer holds, with what their surroundings say of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alerts.domain.place import Precision
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.names import fold
from alerts.extraction.place_index import Candidate, NameUse
from alerts.extraction.toponym_words import (
    COMMON_WORDS,
    DIRECTION_WORDS,
    ENGLISH,
    FIRST_NAMES,
    HEADS,
    JOINED_OF_HEADS,
    OF_HEADS,
    ORGANISATION_TAILS,
    PARTICLES,
    PLACE_PREPOSITIONS,
    PLACE_VERBS,
    REGION_HEADS,
    REGION_OF_HEADS,
    SPORT_TAILS,
    SURE_PREPOSITIONS,
    TITLES,
)

_WORD = re.compile(r"(?:[A-Z][a-z]?\.){2,6}|[^\W_]{1,60}(?:[-‐‑'’ʼʻ`][^\W_]{1,60}){0,6}")
_POSSESSIVE = re.compile(r"['’ʼ]s?$|['’]$")
# "Russian-owned", "Hezbollah-linked", "Paris-based": no names, though they begin with a capital.
_MODIFIER = re.compile(r"[a-z]+ed|led|held|born|run|made|style|era|wide|level|type|bound|born|making|speaking|area")
_NAME_WORDS_MAX = 6
_WEAK_TOWN_PEOPLE = 15_000
"""A smaller town needs a place's position in the sentence, or its country in the text, before its name is believed."""
_ACRONYM_LETTERS_MAX = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the text; `joined` says that only a space or hyphen parts it from the one before."""

    start: int
    end: int
    text: str
    lower: str
    is_capital: bool
    is_possessive: bool
    joined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A span that may name a place.

    `start`, `end` include a head ("Rastan bridge"), `name` doesn't. `first` and `last` are word indices of the name.
    `is_placed`: it stands where a place stands. `is_vote`: it only says which country the text is about.
    """

    start: int
    end: int
    name: str
    first: int
    last: int
    candidates: tuple[Candidate, ...]
    head: str = ""
    is_placed: bool = False
    is_vote: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of place that its head makes of it."""
        return HEADS.get(self.head, ())

    @property
    def region(self) -> tuple[Precision, ...]:
        """The precisions that its head makes of it, for a stretch of land."""
        return REGION_HEADS.get(self.head, ())


def words_of(text: str) -> list[Word]:
    """Return the words of a text."""
    words: list[Word] = []
    end = -1
    for match in _WORD.finditer(text):
        found = match[0]
        bare = found if found.isalnum() else _POSSESSIVE.sub("", found)
        is_capital = bare[:1].isupper() if bare.isalnum() else _is_capital(bare)
        gap = text[end : match.start()] if end >= 0 else ""
        words.append(
            Word(
                match.start(),
                match.start() + len(bare),
                bare,
                bare.lower(),
                is_capital,
                len(bare) != len(found),
                gap in {" ", "-", "\u00a0", "–"},
            )
        )
        end = match.end()
    return words


def _is_capital(word: str) -> bool:
    """Return whether some part of a joined word has a capital ("al-Qaim") and it is no modifier ("Russian-owned")."""
    parts = word.replace("‑", "-").split("-")
    return any(part[:1].isupper() for part in parts) and not _MODIFIER.fullmatch(parts[-1])


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
        self._people: set[str] = set()
        self._placed_end = -2  # index of the last word of a span that stood in a place's position
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
        last_possible = self._run_end(first)
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
                return None, first + 1
        return self._unknown(first)

    def _run_end(self, first: int) -> int:
        last = first
        while last + 1 < len(self._words) and last + 1 - first < _NAME_WORDS_MAX:
            following = self._words[last + 1]
            is_part = following.is_capital or following.lower in PARTICLES or following.text.isdigit()
            if not following.joined or not is_part or self._words[last].is_possessive:
                break
            last += 1
        return last

    def _bearers(self, first: int, last: int) -> tuple[Candidate, ...]:
        name = self._text[self._words[first].start : self._words[last].end]
        found = self._gazetteer.bearers(fold(name))
        if first == last and found and name.isupper() and len(name.replace(".", "")) <= _ACRONYM_LETTERS_MAX:
            if self._shouted or self._is_dateline(first):
                return found
            return tuple(c for c in found if c.place.precision is Precision.COUNTRY or c.place.kind == "road")
        return found

    def _is_dateline(self, index: int) -> bool:
        word = self._words[index]
        line_start = self._text.rfind("\n", 0, word.start) + 1
        return word.start - line_start < 3 and self._text[word.end : word.end + 3].lstrip()[:1] in {
            "(",
            ",",
            "—",
            "–",
            "-",
        }

    def _judged(self, first: int, last: int, bearers: tuple[Candidate, ...]) -> Span | None:
        """Return the span with its heads, or None when its surroundings speak against a place."""
        word = self._words[first]
        is_single = first == last
        head, head_end = self._head(last)
        is_placed = self._is_placed(first) or bool(head) or self._is_dateline(last)
        name = self._text[word.start : self._words[last].end]
        if any(c.use is NameUse.DEMONYM for c in bearers) and not self._words[last].is_possessive:
            votes = tuple(c for c in bearers if c.use is NameUse.DEMONYM)
            return Span(
                start=word.start,
                end=self._words[last].end,
                name=name,
                first=first,
                last=last,
                candidates=votes,
                is_vote=True,
            )
        if (
            is_single
            and word.lower in COMMON_WORDS
            and not (head and not self._starts_sentence(first) and head not in OF_HEADS)
        ):
            return None
        if is_single and word.lower in COMMON_WORDS and not any(c.place.kind in HEADS.get(head, ()) for c in bearers):
            return None
        if is_single and self._is_abbreviation(word, bearers) and not self._follows_comma(first):
            return None
        if self._is_person(first, last) or self._is_club(last):
            self._people.add(word.lower)
            return None
        following = self._following(last)
        if following is not None and not head and following.is_capital and self._spoils(following):
            is_country = any(c.place.precision is Precision.COUNTRY or c.population > 200_000 for c in bearers)
            if not is_country:
                return None
            return Span(
                start=word.start,
                end=self._words[last].end,
                name=name,
                first=first,
                last=last,
                candidates=bearers,
                is_vote=True,
            )
        if not head and word.lower in self._people and not is_placed:
            return None
        if not is_placed and self._is_weak(bearers):
            return None
        start = self._of_head_start(first)
        return Span(
            start=start if start is not None else word.start,
            end=head_end if head else self._words[last].end,
            name=name,
            first=first,
            last=last,
            candidates=bearers,
            head=head or self._of_head(first),
            is_placed=is_placed,
        )

    def _is_weak(self, bearers: Sequence[Candidate]) -> bool:
        """Return whether no bearer is well enough known to be meant without a place's position."""
        return not any(
            c.place.precision is not Precision.TOWN
            or c.population >= (_WEAK_TOWN_PEOPLE if c.is_primary else 10 * _WEAK_TOWN_PEOPLE)
            for c in bearers
        )

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
                and not self._is_known(first - 1)
                and not self._is_hyphenated_modifier(before)
            ):
                return True
        following = self._following(last)
        return (
            following is not None
            and first == last
            and word.lower in FIRST_NAMES
            and following.is_capital
            and following.lower not in COMMON_WORDS
        )

    def _is_abbreviation(self, word: Word, bearers: Sequence[Candidate]) -> bool:
        """Return whether a word is only the short form of a province ("Pa", "Calif")."""
        return len(word.text.replace(".", "")) <= 5 and all(
            c.place.precision is Precision.ADMIN1 and not c.is_primary for c in bearers
        )

    def _follows_comma(self, index: int) -> bool:
        return index > 0 and self._text[self._words[index - 1].end : self._words[index].start] == ", "

    def _is_club(self, last: int) -> bool:
        """Return whether a name is that of a team: "the Chelsea striker"."""
        following = self._following(last)
        return following is not None and following.lower in SPORT_TAILS

    def _is_hyphenated_modifier(self, word: Word) -> bool:
        return "-" in word.text and word.text.rpartition("-")[2].islower()

    def _is_known(self, index: int) -> bool:
        return (
            bool(self._gazetteer.bearers(fold(self._words[index].text)))
            or self._words[index].lower in ORGANISATION_TAILS
        )

    def _following(self, last: int) -> Word | None:
        if self._words[last].is_possessive or last + 1 >= len(self._words):
            return None
        following = self._words[last + 1]
        return following if following.joined else None

    def _spoils(self, following: Word) -> bool:
        """Return whether a capitalised word after a name makes it a part of some other name."""
        lower = following.lower
        if lower in ORGANISATION_TAILS:
            return True
        return (
            lower not in COMMON_WORDS
            and lower not in HEADS
            and lower not in REGION_HEADS
            and not self._is_region_word(lower)
        )

    def _is_region_word(self, lower: str) -> bool:
        return lower in DIRECTION_WORDS

    def _head(self, last: int) -> tuple[str, int]:
        """Return the longest head noun right after a name, in lower case, with its end; ("", 0) without one."""
        if self._words[last].is_possessive:
            return "", 0
        following = list(self._words[last + 1 : last + 4])
        for count in (3, 2, 1):
            taken = following[:count]
            if (
                len(taken) < count
                or not all(w.joined and not w.is_possessive for w in taken[:-1])
                or not taken[-1].joined
            ):
                continue
            head = " ".join(w.lower for w in taken)
            if (head in HEADS or head in REGION_HEADS) and not self._continues(last + count):
                return head, taken[-1].end
        return "", 0

    def _continues(self, index: int) -> bool:
        """Return whether a would-be head is itself part of a longer title: "Homs City Council"."""
        following = self._following(index)
        return (
            following is not None
            and following.is_capital
            and following.lower in ORGANISATION_TAILS | {"council", "hall"}
        )

    def _of_head(self, first: int) -> str:
        if first >= 2 and self._words[first - 1].lower == "of" and self._words[first].joined:
            lower = self._words[first - 2].lower
            if lower in REGION_OF_HEADS or lower in JOINED_OF_HEADS:
                return {"straits": "strait", "bay": "sea", "gulf": "sea"}.get(lower, lower)
        return ""

    def _of_head_start(self, first: int) -> int | None:
        head = self._of_head(first)
        return self._words[first - 2].start if head and self._words[first - 2].lower in JOINED_OF_HEADS else None

    def _after(self, span: Span) -> int:
        """Return the index of the first word after a span."""
        index = span.last + 1
        while index < len(self._words) and self._words[index].start < span.end:
            index += 1
        return index

    def _starts_sentence(self, index: int) -> bool:
        if index == 0:
            return True
        gap = self._text[self._words[index - 1].end : self._words[index].start]
        return any(mark in gap for mark in '.!?\n:“"')

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
        head, head_end = self._head(last)
        while last > first and not head and self._words[last].lower in ORGANISATION_TAILS:
            return None, last + 1
        word = self._words[first]
        name = self._text[word.start : self._words[last].end]
        acronym = first == last and word.text.isupper()
        if acronym or word.lower in TITLES or word.lower in FIRST_NAMES or not self._is_unknown_placed(first, head):
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

    def _is_unknown_placed(self, first: int, head: str) -> bool:
        if head and head not in {"front", "area", "market", "state", "territory", "department", "mine", "church"}:
            return True
        before = first - 1
        while before >= 0 and self._words[before].lower in DIRECTION_WORDS | {"the"}:
            before -= 1
        if before < 0:
            return False
        lower = self._words[before].lower
        if lower == "of" and before > 0:
            return self._words[before - 1].lower in OF_HEADS or self._words[before - 1].lower in DIRECTION_WORDS
        if lower == "and":
            return self._placed_end in {before - 1, before - 2}
        is_article_before = before != first - 1 and self._words[first - 1].lower == "the"
        return lower in SURE_PREPOSITIONS and not is_article_before
