"""What the names in one pack mean: its lists, areas, sites, filters and groups, and the gazetteer behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from alerts.domain.geo import distance_km
from alerts.domain.place import Place, Precision
from alerts.ruleset.actors import ActorNames
from alerts.ruleset.conditions import Condition, Inside, Near, Spot
from alerts.ruleset.country_codes import COUNTRY_CODES
from alerts.ruleset.diagnostics import Problems, did_you_mean
from alerts.ruleset.nodes import Entry, Node, SourceFile, Text
from alerts.ruleset.places import PlaceNames
from alerts.ruleset.reading import one_or_more, text
from alerts.ruleset.words import fold

_FINE = frozenset({Precision.SITE, Precision.TOWN})
# Two entries of a gazetteer this near with one name are one place to a reader (a town and its seat).
_SAME_SPOT_KM = 5.0


@dataclass(slots=True, kw_only=True)
class Vocabulary:
    """The names that the conditions of one pack may use. `files` are all files that a pack may name, by path."""

    problems: Problems
    places: PlaceNames
    actors: ActorNames | None = None
    files: Mapping[str, SourceFile] = field(default_factory=dict)
    lists: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    areas: dict[str, Near | Inside] = field(default_factory=dict)
    sites: dict[str, tuple[Spot, ...]] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    filters: dict[str, Entry] = field(default_factory=dict)
    compiled_filters: dict[str, Condition | None] = field(default_factory=dict)

    def texts(self, node: Node, *, what: str) -> tuple[Text, ...]:
        """Return texts, one or many, with every `$list` replaced by its members, which keep their own positions."""
        found: list[Text] = []
        for item in one_or_more(node):
            word = text(item, self.problems, what=what)
            if word is None:
                continue
            if word.value.startswith("$"):
                found.extend(self._list(word))
            else:
                found.append(word)
        return tuple(found)

    def _list(self, word: Text) -> tuple[Text, ...]:
        name = word.value[1:]
        if name in self.lists:
            return self.lists[name]
        if name in self.sites or name in self.areas:
            kind, key = ("sites", "sites") if name in self.sites else ("an area", "area")
            hint = f"as in near: {{{key}: ${name}, km: 5}}"
            self.problems.error(word.at, "wrong-kind", f"`${name}` is {kind}, not a list of names", hint)
            return ()
        self.problems.error(word.at, "unknown-list", f"no list is called `{name}`", did_you_mean(name, self.lists))
        return ()

    def spot_place(self, reference: Text) -> Place | None:
        """Return the one town or site that a reference means, or note why there is none."""
        if not reference.quoted and reference.value in COUNTRY_CODES:
            message = f"a comma separates the members of a list: this reads as a place called {reference.value}"
            hint = f'put a name and its country in quotes together: "Name, {reference.value}"'
            self.problems.error(reference.at, "unquoted-comma", message, hint)
            return None
        found = self.places.find(reference.value)
        fine = found if _is_pinned(reference) else tuple(place for place in found if place.precision in _FINE)
        if found and not fine:
            place = found[0]
            message = f'"{reference.value}" is known as a {place.kind}; a town or a site must stand here'
            hint = f"use `country: {place.country}`"
            if place.precision is not Precision.COUNTRY:
                hint = f'use `admin1: "{place.name}, {place.country}"`, or pin it as {place.key}'
            self.problems.error(reference.at, "not-a-spot", message, hint)
            return None
        return self._single(reference, fine)

    def province(self, reference: Text) -> Place | None:
        """Return the one province that a reference means, or note why there is none."""
        found = tuple(place for place in self.places.find(reference.value) if place.precision is Precision.ADMIN1)
        return self._single(reference, found)

    def country(self, reference: Text) -> str | None:
        """Return the ISO alpha-2 code of a country's name or code, or note that there is none."""
        code = self.country_code(reference.value)
        if code is None:
            hint = "write the two-letter code (SY) or the country's name"
            self.problems.error(reference.at, "unknown-country", f'no country is called "{reference.value}"', hint)
        return code

    def country_code(self, name: str) -> str | None:
        """Return the code of a country that is called so, or None. A code is written in capitals: `IT`, not `it`."""
        if name in COUNTRY_CODES:
            return name
        for place in self.places.find(name):
            if place.precision is Precision.COUNTRY and place.country:
                return place.country
        return None

    def _single(self, reference: Text, found: tuple[Place, ...]) -> Place | None:
        if not found:
            near = tuple(dict.fromkeys(self.places.suggest(reference.value.split(",")[0])))
            hint = "did you mean " + " or ".join(f'"{name}"' for name in near) + "?" if near else ""
            self.problems.error(reference.at, "unknown-place", f'no place is called "{reference.value}"', hint)
            return None
        others = [place for place in found[1:] if distance_km(place.point, found[0].point) > _SAME_SPOT_KM]
        if others:
            message = f'"{reference.value}" names {len(others) + 1} places'
            self.problems.error(reference.at, "ambiguous-place", message, _pins((found[0], *others)))
            return None
        return found[0]

    def actor_names(self, name: Text) -> frozenset[str]:
        """Return the folded names that an actor may bear in an event; warn of one that looks misspelt."""
        if self.actors is None:
            return frozenset({fold(name.value)})
        main = self.actors.canonical(name.value)
        if main is None and self.country_code(name.value) is None:
            self._warn_of_actor(name, self.actors.suggest(name.value))
        return frozenset({fold(name.value)} | ({fold(main)} if main else set()))

    def _warn_of_actor(self, name: Text, known: str | None) -> None:
        if known is not None:
            message = f'the lexicon knows no actor called "{name.value}"'
            self.problems.warning(name.at, "unknown-actor", message, f'did you mean "{known}"?')


def _is_pinned(reference: Text) -> bool:
    return reference.value.startswith("geonames:")


def _pins(places: tuple[Place, ...]) -> str:
    said = [f"{p.key} ({p.name}, {', '.join(w for w in (p.admin1, p.country) if w)})" for p in places[:5]]
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return "pin one: " + "; ".join(said) + more
