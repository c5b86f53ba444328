"""The life of one alert, told as timelines on virtual time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from alerts.correlation.correlator import next_due
from alerts.domain.alert import AlertState, ChangeKind, ChangeReason
from alerts.domain.event import TimePrecision
from alerts.domain.match import Effect, RetractionCause, Severity
from tests.correlation.timeline import COPY, Life
from tests.support.builders import a_match, a_retraction, a_rule, an_event, at


def test_first_match_opens_the_alert_when_its_report_was_received() -> None:
    life = Life().take(a_match(received="10:00"))

    (opened,) = life.changes
    assert (opened.kind, opened.reason) == (ChangeKind.OPENED, ChangeReason.FIRST_MATCH)
    assert opened.alert.opened_at == at("10:00")
    assert opened.alert.expires_at == at("58:00")
    assert [quote.quote for quote in opened.alert.evidence] == ["Jordan shut the crossing."]


def test_the_same_match_read_twice_changes_nothing() -> None:
    life = Life().take(a_match(), a_match())

    assert life.kinds() == [ChangeKind.OPENED]
    assert life.track is not None
    assert life.track.alert is not None
    assert life.track.alert.reports == 1


def test_a_second_independent_source_updates_and_never_opens_a_twin() -> None:
    life = Life().take(a_match("wire/1"), a_match("herald/7", received="11:00"))

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.UPDATED]
    assert life.changes[1].reason is ChangeReason.NEW_SOURCE
    assert life.changes[1].alert.id == life.changes[0].alert.id
    assert (life.changes[1].alert.sources, life.changes[1].alert.revision) == (2, 2)


def test_a_hundred_copies_of_one_wire_story_are_one_voice() -> None:
    copies = [a_match(f"outlet{n}/1", received="11:00", signature=COPY) for n in range(100)]

    life = Life().take(a_match("wire/1", signature=COPY), *copies)

    assert life.kinds() == [ChangeKind.OPENED]
    assert life.track is not None
    assert life.track.alert is not None
    assert life.track.alert.sources == 1
    assert life.track.dropped_supports == 101 - 64


def test_two_outlets_of_one_owner_are_one_voice() -> None:
    life = Life().take(a_match("east/1", owner="Group"), a_match("west/1", owner="Group", received="10:30"))

    assert life.kinds() == [ChangeKind.OPENED]


def test_two_outlets_that_quote_the_same_office_are_one_voice() -> None:
    said = an_event(attributed_to="Ministry of Interior")
    same = replace(said, attributed_to="ministry of interior")

    life = Life().take(a_match("east/1", event=said), a_match("west/1", event=same, received="10:30"))

    assert life.kinds() == [ChangeKind.OPENED]


def test_a_rise_in_severity_is_told() -> None:
    life = Life().take(a_match("wire/1"), a_match("wire/2", received="11:00", severity=Severity.CRITICAL))

    assert life.changes[1].reason is ChangeReason.SEVERITY_CHANGED
    assert life.changes[1].alert.severity is Severity.CRITICAL


def test_a_claim_that_a_second_report_asserts_is_no_longer_only_claimed() -> None:
    life = Life().take(a_match("wire/1", event=an_event(claimed=True)), a_match("wire/2", received="11:00"))

    assert life.changes[0].alert.claimed
    assert life.changes[1].reason is ChangeReason.CLAIMED_CHANGED
    assert not life.changes[1].alert.claimed


def test_another_sources_denial_disputes_and_never_retracts() -> None:
    life = Life().take(a_match("wire/1"), a_match("army/1", received="11:00", effect=Effect.DISPUTES))

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.UPDATED]
    assert life.changes[1].reason is ChangeReason.DISPUTED_CHANGED
    assert life.changes[1].alert.disputed


def test_a_denial_of_nothing_open_is_no_alert() -> None:
    assert Life().take(a_match(effect=Effect.DISPUTES)).changes == []


def test_the_reopening_resolves_and_the_next_closure_is_a_new_life() -> None:
    life = Life().take(
        a_match("wire/1", received="10:00"),
        a_match("wire/2", received="12:00", effect=Effect.ENDS),
        a_match("wire/3", received="14:00"),
    )

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED, ChangeKind.OPENED]
    assert life.changes[2].alert.id != life.changes[0].alert.id
    assert life.changes[2].alert.previous == life.changes[0].alert.id
    assert life.changes[2].alert.life == 2


def test_an_end_that_overtakes_its_beginning_tells_both_in_order() -> None:
    life = Life().take(
        a_match("wire/2", received="10:05", effect=Effect.ENDS),
        a_match("wire/1", received="10:00"),
    )

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED]


def test_an_end_of_this_morning_does_not_end_what_begins_at_noon() -> None:
    life = Life().take(
        a_match("wire/1", received="08:00", effect=Effect.ENDS),
        a_match("wire/2", received="12:00"),
    )

    assert life.kinds() == [ChangeKind.OPENED]


def test_old_news_of_a_reopening_does_not_end_a_later_closure() -> None:
    """The newest occurrence wins, not the newest arrival."""
    life = Life().take(
        a_match("wire/1", received="10:00"),
        a_match("slow/1", received="12:00", published="09:00", effect=Effect.ENDS),
    )

    assert life.kinds() == [ChangeKind.OPENED]


def test_a_late_report_of_a_closed_life_joins_it_and_never_reopens_it() -> None:
    life = Life().take(
        a_match("wire/1", received="10:00"),
        a_match("wire/2", received="12:00", effect=Effect.ENDS),
        a_match("slow/1", received="13:00", published="10:30"),
    )

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED]
    assert life.track is not None
    assert life.track.last is not None
    assert len(life.track.last.supports) == 2


def test_a_reprint_after_the_end_does_not_reopen() -> None:
    life = Life().take(
        a_match("wire/1", received="10:00", signature=COPY),
        a_match("wire/2", received="12:00", effect=Effect.ENDS),
        a_match("slow/1", received="13:00", signature=COPY),
    )

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED]


def test_the_same_source_saying_the_same_again_after_the_end_is_news() -> None:
    life = Life().take(
        a_match("wire/1", received="10:00", signature=COPY),
        a_match("wire/2", received="12:00", effect=Effect.ENDS),
        a_match("wire/3", received="13:00", signature=COPY),
    )

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED, ChangeKind.OPENED]


def test_shut_on_tuesday_published_on_tuesday_is_not_before_that_days_reopening() -> None:
    """A day's precision reaches to the publication, not to midnight."""
    today = an_event(occurred="00:00", precision=TimePrecision.DAY)
    life = Life().take(
        a_match("wire/1", received="10:00"),
        a_match("wire/2", received="12:00", effect=Effect.ENDS),
        a_match("wire/3", received="15:00", event=today),
    )

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED, ChangeKind.OPENED]


