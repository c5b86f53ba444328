"""Which version of a report is news, and what a new version takes back. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from alerts.domain.event import Event, TimePrecision
from alerts.domain.ids import digest, event_id
from alerts.domain.match import Match, MatchRetraction, RetractionCause
from alerts.domain.report import Report, ReportKind
from alerts.pipeline.state import ReportMemory


class Admission(StrEnum):
    """What a version of a report is to what is remembered of it."""

    FRESH = "fresh"
    DUPLICATE = "duplicate"
    STALE = "stale"


# A source that does not number its versions sends this; its newest arrival is its newest version.
UNNUMBERED = 0


# All that an event says, but for what only its arrival gave it: its id, and a time that nobody stated.
_SAID = attrgetter(*(field.name for field in fields(Event) if field.name not in {"id", "occurred_at"}))


def content_hash(report: Report) -> str:
    """Return a digest of what a report says, times and transport aside."""
    withdrawn = str(report.kind is ReportKind.WITHDRAWN)
    return digest((withdrawn, report.title or "", report.text, *map(_said, report.events)))


def _said(event: Event) -> str:
    stated = event.time_precision is not TimePrecision.UNKNOWN
    return repr((event.occurred_at if stated else None, _SAID(event)))


def admit(report: Report, memory: ReportMemory | None) -> Admission:
    """Return whether this version is to be read, is a repeat, or is older than what was read already."""
    if memory is None:
        return Admission.FRESH
    if content_hash(report) == memory.content_hash:
        return Admission.DUPLICATE
    if report.version != UNNUMBERED and report.version <= memory.version:
        return Admission.STALE
    return Admission.FRESH


def numbered(report: Report, memory: ReportMemory | None) -> Report:
    """Return the report with the version number it gets here, its given events with ids of that version."""
    version = report.version or (memory.version + 1 if memory else 1)
    ids = [event_id(report.id, version, ordinal) for ordinal in range(len(report.events))]
    if version == report.version and ids == [event.id for event in report.events]:
        return report
    events = tuple(replace(event, id=own, report_id=report.id) for own, event in zip(ids, report.events, strict=True))
    return replace(report, version=version, events=events)


def remember(report: Report, matches: Sequence[Match]) -> ReportMemory:
    """Return what must be known of a report when its next version comes."""
    return ReportMemory(
        version=report.version,
        content_hash=content_hash(report),
        received_at=report.received_at,
        matches=tuple((match.id, match.key) for match in matches),
    )


def retractions(memory: ReportMemory | None, report: Report, matches: Sequence[Match]) -> tuple[MatchRetraction, ...]:
    """Return a retraction for each match that the old version gave and the new one does not."""
    if memory is None:
        return ()
    still = {match.id for match in matches}
    withdrawn = report.kind is ReportKind.WITHDRAWN
    cause = RetractionCause.WITHDRAWN if withdrawn else RetractionCause.CORRECTED
    return tuple(
        MatchRetraction(
            match_id=old,
            key=key,
            report_id=report.id,
            report_version=report.version,
            cause=cause,
            at=report.received_at,
        )
        for old, key in memory.matches
        if old not in still
    )


def is_forgotten(memory: ReportMemory, *, now: datetime, days: int) -> bool:
    """Return whether a report is so old that a further version of it would count as a new one."""
    return (now - memory.received_at).days >= days
