"""What makes two texts copies of each other, and two events one happening: two questions, two functions."""

from __future__ import annotations

import re
from datetime import UTC

from rensa import RMinHash

from alerts.domain.event import Event
from alerts.domain.place import PRECISIONS, Place, Precision
from alerts.domain.taxonomy import family
from alerts.extraction.actor_names import NONSTATE, STATE

PERMUTATIONS = 128
_SEED = 20_241_206  # pinned: signatures of other seeds cannot be compared, and stored ones live for days
_SHINGLE = 3
_WORD = re.compile(r"\w{1,40}")
_WORDS_MAX = 20_000
_CELL_DEGREES = 0.5


def signature(text: str) -> tuple[int, ...]:
    """Return the MinHash of a text's three-word shingles, case and punctuation left out; empty without words.

    Equal under rensa 0.5 on every machine. A text of one or two words is one shingle.
    """
    words = [match.group() for match, _ in zip(_WORD.finditer(text.lower()), range(_WORDS_MAX), strict=False)]
    if not words:
        return ()
    shingles = {" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    sketch.update([shingle.encode("utf-8", "surrogatepass") for shingle in sorted(shingles)])
    return tuple(sketch.digest())


def shingle_count(text: str) -> int:
    """Return how many different shingles a text has: with two signatures it gives containment."""
    words = [match.group() for match, _ in zip(_WORD.finditer(text.lower()), range(_WORDS_MAX), strict=False)]
    return len({" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}) if words else 0


def fingerprint(event: Event) -> str:
    """Return a key that events of one happening share in most newsrooms' words: family, place, day and side.

    The place is its gazetteer key; a spot without a GeoNames id is its cell of half a degree. An event known to a
    country only has the country. The day is UTC. The side is `state`, `nonstate` or `-`.
    """
    return "|".join((family(event.type), _spot(event.place), _day(event), _side(event)))


def _spot(place: Place | None) -> str:
    if place is None:
        return "-"
    if place.geonames_id is not None or PRECISIONS.index(place.precision) > PRECISIONS.index(Precision.TOWN):
        return place.key
    return f"{round(place.lat / _CELL_DEGREES)}:{round(place.lon / _CELL_DEGREES)}"


def _day(event: Event) -> str:
    return (event.starts_at or event.occurred_at).astimezone(UTC).date().isoformat()


def _side(event: Event) -> str:
    kinds = {actor.kind for actor in event.actors}
    if kinds & STATE:
        return "state"
    return "nonstate" if kinds & NONSTATE else "-"
