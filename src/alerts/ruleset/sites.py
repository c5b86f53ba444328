"""A team's own places: a CSV file beside the rules, or written inline."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from alerts.ruleset import build_places, geojson
from alerts.ruleset.conditions import Spot
from alerts.ruleset.nodes import Entry, Fields, Items, Node, Position, SourceFile, Text
from alerts.ruleset.reading import count, kind_of, mapping, text
from alerts.ruleset.vocabulary import Vocabulary

COLUMNS = ("id", "name", "lat", "lon", "radius_km", "kind")
_REQUIRED = ("id", "lat", "lon")
SITES_MAX = 20_000


def spots(name: str, node: Node, vocabulary: Vocabulary) -> tuple[Spot, ...]:
    """Return the sites of one name: `{file: depots.csv}` or a list of `{id, name, lat, lon, radius_km, kind}`."""
    found: dict[str, Spot] = {}
    for row in _site_rows(name, node, vocabulary):
        spot = _spot(name, row, vocabulary)
        if spot and spot.key in found:
            vocabulary.problems.error(row.at, "defined-twice", f"two sites have the id `{spot.key.split(':', 1)[1]}`")
        elif spot:
            found[spot.key] = spot
        if len(found) > SITES_MAX:
            vocabulary.problems.error(row.at, "too-large", f"sites `{name}` has more than {SITES_MAX:,} rows")
            return ()
    return tuple(found.values())


def _site_rows(name: str, node: Node, vocabulary: Vocabulary) -> Iterator[Fields]:
    if isinstance(node, Items):
        for item in node.items:
            if isinstance(item, Fields):
                yield item
            else:
                vocabulary.problems.error(item.at, "wrong-kind", f"a site is a mapping, found {kind_of(item)}")
    elif isinstance(node, Fields):
        entries = mapping(node, ("file",), vocabulary.problems, what=f"sites {name}", required=("file",))
        file = geojson.file_beside(entries["file"].value, vocabulary) if entries else None
        yield from _csv_rows(file, vocabulary) if file else ()
    else:
        message = f"sites are a list, or {{file: depots.csv}}, found {kind_of(node)}"
        vocabulary.problems.error(node.at, "wrong-kind", message)


def _csv_rows(file: SourceFile, vocabulary: Vocabulary) -> Iterator[Fields]:
    """Yield a CSV file's rows as mappings whose values know their line; columns are not counted, lines are."""
    reader = csv.reader(StringIO(file.text.removeprefix("\ufeff"), newline=""), strict=True)
    header: list[str] | None = None
    try:
        for cells in reader:
            at = Position(file.path, reader.line_num, 1)
            if header is None:
                header = [cell.strip() for cell in cells]
                if not _header_fits(header, at, vocabulary):
                    return
            elif any(cell.strip() for cell in cells):
                yield _row(header, cells, at)
    except csv.Error as fault:
        at = Position(file.path, max(1, reader.line_num), 1)
        vocabulary.problems.error(at, "bad-csv", f"this line cannot be read as CSV: {fault}")


def _header_fits(header: list[str], at: Position, vocabulary: Vocabulary) -> bool:
    missing = [column for column in _REQUIRED if column not in header]
    unknown = [column for column in header if column not in COLUMNS]
    if missing or unknown:
        message = f"the first line must name columns of {', '.join(COLUMNS)}; found {', '.join(header)}"
        vocabulary.problems.error(at, "bad-csv", message, f"missing: {', '.join(missing)}" if missing else "")
    return not (missing or unknown)


def _row(header: list[str], cells: list[str], at: Position) -> Fields:
    given = zip(header, (cell.strip() for cell in cells), strict=False)
    entries = {n: Entry(key=Text(value=n, at=at), value=Text(value=value, at=at)) for n, value in given if value}
    return Fields(entries=entries, at=at)


def _spot(name: str, row: Fields, vocabulary: Vocabulary) -> Spot | None:
    problems = vocabulary.problems
    entries = mapping(row, COLUMNS, problems, what="a site", required=_REQUIRED)
    if entries is None or any(column not in entries for column in _REQUIRED):
        return None
    where = build_places.point(Fields(entries={k: entries[k] for k in ("lat", "lon")}, at=row.at), vocabulary)
    own_id = text(entries["id"].value, problems, what="id")
    radius = count(entries["radius_km"].value, problems) if "radius_km" in entries else 0.0
    title = text(entries["name"].value, problems, what="name") if "name" in entries else own_id
    if where is None or own_id is None or title is None or radius is None:
        return None
    return Spot(key=f"{name}:{own_id.value}", name=title.value, point=where, radius_km=radius)
