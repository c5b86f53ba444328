"""One JSON value to one report: faults all at once with JSON pointers, warnings for what was set right."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from alerts.adapters import wire_reports as wire
from alerts.adapters.report_bodies import ABSENT, FAULTS_MAX, TOO_COMPLEX, Fault, Item, pointer_token
from alerts.adapters.report_events import read_event
from alerts.domain.ids import digest, report_id
from alerts.domain.report import Report, ReportKind, Source

# The language of the grammar and the lexicon that ship; other texts are kept and matched by rules on words.
EXTRACTED_LANGUAGES = frozenset({"en"})

UNKNOWN_SOURCE = "unknown"

_PYDANTIC_SAYS = "Input should be"

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,4}")
_WEB_URL = re.compile(r"https?://[^\s\x00-\x1f]{1,4088}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """A report, and what was set right or will not be used of it."""

    report: Report
    warnings: tuple[str, ...] = ()


def read_report(item: Item, *, received_at: datetime) -> Understood | tuple[Fault, ...]:
    """Return the report that an item of a body holds, or everything that is wrong with it."""
    if item.value is ABSENT or TOO_COMPLEX in item.faults:
        return item.faults
    if not isinstance(item.value, Mapping):
        return (*item.faults, Fault(pointer="", code="not-an-object", detail="a report is a JSON object", status=400))
    try:
        read = wire.WireReport.model_validate(item.value)
    except ValidationError as error:
        seen = {fault.pointer for fault in item.faults}
        return (*item.faults, *(fault for fault in _faults(error) if fault.pointer not in seen))
    return item.faults or _understood(read, item.value, received_at)


def _faults(error: ValidationError) -> Iterator[Fault]:
    for one in error.errors(include_url=False, include_context=False)[:FAULTS_MAX]:
        if one["type"] == "string_unicode":  # half a surrogate pair, which the body's own faults name
            continue
        pointer = "".join(f"/{pointer_token(step)}" for step in one["loc"])
        code = one["type"].replace("_", "-")
        detail = one["msg"]
        if detail.startswith(_PYDANTIC_SAYS):
            detail = f"must be{detail.removeprefix(_PYDANTIC_SAYS)}, found {wire.kind_of(one['input'])}"
        yield Fault(pointer=pointer, code=code, detail=detail, status=413 if code == "text-too-large" else 422)


def _understood(read: wire.WireReport, value: Mapping[str, object], received_at: datetime) -> Understood:
    warnings = list(_warnings(read, value, received_at))
    source = _source(read.source)
    item_id = read.item_id if read.item_id is not None else _derived_id(value)
    identity = report_id(source.id, item_id)
    published_at = min(read.published_at or received_at, received_at)
    report = Report(
        id=identity,
        source=source,
        source_item_id=item_id,
        version=read.version,
        kind=ReportKind(read.kind),
        received_at=received_at,
        published_at=published_at,
        text=_text(read),
        title=read.title,
        url=read.url if read.url and _WEB_URL.fullmatch(read.url) else None,
        language=read.language or source.language,
        events=tuple(
            read_event(event, ordinal, read, report=identity, published_at=published_at, received_at=received_at)
            for ordinal, event in enumerate(read.events)
        ),
        backfill=read.backfill,
    )
    return Understood(report=report, warnings=tuple(warnings))


def _text(read: wire.WireReport) -> str:
    """Return what is to be read: the title where it is all there is, as feeds of headlines send it."""
    is_headline = not read.text.strip() and not read.events and read.title is not None
    return (read.title or "").strip() if is_headline else read.text


def _source(source: wire.WireSource | None) -> Source:
    if source is None:
        return Source(id=UNKNOWN_SOURCE)
    return Source(
        id=source.id,
        owner=source.owner,
        kind=source.kind,
        country=source.country,
        language=source.language,
        reliability=source.reliability,
    )


def _derived_id(value: Mapping[str, object]) -> str:
    """Return an id made of all that an item without one says: sent again it is the same, and no two fall together."""
    said = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return "content:" + digest((said,), size_bytes=16)


def _warnings(read: wire.WireReport, value: Mapping[str, object], received_at: datetime) -> Iterator[str]:
    unknown = sorted(pointer_token(key) for key in value if key not in wire.WireReport.model_fields)
    if unknown:
        yield f"not known and not used: {', '.join(unknown[:10])}"
    if read.source is None:
        yield f'no source is named: it counts as "{UNKNOWN_SOURCE}", one voice with all others that name none'
    if read.published_at and read.published_at > received_at:
        yield "published_at lies in the future; the time of receipt stands in its place"
    if any(event.occurred_at and event.occurred_at > received_at for event in read.events):
        yield "an occurred_at lies in the future; the time of receipt stands in its place"
    if read.url and not _WEB_URL.fullmatch(read.url):
        yield "url is no http or https address and is left out"
    yield from _language_warnings(read)


def _language_warnings(read: wire.WireReport) -> Iterator[str]:
    if not read.language or read.events:
        return
    if not _LANGUAGE_TAG.fullmatch(read.language):
        yield "language is no BCP 47 tag such as en or pt-BR"
    elif re.split("[-_]", read.language.lower())[0] not in EXTRACTED_LANGUAGES:
        yield f"no events are read from texts in {read.language}; rules on words and sources still see it"
