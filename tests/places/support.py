"""The real gazetteer, opened once for all tests of places."""

from __future__ import annotations

from functools import cache

from alerts.adapters.gazetteer import open_gazetteer
from alerts.domain.place import Place
from alerts.extraction.gazetteer import Gazetteer
from alerts.extraction.mentions import Toponym
from alerts.extraction.toponyms import find_toponyms


@cache
def gazetteer() -> Gazetteer:
    return open_gazetteer()


def toponyms(text: str, *, publisher_country: str | None = None) -> tuple[Toponym, ...]:
    return find_toponyms(text, gazetteer(), publisher_country=publisher_country)


def places(text: str, *, publisher_country: str | None = None) -> dict[str, Place | None]:
    """Return what each name of a text resolves to; the last one where a name stands twice."""
    return {t.text: t.place for t in toponyms(text, publisher_country=publisher_country)}


def named(text: str) -> list[str]:
    return [t.text for t in toponyms(text)]


def the(text: str, name: str) -> Place:
    found = places(text).get(name)
    assert found is not None, f"{name!r} is not resolved in {text!r}: {named(text)}"
    return found
