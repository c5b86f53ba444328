"""Evidence of one alert: which matches are kept, which are one voice, and what they say together.

Everything here is a function of the set of matches, not of the order in which they came.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from alerts.correlation.track import SUPPORTS_MAX
from alerts.domain.alert import AlertEvidence
from alerts.domain.event import Event, TimePrecision
from alerts.domain.match import Match
from alerts.domain.resemblance import are_copies

# A reprint follows its original within a day; the same words later are news again.
REPRINT_WINDOW = timedelta(hours=24)

QUOTES_MAX = 10

_PERIOD = {
    TimePrecision.HOUR: timedelta(hours=1),
    TimePrecision.DAY: timedelta(days=1),
    TimePrecision.WEEK: timedelta(weeks=1),
    TimePrecision.MONTH: timedelta(days=31),
    TimePrecision.YEAR: timedelta(days=366),
}


def order(matches: Iterable[Match]) -> tuple[Match, ...]:
    """Return matches in the one order that their set has: by `received_at`, then id; each id once."""
    unique = {match.id: match for match in matches}
    return tuple(sorted(unique.values(), key=lambda match: (match.report.received_at, match.id)))


def admit(supports: Sequence[Match], match: Match) -> tuple[tuple[Match, ...], int]:
    """Return the supports with one more, cut to the bound, and how many were dropped.

    The cut takes from the middle: the earliest prove when it began, the newest decides when it expires.
    """
    ordered = order([*supports, match])
    excess = len(ordered) - SUPPORTS_MAX
    if excess <= 0:
        return ordered, 0
    return ordered[: SUPPORTS_MAX - 1] + ordered[-1:], excess


def latest_moment(match: Match) -> datetime:
    """Return the latest moment at which what a match speaks of can have happened.

    "Shut on Tuesday", published on Tuesday at 15:00, happened by 15:00; published on Thursday, by Tuesday's end. Where
    the text does not say when, it happened by its publication.
    """
    published = match.report.published_at
    if match.event is None or match.event.time_precision not in _PERIOD:
        return published
    return min(published, period_end(match.event))


def period_end(event: Event) -> datetime:
    """Return the end of the period that `occurred_at` and its precision name."""
    begin = event.occurred_at.astimezone(UTC)
    if event.time_precision is TimePrecision.HOUR:
        return begin + _PERIOD[TimePrecision.HOUR]
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + _PERIOD[event.time_precision]


def is_copy(a: Match, b: Match) -> bool:
    """Return whether one of the reports behind two matches copies the other, whole or in good part."""
    return are_copies(a.signature, b.signature, size_a=a.shingles, size_b=b.shingles)


def is_reprint(match: Match, *, of: Match) -> bool:
    """Return whether a match only repeats another outlet's report, and so says nothing new of the present.

    A report that says when it happened speaks for itself, and so does the same source that says the same again.
    """
    dated = match.event is not None and match.event.time_precision is not TimePrecision.UNKNOWN
    if dated or match.report.source.id == of.report.source.id:
        return False
    return match.report.published_at - of.report.published_at <= REPRINT_WINDOW and is_copy(match, of)


def is_one_voice(a: Match, b: Match) -> bool:
    """Return whether two matches rest on the same owner, the same text or the same person or office quoted."""
    if a.report.source.voice == b.report.source.voice or is_copy(a, b):
        return True
    said_a = a.event.attributed_to if a.event else None
    said_b = b.event.attributed_to if b.event else None
    return said_a is not None and said_b is not None and said_a.casefold() == said_b.casefold()


def voices(matches: Sequence[Match]) -> int:
    """Return the number of independent voices: groups that no shared owner, text or authority ties together."""
    by_owner: dict[str, list[Match]] = {}
    for match in matches:
        by_owner.setdefault(match.report.source.voice, []).append(match)
    groups: list[list[Match]] = []
    for of_owner in by_owner.values():
        tied = [group for group in groups if _are_tied(of_owner, group)]
        groups = [group for group in groups if group not in tied]
        groups.append([*of_owner, *(member for group in tied for member in group)])
    return len(groups)


def _are_tied(some: Sequence[Match], others: Sequence[Match]) -> bool:
    return any(is_one_voice(one, other) for one in some for other in others)


def quotes(matches: Sequence[Match]) -> tuple[AlertEvidence, ...]:
    """Return the quotes that prove an alert, the earliest first, each wording once, bounded."""
    found: dict[str, AlertEvidence] = {}
    for match in matches:
        for span in match.event.evidence if match.event else ():
            found.setdefault(
                span.quote,
                AlertEvidence(
                    quote=span.quote,
                    source=match.report.source.id,
                    report_id=match.report.id,
                    published_at=match.report.published_at,
                    url=match.report.url,
                ),
            )
    return tuple(found.values())[:QUOTES_MAX]
