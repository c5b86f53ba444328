"""Each condition's meaning: a probe says whether it holds for a subject, and what value it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from alerts.domain.event import Event, Party, Quantity
from alerts.domain.geo import distance_km
from alerts.domain.place import PRECISIONS, Place, Precision
from alerts.domain.taxonomy import is_below
from alerts.matching.compare import compare_figure, compare_number, compare_scalar
from alerts.matching.measure import Measured, Ruler, truth_of_near
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
    PlaceSelector,
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
from alerts.ruleset.words import fold, has_phrase

NOT_KNOWN = "not known"
# Who acts in a country's name ("Israel struck" is its forces, not its people).
_STATE_KINDS = frozenset({"state_forces", "government", "police", "country"})


@dataclass(frozen=True, slots=True)
class Probe:
    """How one condition is put to a subject. `margin` says by how much a threshold is met or missed."""

    truth: Callable[[Subject], Truth]
    actual: Callable[[Subject], str]
    margin: Callable[[Subject], str | None] = lambda _: None


def probe_of(condition: Condition) -> Probe:
    """Return a condition's probe, with what can be prepared once (patterns, shapes) prepared."""
    return _PROBES[type(condition)](condition)


def _of_event(test: Callable[[Event], Truth], show: Callable[[Event], str]) -> Probe:
    """Return a probe of the event alone; a report without one knows nothing of it."""
    return Probe(
        lambda s: Truth.UNKNOWN if s.event is None else test(s.event),
        lambda s: "no event" if s.event is None else show(s.event),
    )


def _type(condition: TypeIs) -> Probe:
    return _of_event(lambda e: truth_of(is_below(e.type, condition.names)), lambda e: e.type)


def _status(condition: StatusIs) -> Probe:
    return _of_event(lambda e: truth_of(e.status in condition.statuses), lambda e: e.status.value)


def _role(condition: RoleIs) -> Probe:
    return _of_event(lambda e: truth_of(e.place_role in condition.roles), lambda e: e.place_role.value)


def _flag(condition: FlagIs) -> Probe:
    name = condition.flag.value
    return _of_event(lambda e: truth_of(getattr(e, name) is condition.value), lambda e: str(getattr(e, name)).lower())


