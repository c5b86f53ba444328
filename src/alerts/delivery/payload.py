"""The webhook body: one alert change as a CloudEvents 1.0 event in structured JSON.

Encoded once: what is signed is what is sent, and every retry sends the same bytes. `schema/webhook.schema.json`
describes it for receivers.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from unicodedata import combining

from alerts.domain.alert import Alert, AlertChange, AlertEvidence
from alerts.domain.match import Reason
from alerts.domain.place import Place
from alerts.domain.subscription import Delivery

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"

# Who sends, where an installation gives itself no other name.
SOURCE = "/alerts"

# What `data` looks like; it rises when a field changes its meaning or goes. Receivers ignore fields they do not know.
SCHEMA_VERSION = 1

_TYPE_PREFIX = "alerts.alert."

# Quotes and conditions beyond these add weight and no proof; Standard Webhooks asks for bodies below 20 kB.
EVIDENCE_MAX = 10
WHY_MAX = 20
_TEXT_MAX_CHARS = 1_000

# What glues two code points into one sign: families and flags of emoji, and the coloured form of a symbol.
_JOINER = "\u200d"
_EMOJI_STYLE = "\ufe0f"

Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


def webhook_body(delivery: Delivery, *, source: str) -> bytes:
    """Return the bytes of one delivery's body, the same at every call.

    Args:
        delivery: One alert change for one endpoint.
        source: Who sends, as a URI reference; the same for all that one installation sends.
    """
    change = delivery.change
    return encoded(
        {
            "specversion": "1.0",
            "id": delivery.id,
            "source": source,
            "type": _TYPE_PREFIX + change.kind.value,
            "subject": change.alert.id,
            "time": rfc3339(change.at),
            "datacontenttype": "application/json",
            "data": _change(change),
        }
    )


def ping_body(message_id: str, *, source: str, at: datetime) -> bytes:
    """Return the body of a test message, which says nothing of any alert."""
    return encoded(
        {
            "specversion": "1.0",
            "id": message_id,
            "source": source,
            "type": "alerts.ping",
            "time": rfc3339(at),
            "datacontenttype": "application/json",
            "data": {"schema_version": SCHEMA_VERSION},
        }
    )


def encoded(body: dict[str, Json]) -> bytes:
    """Return compact UTF-8 JSON; half a surrogate pair becomes a question mark, which receivers can read."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def rfc3339(moment: datetime) -> str:
    """Return an aware time as UTC with a `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _change(change: AlertChange) -> dict[str, Json]:
    return {
        "schema_version": SCHEMA_VERSION,
        "change": change.kind.value,
        "reason": change.reason.value,
        **_alert(change.alert),
    }


def _alert(alert: Alert) -> dict[str, Json]:
    return {
        "alert_id": alert.id,
        "revision": alert.revision,
        "life": alert.life,
        "previous": alert.previous,
        "state": alert.state.value,
        "rule": {"id": alert.key.rule_id, "version": alert.rule_version},
        "by": dict(alert.key.by),
        "severity": alert.severity.word,
        "title": _cut(alert.title),
        "summary": _cut(alert.summary),
        "labels": dict(alert.labels),
        "event_type": alert.event_type,
        "status": alert.status,
        "claimed": alert.claimed,
        "disputed": alert.disputed,
        "coarse": alert.coarse,
        "place": _place(alert.place) if alert.place else None,
        "sources": alert.sources,
        "reports": alert.reports,
        "evidence": [_evidence(one) for one in alert.evidence[:EVIDENCE_MAX]],
        "evidence_left_out": max(0, len(alert.evidence) - EVIDENCE_MAX),
        "why": [_reason(one) for one in alert.why[:WHY_MAX]],
        "opened_at": rfc3339(alert.opened_at),
        "first_seen_at": rfc3339(alert.first_seen_at),
        "last_seen_at": rfc3339(alert.last_seen_at),
        "expires_at": rfc3339(alert.expires_at) if alert.expires_at else None,
        "ended_at": rfc3339(alert.ended_at) if alert.ended_at else None,
    }


def _place(place: Place) -> dict[str, Json]:
    """Return a GeoJSON feature (RFC 7946): longitude comes first."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
        "properties": {
            "name": place.name,
            "geonames_id": place.geonames_id,
            "kind": place.kind,
            "precision": place.precision.value,
            "radius_km": place.radius_km,
            "country": place.country,
            "other_countries": list(place.other_countries),
            "admin1": place.admin1,
            "admin2": place.admin2,
        },
    }


def _evidence(evidence: AlertEvidence) -> dict[str, Json]:
    return {
        "quote": _cut(evidence.quote),
        "source": evidence.source,
        "url": evidence.url,
        "published_at": rfc3339(evidence.published_at),
        "report_id": evidence.report_id,
    }


def _reason(reason: Reason) -> dict[str, Json]:
    return {"condition": reason.condition, "expected": _cut(reason.expected), "actual": _cut(reason.actual)}


def _cut(text: str) -> str:
    """Return a text that fits, with a mark where it was cut; no joined emoji and no accent is cut in half."""
    if len(text) <= _TEXT_MAX_CHARS:
        return text
    end = _TEXT_MAX_CHARS - 1
    while end > _TEXT_MAX_CHARS // 2 and _is_glued(text[end - 1], text[end]):
        end -= 1
    return text[:end] + "…"


def _is_glued(before: str, after: str) -> bool:
    return _JOINER in {before, after} or combining(after) != 0 or after == _EMOJI_STYLE
