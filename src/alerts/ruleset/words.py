"""Text made comparable: what makes two spellings the same word, in any language."""

from __future__ import annotations

import re
import unicodedata

# Arabic vowel signs and the stretching bar, Hebrew points: written or left out at will.
_POINTS = (*range(0x064B, 0x0660), 0x0670, 0x0640, *range(0x0591, 0x05BE), 0x05C1, 0x05C2)
_OPTIONAL: dict[int, str] = dict.fromkeys(_POINTS, "")
_QUOTES = {ord(mark): "'" for mark in "‘’ʼ´`"} | {ord(mark): '"' for mark in "“”„«»"}
_DASHES = {ord(mark): "-" for mark in "‐‑‒–—−"}
_TABLE = _OPTIONAL | _QUOTES | _DASHES

# Scripts that write words without spaces between them: a boundary cannot be asked for.
_UNSPACED = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Japanese kana
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0x20000, 0x2FA1F),  # Han, further extensions
)


def fold(text: str) -> str:
    """Return a text without the differences that no reader sees: case, width, quotes, dashes, runs of white space."""
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_TABLE)
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def is_word_character(character: str) -> bool:
    """Return whether a character continues a word: a letter, a digit, a mark on one, an underscore."""
    return _WORD.fullmatch(character) is not None


def is_unspaced(character: str) -> bool:
    """Return whether a character belongs to a script that puts no spaces between words."""
    code = ord(character)
    return any(first <= code <= last for first, last in _UNSPACED)


def has_phrase(folded: str, phrase: str) -> bool:
    """Return whether a folded phrase stands in a folded text at word boundaries."""
    start = folded.find(phrase) if phrase else -1
    while start >= 0:
        if _at_boundaries(folded, start, start + len(phrase)):
            return True
        start = folded.find(phrase, start + 1)
    return False


def _at_boundaries(text: str, start: int, end: int) -> bool:
    return not (_joins(text, start) or _joins(text, end))


def _joins(text: str, index: int) -> bool:
    """Return whether the characters on both sides of an index belong to one word."""
    if index <= 0 or index >= len(text):
        return False
    before, after = text[index - 1], text[index]
    if is_unspaced(before) or is_unspaced(after):
        return False
    return is_word_character(before) and is_word_character(after)


def words_of(folded: str) -> frozenset[str]:
    """Return the words of a folded text: its longest runs of word characters."""
    return frozenset(_WORD.findall(folded))


# `\w` leaves out the marks that Indic and other scripts write on their letters.
_MARKS = "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c)[0] == "M")
_WORD = re.compile(f"[\\w{re.escape(_MARKS)}]+")
