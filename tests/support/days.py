"""Generated days for a real cluster: reports of crossings that repeat, contradict, correct and withdraw."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from alerts.adapters.actor_names import open_actor_names
from alerts.adapters.gazetteer import open_gazetteer
from alerts.domain.event import Status, TimePrecision
from alerts.domain.report import Report, ReportKind
from alerts.pipeline.ingest import accepted, ticks
from alerts.pipeline.ports import Effective, Output
from alerts.pipeline.rules_in_force import RulesInForce
from alerts.ruleset.nodes import SourceFile
from tests.support.builders import a_place, a_report, an_event
from tests.support.pipeline import Counts, RulesOverTime

PACK_FILE = "pack.yaml"
_PACK = """\
pack: access
rules:
  - id: crossing-closed
    title: Border crossing closed
    match: {type: border_crossing_closed}
    alert:
      by: [place.site]
      expire_after: EXPIRE
      notify: every
      until: {type: border_crossing_reopened}
    examples: {quiet: [{text: "The crossing may close.", because: status}]}
  - id: any-closing
    title: Something closed or reopened
    match: {type: [border_crossing_closed, border_crossing_reopened]}
    alert: {by: [place.country], expire_after: EXPIRE}
    examples: {quiet: [{text: "The crossing may close.", because: status}]}
"""

_COUNTRIES = ("JO", "SY", "TR", "IQ", "LB", "UA", "PL", "SD", "TD", "ET")
_SOURCES = ("wire", "herald", "radio", "desk")


def pack(*, expire: str) -> str:
    """Return the text of the rules; alerts expire after `expire` without news."""
    return _PACK.replace("EXPIRE", expire)


def rules_of(text: str) -> RulesOverTime:
    """Return the rules as workers have them that were pushed this text: the version is the same."""
    in_force = RulesInForce(observer=Counts())
    compiled = in_force.compiled([SourceFile(path=PACK_FILE, text=text)], open_gazetteer(), open_actor_names())
    assert compiled.is_sound, compiled.problems
    return RulesOverTime(Effective(datetime.fromisoformat("2000-01-01T00:00:00+00:00"), compiled.ruleset))


@dataclass(frozen=True, slots=True)
class Day:
    """How a day is made; the same seed makes the same day."""

    begin: datetime
    reports: int
    seed: int
    crossings: int = 40
    apart: timedelta = timedelta(seconds=2)

    def outputs(self, partitions: int) -> Iterator[Output]:
        """Return the day's log in the order of time: reports, and a tick in each partition every ten of them."""
        dice, now = Random(self.seed), self.begin
        for number in range(self.reports):
            now += self.apart * dice.choice((0, 0.5, 1, 2))
            yield from accepted([report(dice, now, crossings=self.crossings)])
            if number % 10 == 9:
                yield from ticks(now, partitions)
        yield from ticks(now + timedelta(days=2), partitions)


def report(dice: Random, now: datetime, *, crossings: int) -> Report:
    """Return one report of a crossing, received now or up to a second off: who accepts has a clock of his own."""
    source, item = dice.choice(_SOURCES), str(dice.randrange(crossings * 3))
    blank = a_report("", source=source, item=item, version=dice.choice((0, 0, 0, 1, 2, 3)))
    stamped = replace(blank, received_at=now + timedelta(milliseconds=dice.choice((0, 0, 0, -900, 700))))
    made = replace(stamped, published_at=now - dice.choice((timedelta(0), timedelta(minutes=9))))
    if dice.random() < 0.05:
        return replace(made, kind=ReportKind.WITHDRAWN)
    number = int(dice.triangular(0, crossings, 0))
    event = replace(
        an_event(report=f"{source}/{item}"),
        place=a_place(f"Crossing {number}", country=_COUNTRIES[number % len(_COUNTRIES)]),
        occurred_at=made.published_at,
        type=dice.choice(("border_crossing_closed", "border_crossing_closed", "border_crossing_reopened")),
        status=dice.choice((Status.OCCURRED, Status.OCCURRED, Status.OCCURRED, Status.DENIED)),
        time_precision=dice.choice((TimePrecision.UNKNOWN, TimePrecision.HOUR)),
    )
    return replace(made, events=(event,))


def closing(name: str, received: datetime, *, source: str = "sensor") -> Report:
    """Return a notice that a crossing of its own was closed: one alert."""
    blank = replace(a_report("", source=source, item=name), received_at=received, published_at=received)
    event = replace(
        an_event(report=f"{source}/{name}"),
        place=a_place(name, country="JO"),
        occurred_at=received,
        type="border_crossing_closed",
    )
    return replace(blank, events=(event,))
