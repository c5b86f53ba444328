"""Place names made comparable: a strict key that forgives typography, a loose one that forgives transliteration."""

from __future__ import annotations

import re
import unicodedata

# Letters that Unicode does not take apart into a base letter and a mark.
_WHOLE_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ə": "a", "ħ": "h", "ŋ": "n"}
)
_APOSTROPHES = "'’‘`´ʻʼʽʾʿ′ˈ"
_GAPS = "-‐‑‒–—−_./,()\t\n\r "
_TIDY = str.maketrans({**dict.fromkeys(_APOSTROPHES, None), **dict.fromkeys(_GAPS, " ")})

# The Arabic article before sun and moon letters, as transliterations write it.
_ARTICLE = re.compile(r"^(?:al|el|ar|er|as|es|ash|esh|at|et|ath|an|en|ad|ed|adh|az|ez|ul) (?=\w{3})")

ARTICLE_COUNTRIES: frozenset[str] = frozenset(
    "AE BH DJ DZ EG EH IL IQ IR JO KM KW LB LY MA MR OM PS QA SA SD SO SY TD TN TR YE".split()
)
"""Countries whose place names are also written without the article: Ar Rastan is "Rastan", El Paso not "Paso"."""

_DOUBLED = re.compile(r"(\w)\1")
# Applied in this order, after doubled letters other than these vowels are single.
_SAME_SOUND = (("ph", "f"), ("gh", "g"), ("dh", "d"), ("kh", "k"), ("q", "k"), ("ou", "u"), ("y", "i"), ("v", "w"))
_VOWELS = (("ee", "i"), ("oo", "u"))
_FINAL = re.compile(r"(?<=\w\w)(?:eh|ah|e|a|h)(?= |$)")


def fold(name: str) -> str:
    """Return a name without case, marks, apostrophes and hyphens, its words parted by one space.

    Folding twice gives what folding once gave.
    """
    if name.isascii():
        return " ".join(name.lower().translate(_TIDY).split())
    plain = unicodedata.normalize("NFKD", name.casefold()).casefold().translate(_WHOLE_LETTERS)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(unicodedata.normalize("NFKC", bare).translate(_TIDY).split())


def without_article(folded: str) -> str:
    """Return a folded name without its leading Arabic article; the same name where it has none."""
    return _ARTICLE.sub("", folded, count=1)


def loose(folded: str) -> str:
    """Return one key for the spellings that transliteration gives a name: "naseeb" and "nassib" are one."""
    key = without_article(folded)
    for old, new in _VOWELS:
        key = key.replace(old, new)
    key = _DOUBLED.sub(r"\1", key)
    for old, new in _SAME_SOUND:
        key = key.replace(old, new)
    return _FINAL.sub("a", key)


def border_key(one: str, other: str) -> str:
    """Return the name under which a border is found by its two ISO 3166-1 alpha-2 codes."""
    return " ".join(("border", *sorted((one.lower(), other.lower()))))
