"""Explanations as text for people and as values for JSON."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.domain.event import Event
from alerts.matching.explain import Explanation, Finding

_TRUTHS = {0: "no", 1: "unknown", 2: "yes"}
_QUOTE_MAX = 200


def as_text(explanation: Explanation, *, title: str) -> str:
    """Return one explanation: what was looked at, each condition with what was found, the verdict."""
    lines = [title, *_lines(explanation.tree, depth=1), f"  = {verdict(explanation)}"]
    return "\n".join(lines)


def title_of(event: Event | None, *, number: int, total: int) -> str:
    """Return the line that names an event."""
    if event is None:
        return "report"
    where = f", {event.place.name}" if event.place else ""
    quote = f'  "{_short(event.evidence[0].quote)}"' if event.evidence else ""
    return f"event {number} of {total}: {event.type}, {event.status.value}{where}{quote}"


def _short(quote: str) -> str:
    flat = " ".join(quote.split())
    return flat if len(flat) <= _QUOTE_MAX else flat[: _QUOTE_MAX - 1] + "…"


def _lines(finding: Finding, *, depth: int) -> Iterator[str]:
    indent = "  " * depth
    truth = _TRUTHS[finding.truth]
    if not finding.parts:
        margin = f" ({finding.margin})" if finding.margin else ""
        yield f"{indent}{truth:<8}{finding.key}: {finding.expected} | found {finding.actual}{margin}"
        return
    yield f"{indent}{truth:<8}{finding.key}"
    for part in finding.parts:
        yield from _lines(part, depth=depth + 1)


def verdict(explanation: Explanation) -> str:
    """Return what came of it in one line."""
    if explanation.matches:
        match = explanation.matches[0]
        held = f", held back: {match.held_back.value}" if match.held_back else ""
        keys = ", ".join(f"{name} {value}" for m in explanation.matches for name, value in m.key.by)
        about = f" for {keys}" if keys else ""
        return f"{match.effect.value}{about} ({match.severity.word}{held}): {match.summary}"
    tests = [cause for cause in explanation.quiet_because if not cause & {"any", "not"}]
    ways = [" and ".join(sorted(cause)) for cause in tests or explanation.quiet_because]
    return "quiet because of " + ", or ".join(ways)


def as_record(explanation: Explanation) -> dict[str, object]:
    """Return one explanation as plain values for JSON."""
    event = explanation.event
    return {
        "rule": explanation.rule.id,
        "event": None if event is None else {"type": event.type, "status": event.status.value, "quote": _quote(event)},
        "verdict": _TRUTHS[explanation.verdict],
        "effect": explanation.matches[0].effect.value if explanation.matches else None,
        "held_back": explanation.held_back.value if explanation.held_back else None,
        "summary": [match.summary for match in explanation.matches],
        "by": [dict(match.key.by) for match in explanation.matches],
        "quiet_because": [sorted(cause) for cause in explanation.quiet_because],
        "conditions": _finding_record(explanation.tree),
    }


def _quote(event: Event) -> str | None:
    return event.evidence[0].quote if event.evidence else None


def _finding_record(finding: Finding) -> dict[str, object]:
    record: dict[str, object] = {"key": finding.key, "verdict": _TRUTHS[finding.truth]}
    if finding.parts:
        return record | {"parts": [_finding_record(part) for part in finding.parts]}
    return record | {"expected": finding.expected, "actual": finding.actual, "margin": finding.margin}