def _confidence(condition: ConfidenceIs) -> Probe:
    return _of_event(
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

    return _of_event(test, lambda e: ", ".join(_party_said(party) for party in parties(e)) or NOT_KNOWN)


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


def _place_said(event: Event) -> str:
    place = event.place
    if place is None:
        return NOT_KNOWN
    where = ", ".join(part for part in (place.name, place.country) if part)
    return f"{where} ({place.kind}, known to its {place.precision.value})"


def _place(condition: PlaceIs) -> Probe:
    def test(event: Event) -> Truth:
        place = event.place
        if place is None:
            return Truth.UNKNOWN
        return max(_lies_in(place, selector) for selector in condition.wanted)

    return _of_event(test, _place_said)


def _lies_in(place: Place, wanted: PlaceSelector) -> Truth:
    if wanted.kinds and place.kind not in wanted.kinds:
        return Truth.NO
    if wanted.countries and wanted.countries.isdisjoint(place.countries):
        return Truth.NO if place.countries else Truth.UNKNOWN
    if wanted.key is None or wanted.key == place.key:
        return Truth.YES
    if wanted.precision is Precision.COUNTRY:
        return _in_country(place, frozenset({wanted.country or ""}))
    if wanted.precision in {Precision.ADMIN1, Precision.ADMIN2}:
        return _in_admin(place, wanted)
    return _in_spot(place, wanted)


def _in_spot(place: Place, wanted: PlaceSelector) -> Truth:
    """Return whether a place is part of a town or site that is not itself: a finer place within its radius is."""
    rank = PRECISIONS.index
    if rank(place.precision) > rank(Precision.TOWN):
        return Truth.UNKNOWN if _may_hold(place, wanted) else Truth.NO
    is_finer = rank(place.precision) < rank(wanted.precision)
    assert wanted.point is not None
    return truth_of(is_finer and distance_km(place.point, wanted.point) <= wanted.radius_km)


def _may_hold(place: Place, wanted: PlaceSelector) -> bool:
    """Return whether a coarse place may be told of something that happened at a spot inside it."""
    if wanted.country not in place.countries:
        return False
    if place.precision is Precision.COUNTRY or place.admin1 is None or wanted.admin1 is None:
        return True
    return fold(place.admin1) == fold(wanted.admin1)


def _in_admin(place: Place, wanted: PlaceSelector) -> Truth:
    if wanted.country not in place.countries:
        return Truth.NO if place.countries else Truth.UNKNOWN
    own, other = (
        (place.admin1, wanted.admin1 or wanted.name)
        if wanted.precision is Precision.ADMIN1
        else (place.admin2, wanted.admin2 or wanted.name)
    )
    return Truth.UNKNOWN if own is None else truth_of(fold(own) == fold(other))


def _in_country(place: Place | None, codes: frozenset[str]) -> Truth:
    if place is None or not place.countries:
        return Truth.UNKNOWN
    return truth_of(not codes.isdisjoint(place.countries))


def _country(condition: CountryIs) -> Probe:
    def show(event: Event) -> str:
        return " and ".join(event.place.countries) if event.place and event.place.countries else NOT_KNOWN

    return _of_event(lambda e: _in_country(e.place, condition.codes), show)


def _admin1(condition: Admin1Is) -> Probe:
    countries = frozenset(country for country, _ in condition.provinces)

    def test(event: Event) -> Truth:
        place = event.place
        in_country = _in_country(place, countries)
        if place is None or in_country is not Truth.YES:
            return in_country
        if place.admin1 is None:
            return Truth.UNKNOWN
        return truth_of(any((code, fold(place.admin1)) in condition.provinces for code in place.countries))

    def show(event: Event) -> str:
        return (event.place.admin1 if event.place else None) or NOT_KNOWN

    return _of_event(test, show)


def _near(condition: Near) -> Probe:
    rulers = [Ruler(target) for target in condition.targets]

    def test(subject: Subject) -> Truth:
        return max(truth_of_near(condition, ruler.measure(subject)) for ruler in rulers)

    def closest(subject: Subject) -> tuple[Ruler, Measured] | None:
        found = [(ruler, measured) for ruler in rulers if (measured := ruler.measure(subject))]
        return min(found, key=lambda pair: (pair[1].high_km, pair[1].low_km), default=None)

    def show(subject: Subject) -> str:
        best = closest(subject)
        if best is None:
            return "no event" if subject.event is None else NOT_KNOWN
        known_to = " (known to a province or country only)" if best[1].is_coarse else ""
        return f"{best[1].shown} km from {best[0].target.name}{known_to}"

    def margin(subject: Subject) -> str | None:
        best = closest(subject)
        return _margin(condition.km - best[1].high_km, "km") if best else None

    return Probe(test, show, margin)


def _margin(left: float, unit: str) -> str | None:
    if left in {float("inf"), float("-inf")}:
        return None
    return f"{plain_number(round(abs(left), 1))} {unit} {'to spare' if left >= -1e-6 else 'too far'}"


def _inside(condition: Inside) -> Probe:
    rulers = [Ruler(surface) for surface in condition.surfaces]

    def test(subject: Subject) -> Truth:
        fix = subject.fix
        if fix is None:
            return Truth.UNKNOWN
        beyond = min(ruler.beyond_km(fix.point) for ruler in rulers)
        if beyond - fix.radius_km > 0:
            return Truth.NO
        return Truth.YES if beyond + fix.radius_km <= 0 else Truth.UNKNOWN

    def show(subject: Subject) -> str:
        fix = subject.fix
        if fix is None:
            return NOT_KNOWN
        beyond = min(ruler.beyond_km(fix.point) for ruler in rulers)
        side = "inside" if beyond <= 0 else "outside"
        return f"{plain_number(round(abs(beyond), 1))} km {side}, known to {plain_number(round(fix.radius_km, 1))} km"

    return Probe(test, show)


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

    return _of_event(test, lambda e: "; ".join(figure_said(figure) for figure in figures(e)) or NOT_KNOWN)


def figure_said(figure: Quantity) -> str:
    """Return a figure with its comparator, unit and scope: "more than 280,000 people in 7 d"."""
    words = figure.comparator.value.replace("_", " ")
    before = "" if words in {"exactly", "between"} else f"{words} "
    upper = f"-{plain_number(figure.high)}" if figure.high is not None else ""
    unit = f" {figure.unit}" if figure.unit else ""
    window = f" in {plain_hours(figure.window_hours)}" if figure.window_hours else ""
    scope = " (projection)" if figure.scope.value == "projection" else ""
    return f"{before}{plain_number(figure.value)}{upper}{unit}{window}{scope}"


def _text(condition: TextHas) -> Probe:
    patterns = [compile_pattern(text) for text in condition.patterns]

    def test(subject: Subject) -> Truth:
        text = subject.text
        if condition.any_of and not any(has_phrase(text, phrase) for phrase in condition.any_of):
            return Truth.NO
        if not all(has_phrase(text, phrase) for phrase in condition.all_of):
            return Truth.NO
        if any(has_phrase(text, phrase) for phrase in condition.none_of):
            return Truth.NO
        return truth_of(not patterns or any(pattern.found_in(subject.raw_text) for pattern in patterns))

    def show(subject: Subject) -> str:
        asked = (*condition.any_of, *condition.all_of, *condition.none_of)
        found = [f'"{phrase}"' for phrase in asked if has_phrase(subject.text, phrase)]
        found += [pattern.text for pattern in patterns if pattern.found_in(subject.raw_text)]
        return ", ".join(found[:8]) or "none of it"

    return Probe(test, show)


def _source(condition: SourceIs) -> Probe:
    name = condition.field.value

    def test(subject: Subject) -> Truth:
        value = getattr(subject.report.source, name)
        return Truth.UNKNOWN if value is None else truth_of(fold(value) in condition.values)

    return Probe(test, lambda s: getattr(s.report.source, name) or NOT_KNOWN)


def _language(condition: LanguageIs) -> Probe:
    def language(subject: Subject) -> str | None:
        return subject.report.language or subject.report.source.language

    def test(subject: Subject) -> Truth:
        found = language(subject)
        return Truth.UNKNOWN if not found else truth_of(fold(found).split("-")[0] in condition.languages)

    return Probe(test, lambda s: language(s) or NOT_KNOWN)


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

    return _of_event(test, lambda e: str(e.attributes.get(condition.path, NOT_KNOWN)))


_PROBES: dict[type[Condition], Callable[[Any], Probe]] = {
    TypeIs: _type,
    StatusIs: _status,
    RoleIs: _role,
    PartyIs: _party,
    PlaceIs: _place,
    CountryIs: _country,
    Admin1Is: _admin1,
    Near: _near,
    Inside: _inside,
    QuantityIs: _quantity,
    TextHas: _text,
    SourceIs: _source,
    LanguageIs: _language,
    FlagIs: _flag,
    ConfidenceIs: _confidence,
    AgeIs: _age,
    StartsIs: _starts,
    AttributeIs: _attribute,
}
"""Every condition that is not a combination of others."""
