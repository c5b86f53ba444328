"""Reports: one item as a source published it, and who published it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alerts.domain.event import Event
from alerts.domain.ids import ReportId

EVENTS_MAX = 200
"""A report gives no more events than this: a list of a thousand incidents is a data set, not a report."""


class ReportKind(StrEnum):
    """What a report says of its own item."""

    NEW = "new"
    UPDATE = "update"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who published a report.

    `owner` decides independence: two outlets of one owner are one voice. `kind` is a word such as `wire`, `newspaper`,
    `state_media`, `government`, `agency`, `ngo`, `social`, `sensor`. `reliability` is A (reliable) to F (cannot be
    judged), as in the Admiralty code.
    """

    id: str
    owner: str | None = None
    kind: str | None = None
    country: str | None = None
    language: str | None = None
    reliability: str | None = None

    @property
    def voice(self) -> str:
        """What makes two sources the same voice: the owner, else the source itself."""
        return self.owner or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One version of one item. `text` is what offsets of evidence count in; times are aware UTC.

    `version` rises with each update of the item. `events` are the events of a structured notice, given and not
    extracted; a notice with events and text is not extracted again.
    """

    id: ReportId
    source: Source
    source_item_id: str
    version: int
    kind: ReportKind
    received_at: datetime
    published_at: datetime
    text: str = ""
    title: str | None = None
    url: str | None = None
    language: str | None = None
    events: tuple[Event, ...] = field(default=())
    backfill: bool = False
    """An old item loaded late: its matches are recorded and never sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHeader:
    """What an alert needs to say of the report that stands behind a piece of evidence."""

    id: ReportId
    version: int
    source: Source
    published_at: datetime
    received_at: datetime
    title: str | None = None
    url: str | None = None
    language: str | None = None
    backfill: bool = False


def header_of(report: Report) -> ReportHeader:
    """Return a report without its text and events."""
    return ReportHeader(
        id=report.id,
        version=report.version,
        source=report.source,
        published_at=report.published_at,
        received_at=report.received_at,
        title=report.title,
        url=report.url,
        language=report.language,
        backfill=report.backfill,
    )
