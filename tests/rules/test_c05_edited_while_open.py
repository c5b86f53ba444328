"""C05: a rule edited or deleted while its alert is open neither repeats for ever nor vanishes without an end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.correlation.correlator import follow_rules, next_due, take
from alerts.correlation.track import Track
from alerts.domain.alert import AlertChange, ChangeKind, ChangeReason
from alerts.domain.geo import offset
from alerts.ruleset.rule import RuleSet
from tests.matching.builders import NOW, a_rule, a_spot, an_event, matches
from tests.ruleset.world import HOMS

LATER = NOW + timedelta(hours=1)


def near_homs(km: float, more: str = "why: As it was.") -> RuleSet:
    return a_rule(f'near: {{place: "Homs, SY", km: {km}}}', alert="{expire_after: 48h, repeat_every: 1h}", keys=more)


def opened(rules: RuleSet) -> tuple[Track, AlertChange]:
    """An alert for a clash 4 km beyond the edge of Homs."""
    spot = offset(HOMS.point, bearing_degrees=0.0, km=HOMS.radius_km + 4)
    (match,) = matches(rules, an_event(place=a_spot(spot.lat, spot.lon)))
    folded = take(None, match, rules)
    assert folded.track is not None
    (change,) = folded.changes
    return folded.track, change


def test_a_new_why_changes_nothing() -> None:
    """(a) The same alert goes on, and nothing is sent."""
    track, change = opened(near_homs(5))

    followed = follow_rules(track, near_homs(5, "why: Said better."), LATER)

    assert change.kind is ChangeKind.OPENED
    assert followed.changes == ()
    assert followed.track == track


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (near_homs(3), ChangeReason.RULE_CHANGED),
        (RuleSet(version="empty", rules={}), ChangeReason.RULE_REMOVED),
    ],
    ids=["b-3-km", "c-deleted"],
)
def test_an_alert_of_a_changed_or_deleted_rule_ends_with_that_reason(rules: RuleSet, reason: ChangeReason) -> None:
    """(b), (c) The same alert is ended, says why, and reminds of nothing afterwards."""
    track, before = opened(near_homs(5))

    followed = follow_rules(track, rules, LATER)

    (change,) = followed.changes
    assert (change.alert.id, change.reason) == (before.alert.id, reason)
    assert change.alert.ended_at == LATER
    assert followed.track is None or next_due(followed.track, rules) is None
