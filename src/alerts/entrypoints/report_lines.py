"""Reports as lines of JSON: what `alerts extract` reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from alerts.domain.errors import ReportRejected
from alerts.domain.ids import report_id
from alerts.domain.report import Report, ReportKind, Source

_LINE_MAX_BYTES = 16 * 1024 * 1024


def read_report(line: bytes, *, now: datetime) -> Report:
    """Return the report that one line holds; unknown keys are ignored.

    Args:
        line: UTF-8 JSON: `id` and `text`, both strings; `published_at` (RFC 3339) and `source` (a string, or an
            object with an `id`) if known.
        now: What stands for a publication time that is absent.

    Raises:
        ReportRejected: The line is not such an object; the message says what was found.
    """
    fields = _object(line)
    item = _text(fields, "id")
    if not item:
        raise ReportRejected('"id" is empty; it names the report in the output')
    source = _source(fields.get("source"))
    published_at = _time(fields.get("published_at"), now)
    return Report(
        id=report_id(source.id, item),
        source=source,
        source_item_id=item,
        version=1,
        kind=ReportKind.NEW,
        received_at=now,
        published_at=published_at,
        text=_text(fields, "text"),
    )


def _object(line: bytes) -> Mapping[str, object]:
    if len(line) > _LINE_MAX_BYTES:
        raise ReportRejected(f"a line of {len(line)} bytes; at most {_LINE_MAX_BYTES} are read")
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ReportRejected(f"not UTF-8: byte {error.start} is {line[error.start]:#04x}") from error
    except (ValueError, RecursionError) as error:
        raise ReportRejected(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise ReportRejected(f"a report is a JSON object, found {type(found).__name__}")
    return found


def _text(fields: Mapping[str, object], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str):
        found = "nothing" if key not in fields else type(value).__name__
        raise ReportRejected(f'"{key}" must be a string, found {found}')
    return value


def _source(value: object) -> Source:
    if value is None:
        return Source(id="stdin")
    name = value.get("id") if isinstance(value, dict) else value
    if not isinstance(name, str) or not name:
        raise ReportRejected(f'"source" must be a string or an object with an "id", found {type(value).__name__}')
    return Source(id=name)


def _time(value: object, default: datetime) -> datetime:
    if value is None:
        return default
    if not isinstance(value, str):
        raise ReportRejected(f'"published_at" must be an RFC 3339 time such as "2024-12-06T10:00:00Z", found {value!r}')
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ReportRejected(f'"published_at" is no RFC 3339 time: {value!r}') from error
