"""DETECT and TRACK over a memory store on virtual time: reports in, alert changes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from alerts.domain.alert import AlertChange, Suppression
from alerts.domain.event import Event
from alerts.domain.match import Match
from alerts.domain.place import Place
from alerts.domain.report import Report
from alerts.domain.subscription import Delivery, Endpoint, Subscription
from alerts.matching.matcher import Matcher
from alerts.pipeline.detect import DetectStage
from alerts.pipeline.ingest import INPUT_TOPICS, accepted, origins, ticks
from alerts.pipeline.marking import marked
from alerts.pipeline.messages import DeadLetter, Topic
from alerts.pipeline.ports import Effective
from alerts.pipeline.timeline import in_force
from alerts.pipeline.track import TrackStage
from alerts.ruleset.compiler import compile_packs
from alerts.ruleset.nodes import SourceFile
from alerts.ruleset.rule import RuleSet
from tests.support.builders import at
from tests.support.memory import MemoryStore

NOW = timedelta(0)
INSTANT = timedelta(microseconds=1)
TEN = at("10:00")


class KnownPlaces:
    """A gazetteer of the places that a test names."""

    def __init__(self, *places: Place) -> None:
        self._places = places

    def find(self, reference: str) -> tuple[Place, ...]:
        name = reference.split(",", maxsplit=1)[0]
        return tuple(place for place in self._places if place.name == name)

    def suggest(self, name: str) -> tuple[str, ...]:
        return ()


def compiled(text: str, *places: Place) -> RuleSet:
    """Return the rules of one pack file; its faults fail the test."""
    compilation = compile_packs([SourceFile(path="pack.yaml", text=text)], KnownPlaces(*places))
    assert compilation.is_sound, compilation.problems
    assert compilation.ruleset is not None
    return compilation.ruleset


@dataclass
class Counts:
    """An observer that remembers what it was told."""

    counted: dict[str, float] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        key = " ".join([name, *labels.values()])
        self.counted[key] = self.counted.get(key, 0) + amount

    def observe(self, name: str, value: float) -> None:
        self.counted[name] = self.counted.get(name, 0) + 1

    def gauge(self, name: str, value: float, **labels: str) -> None:
        self.counted[" ".join([name, *labels.values()])] = value

    def warn(self, sentence: str, **fields: object) -> None:
        self.told.append(sentence)

    def error(self, sentence: str, **fields: object) -> None:
        self.told.append(sentence)


@dataclass
class GivenEvents:
    """Reads the events that reports bring along; a text of "POISON" cannot be read until that is mended."""

    is_mended: bool = False

    async def read(self, reports: Sequence[Report]) -> Sequence[tuple[Event, ...] | Exception]:
        return [self._read(report) for report in reports]

    def _read(self, report: Report) -> tuple[Event, ...] | Exception:
        return ValueError("poison") if report.text == "POISON" and not self.is_mended else report.events


class RulesOverTime:
    """Rules that a test may change, at once or from a moment on; matches by them."""

    def __init__(self, *versions: Effective) -> None:
        self.versions = list(versions)

    @property
    def ruleset(self) -> RuleSet:
        """The newest version; set it, and nothing else was ever in force."""
        return self.current()

    @ruleset.setter
    def ruleset(self, ruleset: RuleSet) -> None:
        self.versions = [Effective(datetime.min.replace(tzinfo=UTC), ruleset)]

    def change(self, ruleset: RuleSet, since: str) -> None:
        """Let other rules take force from a time of the test day on."""
        self.versions.append(Effective(at(since), ruleset))

    def timeline(self) -> Sequence[Effective]:
        return self.versions

    def current(self) -> RuleSet:
        return self.versions[-1].ruleset

    def match(self, report: Report, events: Sequence[Event]) -> Sequence[Match]:
        ruleset = in_force(self.versions, report.received_at).ruleset
        return marked(report, _matcher(ruleset).match(report, events))


_MATCHERS: dict[int, tuple[RuleSet, Matcher]] = {}


def _matcher(ruleset: RuleSet) -> Matcher:
    """Return the matcher of a rule set, made once."""
    known = _MATCHERS.get(id(ruleset))
    if known is None or known[0] is not ruleset:
        known = _MATCHERS[id(ruleset)] = (ruleset, Matcher(ruleset))
    return known[1]


@dataclass
class Subscribed:
    """Subscriptions that a test may change."""

    subscriptions: Sequence[Subscription] = ()

    def current(self) -> Sequence[Subscription]:
        return self.subscriptions


@dataclass
class VirtualClock:
    """A wall clock that a test sets."""

    at: datetime = TEN

    def now(self) -> datetime:
        return self.at

    async def sleep(self, wait: timedelta) -> None:
        self.at += wait


class Pipeline:
    """The first two stages on every partition of one store."""

    def __init__(self, ruleset: RuleSet, *subscriptions: Subscription, store: MemoryStore | None = None) -> None:
        self.rules = RulesOverTime()
        self.rules.ruleset = ruleset
        self.subscribed = Subscribed(subscriptions)
        self.store = store or MemoryStore()
        self.observer = Counts()
        self.reader = GivenEvents()
        self.clock = VirtualClock()
        self._start()

    def _start(self) -> None:
        numbers = range(self.store.partitions)
        self._detect = [
            DetectStage(
                self.store.session("detect", topic, number),
                reader=self.reader,
                matcher=self.rules,
                observer=self.observer,
                partitions=self.store.partitions,
            )
            for topic in INPUT_TOPICS
            for number in numbers
        ]
        self._track = [
            TrackStage(
                self.store.session("track", Topic.MATCHES, number),
                origins=origins(self.store.partitions),
                rules=self.rules,
                subscriptions=self.subscribed,
                clock=self.clock,
                observer=self.observer,
            )
            for number in numbers
        ]

    async def restart(self) -> None:
        """Kill both stages and start them anew from what was committed."""
        self._start()
        for stage in self._stages():
            await stage.restore()

    def _stages(self) -> list[DetectStage | TrackStage]:
        return [*self._detect, *self._track]

    async def post(self, *reports: Report) -> None:
        """Accept reports and work until nothing is left; time comes to just past their reception."""
        await self.store.append(accepted(reports))
        await self.settle()
        await self.store.append(ticks(max(report.received_at for report in reports) + INSTANT, self.store.partitions))
        await self.settle()

    async def tick(self, clock: str) -> None:
        """Let time come to a moment in every input partition."""
        await self.store.append(ticks(at(clock), self.store.partitions))
        await self.settle()

    async def settle(self) -> None:
        """Work until no stage finds anything."""
        while sum([await stage.step(wait=NOW) for stage in self._stages()]):
            pass

    def changes(self) -> list[AlertChange]:
        """Every alert change so far, in order of time."""
        found = [change for change in self.store.messages(Topic.ALERTS) if isinstance(change, AlertChange)]
        return sorted(found, key=lambda change: change.at)

    def suppressions(self) -> list[Suppression]:
        """Everything held back so far."""
        return [one for one in self.store.messages(Topic.SUPPRESSIONS) if isinstance(one, Suppression)]

    def deliveries(self) -> list[Delivery]:
        """Everything sent to DELIVER so far."""
        return [one for one in self.store.messages(Topic.DELIVERIES) if isinstance(one, Delivery)]

    def dead_letters(self) -> list[DeadLetter]:
        """Everything set aside so far."""
        return [one for one in self.store.messages(Topic.DEAD_LETTERS) if isinstance(one, DeadLetter)]


def a_subscription(name: str = "desk", **endpoint: object) -> Subscription:
    """Return a subscription to everything."""
    return Subscription(id=name, endpoint=Endpoint(id=name, url="https://desk.example/hook", **endpoint))  # type: ignore[arg-type]
