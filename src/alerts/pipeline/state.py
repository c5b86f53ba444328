"""What the stages keep between epochs, as values a store can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from alerts.domain.ids import MatchId
from alerts.domain.match import AlertKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMemory:
    """What DETECT remembers of one report: enough to drop a repeat and to take back what an old version gave."""

    version: int
    content_hash: str
    received_at: datetime
    matches: tuple[tuple[MatchId, AlertKey], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTick:
    """The latest tick that a DETECT partition has read: nothing it sends on was received before it."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """How far TRACK has come in time and in its log."""

    at: Mapping[str, datetime] = field(default_factory=dict)
    """The mark of each DETECT partition, by origin; TRACK's clock is the lowest."""
    rules_version: str = ""
    """The rule set that the tracks were last brought in line with."""
    rules_since: datetime | None = None
    """When that rule set took force; None when it was the oldest one known."""
    folded: tuple[tuple[int, int], ...] = ()
    """Offsets from the committed position on that are folded already, as ranges (first, one past the last)."""
