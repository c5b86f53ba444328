"""From the place that an event is linked to, to the finer one that the sentence names with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alerts.domain.geo import distance_km
from alerts.domain.place import PRECISIONS, Place, Precision
from alerts.extraction.frame import Part
from alerts.extraction.mentions import Toponym
from alerts.extraction.reading import Reading
from alerts.extraction.roles import Roles

AREAS = frozenset({Precision.COUNTRY, Precision.ADMIN1, Precision.ADMIN2})
_LANDS = frozenset({"country", "region", "province", "district", "town"})
_STRETCHES = _LANDS | frozenset("river sea mountain road island border railway pipeline strait canal".split())
DIRECTIONS = frozenset(
    """north south east west north-east north-west south-east south-west northeast northwest southeast southwest
    """.split()
)
# What may stand between a place and the area that it is said to lie in.
_SAID_OF = DIRECTIONS | frozenset(
    """, ( in of on at the a an 's ’s its far northern southern eastern western central northeastern northwestern
    southeastern southwestern part corner tip edge district province region state county town city village port camp
    base township municipality commune governorate prefecture oblast raion locality area hospital airport market
    """.split()
)
# What leads on from an area to the spot in it: "crossed into Chad at Adre".
_LEADS_ON = frozenset("at near around outside in through via along".split())
_PLURALS = frozenset(
    """mountains islands districts provinces regions states counties governorates towns villages cities camps suburbs
    neighbourhoods neighborhoods quarters compounds crossings rivers volcanoes dams bases valleys hills""".split()
)


def is_coarse(toponym: Toponym) -> bool:
    """Return whether a name is only known to a country."""
    return toponym.place is not None and toponym.place.precision is Precision.COUNTRY


def refined(reading: Reading, toponym: Toponym, roles: Roles, avoid: frozenset[int]) -> Toponym:
    """Return what the named area is said of: "in Bure, in Ethiopia's Amhara region" is Bure; else the name itself."""
    area, tokens = toponym.place, tokens_of(reading, toponym)
    if area is None or area.precision not in AREAS or not tokens:
        return toponym
    finer = _before(reading, area, tokens) or _after(reading, area, tokens) or _told_with(reading, area, roles, avoid)
    return refined(reading, finer, roles, avoid) if finer is not None else toponym


def _before(reading: Reading, area: Place, tokens: Sequence[int]) -> Toponym | None:
    between = min(tokens) - 1
    while between >= 0 and _is_said_of(reading, between, area):
        between -= 1
    return None if between == min(tokens) - 1 else _held(reading, between, area)


def _after(reading: Reading, area: Place, tokens: Sequence[int]) -> Toponym | None:
    """Return the spot to which an area leads on: "into eastern Chad at Adre", "in Syria, near Homs"."""
    after, size = max(tokens) + 1, reading.grammar.size
    if after < size and reading.grammar.lower[after] == ",":
        after += 1
    if after >= size or reading.grammar.lower[after] not in _LEADS_ON:
        return None
    while after < size and reading.grammar.lower[after] in _SAID_OF | _LEADS_ON and after not in reading.toponym_at:
        after += 1
    return _held(reading, after, area)


def _told_with(reading: Reading, area: Place, roles: Roles, avoid: frozenset[int]) -> Toponym | None:
    """Return the spot that a noun's own words name: "nights of rioting in which cars were burnt around Noumea"."""
    if roles.hit.frame.part is not Part.NOUN:
        return None
    inside = (i for i in reading.grammar.subtree(roles.hit.head) if i not in avoid)
    return next((finer for i in inside if (finer := _held(reading, i, area)) is not None), None)


def _held(reading: Reading, index: int, area: Place) -> Toponym | None:
    toponym = reading.toponym_at.get(index)
    return toponym if toponym is not None and toponym.place is not None and holds(area, toponym.place) else None


def tokens_of(reading: Reading, toponym: Toponym) -> Sequence[int]:
    """Return the tokens of a name, of one that only a role takes for a place too."""
    own = [i for i, other in reading.toponym_at.items() if other == toponym]
    if own:
        return own
    size = reading.grammar.size
    return [i for i in range(size) if toponym.start <= reading.span(i, i)[0] < toponym.end]


def around(reading: Reading, toponym: Toponym) -> Toponym | None:
    """Return what an unknown name is said to lie in: "at Halane camp in Mogadishu"."""
    grammar = reading.grammar
    after = max(tokens_of(reading, toponym), default=grammar.size) + 1
    first = after
    while after < grammar.size and (grammar.lower[after] in _SAID_OF) and after not in reading.toponym_at:
        after += 1
    found = reading.toponym_at.get(after)
    if found is None or found.place is None or is_coarse(found):
        return None
    return found if _lies_in(found.place, grammar.lower[first:after]) else None


def _lies_in(place: Place, between: tuple[str, ...]) -> bool:
    """Tell "a camp in Homs", "Foo, Homs province" from "Foo, Homs and Hama" and "Foo, north of Homs"."""
    words = frozenset(between)
    return "in" in words or (bool(words) and place.precision in AREAS and words.isdisjoint(DIRECTIONS))


def _is_said_of(reading: Reading, index: int, area: Place) -> bool:
    """Return whether a token may stand between a place and its area: "in the north of", "in Ethiopia's"."""
    toponym = reading.toponym_at.get(index)
    if toponym is None:
        return reading.grammar.lower[index] in _SAID_OF or reading.grammar.tree.tag[index].startswith("JJ")
    return area.precision is not Precision.COUNTRY and is_coarse(toponym)


def holds(area: Place, place: Place) -> bool:
    """Return whether an area is one that a place is known to lie in, or another name of one around it."""
    if area.precision in AREAS and area.kind not in _STRETCHES:
        return False  # a name of which only the area is known
    if not area.countries or set(area.countries).isdisjoint(place.countries):
        return False
    if place.point == area.point and place.name != area.name:
        return place.kind not in _LANDS and area.kind in _LANDS  # all that is known of it is that it lies there
    if PRECISIONS.index(place.precision) >= PRECISIONS.index(area.precision):
        return False
    if area.precision is not Precision.ADMIN1 or (area.admin1 is not None and area.admin1 == place.admin1):
        return True
    return distance_km(area.point, place.point) <= area.radius_km


def is_anchor(reading: Reading, index: int) -> bool:
    """Return whether a name only says where another place lies: "a village north-east of Ramallah"."""
    lower, toponym = reading.grammar.lower, reading.toponym_at[index]
    first = min(tokens_of(reading, toponym))
    return first >= 2 and lower[first - 1] == "of" and lower[first - 2] in DIRECTIONS


def holds_another(reading: Reading, index: int, others: Iterable[int]) -> bool:
    """Return whether a name is an area around another of some names."""
    area = reading.toponym_at[index].place
    if area is None or area.precision not in AREAS:
        return False
    return any(_held(reading, other, area) is not None for other in others if other != index)


def without_areas(toponyms: Sequence[Toponym]) -> tuple[Toponym, ...]:
    """Return names without the areas around others of them: of "Barmal, in Paktika province" Barmal."""
    places = [t.place for t in toponyms if t.place is not None]
    around = [p for p in places if p.precision in AREAS and any(holds(p, other) for other in places)]
    return tuple(t for t in toponyms if t.place is None or t.place not in around)


def listed_with(reading: Reading, toponym: Toponym) -> tuple[Toponym, ...]:
    """Return the names that share a head with one, itself the last: "the Qandil and Metina mountains"."""
    tokens, lower = tokens_of(reading, toponym), reading.grammar.lower
    first, last = min(tokens, default=0), max(tokens, default=0)
    heads = lower[last : last + 2]
    before = reading.toponym_at.get(first - 2) if first >= 2 and lower[first - 1] == "and" else None
    is_shared = before is not None and before.place is not None and not _PLURALS.isdisjoint(heads)
    return (before, toponym) if before is not None and is_shared else (toponym,)


def full_name(reading: Reading, head: int) -> tuple[int, int]:
    """Return the first and the last token of the name that a noun ends: "Wad Banda"."""
    grammar, first = reading.grammar, head
    while first > 0 and grammar.tree.tag[first - 1].startswith("NNP") and grammar.tree.head[first - 1] == head:
        first -= 1
    return first, head
