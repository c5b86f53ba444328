"""What a plug-in extractor is asked, and what it may answer: reports as JSON values, events in the wire's schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from alerts.adapters import wire_reports as wire
from alerts.adapters.report_events import read_event
from alerts.domain.event import Event
from alerts.domain.report import EVENTS_MAX, Report
from alerts.pipeline.ports import ExtractionFailed

EXTRACTOR = "extractor"
"""The attribute that says which plug-in found an event."""

# Faults of one answer that its message names.
_FAULTS_MAX = 5

_EVENTS = TypeAdapter(list[wire.WireEvent])


def asked(report: Report) -> Mapping[str, object]:
    """Return a report as a plug-in sees it."""
    source = report.source
    return {
        "id": report.id,
        "source": {
            "id": source.id,
            "owner": source.owner,
            "kind": source.kind,
            "country": source.country,
            "language": source.language,
            "reliability": source.reliability,
        },
        "source_item_id": report.source_item_id,
        "version": report.version,
        "title": report.title,
        "text": report.text,
        "url": report.url,
        "language": report.language,
        "published_at": report.published_at.isoformat(),
    }


def told(answer: object, report: Report, *, extractor: str) -> tuple[Event, ...]:
    """Return the events that a plug-in found in a report.

    Args:
        answer: A list of events, each a JSON object as in `events` of a structured report.
        report: What it was asked.
        extractor: Its name.

    Raises:
        ExtractionFailed: The answer does not fit; the first faults are named with their place.
    """
    try:
        events = _EVENTS.validate_python(answer)
    except ValidationError as error:
        raise _failed(extractor, [_fault(one) for one in error.errors(include_url=False, include_context=False)]) from (
            None
        )
    faults = list(_unproved(events, report))
    if len(events) > EVENTS_MAX:
        faults.append(f"{len(events)} events; at most {EVENTS_MAX} are taken of one report")
    if faults:
        raise _failed(extractor, faults)
    return tuple(_event(event, ordinal, report, extractor) for ordinal, event in enumerate(events))


def _unproved(events: Sequence[wire.WireEvent], report: Report) -> list[str]:
    """Name the events without a quote, and the quotes that the report does not hold: an alert shows its proof."""
    faults = [
        f"/{number}/evidence: the sentence of the report that says so is missing"
        for number, event in enumerate(events)
        if not event.evidence
    ]
    return faults + [
        f"/{number}/evidence/{one}/quote: the report's text does not hold it, letter for letter"
        for number, event in enumerate(events)
        for one, evidence in enumerate(event.evidence)
        if evidence.quote not in report.text
    ]


def _event(event: wire.WireEvent, ordinal: int, report: Report, extractor: str) -> Event:
    within = wire.WireReport(text=report.text, title=report.title, version=report.version)
    read = read_event(
        event,
        ordinal,
        within,
        report=report.id,
        published_at=report.published_at,
        received_at=report.received_at,
    )
    return replace(read, attributes={**read.attributes, EXTRACTOR: extractor})


def _fault(error: Mapping[str, object]) -> str:
    where = error["loc"]
    steps = where if isinstance(where, tuple) else ()
    return f"{''.join(f'/{step}' for step in steps) or 'the answer'}: {error['msg']}"


def _failed(extractor: str, faults: Sequence[str]) -> ExtractionFailed:
    more = f"; and {len(faults) - _FAULTS_MAX} more" if len(faults) > _FAULTS_MAX else ""
    return ExtractionFailed(f"the extractor {extractor}: {'; '.join(faults[:_FAULTS_MAX])}{more}")
