"""What stands around a name in a text: heads, titles, teams, datelines, commas."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.domain.place import Precision
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.names import fold
from alerts.extraction.place_index import Candidate
from alerts.extraction.toponym_text import Word
from alerts.extraction.toponym_words import (
    COMMON_WORDS,
    DIRECTION_WORDS,
    HEADS,
    JOINED_OF_HEADS,
    OF_HEADS,
    ORGANISATION_TAILS,
    PLACE_VERBS,
    REGION_HEADS,
    REGION_OF_HEADS,
    TEAM_TAILS,
)


class Surroundings:
    """Reads the words around a name; indices are those of `words`."""

    def __init__(self, text: str, words: Sequence[Word], gazetteer: Gazetteer) -> None:
        self._text = text
        self._words = words
        self._gazetteer = gazetteer

    def is_dateline(self, index: int) -> bool:
        """Return whether a word opens a line as a dateline does: "KYIV (Reuters)", "HOMS, Syria"."""
        word = self._words[index]
        line_start = self._text.rfind("\n", 0, word.start) + 1
        return word.start - line_start < 3 and self._text[word.end : word.end + 3].lstrip()[:1] in {
            "(",
            ",",
            "—",
            "–",
            "-",
        }

    def is_abbreviation(self, word: Word, bearers: Sequence[Candidate]) -> bool:
        """Return whether a word is only the short form of a province ("Pa", "Calif")."""
        return len(word.text.replace(".", "")) <= 5 and all(
            c.place.precision is Precision.ADMIN1 and not c.is_primary for c in bearers
        )

    def follows_comma(self, index: int) -> bool:
        """Return whether only a comma and a space part a word from the one before."""
        return index > 0 and self._text[self._words[index - 1].end : self._words[index].start] == ", "

    def is_team(self, last: int) -> bool:
        """Return whether a name is that of a team: "the Chelsea striker", "the Sinaloa cartel"."""
        following = self.following(last)
        return following is not None and following.lower in TEAM_TAILS

    def is_hyphenated_modifier(self, word: Word) -> bool:
        """Return whether a word such as "Iran-backed" only qualifies the next."""
        return "-" in word.text and word.text.rpartition("-")[2].islower()

    def is_known(self, index: int) -> bool:
        """Return whether the gazetteer or the list of organisations holds a word."""
        return (
            bool(self._gazetteer.bearers(fold(self._words[index].text)))
            or self._words[index].lower in ORGANISATION_TAILS
        )

    def following(self, last: int) -> Word | None:
        """Return the word that follows a name within one phrase."""
        if self._words[last].is_possessive or last + 1 >= len(self._words):
            return None
        following = self._words[last + 1]
        return following if following.joined else None

    def spoils(self, following: Word) -> bool:
        """Return whether a capitalised word after a name makes it a part of some other name."""
        lower = following.lower
        if lower in ORGANISATION_TAILS:
            return True
        return (
            lower not in COMMON_WORDS
            and lower not in HEADS
            and lower not in REGION_HEADS
            and lower not in DIRECTION_WORDS
        )

    def head(self, last: int) -> tuple[str, int]:
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
            if (head in HEADS or head in REGION_HEADS) and not self.continues(last + count):
                return head, taken[-1].end
        return "", 0

    def continues(self, index: int) -> bool:
        """Return whether a would-be head is itself part of a longer title: "Homs City Council"."""
        following = self.following(index)
        return (
            following is not None
            and following.is_capital
            and following.lower in ORGANISATION_TAILS | {"council", "hall"}
        )

    def of_head(self, first: int) -> str:
        """Return the head before a name ("port of X", "province of X"), empty without one."""
        if first >= 2 and self._words[first - 1].lower == "of" and self._words[first].joined:
            lower = self._words[first - 2].lower
            if lower in REGION_OF_HEADS or lower in JOINED_OF_HEADS:
                return {"straits": "strait", "bay": "sea", "gulf": "sea"}.get(lower, lower)
        return ""

    def of_head_start(self, first: int) -> int | None:
        """Return where the head before a name begins, if it is a part of the name ("Port of X")."""
        head = self.of_head(first)
        return self._words[first - 2].start if head and self._words[first - 2].lower in JOINED_OF_HEADS else None

    def is_said_to_lie(self, first: int, last: int) -> bool:
        """Return whether what follows tells where a name lies: "hit X, north of Homs", "at X in the Savanes region"."""
        verb = self._words[first - 1].lower if first > 0 else ""
        following = [word.lower for word in self._words[last + 1 : last + 3]]
        if len(following) < 2 or (verb not in PLACE_VERBS and verb != "at"):
            return False
        is_aside = self.follows_comma(last + 1)
        is_way = following[0] in DIRECTION_WORDS or following[0].partition("-")[0] in DIRECTION_WORDS
        is_place = following[0] in {"a", "the"} and following[1] in OF_HEADS
        return (is_aside and (is_way or is_place)) or (verb == "at" and following[0] in {"in", "near", "on"})

    def starts_sentence(self, index: int) -> bool:
        """Return whether a sentence, line or quotation begins at a word."""
        if index == 0:
            return True
        gap = self._text[self._words[index - 1].end : self._words[index].start]
        return any(mark in gap for mark in '.!?\n:“"')
