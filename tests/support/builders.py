"""Values for tests: each takes what the test is about and fills in the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts.domain.event import Event, Evidence, Status, TimePrecision
from alerts.domain.ids import EventId, RuleId, event_id, match_id, report_id
from alerts.domain.match import AlertKey, Effect, HeldBack, Match, MatchRetraction, RetractionCause, Severity
from alerts.domain.place import Place, Precision
from alerts.domain.report import Report, ReportHeader, ReportKind, Source
from alerts.ruleset.conditions import Condition
from alerts.ruleset.rule import AlertPolicy, Notify, Rule, RuleSet, Stage

DAY = datetime(2025, 3, 1, tzinfo=UTC)


def at(clock: str) -> datetime:
    """Return a time of the test day; "25:00" is one o'clock of the next day."""
    hours, minutes = clock.split(":")
    return DAY + timedelta(hours=int(hours), minutes=int(minutes))


_MORNING = at("10:00")


def a_place(name: str = "Jaber", *, country: str = "JO", lat: float = 32.5, lon: float = 36.2) -> Place:
    """Return a border crossing."""
    return Place(
        name=name, lat=lat, lon=lon, country=country, precision=Precision.SITE, radius_km=0.5, kind="border_crossing"
    )


def an_event(
    *,
    occurred: str = "10:00",
    precision: TimePrecision = TimePrecision.UNKNOWN,
    claimed: bool = False,
    attributed_to: str | None = None,
    quote: str = "Jordan shut the crossing.",
    number: int = 0,
    report: str = "wire/1",
) -> Event:
    """Return a closed crossing."""
    source, item = report.split("/")
    return Event(
        id=event_id(report_id(source, item), 1, number),
        report_id=report_id(source, item),
        type="border_crossing_closed",
        status=Status.OCCURRED,
        occurred_at=at(occurred),
        time_precision=precision,
        place=a_place(),
        claimed=claimed,
        attributed_to=attributed_to,
        evidence=(Evidence(start=0, end=len(quote), quote=quote),),
    )


def a_text(text: str, *, item: str = "1", source: str = "wire", published_at: datetime = _MORNING) -> Report:
    """Return a report that is only text, received when it was published."""
    return Report(
        id=report_id(source, item),
        source=Source(id=source),
        source_item_id=item,
        version=1,
        kind=ReportKind.NEW,
        received_at=published_at,
        published_at=published_at,
        text=text,
    )


def a_header(report: str, *, received: str, published: str | None = None, owner: str | None = None) -> ReportHeader:
    """Return the header of a report named "source/item"."""
    source, item = report.split("/")
    return ReportHeader(
        id=report_id(source, item),
        version=1,
        source=Source(id=source, owner=owner),
        published_at=at(published or received),
        received_at=at(received),
    )


def a_match(
    report: str = "wire/1",
    *,
    received: str = "10:00",
    published: str | None = None,
    owner: str | None = None,
    rule: Rule | None = None,
    effect: Effect = Effect.SUPPORTS,
    severity: Severity = Severity.WARNING,
    signature: tuple[int, ...] = (),
    held_back: HeldBack | None = None,
    by: tuple[tuple[str, str], ...] = (("place.site", "Jaber"),),
    event: Event | None = None,
) -> Match:
    """Return a match of a report named "source/item"."""
    of = rule or a_rule()
    header = a_header(report, received=received, published=published, owner=owner)
    found = event or an_event(occurred=published or received, report=report)
    return Match(
        id=match_id(of.id, EventId(found.id + header.id), str(effect), [value for pair in by for value in pair]),
        key=AlertKey(rule_id=of.id, by=by),
        rule_version="v1",
        state_digest=of.state_digest,
        effect=effect,
        severity=severity,
        report=header,
        event=found,
        title=of.title,
        summary=f"as {report} says",
        why=(),
        held_back=held_back,
        signature=signature,
    )


def a_retraction(match: Match, *, received: str, cause: RetractionCause = RetractionCause.WITHDRAWN) -> MatchRetraction:
    """Return the retraction of a match."""
    return MatchRetraction(
        match_id=match.id, key=match.key, report_id=match.report.id, report_version=2, cause=cause, at=at(received)
    )


def a_rule(
    rule_id: str = "access/crossing-closed",
    *,
    expire_after: timedelta | None = timedelta(hours=48),
    repeat_every: timedelta | None = None,
    notify: Notify = Notify.MATERIAL,
    stage: Stage = Stage.ACTIVE,
    state_digest: str = "d1",
    title: str = "Border crossing closed",
) -> Rule:
    """Return a rule whose condition is never asked: the tests of an alert's life begin with matches."""
    return Rule(
        id=RuleId(rule_id),
        pack=rule_id.split("/", maxsplit=1)[0],
        title=title,
        match=Condition(),
        alert=AlertPolicy(by=("place.site",), expire_after=expire_after, repeat_every=repeat_every, notify=notify),
        state_digest=state_digest,
        stage=stage,
        labels={"theme": "access"},
    )


def rules(*in_force: Rule, version: str = "v1") -> RuleSet:
    """Return a rule set."""
    return RuleSet(version=version, rules={rule.id: rule for rule in in_force})


def a_report(
    text: str = "Jordan shut the Jaber crossing.",
    *,
    source: str = "wire",
    item: str = "1",
    version: int = 0,
    received: str = "10:00",
    kind: ReportKind = ReportKind.NEW,
    events: tuple[Event, ...] = (),
) -> Report:
    """Return a report as the HTTP port accepts it."""
    return Report(
        id=report_id(source, item),
        source=Source(id=source),
        source_item_id=item,
        version=version,
        kind=kind,
        received_at=at(received),
        published_at=at(received),
        text=text,
        events=events,
    )
