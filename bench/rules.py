"""How fast rules compile and match: events a second at N rules, beside asking every rule.

    python bench/rules.py [--rules 1000 10000] [--seconds 2]

Seven rules in ten are near a point of their own, most others name one of 2,000 actors, one in a hundred a country.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from time import perf_counter

from alerts.adapters.gazetteer import open_gazetteer
from alerts.domain.event import Event, Party, Status
from alerts.domain.ids import event_id, report_id
from alerts.domain.place import Place, Precision
from alerts.domain.report import Report, ReportKind, Source
from alerts.matching.matcher import Matcher
from alerts.matching.prefilter import EveryRule, RuleIndex
from alerts.ruleset.compiler import compile_packs
from alerts.ruleset.nodes import SourceFile
from alerts.ruleset.rule import RuleSet

NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)
TYPES = ("armed_clash", "air_drone_strike", "displacement", "flood", "border_crossing_closed", "power_outage")
ACTORS = tuple(f"Group {number}" for number in range(2_000))


# Out of a hundred rules: near a point, of an actor, of a country alone.
SKEWED = (70, 29, 1)
SELECTIVE = (85, 15, 0)

# Rules to a file: one of a hundred thousand would be larger than a file may be.
_FILE = 10_000


def rule(number: int, chance: random.Random, weights: tuple[int, int, int] = SKEWED) -> str:
    """One rule, mostly near a point of its own."""
    lat, lon = chance.uniform(-55, 65), chance.uniform(-180, 180)
    kind = chance.choice(TYPES)
    near = f"near: {{point: {{lat: {lat:.4f}, lon: {lon:.4f}}}, km: {chance.choice((5, 25, 100))}}}"
    actor = f"actor: {chance.choice(ACTORS)}"
    country = f"country: {chance.choice(('SY', 'UA', 'SD', 'CD', 'MM', 'ET'))}"
    where = chance.choices((near, actor, country), weights=weights)[0]
    head = f"  - id: r{number}\n    title: Rule {number}\n"
    return f"{head}    match: {{type: [{kind}], {where}}}\n    alert: {{expire_after: 48h}}\n"


def event(number: int, chance: random.Random) -> Event:
    """One event somewhere."""
    own = report_id("bench", str(number))
    place = Place(
        name="x",
        lat=chance.uniform(-55, 65),
        lon=chance.uniform(-180, 180),
        precision=Precision.SITE,
        radius_km=1.0,
        kind="site",
        country=chance.choice(("SY", "UA", "SD", "CD", "FR", "BR")),
    )
    return Event(
        id=event_id(own, 1, 0),
        report_id=own,
        type=chance.choice(TYPES),
        status=Status.OCCURRED,
        occurred_at=NOW,
        actors=(Party(name=chance.choice(ACTORS)),),
        place=place,
    )


def rules(count: int, *, selective: bool = False) -> tuple[RuleSet, float, int]:
    """Compile `count` rules; return them with the seconds it took and the size of their text."""
    weights = SELECTIVE if selective else SKEWED
    chance = random.Random(7)  # noqa: S311 - a fixed load, no secret
    texts = [rule(number, chance, weights) for number in range(count)]
    files = [
        SourceFile(
            path=f"bench{first}.yaml", text=f"pack: bench{first}\nrules:\n" + "".join(texts[first : first + _FILE])
        )
        for first in range(0, count, _FILE)
    ]
    places = open_gazetteer()
    places.find("Homs, SY")
    start = perf_counter()
    compilation = compile_packs(files, places)
    took = perf_counter() - start
    assert compilation.ruleset is not None, compilation.problems[:3]
    return compilation.ruleset, took, sum(len(file.text) for file in files)


def rate(matcher: Matcher, events: Sequence[Event], seconds: float) -> tuple[float, int]:
    """Return events a second, and the matches that they gave."""
    own = report_id("bench", "0")
    source = Source(id="bench")
    report = Report(
        id=own,
        source=source,
        source_item_id="0",
        version=1,
        kind=ReportKind.NEW,
        received_at=NOW,
        published_at=NOW,
    )
    done = matched = 0
    start = perf_counter()
    while perf_counter() - start < seconds:
        for one in events[done % len(events) :][:50]:
            matched += len(matcher.match(report, (one,)))
            done += 1
    return done / (perf_counter() - start), matched


def main() -> None:
    """Print one line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--seconds", type=float, default=2.0)
    wanted = parser.parse_args()
    chance = random.Random(11)  # noqa: S311
    events = [event(number, chance) for number in range(2_000)]
    for count in wanted.rules:
        found, took, size = rules(count)
        start = perf_counter()
        indexed = Matcher(found, prefilter=RuleIndex)
        built = perf_counter() - start
        fast, matched = rate(indexed, events, wanted.seconds)
        slow, _ = rate(Matcher(found, prefilter=EveryRule), events, wanted.seconds)
        print(
            f"{count:>7,} rules ({size / 1e6:.1f} MB): compiled in {took:.2f} s, indexed in {built:.2f} s; "
            f"{fast:,.0f} events/s indexed ({matched:,} matches), {slow:,.0f} asking every rule"
        )


if __name__ == "__main__":
    main()
