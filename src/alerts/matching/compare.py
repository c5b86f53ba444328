"""Comparisons: of figures by their certain bounds, and of single values."""

from __future__ import annotations

from math import inf

from alerts.domain.event import Comparator, Quantity, Scalar
from alerts.matching.fix import ABOUT
from alerts.matching.truth import Truth
from alerts.ruleset.conditions import Comparison
from alerts.ruleset.patterns import Pattern
from alerts.ruleset.words import fold


def bounds_of(figure: Quantity) -> tuple[float, float, bool, bool]:
    """Return the least and the greatest value that a figure allows, and whether each of the two is left out."""
    value, high = figure.value, figure.high
    match figure.comparator:
        case Comparator.EXACTLY | Comparator.BETWEEN:
            return value, value if high is None else high, False, False
        case Comparator.ABOUT:
            return value / ABOUT, (value if high is None else high) * ABOUT, False, False
        case Comparator.AT_LEAST:
            return value, inf, False, False
        case Comparator.MORE_THAN:
            return value, inf, True, False
        case Comparator.AT_MOST:
            return 0.0, value, False, False
        case Comparator.LESS_THAN:
            return 0.0, value, False, True


def compare_figure(wanted: Comparison, figure: Quantity, *, times: float = 1.0) -> Truth:
    """Return whether a figure certainly fits, certainly does not, or may."""
    low, high, low_open, high_open = bounds_of(figure)
    return compare_range(wanted, low * times, high * times, low_open=low_open, high_open=high_open)


def compare_range(
    wanted: Comparison, low: float, high: float, *, low_open: bool = False, high_open: bool = False
) -> Truth:
    """Return whether every value between two bounds fits, none, or some."""
    verdicts = [Truth.YES]
    if (bound := wanted.at_least) is not None:
        verdicts.append(_judge(low >= bound, high < bound or (high == bound and high_open)))
    if (bound := wanted.more_than) is not None:
        verdicts.append(_judge(low > bound or (low == bound and low_open), high <= bound))
    if (bound := wanted.at_most) is not None:
        verdicts.append(_judge(high <= bound, low > bound or (low == bound and low_open)))
    if (bound := wanted.less_than) is not None:
        verdicts.append(_judge(high < bound or (high == bound and high_open), low >= bound))
    return min(verdicts)


def _judge(every: bool, none: bool) -> Truth:  # noqa: FBT001 - two findings, not switches
    if none:
        return Truth.NO
    return Truth.YES if every else Truth.UNKNOWN


def compare_number(wanted: Comparison, value: float | None) -> Truth:
    """Return whether one number fits; an unknown number is unknown."""
    return Truth.UNKNOWN if value is None else compare_range(wanted, value, value)


def compare_scalar(wanted: Comparison, value: Scalar, pattern: Pattern | None) -> Truth:
    """Return whether one value of a structured message fits. `exists` is known even where the value is not."""
    if wanted.exists is not None and (value is not None) is not wanted.exists:
        return Truth.NO
    if wanted.exists is False:
        return Truth.YES
    if value is None:
        return Truth.UNKNOWN
    said = fold(str(value).lower() if isinstance(value, bool) else _said(value))
    if (wanted.one_of and said not in _numbers(wanted.one_of)) or said in _numbers(wanted.none_of):
        return Truth.NO
    if pattern is not None and not pattern.found_in(str(value)):
        return Truth.NO
    return _ordered(wanted, value)


def _ordered(wanted: Comparison, value: Scalar) -> Truth:
    if wanted.at_least is wanted.more_than is wanted.at_most is wanted.less_than is None:
        return Truth.YES
    number = _as_number(value)
    return Truth.UNKNOWN if number is None else compare_range(wanted, number, number)


def _as_number(value: Scalar) -> float | None:
    if value is None or isinstance(value, bool):
        return None
    try:
        return float(value)
    except ValueError:
        return None


def _said(value: str | float) -> str:
    """Return a value as text in which 5 and 5.0 are one."""
    number = _as_number(value)
    return str(value) if number is None else repr(number)


def _numbers(texts: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(_said(text)) for text in texts)
