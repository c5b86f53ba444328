"""Letters levelled for pattern matching, with every offset kept."""

from __future__ import annotations

_BLANKS = str.maketrans(dict.fromkeys("\t\n\r\v\f\u00a0\u2007\u202f\u2009", " "))


def lower(text: str) -> str:
    """Return the text in lower case with a blank for each white space, character for character."""
    levelled = text.translate(_BLANKS)
    lowered = levelled.lower()
    if len(lowered) == len(text):
        return lowered
    # One letter in lower case can be two characters (the dotted capital I).
    return "".join(low if len(low := char.lower()) == 1 else char for char in levelled)
