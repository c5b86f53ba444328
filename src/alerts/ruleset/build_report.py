"""Conditions on the report itself: `text`, `source`, `language`."""

from __future__ import annotations

from alerts.ruleset.build_places import countries
from alerts.ruleset.conditions import All, Condition, LanguageIs, SourceField, SourceIs, TextHas
from alerts.ruleset.nodes import Entry, Fields, Node, Text
from alerts.ruleset.reading import mapping, one_or_more, pattern, words
from alerts.ruleset.vocabulary import Vocabulary
from alerts.ruleset.words import fold

TEXT_KEYS = ("any", "all", "none", "regex")
SOURCE_KEYS = tuple(SourceField)
_GRADES = {grade: index for index, grade in enumerate("ABCDEF")}
PHRASES_MAX = 2_000


def report_text(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `text`: phrases, or `{any, all, none, regex}`."""
    if not isinstance(node, Fields):
        phrases = _phrases(node, vocabulary)
        if not phrases:
            return None
        return TextHas(key="text", expected=_quoted(phrases, " or "), any_of=phrases)
    entries = mapping(node, TEXT_KEYS, vocabulary.problems, what="text")
    if not entries:
        return None
    parts = {name: _phrases(entries[name].value, vocabulary) for name in TEXT_KEYS[:3] if name in entries}
    nodes = one_or_more(entries["regex"].value) if "regex" in entries else ()
    patterns = tuple(found for found in (pattern(item, vocabulary.problems) for item in nodes) if found)
    if not any(parts.values()) and not patterns:
        return None
    any_of, all_of, none_of = (parts.get(name, ()) for name in TEXT_KEYS[:3])
    shown = [_quoted(any_of, " or "), _quoted(all_of, " and ")]
    shown.append(f"none of {_quoted(none_of, ', ')}" if none_of else "")
    shown.append("matches " + " or ".join(patterns) if patterns else "")
    return TextHas(
        key="text",
        expected="; ".join(part for part in shown if part),
        any_of=any_of,
        all_of=all_of,
        none_of=none_of,
        patterns=patterns,
    )


def _phrases(node: Node, vocabulary: Vocabulary) -> tuple[str, ...]:
    found = vocabulary.texts(node, what="a phrase")
    if len(found) > PHRASES_MAX:
        vocabulary.problems.error(node.at, "too-large", f"{len(found):,} phrases; a rule may have {PHRASES_MAX:,}")
        return ()
    return tuple(dict.fromkeys(fold(phrase.value) for phrase in found))


def _quoted(phrases: tuple[str, ...], joint: str) -> str:
    shown = joint.join(f'"{phrase}"' for phrase in phrases[:8])
    return shown + (" ..." if len(phrases) > 8 else "")


def source(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `source`: ids, or a mapping of its fields; every field given must fit."""
    if not isinstance(node, Fields):
        return _field(SourceField.ID, node, vocabulary)
    entries = mapping(node, SOURCE_KEYS, vocabulary.problems, what="source") or {}
    found = [_source_field(entry, vocabulary) for entry in entries.values()]
    parts = tuple(part for part in found if part)
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else All(key="all", conditions=parts)


def _source_field(entry: Entry, vocabulary: Vocabulary) -> SourceIs | None:
    which = SourceField(entry.key.value)
    if which is SourceField.RELIABILITY:
        return _reliability(entry.value, vocabulary)
    if which is SourceField.COUNTRY:
        codes = countries(entry.value, vocabulary)
        return _is(which, frozenset(fold(code) for code in codes), " or ".join(sorted(codes))) if codes else None
    return _field(which, entry.value, vocabulary)


def _field(which: SourceField, node: Node, vocabulary: Vocabulary) -> SourceIs | None:
    values = vocabulary.texts(node, what=f"source {which}")
    shown = " or ".join(value.value for value in values)
    return _is(which, frozenset(fold(value.value) for value in values), shown) if values else None


def _reliability(node: Node, vocabulary: Vocabulary) -> SourceIs | None:
    """Compile letters, or `{at_least: C}`: A is the most reliable."""
    problems = vocabulary.problems
    at_least = node.get("at_least") if isinstance(node, Fields) else None
    if isinstance(node, Fields):
        mapping(node, ("at_least",), problems, what="reliability", required=("at_least",))
    if at_least:
        worst = words(at_least, _GRADES, problems, what="reliability")
        grades = frozenset(grade for grade, index in _GRADES.items() if worst and index <= worst[0])
        return _is(SourceField.RELIABILITY, frozenset(map(fold, grades)), f"at least {_value(at_least)}")
    found = words(node, {grade: grade for grade in _GRADES}, problems, what="reliability")
    return _is(SourceField.RELIABILITY, frozenset(map(fold, found)), " or ".join(found)) if found else None


def _value(node: Node) -> str:
    return node.value if isinstance(node, Text) else ""


def _is(which: SourceField, values: frozenset[str], shown: str) -> SourceIs:
    return SourceIs(key=f"source {which}", expected=shown, field=which, values=values)


def language(node: Node, vocabulary: Vocabulary) -> Condition | None:
    """Compile `language`: codes such as `en`, `ar`."""
    found = vocabulary.texts(node, what="language")
    if not found:
        return None
    codes = frozenset(fold(code.value) for code in found)
    return LanguageIs(key="language", expected=" or ".join(sorted(codes)), languages=codes)
