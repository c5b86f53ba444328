"""Names to places: candidates for a name, references in rules, suggestions for a misspelt one."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz
from rapidfuzz import process as closest

from alerts.domain.place import Place, Precision
from alerts.extraction.names import fold, loose, without_article
from alerts.extraction.place_index import Candidate, NameUse, PlaceIndex

_SUGGESTIONS_MAX = 3
_SUGGESTION_SCORE_MIN = 75.0
_CENTRE = " centre"
"""What French-speaking countries add to the town that its territory is named after: "Masisi-Centre"."""
_TOWNS_AND_SITES = frozenset({Precision.TOWN, Precision.SITE})


class Gazetteer:
    """The name index with the meaning that text and rules need of it.

    Args:
        index: Where the compiled names lie.
    """

    def __init__(self, index: PlaceIndex) -> None:
        self._index = index

    def candidates(self, name: str) -> tuple[Candidate, ...]:
        """Return the bearers of a name, demonyms left out; with and without its Arabic article."""
        return tuple(c for c in self._bearers(fold(name)) if c.use is not NameUse.DEMONYM)

    def bearers(self, folded: str) -> tuple[Candidate, ...]:
        """Return the bearers of a folded name, demonyms too."""
        return self._bearers(folded)

    def loose_candidates(self, folded: str) -> tuple[Candidate, ...]:
        """Return bearers of names that sound like a folded one: for places where only a place can stand."""
        return tuple(c for c in self._index.loose(loose(folded)) if c.use is not NameUse.DEMONYM)

    def get(self, key: str) -> Place | None:
        """Return the place whose `Place.key` this is; None when the gazetteer has none."""
        return self._index.get(key)

    def find(self, reference: str) -> tuple[Place, ...]:
        """Return every place that a reference may mean, as `PlaceNames.find` says."""
        return tuple(candidate.place for candidate in self.ranked(reference))

    def ranked(self, reference: str) -> tuple[Candidate, ...]:
        """Return what `find` finds, with populations: towns and sites first, the most populous first."""
        reference = reference.strip()
        if reference.startswith("geonames:"):
            pinned = self.get(reference)
            return (Candidate(place=pinned, population=0, use=NameUse.PRIMARY),) if pinned else ()
        whole = self.candidates(reference)
        name, comma, container = reference.rpartition(",")
        if comma:
            parted = tuple(c for c in self.candidates(name) if self.lies_in(c.place, container))
            whole = tuple(dict.fromkeys((*whole, *parted)))
        return tuple(sorted(_best_use_of_each(whole), key=_rank))

    def lies_in(self, place: Place, container: str) -> bool:
        """Return whether a place lies in what a country code, a country's or a province's name means."""
        wanted = container.strip()
        if len(wanted) == 2 and wanted.upper() in place.countries:
            return True
        containers = [c.place for c in self.candidates(wanted)]
        if any(c.precision is Precision.COUNTRY and c.country in place.countries for c in containers):
            return True
        if place.admin1 is None:
            return False
        return fold(place.admin1) == fold(wanted) or any(
            c.precision is Precision.ADMIN1 and c.country == place.country and c.name == place.admin1
            for c in containers
        )

    def suggest(self, name: str) -> tuple[str, ...]:
        """Return up to three known names near a misspelt one, the nearest first."""
        wanted = fold(name)
        known = dict.fromkeys(self._index.names())
        found = closest.extract(
            wanted,
            known.keys(),
            scorer=fuzz.ratio,
            processor=fold,
            limit=_SUGGESTIONS_MAX,
            score_cutoff=_SUGGESTION_SCORE_MIN,
        )
        sounding = [c.place.name for c in self.loose_candidates(wanted)]
        return tuple(dict.fromkeys((*sounding, *(match for match, _, _ in found))))[:_SUGGESTIONS_MAX]

    def _bearers(self, folded: str) -> tuple[Candidate, ...]:
        found = self._index.strict(folded)
        if found:
            return found
        bare = without_article(folded)
        if bare != folded:
            return self._index.strict(bare)
        town = folded.removesuffix(_CENTRE)
        return tuple(c for c in self._index.strict(town) if c.place.kind == "town") if town != folded else ()


def _best_use_of_each(candidates: Sequence[Candidate]) -> list[Candidate]:
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        held = best.get(candidate.place.key)
        if held is None or candidate.use < held.use:
            best[candidate.place.key] = candidate
    return list(best.values())


def _rank(candidate: Candidate) -> tuple[bool, bool, int, str]:
    place = candidate.place
    return (place.precision not in _TOWNS_AND_SITES, not candidate.is_primary, -candidate.population, place.key)
