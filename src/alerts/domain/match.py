"""Matches: one rule held for one event, and the evidence for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from alerts.domain.event import Event
from alerts.domain.ids import MatchId, ReportId, RuleId
from alerts.domain.report import ReportHeader


class Severity(IntEnum):
    """How much a reader should care; a higher number is more severe."""

    INFO = 0
    WARNING = 1
    CRITICAL = 2

    @property
    def word(self) -> str:
        """The name that rule files and webhook bodies use."""
        return self.name.lower()


class Effect(StrEnum):
    """What a match does to its alert."""

    SUPPORTS = "supports"
    ENDS = "ends"
    DISPUTES = "disputes"


class HeldBack(StrEnum):
    """Why a match is recorded and not sent."""

    TOO_OLD = "too_old"
    BACKFILL = "backfill"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertKey:
    """What an alert is about: a rule and the values of its `by` fields, nothing else.

    `state_digest` is a digest of the rule's pattern and `by`: state of another digest belongs to another meaning of
    the rule. It is not part of an alert's id.
    """

    rule_id: RuleId
    by: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The key as one text, for a topic's key and for state."""
        return "|".join((self.rule_id, *(f"{name}={value}" for name, value in self.by)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One condition of a rule with the value that made it true: shown as `why` in the webhook body."""

    condition: str
    expected: str
    actual: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One rule held for one event, under one alert key."""

    id: MatchId
    key: AlertKey
    rule_version: str
    """Digest of the rule set that matched."""
    state_digest: str
    effect: Effect
    severity: Severity
    report: ReportHeader
    event: Event | None
    """None for a rule with report conditions only."""
    title: str
    summary: str
    why: tuple[Reason, ...]
    coarse: bool = False
    """The event is known less finely than the alert's level asks for."""
    held_back: HeldBack | None = None
    fingerprint: str = ""
    """Type family, place, day and side: equal for two newsrooms' versions of one happening."""
    signature: tuple[int, ...] = ()
    """MinHash of the report's text (pinned seed); empty where there is no text."""
    shingles: int = 0
    """How many different shingles that text has: with two signatures it tells what is quoted in part."""


class RetractionCause(StrEnum):
    """Why a match no longer holds."""

    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRetraction:
    """A match that an earlier version of a report gave and its newest version does not."""

    match_id: MatchId
    key: AlertKey
    report_id: ReportId
    report_version: int
    cause: RetractionCause
    at: datetime
