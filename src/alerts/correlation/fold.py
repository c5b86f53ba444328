"""From a set of matches to what the alert says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.correlation.evidence import quotes, voices
from alerts.correlation.track import Track, previous_id
from alerts.domain.alert import Alert, AlertState
from alerts.domain.ids import alert_id
from alerts.domain.match import AlertKey, Match
from alerts.domain.place import PRECISIONS, Place
from alerts.ruleset.rule import Rule


def fold(track: Track, rule: Rule) -> Alert:
    """Return the open alert that a track's evidence makes, with the revision that it has now.

    The most severe match speaks for the alert; among equals the newest. Its summary, status and reasons are shown, so
    that equal evidence always gives equal words.
    """
    assert track.supports, "an alert without evidence is not open"
    speaker = max(track.supports, key=lambda match: (match.severity, match.report.received_at, match.id))
    last_seen = track.supports[-1].report.received_at
    expire_after = rule.alert.expire_after
    return Alert(
        id=alert_id(track.key.rule_id, key_values(track.key), track.lives),
        key=track.key,
        rule_version=speaker.rule_version,
        life=track.lives,
        revision=track.alert.revision if track.alert else 1,
        state=AlertState.OPEN,
        severity=speaker.severity,
        title=rule.title,
        summary=speaker.summary,
        labels=rule.labels,
        opened_at=track.alert.opened_at if track.alert else track.supports[0].report.received_at,
        first_seen_at=min(occurred(match) for match in track.supports),
        last_seen_at=last_seen,
        place=_finest_place(track.supports),
        event_type=speaker.event.type if speaker.event else None,
        status=str(speaker.event.status) if speaker.event else None,
        claimed=all(match.event is not None and match.event.claimed for match in track.supports),
        disputed=bool(track.disputes),
        coarse=all(match.coarse for match in track.supports),
        sources=voices(track.supports),
        reports=len({match.report.id for match in track.supports}),
        evidence=quotes(track.supports),
        why=speaker.why,
        expires_at=last_seen + expire_after if expire_after else None,
        previous=previous_id(track),
    )


def key_values(key: AlertKey) -> tuple[str, ...]:
    """Return the parts of a key that its alert's id is made of."""
    return tuple(part for name, value in key.by for part in (name, value))


def occurred(match: Match) -> datetime:
    """Return when what a match speaks of happened; for a match on the report alone, its publication."""
    return match.event.occurred_at if match.event else match.report.published_at


def _finest_place(matches: Sequence[Match]) -> Place | None:
    """Return the most finely known place; among equals that of the earliest report."""
    places = [match.event.place for match in matches if match.event and match.event.place]
    return min(places, key=lambda place: PRECISIONS.index(place.precision), default=None)
