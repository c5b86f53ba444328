"""Identities that come out the same on every machine and every run."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import NewType

ReportId = NewType("ReportId", str)
EventId = NewType("EventId", str)
RuleId = NewType("RuleId", str)
MatchId = NewType("MatchId", str)
AlertId = NewType("AlertId", str)
EndpointId = NewType("EndpointId", str)
DeliveryId = NewType("DeliveryId", str)


def digest(parts: Iterable[str], *, size_bytes: int = 12) -> str:
    """Return a hex digest of `parts` that keeps ("ab", "c") and ("a", "bc") apart.

    Args:
        parts: Texts in an order that means something. Lone surrogates are allowed.
        size_bytes: Length of the digest; 12 bytes make a collision among 10^9 ids unlikely (about 10^-11).
    """
    hashed = blake2b(digest_size=size_bytes)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        hashed.update(len(encoded).to_bytes(8, "big"))
        hashed.update(encoded)
    return hashed.hexdigest()


def report_id(source_id: str, source_item_id: str) -> ReportId:
    """Return the id that all versions of one item of one source share."""
    return ReportId("r_" + digest((source_id, source_item_id)))


def event_id(report: ReportId, version: int, ordinal: int) -> EventId:
    """Return the id of the `ordinal`-th event of one version of a report."""
    return EventId(f"e_{digest((report, str(version), str(ordinal)))}")


def match_id(rule: RuleId, event: EventId, effect: str, by: Iterable[str]) -> MatchId:
    """Return the id of one rule holding for one event under one alert key."""
    return MatchId("m_" + digest((rule, event, effect, *by)))


def alert_id(rule: RuleId, by: Iterable[str], life: int) -> AlertId:
    """Return the id of the `life`-th life of an alert; neither a rule's version nor an event is in it."""
    return AlertId("a_" + digest((rule, str(life), *by)))


def delivery_id(alert: AlertId, revision: int, endpoint: EndpointId) -> DeliveryId:
    """Return the id that every retry of one alert change to one endpoint carries (no dot in it, as signed)."""
    return DeliveryId("d_" + digest((alert, str(revision), endpoint)))
