"""What each key of `match` means, one promise a test."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import process_time

import pytest

from alerts.domain.event import Comparator, Party, Quantity, Scope, Status
from alerts.domain.match import HeldBack
from alerts.domain.place import PLACE_KINDS
from alerts.domain.report import Source
from alerts.extraction.actor_names import PARTY_KINDS as LEXICON_KINDS
from alerts.ruleset.build_values import PARTY_KINDS
from tests.matching.builders import NOW, a_report, a_rule, a_spot, an_event, matches
from tests.ruleset.world import DAMASCUS, HOMS, HOMS_PROVINCE, JABER, RASTAN, SYRIA


def fires(match: str, *events: object, more: str = "", **report: object) -> bool:
    """Whether a rule with this `match` fires for any of the events."""
    rules = a_rule(match, more=more)
    return bool(matches(rules, *events, report=a_report(**report)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "event_type", "expected"),
    [
        ("armed_clash", "armed_clash", True),
        ("battle", "siege", True),
        ("access", "power_outage", True),
        ("territory_captured", "non_violent_transfer_of_territory", True),
        ("outage", "armed_clash", False),
        ("custom/quake", "custom/quake/felt", True),
    ],
)
def test_a_type_takes_what_lies_below_it(wanted: str, event_type: str, *, expected: bool) -> None:
    assert fires(f"type: {wanted}", an_event(event_type)) is expected


def test_a_pack_names_groups_of_its_own() -> None:
    more = "types: {trouble: [riot, armed_clash]}"

    assert fires("type: trouble", an_event("mob_violence"), more=more)
    assert not fires("type: trouble", an_event("flood"), more=more)


@pytest.mark.parametrize("status", [Status.POSSIBLE, Status.PLANNED, Status.HISTORICAL])
def test_only_what_happens_fires_unless_asked(status: Status) -> None:
    event = an_event(status=status)

    assert not fires("type: armed_clash", event)
    assert fires(f"{{type: armed_clash, status: {status.value}}}", event)


def test_the_default_status_reaches_every_branch_that_does_not_ask() -> None:
    """One branch asks for plans; the other still wants what happened."""
    match = "any: [{type: armed_clash, status: planned}, {type: flood}]"

    assert fires(match, an_event(status=Status.PLANNED))
    assert not fires(match, an_event("flood", status=Status.PLANNED))
    assert fires(match, an_event("flood"))
    assert not fires(match, an_event())


def test_a_negated_status_does_not_lift_the_default() -> None:
    assert not fires("{type: flood, not: {status: denied}}", an_event("flood", status=Status.POSSIBLE))


def test_a_group_includes_its_members_and_a_list_its_names() -> None:
    member = an_event(actors=(Party(name="Sham Legion", member_of=("Syrian National Army",)),))

    assert fires("actor: $opposition", member, more='lists: {opposition: [HTS, "Syrian National Army"]}')
    assert not fires("actor: HTS", member)


def test_a_party_is_described_by_kind_and_country() -> None:
    army = an_event(actors=(Party(name="the army", kind="state_forces", country="SY"),))

    assert fires("actor: {kind: state_forces, country: SY}", army)
    assert not fires("actor: {kind: state_forces, country: IQ}", army)
    assert not fires("actor: {kind: rebel_group}", army)


def test_a_country_acts_through_its_forces_only() -> None:
    forces = an_event(actors=(Party(name="warplanes", kind="state_forces", country="IL"),))
    people = an_event(actors=(Party(name="settlers", kind="civilian", country="IL"),))

    assert fires("actor: Israel", forces)
    assert not fires("actor: Israel", people)


def test_a_place_holds_the_sites_inside_it() -> None:
    quarter = an_event(place=a_spot(34.72, 36.70, country="SY", admin1="Homs"))

    assert fires('place: "Homs, SY"', quarter)
    assert fires('place: "Homs, SY"', an_event(place=HOMS))
    assert not fires('place: "Homs, SY"', an_event(place=RASTAN))
    assert not fires('place: "Homs, SY"', an_event(place=HOMS_PROVINCE))


def test_a_quarter_is_in_the_town_that_holds_the_whole_of_it() -> None:
    quarter = replace(HOMS, name="Qwxzy", kind="quarter", geonames_id=None)
    far = replace(quarter, lat=HOMS.lat + 0.05, radius_km=4.0)

    assert fires('place: "Homs, SY"', an_event(place=quarter))
    assert not fires('place: "Homs, SY"', an_event(place=far))


def test_a_name_that_no_list_holds_is_in_its_country_and_in_no_town() -> None:
    named = replace(SYRIA, name="Qwxzy", kind="site", geonames_id=None)

    assert fires("country: SY", an_event(place=named))
    assert not fires('place: "Homs, SY"', an_event(place=named))


def test_a_place_has_a_kind() -> None:
    assert fires("place: {kind: border_crossing}", an_event(place=JABER))
    assert fires("place: {kind: border_crossing, country: SY}", an_event(place=JABER))
    assert not fires("place: {kind: port}", an_event(place=JABER))


def test_a_crossing_lies_in_both_countries() -> None:
    assert fires("country: SY", an_event(place=JABER))
    assert fires("country: JO", an_event(place=JABER))
    assert not fires("country: LB", an_event(place=JABER))


def test_a_province_holds_its_towns_and_is_unknown_of_its_country() -> None:
    assert fires('admin1: "Homs, SY"', an_event(place=RASTAN))
    assert not fires('admin1: "Homs, SY"', an_event(place=DAMASCUS))
    assert not fires('admin1: "Homs, SY"', an_event(place=SYRIA))
    assert not fires('not: {admin1: "Homs, SY"}', an_event(place=SYRIA))


def people(value: float, comparator: Comparator = Comparator.EXACTLY, **more: object) -> Quantity:
    return Quantity(kind="displaced", value=value, comparator=comparator, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (people(280_000, Comparator.MORE_THAN), True),
        (people(120_000, Comparator.AT_MOST), False),
        (people(100_000), True),
        (people(99_999), False),
        (people(100_000, Comparator.ABOUT), False),
        (people(150_000, Comparator.ABOUT), True),
        (people(90_000, Comparator.BETWEEN, high=120_000), False),
        (people(1_500_000, scope=Scope.PROJECTION), False),
        (people(200_000, unit="households"), False),
    ],
    ids=["over", "up-to", "equal", "below", "about", "about-well-above", "range", "projection", "households"],
)
def test_a_figure_counts_by_its_certain_bound(figure: Quantity, *, expected: bool) -> None:
    event = an_event("displacement", quantities=(figure,))

    assert fires("quantity: {displaced: {at_least: 100000}}", event) is expected


def test_an_uncertain_figure_is_unknown_to_a_negation_too() -> None:
    event = an_event("displacement", quantities=(people(120_000, Comparator.AT_MOST),))

    assert not fires("{type: displacement, not: {quantity: {displaced: {at_least: 100000}}}}", event)
    assert fires("{type: displacement, not: {quantity: {displaced: {more_than: 120000}}}}", event)


def test_households_and_projections_count_when_asked_for() -> None:
    households = an_event(quantities=(people(25_000, unit="households"),))
    projected = an_event(quantities=(people(1_500_000, scope=Scope.PROJECTION),), status=Status.POSSIBLE)

    assert fires("quantity: {displaced: {at_least: 100000, persons_per_household: 5}}", households)
    assert not fires("quantity: {displaced: {at_least: 100000, persons_per_household: 3}}", households)
    assert fires("{status: any, quantity: {displaced: {at_least: 1000000, projections: true}}}", projected)


def test_a_window_bounds_the_span_of_a_figure() -> None:
    match = "quantity: {displaced: {at_least: 100000, window: {at_most: 7d}}}"

    assert fires(match, an_event(quantities=(people(200_000, window_hours=168.0),)))
    assert not fires(match, an_event(quantities=(people(200_000, window_hours=700.0),)))
    assert not fires(match, an_event(quantities=(people(200_000),)))


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("strike", "An air strike hit the depot.", True),
        ("strike", "The striker scored.", False),
        ("air strike", "AIR  STRIKE on the port", True),
        ("القصف", "استهدف القَصْف المدينة", True),
        ("القصف", "بالقصف المدفعي", False),
        ("空袭", "叙利亚空袭造成伤亡", True),
        ("बम", "शहर में बम फटा", True),
        ("बम", "बमबारी हुई", False),
        ("Süß", "das süße Wort", False),
        ("naïve", "a NAÏVE plan", True),
        ("assad’s", "Assad's forces", True),
    ],
)
def test_phrases_stand_at_word_boundaries_in_any_language(phrase: str, text: str, *, expected: bool) -> None:
    assert fires(f'text: "{phrase}"', text=text) is expected


def test_text_takes_any_all_none_and_patterns() -> None:
    match = "text: {any: [depot, port], all: [fire], none: [drill], regex: 'tank(er)?s?'}"

    assert fires(match, text="Fire at the port: three tankers burn")
    assert not fires(match, text="Fire at the port: three tankers burn in a drill")
    assert not fires(match, text="The port: three tankers burn")
    assert not fires(match, text="Fire at the port")


def test_a_rule_on_reports_holds_once_whatever_was_extracted() -> None:
    rules = a_rule("{text: depot, source: {kind: wire}}")
    report = a_report("A depot burned.", source=Source(id="w", kind="wire"), title="Depot")

    assert len(matches(rules, report=report)) == 1
    assert len(matches(rules, an_event(), an_event("flood"), report=report)) == 1


def test_a_source_is_asked_by_its_fields() -> None:
    agency = Source(id="sana", kind="state_media", owner="state", reliability="C", country="SY", language="ar")
    event = an_event()

    assert fires("{type: armed_clash, source: {kind: [state_media, government], country: SY}}", event, source=agency)
    assert fires("{type: armed_clash, source: {reliability: {at_least: C}}}", event, source=agency)
    assert not fires("{type: armed_clash, source: {reliability: {at_least: B}}}", event, source=agency)
    assert fires("{type: armed_clash, source: sana}", event, source=agency)
    assert fires("{type: armed_clash, language: ar}", event, source=agency)
    assert fires(
        "{type: armed_clash, not: {use: official}}",
        event,
        more="filters: {official: {source: {kind: wire}}}",
        source=agency,
    )


def test_claims_disputes_and_confidence_are_conditions() -> None:
    claimed = an_event(claimed=True, confidence=0.5)

    assert not fires("{type: armed_clash, claimed: false}", claimed)
    assert fires("{type: armed_clash, claimed: true}", claimed)
    assert not fires("{type: armed_clash, disputed: true}", claimed)
    assert not fires("{type: armed_clash, confidence: {at_least: 0.6}}", claimed)


def test_an_old_event_is_recorded_and_not_sent() -> None:
    (match,) = matches(a_rule("type: armed_clash"), an_event(occurred_at=NOW - timedelta(days=8)))

    assert match.held_back is HeldBack.TOO_OLD


def test_age_is_the_authors_to_set() -> None:
    rules = a_rule("{type: armed_clash, age: {at_most: 30d}}")

    (recent,) = matches(rules, an_event(occurred_at=NOW - timedelta(days=8)))
    (old,) = matches(rules, an_event(occurred_at=NOW - timedelta(days=31)))

    assert (recent.held_back, old.held_back) == (None, HeldBack.TOO_OLD)


def test_history_that_is_asked_for_is_not_too_old() -> None:
    rules = a_rule("{type: siege, status: historical}")

    (match,) = matches(rules, an_event("siege", status=Status.HISTORICAL, occurred_at=NOW - timedelta(days=4000)))

    assert match.held_back is None


def test_a_planned_event_is_asked_by_when_it_starts() -> None:
    match = "{type: labour_strike, status: planned, starts: {in_next: 48h}}"

    def planned(hours: float) -> object:
        return an_event("labour_strike", status=Status.PLANNED, starts_at=NOW + timedelta(hours=hours))

    assert fires(match, planned(47))
    assert not fires(match, planned(49))
    assert not fires(match, planned(-1))


def test_attributes_are_compared_by_path() -> None:
    quake = an_event("earthquake", attributes={"mag": 6.1, "mag.type": "mww", "felt": True, "id": "5.0"})

    assert fires("{type: earthquake, attributes: {mag: {at_least: 6}}}", quake)
    assert not fires("{type: earthquake, attributes: {mag: {more_than: 6.1}}}", quake)
    assert fires("{type: earthquake, attributes: {mag.type: [mwc, MWW]}}", quake)
    assert not fires("{type: earthquake, attributes: {mag.type: {is_not: mww}}}", quake)
    assert fires("{type: earthquake, attributes: {tsunami: {exists: false}}}", quake)
    assert not fires("{type: earthquake, attributes: {tsunami: {is_not: 1}}}", quake)
    assert fires("{type: earthquake, attributes: {mag.type: {matches: ^mw}}}", quake)
    assert fires("{type: earthquake, attributes: {felt: true, id: 5}}", quake)


def test_any_all_and_not_nest() -> None:
    match = "{any: [{all: [{type: flood}, {country: SY}]}, {not: {any: [{type: flood}, {type: storm}]}}]}"

    assert fires(match, an_event("flood", place=HOMS))
    assert not fires(match, an_event("flood"))
    assert fires(match, an_event("armed_clash"))
    assert not fires(match, an_event("storm", place=HOMS))


def test_the_kinds_that_a_rule_may_name_are_those_that_events_have() -> None:
    """Rules and lexicon cannot import each other; they must still speak of the same kinds of parties."""
    assert PARTY_KINDS | {"country"} >= LEXICON_KINDS
    assert LEXICON_KINDS | PLACE_KINDS >= PARTY_KINDS


def test_a_megabyte_of_text_is_folded_once_for_all_events() -> None:
    """Two hundred events of one report ask for a phrase in one text."""
    rules = a_rule("{type: armed_clash, text: zebra}")
    report = a_report("word " * 200_000 + "zebra")
    start = process_time()

    assert len(matches(rules, *[an_event()] * 200, report=report)) == 200
    assert process_time() - start < 10  # folding it 200 times takes a minute
