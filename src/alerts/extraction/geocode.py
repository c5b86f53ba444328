"""Points for given events that only name their place."""

from __future__ import annotations

from dataclasses import replace

from alerts.domain.event import Event
from alerts.domain.place import Place, PlaceName
from alerts.ruleset.places import PlaceNames


class Geocoder:
    """Resolves the place names of structured notices by a gazetteer."""

    def __init__(self, places: PlaceNames) -> None:
        self._places = places

    def geocode(self, event: Event) -> Event:
        """Return the event with a place, where it has only a name and the gazetteer knows it.

        The province and the kind that the notice gives choose between bearers of the name; an unknown name leaves the
        event without a place, which no `near` can hold for.
        """
        if event.place is not None or event.place_name is None:
            return event
        found = self._bearers(event.place_name)
        return replace(event, place=found[0]) if found else event

    def _bearers(self, name: PlaceName) -> tuple[Place, ...]:
        narrowest_first = [part for part in (name.admin1, name.country) if part]
        references = [f"{name.name}, {part}" for part in narrowest_first] or [name.name]
        found = next((bearers for one in references if (bearers := self._places.find(one))), ())
        return tuple(place for place in found if name.kind in {None, place.kind}) or found
