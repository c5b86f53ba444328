"""The rule index never loses a match: it agrees with asking every rule, on the whole globe."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.domain.event import Comparator, Distance, Event, Party, Status
from alerts.domain.geo import Point, distance_km, offset
from alerts.domain.ids import RuleId
from alerts.domain.place import Place, PlaceRole, Precision
from alerts.domain.report import Source
from alerts.matching.cells import cells_of, cover
from alerts.matching.matcher import Matcher
from alerts.matching.prefilter import EveryRule, RuleIndex
from alerts.matching.truth import Subject
from alerts.ruleset.conditions import (
    Admin1Is,
    All,
    AnyOf,
    Comparison,
    Condition,
    ConfidenceIs,
    CountryIs,
    Inside,
    Near,
    Not,
    OrUnknown,
    PartyIs,
    PartySelector,
    PlaceIs,
    PlaceSelector,
    Route,
    Side,
    SourceField,
    SourceIs,
    Spot,
    StatusIs,
    Surface,
    TextHas,
    TypeIs,
)
from alerts.ruleset.rule import AlertPolicy, Rule, RuleSet
from alerts.ruleset.shapes import unrolled
from tests.matching.builders import a_report, an_event

# Where the globe is awkward, and anywhere.
_LATS = st.one_of(st.sampled_from([-90.0, -89.97, -16.5, 0.0, 34.73, 89.97, 90.0]), st.floats(-90, 90))
_LONS = st.one_of(st.sampled_from([-180.0, -179.97, -0.01, 0.0, 36.71, 179.97, 180.0]), st.floats(-180, 180))
POINTS = st.builds(Point, lat=_LATS, lon=_LONS)
NAMES = st.sampled_from(["hts", "army", "sna", "israel"])
CODES = st.sampled_from(["SY", "IL", "FJ"])
TYPES = st.sampled_from(["armed_clash", "flood", "power_outage", "custom/a/b"])
WANTED_TYPES = st.sampled_from(["armed_clash", "battle", "access", "outage", "custom/a", "hazard"])
KEYS = st.sampled_from(["geonames:1", "geonames:2"])


@st.composite
def beside(draw: st.DrawFn, origin: Point, km: float) -> Point:
    """A point at about a given distance, so that edges are hit."""
    bearing = draw(st.floats(0, 360))
    return offset(origin, bearing_degrees=bearing, km=draw(st.floats(0, 2 * km)))


SPOTS = st.builds(
    Spot,
    key=KEYS,
    name=st.just("x"),
    point=POINTS,
    radius_km=st.sampled_from([0.0, 7.0]),
    place_key=st.one_of(st.none(), KEYS),
)
ROUTES = st.builds(
    Route,
    key=st.just("r"),
    name=st.just("r"),
    stops=st.tuples(POINTS, POINTS, POINTS),
    stop_keys=st.lists(KEYS, max_size=1).map(tuple),
)


@st.composite
def surfaces(draw: st.DrawFn) -> Surface:
    lat, lon = draw(st.floats(-80, 70)), draw(_LONS)
    height, width = draw(st.floats(0.5, 15)), draw(st.floats(0.5, 60))
    ring = ((lon, lat), (lon + width, lat), (lon + width, lat + height), (lon, lat + height), (lon, lat))
    return Surface(key="s", name="s", polygons=(unrolled([ring]),))


NEAR = st.builds(
    Near,
    targets=st.lists(st.one_of(SPOTS, ROUTES), min_size=1, max_size=2).map(tuple),
    km=st.sampled_from([0.0, 5.0, 40.0, 900.0, 5000.0]),
    coarse=st.booleans(),
)
LEAVES: st.SearchStrategy[Condition] = st.one_of(
    st.builds(TypeIs, names=st.frozensets(WANTED_TYPES, min_size=1)),
    st.builds(StatusIs, statuses=st.just(frozenset({Status.OCCURRED})), by_default=st.booleans()),
    st.builds(CountryIs, codes=st.frozensets(CODES, min_size=1)),
    st.builds(Admin1Is, provinces=st.frozensets(st.tuples(CODES, st.just("homs")), min_size=1)),
    st.builds(
        PartyIs,
        side=st.sampled_from(Side),
        wanted=st.builds(
            PartySelector,
            names=st.frozensets(NAMES),
            state=st.one_of(st.none(), CODES),
            kinds=st.frozensets(st.sampled_from(["state_forces", "rebel_group"])),
            countries=st.frozensets(CODES),
        ).map(lambda selector: (selector,)),
    ),
    st.builds(
        PlaceIs,
        wanted=st.builds(
            PlaceSelector,
            key=KEYS,
            point=POINTS,
            radius_km=st.just(7.0),
            precision=st.sampled_from(Precision),
            country=CODES,
            admin1=st.just("Homs"),
        ).map(lambda selector: (selector,)),
    ),
    NEAR,
    st.builds(Inside, surfaces=surfaces().map(lambda surface: (surface,))),
    st.builds(
        TextHas,
        any_of=st.lists(st.sampled_from(["depot", "air strike", "空袭"]), max_size=2).map(tuple),
        all_of=st.lists(st.sampled_from(["fire", "port"]), max_size=1).map(tuple),
        none_of=st.lists(st.sampled_from(["drill"]), max_size=1).map(tuple),
    ),
    st.builds(SourceIs, field=st.just(SourceField.KIND), values=st.just(frozenset({"wire"}))),
    st.builds(ConfidenceIs, wanted=st.just(Comparison(at_least=0.5))),
)
TREES: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(All, conditions=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(AnyOf, conditions=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Not, condition=inner),
        st.builds(OrUnknown, condition=inner),
    ),
    max_leaves=6,
)


def places(point: st.SearchStrategy[Point]) -> st.SearchStrategy[Place]:
    return point.flatmap(
        lambda at: st.builds(
            Place,
            name=st.just("x"),
            lat=st.just(at.lat),
            lon=st.just(at.lon),
            precision=st.sampled_from(Precision),
            radius_km=st.sampled_from([0.0, 2.0, 60.0]),
            kind=st.sampled_from(["town", "bridge"]),
            geonames_id=st.one_of(st.none(), st.sampled_from([1, 2])),
            country=st.one_of(st.none(), CODES),
            admin1=st.one_of(st.none(), st.just("Homs")),
        )
    )


PARTIES = st.lists(
    st.builds(
        Party,
        name=st.sampled_from(["HTS", "the army"]),
        kind=st.one_of(st.none(), st.sampled_from(["state_forces", "rebel_group"])),
        country=st.one_of(st.none(), CODES),
        member_of=st.lists(st.sampled_from(["SNA"]), max_size=1).map(tuple),
    ),
    max_size=2,
).map(tuple)


@st.composite
def events(draw: st.DrawFn, near: Point | None) -> Event:
    """An event somewhere, or close to a point that a rule asks about."""
    point = beside(near, draw(st.sampled_from([3.0, 40.0, 900.0]))) if near and draw(st.booleans()) else POINTS
    place = draw(st.one_of(st.none(), places(point)))
    anchor = draw(st.one_of(st.none(), places(point)))
    distance = None
    if draw(st.booleans()):
        distance = Distance(
            km=draw(st.sampled_from([0.0, 3.0, 30.0])),
            comparator=draw(st.sampled_from(Comparator)),
            of="x",
            bearing=draw(st.one_of(st.none(), st.floats(0, 359))),
            anchor=anchor,
        )
    return an_event(
        draw(TYPES),
        status=draw(st.sampled_from([Status.OCCURRED, Status.DENIED])),
        place=place,
        place_role=PlaceRole.AT,
        distance=distance,
        actors=draw(PARTIES),
        targets=draw(PARTIES),
        confidence=draw(st.sampled_from([0.1, 0.9])),
    )


def spot_in(tree: Condition) -> Point | None:
    """A point that a tree measures from, if it does."""
    if isinstance(tree, Near) and isinstance(tree.targets[0], Spot):
        return tree.targets[0].point
    if isinstance(tree, All | AnyOf):
        return next((point for part in tree.conditions if (point := spot_in(part))), None)
    if isinstance(tree, Not | OrUnknown):
        return spot_in(tree.condition)
    return None


@st.composite
def rules_and_events(draw: st.DrawFn) -> tuple[RuleSet, list[Event], str]:
    trees = draw(st.lists(TREES, min_size=1, max_size=4))
    rules = {}
    for number, tree in enumerate(trees):
        policy = AlertPolicy(by=("place.town",), expire_after=None, until=draw(st.one_of(st.none(), TREES)))
        rule_id = RuleId(f"p/{number}")
        rules[rule_id] = Rule(id=rule_id, pack="p", title="t", match=tree, alert=policy, state_digest=str(number))
    near = next((point for tree in trees if (point := spot_in(tree))), None)
    found = draw(st.lists(events(near), min_size=1, max_size=3))
    text = draw(st.sampled_from(["", "Fire at the depot", "An air strike on the port", "空袭 drill", "fireworks"]))
    return RuleSet(version="v", rules=rules), found, text


@settings(max_examples=400, deadline=None)
@given(rules_and_events())
def test_the_index_finds_what_asking_every_rule_finds(drawn: tuple[RuleSet, list[Event], str]) -> None:
    """Indexed equals brute force: the same matches in the same order."""
    rules, found, text = drawn
    report = a_report(text, source=Source(id="w", kind="wire"))

    indexed = Matcher(rules, prefilter=RuleIndex).match(report, found)

    assert indexed == Matcher(rules, prefilter=EveryRule).match(report, found)


@settings(max_examples=400, deadline=None)
@given(POINTS, st.sampled_from([0.0, 0.5, 15.0, 16.0, 100.0, 1000.0, 4000.0]), st.data())
@example(Point(90.0, 0.0), 15.0, None)
def test_a_cover_holds_every_point_of_its_circle(centre: Point, radius: float, data: st.DataObject | None) -> None:
    """Wherever the circle lies: over the meridian, over a pole, on the equator."""
    bearing, share = (data.draw(st.floats(0, 360)), data.draw(st.floats(0, 1))) if data else (180.0, 1.0)
    point = offset(centre, bearing_degrees=bearing, km=radius * share * 0.999)
    cells = cover((centre, radius))

    assert cells is not None
    assert len(cells) <= 27
    assert distance_km(centre, point) <= radius + 1e-6
    assert not cells.isdisjoint(cells_of(point))


def test_a_selective_rule_is_not_asked_about_the_rest_of_the_world() -> None:
    """The index is worth having: of a thousand towns' rules an event meets a handful."""
    trees = [
        Near(targets=(Spot(key=str(n), name="x", point=Point(n % 60, n / 10)),), km=5.0, key="near")
        for n in range(1000)
    ]
    index = RuleIndex(trees)
    here = Place(name="x", lat=7.0, lon=0.7, precision=Precision.SITE, radius_km=0.0, kind="site")

    asked = list(index.candidates(Subject(a_report(), an_event(place=here))))

    assert 7 in asked
    assert len(asked) < 10
