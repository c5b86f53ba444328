"""Node to value: words, numbers, distances, spans of time, comparisons, each fault noted where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from math import isfinite
from typing import TypeVar

from alerts.ruleset.conditions import Comparison
from alerts.ruleset.diagnostics import Problems, did_you_mean
from alerts.ruleset.nodes import Entry, Fields, Items, Node, Text
from alerts.ruleset.patterns import PatternProblem, compile_pattern
from alerts.ruleset.words import fold

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)[ ]?(min|h|d|w)")
_HOURS = {"min": 1 / 60, "h": 1.0, "d": 24.0, "w": 168.0}

# Half the earth's girth: nothing is farther away.
KM_MAX = 20_038.0
_KM_IN = {"km": 1.0, "mi": 1.609344, "nm": 1.852}

_TRUTHS = {"true": True, "false": False}

T = TypeVar("T")

ORDER_KEYS = ("at_least", "more_than", "at_most", "less_than", "between", "is")
COMPARISON_KEYS = ("is", "is_not", "one_of", *ORDER_KEYS[:-1], "exists", "matches")


def kind_of(node: Node) -> str:
    """Return what a node is, as a person would say it."""
    if isinstance(node, Text):
        return "nothing" if node.is_empty else f"`{node.value[:40]}`"
    return "a list" if isinstance(node, Items) else "a mapping"


def text(node: Node, problems: Problems, *, what: str) -> Text | None:
    """Return a scalar that is not empty."""
    if isinstance(node, Text) and node.value.strip():
        return node
    problems.error(node.at, "wrong-kind", f"{what} must be a text, found {kind_of(node)}")
    return None


def mapping(
    node: Node, known: Iterable[str], problems: Problems, *, what: str, required: Iterable[str] = ()
) -> Mapping[str, Entry] | None:
    """Return the known entries of a mapping; unknown keys are faults with a suggestion."""
    if not isinstance(node, Fields):
        problems.error(node.at, "wrong-kind", f"{what} must be a mapping (`key: value`), found {kind_of(node)}")
        return None
    names = list(known)
    for name, entry in node.entries.items():
        if name not in names:
            hint = did_you_mean(name, names)
            problems.error(entry.key.at, "unknown-key", f"{what} has no key `{name}`", hint)
    for name in required:
        if name not in node.entries:
            problems.error(node.at, "missing-key", f"{what} needs the key `{name}`")
    return {name: entry for name, entry in node.entries.items() if name in names}


def one_or_more(node: Node) -> tuple[Node, ...]:
    """Return the items of a list, or the node alone: lists mean any-of wherever one value may stand."""
    return node.items if isinstance(node, Items) else (node,)


def words(node: Node, known: Mapping[str, T], problems: Problems, *, what: str) -> tuple[T, ...]:
    """Return what the words of a closed set stand for; one word or a list of them."""
    found = []
    for item in one_or_more(node):
        word = text(item, problems, what=what)
        if word and word.value in known:
            found.append(known[word.value])
        elif word:
            hint = did_you_mean(word.value, known)
            problems.error(word.at, "unknown-word", f"{what} cannot be `{word.value}`", hint)
    return tuple(found)


def boolean(node: Node, problems: Problems, *, what: str) -> bool | None:
    """Return `true` or `false`."""
    if isinstance(node, Text) and node.value in _TRUTHS:
        return _TRUTHS[node.value]
    hint = "YAML 1.2 has only these two words for it" if isinstance(node, Text) else ""
    problems.error(node.at, "not-a-boolean", f"{what} must be true or false, found {kind_of(node)}", hint)
    return None


def number(node: Node, problems: Problems) -> float | None:
    """Return a plain decimal number."""
    if isinstance(node, Text) and _NUMBER.fullmatch(node.value) and isfinite(float(node.value)):
        return float(node.value)
    found = node.value if isinstance(node, Text) else ""
    digits = re.sub(r"[,_ ']", "", found)
    hint = f"write {digits}" if _NUMBER.fullmatch(digits) else "write digits, as in 100000 or 2.5"
    problems.error(node.at, "not-a-number", f"a number must stand here, found {kind_of(node)}", hint)
    return None


def share(node: Node, problems: Problems) -> float | None:
    """Return a number in [0, 1]."""
    value = number(node, problems)
    if value is not None and not 0 <= value <= 1:
        problems.error(node.at, "out-of-range", f"a number between 0 and 1 must stand here, found {value:g}")
        return None
    return value


def count(node: Node, problems: Problems) -> float | None:
    """Return a number that is not negative."""
    value = number(node, problems)
    if value is not None and value < 0:
        problems.error(node.at, "out-of-range", f"this number cannot be negative, found {value:g}")
        return None
    return value


def hours(node: Node, problems: Problems) -> float | None:
    """Return a span of time in hours."""
    found = _DURATION.fullmatch(node.value) if isinstance(node, Text) else None
    if found:
        return float(found[1]) * _HOURS[found[2]]
    hint = "write a number with min, h, d or w, as in 30min, 48h, 7d, 2w"
    problems.error(node.at, "not-a-duration", f"a span of time must stand here, found {kind_of(node)}", hint)
    return None


def duration(node: Node, problems: Problems) -> timedelta | None:
    """Return a span of time that is longer than nothing."""
    value = hours(node, problems)
    if value == 0:
        problems.error(node.at, "out-of-range", "this span of time cannot be nothing")
        return None
    return None if value is None else timedelta(hours=value)


def kilometres(entries: Mapping[str, Entry], owner: Node, problems: Problems) -> float | None:
    """Return the distance of a mapping that has one of `km`, `mi`, `nm`."""
    given = [entries[unit] for unit in _KM_IN if unit in entries]
    if len(given) != 1:
        at = given[1].key.at if given else owner.at
        problems.error(at, "distance", "one distance must stand here", "write `km: 5`, or `mi:` or `nm:`")
        return None
    value = count(given[0].value, problems)
    km = None if value is None else value * _KM_IN[given[0].key.value]
    if km is not None and km > KM_MAX:
        problems.error(given[0].value.at, "out-of-range", f"no two places are more than {KM_MAX:,.0f} km apart")
        return None
    return km


@dataclass(frozen=True, slots=True)
class Measure:
    """How the numbers of one comparison are read and said."""

    read: Callable[[Node, Problems], float | None]
    unit: str = ""


def ordering(node: Node, measure: Measure, problems: Problems, *, what: str) -> Comparison | None:
    """Return a comparison of numbers: `{at_least: 5}`; a bare number means `is`."""
    if isinstance(node, Text):
        value = measure.read(node, problems)
        return None if value is None else Comparison(at_least=value, at_most=value)
    entries = mapping(node, ORDER_KEYS, problems, what=what)
    if not entries:
        if entries is not None:
            problems.error(node.at, "empty-comparison", f"{what} compares with nothing", "as in {at_least: 5}")
        return None
    found = _bounds(entries, measure, problems)
    if found and is_empty(found):
        problems.error(node.at, "never-holds", f"no number fits: {said(found)}")
    return found


def _bounds(entries: Mapping[str, Entry], measure: Measure, problems: Problems) -> Comparison | None:
    bounds: dict[str, float] = {}
    for name, entry in entries.items():
        pair = _pair(entry.value, measure, problems) if name == "between" else None
        value = measure.read(entry.value, problems) if name != "between" else None
        low, high = pair or (value, value)
        if low is None or high is None:
            return None
        if name in {"between", "is"}:
            bounds |= {"at_least": low, "at_most": high}
        else:
            bounds[name] = low
    return Comparison(
        at_least=bounds.get("at_least"),
        more_than=bounds.get("more_than"),
        at_most=bounds.get("at_most"),
        less_than=bounds.get("less_than"),
    )


def _pair(node: Node, measure: Measure, problems: Problems) -> tuple[float | None, float | None]:
    pair = node.items if isinstance(node, Items) else ()
    if len(pair) != 2:
        problems.error(node.at, "wrong-kind", "`between` takes two numbers", "as in between: [5, 10]")
        return None, None
    return measure.read(pair[0], problems), measure.read(pair[1], problems)


def comparison(node: Node, problems: Problems, *, what: str) -> Comparison | None:
    """Return a comparison of any value of a structured message; a bare text means `is`, a list `one_of`."""
    if isinstance(node, Text | Items):
        values = [text(item, problems, what=what) for item in one_or_more(node)]
        return Comparison(one_of=tuple(fold(value.value) for value in values if value))
    entries = mapping(node, COMPARISON_KEYS, problems, what=what)
    if not entries:
        return None
    ordered = {name: entry for name, entry in entries.items() if name in ORDER_KEYS and name != "is"}
    bounds = _bounds(ordered, Measure(number), problems) or Comparison()
    given = {name: _texts(entries[name].value, problems) for name in ("is", "one_of", "is_not") if name in entries}
    exists = boolean(entries["exists"].value, problems, what="exists") if "exists" in entries else None
    matches = pattern(entries["matches"].value, problems) if "matches" in entries else None
    return replace(
        bounds,
        one_of=given.get("is", ()) + given.get("one_of", ()),
        none_of=given.get("is_not", ()),
        exists=exists,
        matches=matches,
    )


def _texts(node: Node, problems: Problems) -> tuple[str, ...]:
    values = [text(item, problems, what="this value") for item in one_or_more(node)]
    return tuple(fold(value.value) for value in values if value)


def pattern(node: Node, problems: Problems) -> str | None:
    """Return a pattern that RE2 takes."""
    written = text(node, problems, what="a pattern")
    if written is None:
        return None
    try:
        return compile_pattern(written.value).text
    except PatternProblem as fault:
        hint = "RE2 has no look-around and no back-references, so that no pattern can hang the stream"
        problems.error(written.at, "bad-pattern", f"RE2 does not take this pattern: {fault}", hint)
        return None


def is_empty(wanted: Comparison) -> bool:
    """Return whether no number can hold."""
    low = max((b for b in (wanted.at_least, wanted.more_than) if b is not None), default=None)
    high = min((b for b in (wanted.at_most, wanted.less_than) if b is not None), default=None)
    if low is None or high is None or low < high:
        return False
    return low > high or low == wanted.more_than or high == wanted.less_than


def said(wanted: Comparison, unit: str = "") -> str:
    """Return a comparison as a person would say it: "at least 5 km"."""
    after = f" {unit}" if unit else ""
    parts = []
    if wanted.at_least is not None and wanted.at_least == wanted.at_most:
        parts.append(f"{plain_number(wanted.at_least)}{after}")
    else:
        for word in ("at_least", "more_than", "at_most", "less_than"):
            bound = getattr(wanted, word)
            if bound is not None:
                parts.append(f"{word.replace('_', ' ')} {plain_number(bound)}{after}")
    if wanted.one_of:
        parts.append(" or ".join(wanted.one_of))
    if wanted.none_of:
        parts.append("not " + " or ".join(wanted.none_of))
    if wanted.exists is not None:
        parts.append("present" if wanted.exists else "absent")
    if wanted.matches is not None:
        parts.append(f"matches {wanted.matches}")
    return " and ".join(parts) or "any value"


def plain_number(value: float) -> str:
    """Return a number without needless digits: 5, 4.8, 280,000."""
    if not isfinite(value):
        return "∞"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def plain_hours(value: float) -> str:
    """Return a span of time in its largest fitting unit: 48 h, 7 d, 30 min."""
    if abs(value) >= 48 and value == int(value) and int(value) % 24 == 0:
        return f"{int(value) // 24} d"
    return f"{plain_number(value)} h" if abs(value) >= 1 or value == 0 else f"{plain_number(value * 60)} min"
