"""What a rule decides of an alert's life: when it changes, what it holds back, whom it tells of what."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from alerts.domain.alert import ChangeKind, ChangeReason
from alerts.domain.match import Effect, HeldBack
from alerts.ruleset.rule import Notify, Stage
from tests.correlation.timeline import Life
from tests.support.builders import a_match, a_rule


def test_c05_a_new_reason_why_changes_nothing() -> None:
    life = Life().take(a_match())

    life.with_rules(replace(a_rule(), why="because"), clock="11:00")

    assert life.kinds() == [ChangeKind.OPENED]


def test_c05_a_changed_pattern_ends_the_alert_and_reminds_no_more() -> None:
    life = Life(a_rule(repeat_every=timedelta(hours=1))).take(a_match())

    life.with_rules(a_rule(repeat_every=timedelta(hours=1), state_digest="d2"), clock="10:30").until("40:00")

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.EXPIRED]
    assert life.changes[1].reason is ChangeReason.RULE_CHANGED


def test_c05_a_deleted_pack_ends_its_alerts() -> None:
    life = Life().take(a_match())

    life.with_rules(clock="11:00")

    assert life.changes[-1].reason is ChangeReason.RULE_REMOVED
    assert life.changes[-1].kind is ChangeKind.EXPIRED


def test_a_match_by_a_rule_since_changed_is_held_back_with_its_reason() -> None:
    life = Life(a_rule(state_digest="d2")).take(a_match(rule=a_rule(state_digest="d1")))

    assert life.changes == []
    assert [held.reason for held in life.suppressions] == ["rule_changed"]


def test_too_old_is_recorded_and_not_sent() -> None:
    life = Life().take(a_match(held_back=HeldBack.TOO_OLD))

    assert (life.changes, [held.reason for held in life.suppressions]) == ([], ["too_old"])


def test_a_shadowed_rule_records_what_it_would_have_sent() -> None:
    life = Life(a_rule(stage=Stage.SHADOW)).take(a_match(held_back=HeldBack.SHADOW))

    assert life.changes == []
    assert life.suppressions[0].detail["change"] == "opened"


def test_notify_none_updates_silently_and_still_tells_the_end() -> None:
    life = Life(a_rule(notify=Notify.NONE)).take(
        a_match("wire/1"),
        a_match("herald/1", received="11:00"),
        a_match("wire/3", received="12:00", effect=Effect.ENDS),
    )

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED]


def test_notify_every_tells_each_report() -> None:
    life = Life(a_rule(notify=Notify.EVERY)).take(a_match("wire/1"), a_match("wire/2", received="11:00"))

    assert life.changes[1].reason is ChangeReason.MORE_EVIDENCE
