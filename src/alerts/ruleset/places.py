"""What the rule compiler needs of a gazetteer."""

from __future__ import annotations

from typing import Protocol

from alerts.domain.place import Place


class PlaceNames(Protocol):
    """Resolves the place references that rule files hold."""

    def find(self, reference: str) -> tuple[Place, ...]:
        """Return every place that a reference may mean, the likeliest (most populous) first; empty when unknown.

        A reference is a name ("Homs"), a name with a country ("Homs, SY"; ISO alpha-2 or the country's name), a name
        with a province ("Springfield, Illinois"), or "geonames:ID". A name means towns and sites; a country's or
        province's name finds those too, after the towns.
        """
        ...

    def suggest(self, name: str) -> tuple[str, ...]:
        """Return up to three known names near a misspelt one, the nearest first."""
        ...
