"""`alerts place`: what the gazetteer thinks a name is, so that a rule can pin the right one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.domain.place import Precision

if TYPE_CHECKING:
    from alerts.extraction.place_index import Candidate

NOTHING_FOUND = 1
_SHOWN_MAX = 20


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command(name="place", epilog="Exit codes: 0 found, 1 no such place, 2 wrong usage.")(place)


def place(
    name: Annotated[str, typer.Argument(help='A name, "name, country", "name, province" or geonames:ID.')],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a candidate.")] = False,
) -> None:
    """Show every place that a name may mean, the one that rules take first.

    Examples: alerts place Homs · alerts place "Tripoli, LB" · alerts place geonames:169577 --json
    """
    from alerts.adapters.gazetteer import open_gazetteer  # noqa: PLC0415 -- no other verb waits for it

    gazetteer = open_gazetteer()
    found = gazetteer.ranked(name)
    if not found:
        typer.echo(_nothing(name, gazetteer.suggest(name)), err=True)
        raise typer.Exit(NOTHING_FOUND)
    for rank, candidate in enumerate(found[:_SHOWN_MAX], start=1):
        print(json.dumps(_fields(candidate), ensure_ascii=False) if as_json else _line(rank, candidate))
    if len(found) > _SHOWN_MAX and not as_json:
        print(f'... and {len(found) - _SHOWN_MAX} more: narrow it with a country, as in "{name}, SY"')


def _nothing(name: str, suggestions: Sequence[str]) -> str:
    hint = ", ".join(f'"{suggestion}"' for suggestion in suggestions)
    return f'no place is called "{name}"' + (f"; did you mean {hint}?" if hint else "; check the spelling")


def _line(rank: int, candidate: Candidate) -> str:
    spot = candidate.place
    inside = ", ".join(part for part in (spot.admin1, "/".join(spot.countries)) if part)
    people = f"{candidate.population:,} people, " if candidate.population else ""
    return (
        f"{rank:2}. {spot.name} ({spot.kind}), {inside}\n"
        f"      {people}{spot.lat:.4f}, {spot.lon:.4f}, within {spot.radius_km:g} km\n"
        f"      pin it as {_pin(candidate)}; {_why(candidate)}"
    )


def _pin(candidate: Candidate) -> str:
    spot = candidate.place
    return spot.key if spot.geonames_id is not None else f'"{spot.name}, {spot.country or ""}"'.replace(', "', '"')


def _why(candidate: Candidate) -> str:
    """Return why a candidate is listed, and where it stands among the others."""
    name = "its main name" if candidate.is_primary else "one of its other names"
    if candidate.place.precision in {Precision.TOWN, Precision.SITE}:
        return f"{name}; towns and sites come first, the most people first"
    return f"{name}; a {candidate.place.kind} comes after towns and sites"


def _fields(candidate: Candidate) -> dict[str, str | int | float | list[str] | None]:
    spot = candidate.place
    return {
        "key": spot.key,
        "name": spot.name,
        "kind": spot.kind,
        "precision": spot.precision.value,
        "countries": list(spot.countries),
        "admin1": spot.admin1,
        "population": candidate.population or None,
        "lat": spot.lat,
        "lon": spot.lon,
        "radius_km": spot.radius_km,
        "why": _why(candidate),
    }
