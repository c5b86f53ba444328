"""Small worlds for laws: few crossings, few sources, so that reports meet, contradict, correct and repeat others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from alerts.domain.event import Status, TimePrecision
from alerts.domain.report import Report, ReportKind
from alerts.pipeline.ingest import record_key
from alerts.pipeline.messages import Topic
from alerts.pipeline.ports import Effective, Output
from alerts.ruleset.rule import RuleSet
from tests.support.builders import DAY, a_place, a_report, an_event
from tests.support.pipeline import compiled

_PACK = """
pack: access
rules:
  - id: crossing-closed
    title: Border crossing closed
    match: {type: border_crossing_closed}
    alert:
      by: [place.site]
      expire_after: EXPIRE
      repeat_every: REPEAT
      notify: every
      until: {type: border_crossing_reopened}
    examples: {quiet: [{text: "The crossing may close.", because: status}]}
  - id: any-closing
    title: Something closed or reopened
    match: {type: [border_crossing_closed, border_crossing_reopened]}
    alert: {by: [place.country], expire_after: OTHER}
    examples: {quiet: [{text: "The crossing may close.", because: status}]}
"""


def versions(*, expire: str, shorter: str, repeat: str, other: str) -> tuple[RuleSet, ...]:
    """Return rules, and what may take force in their place: another lifetime, another question, one rule less."""
    first = _PACK.replace("EXPIRE", expire).replace("REPEAT", repeat).replace("OTHER", other)
    return (
        compiled(first),
        compiled(first.replace(expire, shorter)),
        compiled(first.replace("{type: border_crossing_closed}\n", "{type: [border_crossing_closed, port_closed]}\n")),
        replace(compiled(first[: first.index("  - id: any")]), version="without any-closing"),
    )


HOURS = versions(expire="50min", shorter="25min", repeat="20min", other="30min")
GAPS = tuple(map(timedelta, (0, 0, 0, 0, 0), (0, 0.3, 40, 300, 600)))

BEGIN = DAY + timedelta(hours=10)
ALWAYS = datetime.min.replace(tzinfo=UTC)

_SITES = (("Jaber", "JO"), ("Arida", "LB"))
_SOURCES = ("wire", "herald", "radio")


@dataclass(frozen=True, slots=True)
class Posted:
    """A report and the topic that it is posted to."""

    topic: str
    report: Report

    @property
    def output(self) -> Output:
        return Output(self.topic, record_key(self.report), self.report)


def posted(dice: Random, count: int, *, gaps: Sequence[timedelta] = GAPS) -> list[Posted]:
    """Return reports in order of reception, so far apart and sometimes within one moment."""
    now = BEGIN
    found = []
    for _ in range(count):
        now += dice.choice(gaps)
        item = str(dice.randrange(6))
        source = dice.choice(_SOURCES)
        topic = Topic.NOTICES if item < "4" else Topic.REPORTS
        found.append(Posted(topic, _report(dice, source, item, now)))
    return found


def _report(dice: Random, source: str, item: str, now: datetime) -> Report:
    blank = a_report("", source=source, item=item, version=dice.choice((0, 0, 0, 1, 2, 3)))
    # Whoever accepts a report has a clock of his own, up to a second off.
    stamped = replace(blank, received_at=now + timedelta(milliseconds=dice.choice((0, 0, 0, -900, 700))))
    report = replace(stamped, published_at=now - dice.choice((timedelta(0), timedelta(minutes=9))))
    kind = dice.random()
    if kind < 0.1:
        return replace(report, kind=ReportKind.WITHDRAWN)
    if kind < 0.15:
        return replace(report, text="POISON")
    name, country = dice.choice(_SITES)
    event = replace(
        an_event(report=f"{source}/{item}"),
        place=a_place(name, country=country),
        occurred_at=report.published_at,
        type=dice.choice(("border_crossing_closed", "border_crossing_closed", "border_crossing_reopened")),
        status=dice.choice((Status.OCCURRED, Status.OCCURRED, Status.OCCURRED, Status.DENIED)),
        time_precision=dice.choice((TimePrecision.UNKNOWN, TimePrecision.HOUR)),
    )
    return replace(report, events=(event,))


def rules_over_time(dice: Random, reports: Sequence[Posted], known: Sequence[RuleSet] = HOURS) -> list[Effective]:
    """Return up to three versions, the later ones in force from moments among the reports on."""
    moments = sorted(one.report.received_at for one in dice.sample(reports, min(len(reports), dice.randrange(3))))
    return [Effective(ALWAYS, known[0]), *(Effective(moment, dice.choice(known)) for moment in moments)]


def last_moment(reports: Sequence[Posted]) -> datetime:
    """Return a moment by which everything that reports bring about is over."""
    return max(one.report.received_at for one in reports) + timedelta(hours=2)
