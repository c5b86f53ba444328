"""Each condition's meaning: a probe says whether it holds for a subject, and what value it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from alerts.domain.event import Event, Party, Quantity
from alerts.matching.compare import compare_figure, compare_number, compare_scalar
from alerts.matching.probe import NOT_KNOWN, Probe, of_event
from alerts.matching.probes_place import admin1_probe, country_probe, inside_probe, near_probe, place_probe
from alerts.matching.probes_report import language_probe, source_probe, text_probe
from alerts.matching.truth import Subject, Truth, truth_of
from alerts.ruleset.conditions import (
    Admin1Is,
    AgeIs,
    AttributeIs,
    Condition,
    ConfidenceIs,
    CountryIs,
    FlagIs,
    Inside,
    LanguageIs,
    Near,
    PartyIs,
    PartySelector,
    PlaceIs,
    QuantityIs,
    RoleIs,
    Side,
    SourceIs,
    StartsIs,
    StatusIs,
    TextHas,
    TypeIs,
)
from alerts.ruleset.patterns import compile_pattern
from alerts.ruleset.reading import plain_hours, plain_number
from alerts.ruleset.words import fold

# Who acts in a country's name ("Israel struck" is its forces, not its people).
_STATE_KINDS = frozenset({"state_forces", "government", "police", "country"})


def probe_of(condition: Condition) -> Probe:
    """Return a condition's probe, with what can be prepared once (patterns, shapes) prepared."""
    return _PROBES[type(condition)](condition)


def _type(condition: TypeIs) -> Probe:
    def test(subject: Subject) -> Truth:
        return Truth.UNKNOWN if subject.event is None else truth_of(not condition.names.isdisjoint(subject.lineage))

    return Probe(test, lambda s: s.event.type if s.event else "no event")


def _status(condition: StatusIs) -> Probe:
    return of_event(lambda e: truth_of(e.status in condition.statuses), lambda e: e.status.value)


def _role(condition: RoleIs) -> Probe:
    return of_event(lambda e: truth_of(e.place_role in condition.roles), lambda e: e.place_role.value)


def _flag(condition: FlagIs) -> Probe:
    name = condition.flag.value
    return of_event(lambda e: truth_of(getattr(e, name) is condition.value), lambda e: str(getattr(e, name)).lower())


def _confidence(condition: ConfidenceIs) -> Probe:
    return of_event(
        lambda e: compare_number(condition.wanted, e.confidence), lambda e: plain_number(round(e.confidence, 2))
    )


def _party(condition: PartyIs) -> Probe:
    def parties(event: Event) -> tuple[Party, ...]:
        return event.actors if condition.side is Side.ACTOR else event.targets

    def test(event: Event) -> Truth:
        found = parties(event)
        if not found:
            return Truth.UNKNOWN
        return max(_fits(selector, party) for selector in condition.wanted for party in found)

    return of_event(test, lambda e: ", ".join(_party_said(party) for party in parties(e)) or NOT_KNOWN)


def _party_said(party: Party) -> str:
    return f"{party.name} ({party.kind})" if party.kind else party.name


def _fits(selector: PartySelector, party: Party) -> Truth:
    parts = []
    if selector.names:
        names = {fold(party.name), *map(fold, party.member_of)}
        is_state = selector.state is not None and party.country == selector.state and party.kind in _STATE_KINDS
        parts.append(truth_of(not selector.names.isdisjoint(names) or is_state))
    if selector.kinds:
        parts.append(Truth.UNKNOWN if party.kind is None else truth_of(party.kind in selector.kinds))
    if selector.countries:
        parts.append(Truth.UNKNOWN if party.country is None else truth_of(party.country in selector.countries))
    return min(parts, default=Truth.YES)


def _quantity(condition: QuantityIs) -> Probe:
    def figures(event: Event) -> Iterable[Quantity]:
        return (figure for figure in event.quantities if figure.kind == condition.kind)

    def times(figure: Quantity) -> float | None:
        """What turns a figure into one of the unit asked for; None when nothing does."""
        if (figure.unit == "households") is condition.households:
            return 1.0
        return condition.persons_per_household if figure.unit == "households" else None

    def test_one(figure: Quantity) -> Truth:
        factor = times(figure)
        if factor is None or figure.scope not in condition.scopes:
            return Truth.UNKNOWN
        by_window = Truth.YES
        if condition.window_hours is not None:
            by_window = compare_number(condition.window_hours, figure.window_hours)
        return min(compare_figure(condition.wanted, figure, times=factor), by_window)

    def test(event: Event) -> Truth:
        return max((test_one(figure) for figure in figures(event)), default=Truth.UNKNOWN)

    return of_event(test, lambda e: "; ".join(figure_said(figure) for figure in figures(e)) or NOT_KNOWN)


def figure_said(figure: Quantity) -> str:
    """Return a figure with its comparator, unit and scope: "more than 280,000 people in 7 d"."""
    words = figure.comparator.value.replace("_", " ")
    before = "" if words in {"exactly", "between"} else f"{words} "
    upper = f"-{plain_number(figure.high)}" if figure.high is not None else ""
    unit = f" {figure.unit}" if figure.unit else ""
    window = f" in {plain_hours(figure.window_hours)}" if figure.window_hours else ""
    scope = " (projection)" if figure.scope.value == "projection" else ""
    return f"{before}{plain_number(figure.value)}{upper}{unit}{window}{scope}"


def age_hours(subject: Subject) -> float:
    """Return the hours from the event, or from a report's publication, to the report's arrival."""
    event, report = subject.event, subject.report
    return (report.received_at - (event.occurred_at if event else report.published_at)).total_seconds() / 3600


def _age(condition: AgeIs) -> Probe:
    return Probe(
        lambda s: compare_number(condition.wanted, age_hours(s)), lambda s: plain_hours(round(age_hours(s), 1))
    )


def _starts(condition: StartsIs) -> Probe:
    def until_start(subject: Subject) -> float | None:
        starts = subject.event.starts_at if subject.event else None
        return None if starts is None else (starts - subject.report.received_at).total_seconds() / 3600

    def show(subject: Subject) -> str:
        left = until_start(subject)
        return NOT_KNOWN if left is None else f"in {plain_hours(round(left, 1))}"

    return Probe(lambda s: compare_number(condition.wanted, until_start(s)), show)


def _attribute(condition: AttributeIs) -> Probe:
    pattern = compile_pattern(condition.wanted.matches) if condition.wanted.matches is not None else None

    def test(event: Event) -> Truth:
        return compare_scalar(condition.wanted, event.attributes.get(condition.path), pattern)

    return of_event(test, lambda e: str(e.attributes.get(condition.path, NOT_KNOWN)))


_PROBES: dict[type[Condition], Callable[[Any], Probe]] = {
    TypeIs: _type,
    StatusIs: _status,
    RoleIs: _role,
    PartyIs: _party,
    PlaceIs: place_probe,
    CountryIs: country_probe,
    Admin1Is: admin1_probe,
    Near: near_probe,
    Inside: inside_probe,
    QuantityIs: _quantity,
    TextHas: text_probe,
    SourceIs: source_probe,
    LanguageIs: language_probe,
    FlagIs: _flag,
    ConfidenceIs: _confidence,
    AgeIs: _age,
    StartsIs: _starts,
    AttributeIs: _attribute,
}
"""Every condition that is not a combination of others."""
