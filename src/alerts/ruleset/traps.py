"""YAML's own traps, named and explained: what a rule author writes that YAML reads as something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from alerts.ruleset.nodes import Node, Position, SourceFile, Text

Trap = tuple[Position, str, str, str]

AFTER_BRACE = "a value that begins with { or [ is a mapping or a list to YAML: put it in quotes"
STAR_IS_ALIAS = "a value that begins with * is an alias to YAML: put it in quotes"
BANG_IS_TAG = "a value that begins with ! is a tag to YAML: put it in quotes"

_CURLY = "“”„‟‘’‚‛«»"
_NO_BREAK = "\u00a0\u202f\u2007\ufeff"
_STARTS = {
    "{": AFTER_BRACE,
    "[": AFTER_BRACE,
    "@": "YAML keeps @ for itself: put the value in quotes",
    "`": "YAML keeps ` for itself: put the value in quotes",
    "%": "YAML keeps % for itself: put the value in quotes",
    "!": BANG_IS_TAG,
    "*": STAR_IS_ALIAS,
    "&": "a value that begins with & is an anchor to YAML: put it in quotes",
    ">": "a value that begins with > opens a folded block to YAML: put it in quotes",
    "|": "a value that begins with | opens a block to YAML: put it in quotes",
    '"': 'this quote is not closed, or text follows its end: a quote inside is written \\" there',
    "'": "this quote is not closed, or text follows its end: an apostrophe inside is written '' there",
}
_VALUE_START = re.compile(r"""^[ ]{0,200}(?:-[ ]{1,9})?(?:[\w.-]{1,80}:[ ]{1,80})?([{\[@`%!*&>|"'])""")
_TWO_COLONS = re.compile(r"^[ ]{0,200}(?:-[ ]{1,9})?[\w.-]{1,80}:[ ]{1,80}[^\"'{\[#][^#]{0,2000}?(: )")


def unreadable_character(file: SourceFile) -> Trap | None:
    """Return the first character that YAML does not allow (controls, lone surrogates), or None."""
    for number, line in enumerate(file.text.split("\n"), start=1):
        for column, character in enumerate(line, start=1):
            if _is_forbidden(character):
                message = f"the character U+{ord(character):04X} may not stand in a rule file"
                return Position(file.path, number, column), "bad-character", message, "remove it"
    return None


def _is_forbidden(character: str) -> bool:
    control = (character < " " and character not in "\t\r") or "\x7f" <= character <= "\x9f"
    return control or "\ud800" <= character <= "\udfff" or character in "\ufffe\uffff"


_NO_BREAK_SAID = (
    "a no-break space stands here; YAML does not count it as a space",
    "type plain spaces (text pasted from a web page or a word processor brings these)",
)


def in_plain(text: Text, *, rest: str) -> Iterator[Trap]:
    """Yield the traps of one unquoted scalar; `rest` is what follows it on its last line."""
    value = text.value
    if value[:1] and value[0] in _CURLY:
        hint = 'use straight quotes: "..."'
        yield text.at, "curly-quotes", "curly quotes do not quote in YAML; they become part of the value", hint
    if any(character in _NO_BREAK for character in value):
        yield text.at, "no-break-space", *_NO_BREAK_SAID
    cut = re.match(r"[ ]{1,200}#[^\s#!]", rest)
    if value and cut:
        message = f"` #` begins a comment: the value ends at `{_short(value)}`"
        hint = "put the value in quotes, or a space after the # of a comment"
        column = text.at.column + text.at.width
        yield Position(text.at.path, text.at.line, column + len(cut[0]) - 2), "comment-cuts-value", message, hint


def stands_alone(key: Text, value: Text) -> bool:
    """Return whether a flow mapping holds a word with no colon, as in `{place: Homs, SY}`."""
    return value.is_empty and (value.at.line, value.at.column) == (key.at.line, key.at.column + key.at.width)


def unquoted_comma(key: Text, before: Sequence[Node]) -> tuple[str, str, str]:
    """Return what to say of a word that an unquoted comma cut off: code, message, hint."""
    previous = before[-1].value if before and isinstance(before[-1], Text) else ""
    if not previous:
        return "key-without-value", f"`{key.value}` stands here without a value", AFTER_BRACE
    message = f"a comma separates keys here: this reads as `{previous}` and a key `{key.value}` without a value"
    if previous[-1:].isdigit() and re.fullmatch(r"\d{3}.{0,9}", key.value):
        return "unquoted-comma", message, f"write the number without commas: {previous}{key.value}"
    return "unquoted-comma", message, f'put the value in quotes: "{previous}, {key.value}"'


def explain_syntax(file: SourceFile, line: int, column: int, *, said: str) -> Trap:
    """Return where a syntax error most likely began, what it is and what to do about it; `said` is YAML's own word."""
    lines = file.text.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    message = f"YAML stops here: {said}"
    if "\t" in text[: column + 1]:
        at = Position(file.path, line, text.index("\t") + 1)
        return at, "tab", "a tab stands here; YAML does not allow it", "indent with spaces"
    started = _VALUE_START.match(text)
    if started:
        is_cut = started[1] in "\"'" and "end of stream" not in said  # the fault lies behind the quote, not at it
        start = min(column, len(text) + 1) if is_cut else started.start(1) + 1
        return Position(file.path, line, start), "yaml-syntax", message, _STARTS[started[1]]
    colons = _TWO_COLONS.match(text)
    if colons:
        hint = "a value with `: ` in it must be in quotes"
        return Position(file.path, line, colons.start(1) + 1), "yaml-syntax", message, hint
    above = lines[line - 2] if 2 <= line <= len(lines) + 1 else ""
    started = _VALUE_START.match(above)
    if started and started[1] in "\"'{[":
        hint = _STARTS[started[1]] if started[1] in "\"'" else "this is not closed"
        return Position(file.path, line - 1, started.start(1) + 1), "yaml-syntax", message, hint
    hint = "look at the indentation of this line and of the one before"
    return Position(file.path, line, column), "yaml-syntax", message, hint


def _short(value: str) -> str:
    flat = " ".join(unicodedata.normalize("NFC", value).split())
    return flat if len(flat) <= 40 else flat[:39] + "…"