def test_c10_an_expiry_found_late_carries_its_due_time_and_comes_once() -> None:
    life = Life(a_rule(expire_after=timedelta(hours=4))).take(a_match(received="10:00"))

    life.until("13:30").until("16:00").until("17:00")

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.EXPIRED]
    assert life.changes[1].at == at("14:00")
    assert life.changes[1].alert.state is AlertState.EXPIRED


def test_each_supporting_report_puts_the_expiry_off() -> None:
    life = Life(a_rule(expire_after=timedelta(hours=4))).take(
        a_match(received="10:00"), a_match("b/1", received="12:00")
    )

    life.until("15:00")

    assert ChangeKind.EXPIRED not in life.kinds()
    assert life.track is not None
    assert next_due(life.track, life.rules) == at("16:00")


def test_a_night_without_the_process_makes_one_reminder_not_eight() -> None:
    life = Life(a_rule(repeat_every=timedelta(hours=1))).take(a_match(received="10:00"))

    life.until("18:30")

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.REMINDED]
    assert life.changes[1].at == at("18:00")


def test_a_withdrawn_only_report_retracts() -> None:
    only = a_match()
    life = Life().take(only, a_retraction(only, received="11:00"))

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RETRACTED]
    assert life.changes[1].reason is ChangeReason.WITHDRAWN


def test_a_correction_that_leaves_other_evidence_standing_is_no_retraction() -> None:
    wrong = a_match("wire/1", severity=Severity.CRITICAL)
    life = Life().take(wrong, a_match("herald/1", received="10:30"))
    life.take(a_retraction(wrong, received="11:00", cause=RetractionCause.CORRECTED))

    assert life.changes[-1].kind is ChangeKind.UPDATED
    assert life.changes[-1].reason is ChangeReason.CORRECTED
    assert life.changes[-1].alert.severity is Severity.WARNING


def test_withdrawing_the_report_of_the_end_takes_the_alert_up_again() -> None:
    end = a_match("wire/2", received="12:00", effect=Effect.ENDS)
    life = Life().take(a_match("wire/1"), end, a_retraction(end, received="13:00"))

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RESOLVED, ChangeKind.OPENED]
    assert life.changes[2].alert.previous == life.changes[0].alert.id


def test_after_a_retraction_the_next_report_opens_a_new_life() -> None:
    only = a_match()
    life = Life().take(
        only, a_retraction(only, received="11:00"), a_match("herald/1", received="12:00", published="10:30")
    )

    assert life.kinds() == [ChangeKind.OPENED, ChangeKind.RETRACTED, ChangeKind.OPENED]


def test_a_story_quoted_in_part_is_no_second_voice() -> None:
    """Jaccard .43 with all of the shorter text inside the longer one."""
    quoted = tuple(range(55)) + tuple(range(1000, 1073))
    short = replace(a_match("wire/1", signature=tuple(range(128))), shingles=60)
    longer = replace(a_match("herald/1", received="10:30", signature=quoted), shingles=140)

    life = Life().take(short, longer)

    assert life.kinds() == [ChangeKind.OPENED]
