"""Alerts: the tracked thing with an identity and a life, and the steps of that life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alerts.domain.ids import AlertId
from alerts.domain.match import AlertKey, Reason, Severity
from alerts.domain.place import Place


class AlertState(StrEnum):
    """Where an alert is in its life."""

    PENDING = "pending"
    OPEN = "open"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    RETRACTED = "retracted"


class ChangeKind(StrEnum):
    """One step of an alert's life."""

    OPENED = "opened"
    UPDATED = "updated"
    REMINDED = "reminded"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    RETRACTED = "retracted"


ENDINGS: frozenset[ChangeKind] = frozenset({ChangeKind.RESOLVED, ChangeKind.EXPIRED, ChangeKind.RETRACTED})


class ChangeReason(StrEnum):
    """Why a change was made, for machines."""

    FIRST_MATCH = "first_match"
    SEVERITY_CHANGED = "severity_changed"
    STATUS_CHANGED = "status_changed"
    NEW_SOURCE = "new_independent_source"
    DISPUTED_CHANGED = "disputed_changed"
    CLAIMED_CHANGED = "claimed_changed"
    MORE_EVIDENCE = "more_evidence"
    CORRECTED = "report_corrected"
    WITHDRAWN = "report_withdrawn"
    UNTIL_MATCHED = "until_matched"
    NOT_SUPPORTED = "not_supported_since"
    RULE_CHANGED = "rule_changed"
    RULE_REMOVED = "rule_removed"
    REPEAT = "repeat_every"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEvidence:
    """A quote that proves an alert, and where it stood."""

    quote: str
    source: str
    report_id: str
    published_at: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A snapshot of an alert at one revision. Times are aware UTC."""

    id: AlertId
    key: AlertKey
    rule_version: str
    life: int
    revision: int
    state: AlertState
    severity: Severity
    title: str
    summary: str
    labels: Mapping[str, str]
    opened_at: datetime
    first_seen_at: datetime
    """The earliest `occurred_at` of its evidence."""
    last_seen_at: datetime
    """When the last supporting report was received."""
    place: Place | None = None
    event_type: str | None = None
    status: str | None = None
    claimed: bool = False
    disputed: bool = False
    coarse: bool = False
    sources: int = 1
    """Independent voices behind it."""
    reports: int = 1
    evidence: tuple[AlertEvidence, ...] = ()
    why: tuple[Reason, ...] = ()
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    previous: AlertId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChange:
    """One step of an alert's life: the alert as it is after the step, and why the step was made."""

    kind: ChangeKind
    reason: ChangeReason
    at: datetime
    """Stream time at which the step was due: an expiry found late still carries its due time."""
    alert: Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Something that was held back: which alert, and why."""

    rule_id: str
    reason: str
    at: datetime
    alert_id: AlertId | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
