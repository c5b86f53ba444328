"""DETECT and TRACK together, as timelines: what a report's versions, time and rules do to alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.domain.alert import ChangeKind, ChangeReason
from alerts.domain.event import Event, Status
from alerts.domain.report import Report, ReportKind
from alerts.domain.subscription import AlertFilter
from alerts.pipeline.detect import MEMORY_DAYS
from alerts.ruleset.rule import RuleSet
from tests.support.builders import a_place, a_report, an_event, at
from tests.support.pipeline import INSTANT, Pipeline, a_subscription, compiled

PACK = """
pack: access
rules:
  - id: crossing-closed
    title: Border crossing closed
    match: {type: border_crossing_closed}
    alert:
      by: [place.site]
      expire_after: 4h
      until: {type: border_crossing_reopened}
    examples:
      quiet:
        - {text: "The crossing may close.", because: status}
"""


@pytest.fixture
def ruleset() -> RuleSet:
    return compiled(PACK)


def closed(item: str = "1", *, received: str = "10:00", source: str = "wire", **changes: object) -> Report:
    return _notice(an_event(occurred=received, report=f"{source}/{item}"), item, received, source, **changes)


def reopened(item: str, *, received: str, source: str = "wire") -> Report:
    event = replace(an_event(occurred=received, report=f"{source}/{item}"), type="border_crossing_reopened")
    return _notice(event, item, received, source)


def _notice(event: Event, item: str, received: str, source: str, **changes: object) -> Report:
    report = a_report("", source=source, item=item, received=received, events=(event,))
    return replace(report, **changes)  # type: ignore[arg-type]


def kinds(pipeline: Pipeline) -> list[ChangeKind]:
    return [change.kind for change in pipeline.changes()]


async def test_a_report_posted_twice_is_one_alert_and_is_counted(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset, a_subscription())

    await pipeline.post(closed())
    await pipeline.post(closed(received_at=at("10:05")))

    assert kinds(pipeline) == [ChangeKind.OPENED]
    assert len(pipeline.deliveries()) == 1
    assert pipeline.observer.counted["reports_admitted duplicate"] == 1


async def test_a_lower_version_is_dropped_and_counted(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset)
    await pipeline.post(closed(version=3))

    await pipeline.post(closed(version=2, title="an older text"))

    assert pipeline.observer.counted["reports_admitted stale"] == 1
    assert kinds(pipeline) == [ChangeKind.OPENED]


async def test_an_update_that_no_longer_says_so_retracts(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset)
    await pipeline.post(closed(version=1))
    corrected = replace(an_event(), status=Status.POSSIBLE)

    await pipeline.post(closed(version=2, received="11:00", events=(corrected,)))

    assert kinds(pipeline) == [ChangeKind.OPENED, ChangeKind.RETRACTED]
    assert pipeline.changes()[1].reason is ChangeReason.CORRECTED


async def test_an_update_that_still_says_so_keeps_the_alert(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset)
    await pipeline.post(closed(version=1))

    await pipeline.post(closed(version=2, received="11:00", title="Now with a headline"))

    assert ChangeKind.RETRACTED not in kinds(pipeline)
    assert pipeline.changes()[-1].alert.reports == 1


async def test_a_withdrawal_without_text_finds_its_notice_and_retracts(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset)
    await pipeline.post(closed())

    await pipeline.post(closed(received="11:00", events=(), kind=ReportKind.WITHDRAWN))

    assert kinds(pipeline) == [ChangeKind.OPENED, ChangeKind.RETRACTED]


async def test_a_report_that_cannot_be_read_is_set_aside_and_the_stream_goes_on(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset)

    await pipeline.post(a_report("POISON", item="9"), closed())

    (letter,) = pipeline.dead_letters()
    assert letter.cause == "poison"
    assert letter.report is not None
    assert letter.report.text == "POISON"
    assert kinds(pipeline) == [ChangeKind.OPENED]


async def test_time_passes_only_when_every_partition_has_heard_it(ruleset: RuleSet) -> None:
    """Lag in one partition delays an expiry; it never invents one."""
    from alerts.pipeline.ingest import ticks

    pipeline = Pipeline(ruleset)
    await pipeline.post(closed())
    await pipeline.tick("10:01")

    await pipeline.store.append(ticks(at("15:00"), pipeline.store.partitions)[:-1])
    await pipeline.settle()
    before = kinds(pipeline)
    await pipeline.tick("15:00")

    assert before == [ChangeKind.OPENED]
    assert kinds(pipeline) == [ChangeKind.OPENED, ChangeKind.EXPIRED]


async def test_c10_an_expiry_due_while_the_process_was_down_comes_at_once_with_its_due_time(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset)
    await pipeline.post(closed(received="10:00"))
    await pipeline.tick("13:30")

    await pipeline.restart()
    await pipeline.tick("16:00")
    await pipeline.tick("16:01")

    assert kinds(pipeline) == [ChangeKind.OPENED, ChangeKind.EXPIRED]
    assert pipeline.changes()[1].at == at("14:00")


async def test_c10_a_report_waiting_in_the_log_keeps_the_alert_alive(ruleset: RuleSet) -> None:
    """Accepted at 13:50 while nobody worked: read at 16:00, it still puts the expiry off to 17:50."""
    from alerts.pipeline.ingest import accepted

    pipeline = Pipeline(ruleset)
    await pipeline.post(closed(received="10:00"))
    await pipeline.tick("13:30")
    await pipeline.store.append(accepted([closed("2", received="13:50", source="herald")]))

    await pipeline.restart()
    await pipeline.tick("16:00")

    assert ChangeKind.EXPIRED not in kinds(pipeline)


async def test_a_restart_between_any_two_steps_opens_nothing_twice(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset, a_subscription())
    for report in (closed(), reopened("2", received="11:00"), closed("3", received="12:00")):
        await pipeline.post(report)
        await pipeline.restart()

    assert kinds(pipeline) == [ChangeKind.OPENED, ChangeKind.RESOLVED, ChangeKind.OPENED]
    assert len({delivery.id for delivery in pipeline.deliveries()}) == 3


async def test_until_ends_only_the_alert_of_the_same_place(ruleset: RuleSet) -> None:
    elsewhere = replace(an_event(occurred="10:30"), place=a_place("Arida", country="LB", lat=34.63, lon=35.98))
    pipeline = Pipeline(ruleset)
    await pipeline.post(closed(), closed("2", events=(elsewhere,)))

    await pipeline.post(reopened("3", received="11:00"))

    (resolved,) = [change for change in pipeline.changes() if change.kind is ChangeKind.RESOLVED]
    assert resolved.alert.place is not None
    assert resolved.alert.place.name == "Jaber"


async def test_who_got_the_opening_gets_the_end_though_its_filter_changed(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset, a_subscription())
    await pipeline.post(closed())

    pipeline.subscribed.subscriptions = [replace(a_subscription(), wants=AlertFilter(rules=("other/*",)))]
    await pipeline.post(reopened("2", received="11:00"), closed("3", received="12:00"))

    assert [delivery.change.kind for delivery in pipeline.deliveries()] == [ChangeKind.OPENED, ChangeKind.RESOLVED]


async def test_c05_a_deleted_pack_ends_its_alerts_for_who_was_told(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset, a_subscription())
    await pipeline.post(closed())
    await pipeline.tick("10:30")

    pipeline.rules.ruleset = RuleSet(version="v2", rules={})
    await pipeline.tick("10:31")

    assert [delivery.change.reason for delivery in pipeline.deliveries()] == [
        ChangeReason.FIRST_MATCH,
        ChangeReason.RULE_REMOVED,
    ]


async def test_c05_a_rule_that_changed_while_the_process_was_down_ends_its_alert(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset)
    await pipeline.post(closed())
    await pipeline.tick("10:30")

    pipeline.rules.ruleset = compiled(PACK.replace("{type: border_crossing_closed}", "{type: port_closed}"))
    await pipeline.restart()
    await pipeline.tick("10:31")

    assert pipeline.changes()[-1].reason is ChangeReason.RULE_CHANGED


async def test_an_old_event_is_recorded_and_not_sent(ruleset: RuleSet) -> None:
    long_ago = replace(an_event(), occurred_at=at("10:00").replace(year=2024, month=1))
    pipeline = Pipeline(ruleset)

    await pipeline.post(closed(events=(long_ago,)))

    assert pipeline.changes() == []
    assert [held.reason for held in pipeline.suppressions()] == ["too_old"]


async def test_a_backfilled_report_is_never_sent(ruleset: RuleSet) -> None:
    pipeline = Pipeline(ruleset)

    await pipeline.post(closed(backfill=True))

    assert (pipeline.changes(), [held.reason for held in pipeline.suppressions()]) == ([], ["backfill"])


async def test_a_repeat_is_dropped_for_days_and_then_news_again_whatever_batch_it_comes_in(ruleset: RuleSet) -> None:
    """What is remembered of a report is a matter of its time, not of when the memory was cleared up."""
    from alerts.pipeline.ingest import accepted, ticks

    pipeline = Pipeline(ruleset)
    await pipeline.post(closed())
    last_day, day_after = at("10:00") + timedelta(days=MEMORY_DAYS - 1), at("10:00") + timedelta(days=MEMORY_DAYS)
    partitions = pipeline.store.partitions

    await pipeline.store.append(accepted([closed(received_at=last_day)]))
    await pipeline.store.append(ticks(day_after, partitions))
    await pipeline.store.append(accepted([closed(received_at=day_after)]))
    await pipeline.store.append(ticks(day_after + INSTANT, partitions))
    await pipeline.settle()
    await pipeline.restart()
    await pipeline.post(closed(received_at=day_after + timedelta(days=1)))

    counted = pipeline.observer.counted
    assert (counted["reports_admitted fresh"], counted["reports_admitted duplicate"]) == (2, 2)


async def test_two_versions_in_one_batch_do_what_they_do_apart(ruleset: RuleSet) -> None:
    possible = replace(an_event(), status=Status.POSSIBLE)
    together, apart = Pipeline(ruleset), Pipeline(ruleset)
    first, second = closed(version=1), closed(version=2, received="10:01", events=(possible,))

    await together.post(first, second)
    await apart.post(first)
    await apart.post(second)

    assert together.changes() == apart.changes()
    assert kinds(together) == [ChangeKind.OPENED, ChangeKind.RETRACTED]


async def test_a_match_that_cannot_be_folded_is_set_aside_and_stops_nothing(ruleset: RuleSet) -> None:
    (rule,) = ruleset.rules.values()
    # As a fault of ours would leave a rule: a span of time that is none.
    broken = replace(rule, id="access/broken", alert=replace(rule.alert, expire_after="soon"))  # type: ignore[arg-type]
    pipeline = Pipeline(replace(ruleset, rules={rule.id: rule, broken.id: broken}))

    await pipeline.post(closed())
    await pipeline.tick("10:01")

    assert [change.alert.key.rule_id for change in pipeline.changes()] == [rule.id]
    (letter,) = pipeline.dead_letters()
    assert letter.origin.startswith("matches/")
    assert "access/broken" in (letter.key or "")
