"""What a match does to its alert: supports it, disputes it, ends it; how severe, in which words, and held back when."""

from __future__ import annotations

from datetime import timedelta

from alerts.domain.event import Evidence, Party, Quantity, Status
from alerts.domain.match import Effect, HeldBack, Severity
from tests.matching.builders import NOW, a_report, a_rule, an_event, matches
from tests.ruleset.world import HAMA, HOMS, HOMS_PROVINCE, JABER

CROSSING = a_rule("type: border_crossing_closed", alert="{until: {type: border_crossing_reopened}}")


def test_until_ends_the_alert_of_the_same_place() -> None:
    closed = an_event("border_crossing_closed", place=JABER)
    reopened = an_event("border_crossing_reopened", place=JABER)

    supports, ends = matches(CROSSING, closed, reopened)

    assert (supports.effect, ends.effect) == (Effect.SUPPORTS, Effect.ENDS)
    assert supports.key == ends.key
    assert ends.summary == "A rule: ended by border crossing reopened, Jaber"


def test_a_planned_reopening_ends_nothing() -> None:
    assert not matches(CROSSING, an_event("border_crossing_reopened", place=JABER, status=Status.PLANNED))


def test_an_end_far_from_a_near_rule_ends_nothing() -> None:
    rules = a_rule(
        '{type: siege, near: {place: "Homs, SY", km: 5}}', alert="{until: {type: withdrawal}, expire_after: 9d}"
    )

    (end,) = matches(rules, an_event("withdrawal", place=HOMS))

    assert (end.effect, end.key.by) == (Effect.ENDS, (("near.place", HOMS.key),))
    assert not matches(rules, an_event("withdrawal", place=HAMA))


def test_a_denial_disputes_a_rule_that_took_the_default_status() -> None:
    (match,) = matches(CROSSING, an_event("border_crossing_closed", place=JABER, status=Status.DENIED))

    assert match.effect is Effect.DISPUTES
    assert match.summary == "A rule: denied, Jaber"


def test_a_denial_that_is_asked_for_supports() -> None:
    rules = a_rule("{type: border_crossing_closed, status: [happening, denied]}")

    (match,) = matches(rules, an_event("border_crossing_closed", place=JABER, status=Status.DENIED))

    assert match.effect is Effect.SUPPORTS


def test_a_denial_elsewhere_disputes_nothing() -> None:
    rules = a_rule('{type: armed_clash, near: {place: "Homs, SY", km: 5}}')

    assert not matches(rules, an_event(place=HAMA, status=Status.DENIED))


def test_severity_is_that_of_the_most_severe_step_that_holds() -> None:
    keys = """
        severity:
          default: info
          warning: {quantity: {killed: {at_least: 5}}}
          critical: {quantity: {killed: {at_least: 50}}}
        """
    rules = a_rule("type: armed_clash", keys=keys)

    def severity(killed: float | None) -> Severity:
        quantities = () if killed is None else (Quantity(kind="killed", value=killed),)
        (match,) = matches(rules, an_event(quantities=quantities))
        return match.severity

    assert [severity(k) for k in (None, 4, 5, 50)] == [
        Severity.INFO,
        Severity.INFO,
        Severity.WARNING,
        Severity.CRITICAL,
    ]


def test_a_summary_reads_even_where_nothing_is_known() -> None:
    rules = a_rule(
        "type: armed_clash",
        alert='{expire_after: 1d, summary: "{actor} at {place}: {quantity.killed} dead, {{sic}} {quote}"}',
    )

    (bare,) = matches(rules, an_event())
    full_event = an_event(
        actors=(Party(name="HTS"),),
        place=HOMS,
        quantities=(Quantity(kind="killed", value=12),),
        evidence=(Evidence(start=0, end=5, quote="Clash"),),
    )
    (full,) = matches(rules, full_event)

    assert bare.summary == "unnamed actors at an unnamed place: unknown dead, {sic} no quote"
    assert full.summary == "HTS at Homs: 12 dead, {sic} Clash"


def test_why_names_each_condition_with_what_was_found() -> None:
    rules = a_rule('{type: battle, near: {place: "Homs, SY", km: 5}, not: {actor: HTS}}')

    (match,) = matches(rules, an_event(place=HOMS, actors=(Party(name="Army"),)))

    assert [(reason.condition, reason.expected, reason.actual) for reason in match.why] == [
        ("type", "battle", "armed_clash"),
        ("near", "within 5 km of Homs", "0 km from Homs"),
        ("not", "not actor HTS", "Army"),
        ("status", "happening", "occurred"),
        ("role", "at", "at"),
    ]


def test_backfill_and_shadow_are_held_back() -> None:
    shadow = a_rule("type: armed_clash", keys="stage: shadow")

    (shadowed,) = matches(shadow, an_event())
    (filled,) = matches(a_rule("type: armed_clash"), an_event(), report=a_report(backfill=True))

    assert (shadowed.held_back, filled.held_back) == (HeldBack.SHADOW, HeldBack.BACKFILL)


def test_an_end_told_late_still_ends() -> None:
    late = an_event("border_crossing_reopened", place=JABER, occurred_at=NOW - timedelta(days=9))

    (match,) = matches(CROSSING, late)

    assert match.held_back is None


def test_a_coarse_place_is_marked() -> None:
    (match,) = matches(a_rule("type: armed_clash"), an_event(place=HOMS_PROVINCE))

    assert match.coarse
