"""What an alert is about: the values of `by`, at which level, and how many alerts one event opens."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.domain.event import Comparator, Distance, Event, Party
from alerts.domain.place import Precision
from tests.matching.builders import a_rule, a_spot, an_event, matches
from tests.ruleset.world import HOMS, HOMS_PROVINCE, JABER, RASTAN, SYRIA

NEAR_HOMS = 'near: {place: "Homs, SY", km: 5}'


def key_of(match: str, alert: str, event: object) -> tuple[tuple[str, str], ...]:
    (found,) = matches(a_rule(match, alert=alert), event)  # type: ignore[arg-type]
    return found.key.by


@pytest.mark.parametrize(
    ("match", "event", "by"),
    [
        ("type: border_crossing_closed", an_event("border_crossing_closed", place=JABER), ("place.site", JABER.key)),
        ("type: displacement", an_event("displacement", place=RASTAN), ("place.admin1", "SY/Homs")),
        ("type: airspace_closed", an_event("airspace_closed", place=HOMS), ("place.country", "SY")),
        ("type: armed_clash", an_event(place=RASTAN), ("place.town", RASTAN.key)),
        ("type: [armed_clash, displacement]", an_event(place=RASTAN), ("place.admin1", "SY/Homs")),
        ('near: {place: "Homs, SY", km: 50}', an_event(place=RASTAN), ("near.place", HOMS.key)),
        (
            '{type: armed_clash, not: {near: {place: "Homs, SY", km: 5}}}',
            an_event(place=RASTAN),
            ("place.town", RASTAN.key),
        ),
        (
            'any: [{near: {place: "Homs, SY", km: 5}}, {country: SY}]',
            an_event(place=RASTAN),
            ("place.town", RASTAN.key),
        ),
    ],
)
def test_a_rule_without_by_takes_the_natural_level(match: str, event: object, by: tuple[str, str]) -> None:
    assert key_of(match, "{expire_after: 1d}", event) == (by,)


def test_a_finer_event_rolls_up_and_a_coarser_one_stands_at_its_own_level() -> None:
    rules = a_rule("type: armed_clash", alert="{by: [place.town], expire_after: 1d}")

    (town,) = matches(rules, an_event(place=RASTAN))
    (province,) = matches(rules, an_event(place=HOMS_PROVINCE))
    (country,) = matches(rules, an_event(place=SYRIA))

    assert [(m.key.by[0][1], m.coarse) for m in (town, province, country)] == [
        (RASTAN.key, False),
        ("SY/Homs", True),
        ("SY", True),
    ]


def test_two_names_that_no_list_holds_are_two_alerts_of_one_country() -> None:
    """Known to the country only, each stands under its own name, marked coarse; by country they are one."""
    one = replace(SYRIA, name="Qwxzy", kind="site", geonames_id=None)
    other = replace(one, name="Zzyx")
    by_town = a_rule("type: armed_clash", alert="{by: [place.town], expire_after: 1d}")
    by_country = a_rule("{type: armed_clash, country: SY}", alert="{by: [place.country], expire_after: 1d}")

    towns = matches(by_town, an_event(place=one), an_event(place=other))
    countries = matches(by_country, an_event(place=one), an_event(place=other))

    assert [(m.key.by[0][1], m.coarse) for m in towns] == [("site:SY:Qwxzy", True), ("site:SY:Zzyx", True)]
    assert {m.key.by[0][1] for m in countries} == {"SY"}


def test_towns_of_one_province_are_one_alert_by_province() -> None:
    rules = a_rule("type: armed_clash", alert="{by: [place.admin1], expire_after: 1d}")

    keys = {match.key for match in matches(rules, an_event(place=RASTAN), an_event(place=HOMS))}

    assert len(keys) == 1


def test_a_list_gives_one_alert_a_value_and_no_more_than_twenty() -> None:
    rules = a_rule("type: armed_clash", alert="{by: [actor], expire_after: 1d}")
    two = an_event(actors=(Party(name="A"), Party(name="B"), Party(name="A")))
    many = an_event(actors=tuple(Party(name=str(number)) for number in range(30)))

    assert [match.key.by[0][1] for match in matches(rules, two)] == ["A", "B"]
    assert len(matches(rules, many)) == 20


def test_an_event_near_two_towns_opens_an_alert_for_each() -> None:
    rules = a_rule(
        'near: {place: ["Homs, SY", "Rastan, SY"], km: 30}',
        alert='{expire_after: 1d, summary: "{distance_km} km from {near.place}"}',
    )

    found = matches(rules, an_event(place=RASTAN))

    assert [match.key.by[0][1] for match in found] == [RASTAN.key, HOMS.key]
    assert found[0].summary == "0 km from Rastan"
    assert found[1].summary.endswith("km from Homs")


def test_match_ids_differ_by_key_and_not_by_call() -> None:
    rules = a_rule("type: armed_clash", alert="{by: [actor], expire_after: 1d}")
    event = an_event(actors=(Party(name="A"), Party(name="B")))

    first, second = matches(rules, event), matches(rules, event)

    assert [m.id for m in first] == [m.id for m in second]
    assert len({m.id for m in first}) == 2


def test_the_digest_depends_on_match_and_by_alone() -> None:
    """C05: a new `why` or summary keeps an alert's state; a new distance does not."""

    def digest(km: int, alert: str, more: str = "") -> str:
        (rule,) = a_rule(f'near: {{place: "Homs, SY", km: {km}}}', alert=alert, more=more).rules.values()
        return rule.state_digest

    first = digest(5, "{expire_after: 48h}")

    assert digest(5, '{expire_after: 12h, summary: "now {actor}"}', "owner: somebody") == first
    assert digest(3, "{expire_after: 48h}") != first
    assert digest(5, "{expire_after: 48h, by: [actor]}") != first


def test_spots_at_any_distance_from_a_town_are_about_that_town() -> None:
    """Both "3 km north of Homs" and "4 km north of Homs" are one thing told twice, not two alerts."""
    rules = a_rule("type: armed_clash", alert="{by: [place.town], expire_after: 1d}")

    def north(km: float) -> Event:
        spot = a_spot(HOMS.lat + km / 111, HOMS.lon, country="SY", precision=Precision.TOWN, name=f"{km} km N of Homs")
        return an_event(place=spot, distance=Distance(km=km, comparator=Comparator.EXACTLY, of="Homs", anchor=HOMS))

    first, second = matches(rules, north(3), north(4))

    assert first.key.by == second.key.by == (("place.town", HOMS.key),)
