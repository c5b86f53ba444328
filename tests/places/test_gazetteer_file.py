"""The compiled file: whole or not at all, and found again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from alerts.adapters.gazetteer_build import open_index
from alerts.adapters.gazetteer_compile import Entry, town_radius_km
from alerts.adapters.gazetteer_file import GazetteerFile, pack
from alerts.adapters.gazetteer_overlay import read_overlay
from alerts.domain.place import Place, Precision
from alerts.extraction.place_index import NameUse


def _entry(name: str, *others: str, country: str = "SY", population: int = 1000, lat: float = 35.12345) -> Entry:
    place = Place(
        name=name,
        lat=lat,
        lon=36.5,
        precision=Precision.TOWN,
        radius_km=1.5,
        kind="town",
        country=country,
        admin1="Homs",
    )
    names = ((name, NameUse.PRIMARY), *((other, NameUse.ALTERNATE) for other in others))
    return Entry(place=place, names=names, population=population)


def _file(tmp_path: Path, *entries: Entry) -> GazetteerFile:
    path = tmp_path / "small.bin"
    path.write_bytes(pack(entries, bytes(32)))
    return GazetteerFile(path)


def test_a_place_is_read_as_it_was_written(tmp_path: Path) -> None:
    entry = _entry("Ar Rastan", "Rastane")

    index = _file(tmp_path, entry)

    assert [c.place for c in index.strict("rastane")] == [entry.place]
    assert [(c.is_primary, c.population) for c in index.strict("ar rastan")] == [(True, 1000)]
    assert index.get(entry.place.key) == entry.place
    assert list(index.names()) == ["Ar Rastan"]


def test_the_article_may_be_left_out_in_arab_countries_only(tmp_path: Path) -> None:
    index = _file(tmp_path, _entry("Ar Rastan"), _entry("El Paso", country="US"))

    assert len(index.strict("rastan")) == 1
    assert index.strict("paso") == ()


def test_a_loose_key_finds_every_bearer_once(tmp_path: Path) -> None:
    index = _file(tmp_path, _entry("Nasib", "Nassib", "Naseeb"), _entry("Nasib", lat=1.0))

    assert len(index.loose("nasib")) == 2


def test_an_empty_gazetteer_knows_nothing(tmp_path: Path) -> None:
    index = _file(tmp_path)

    assert (index.strict("homs"), index.get("geonames:1"), list(index.names())) == ((), None, [])


@pytest.mark.parametrize("fault", [b"", b"ALRTGZ02", b"nonsense" * 40])
def test_a_damaged_file_is_refused(tmp_path: Path, fault: bytes) -> None:
    path = tmp_path / "damaged.bin"
    path.write_bytes(fault)

    with pytest.raises(ValueError, match=r"damaged|empty file"):
        GazetteerFile(path)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "short.bin"
    path.write_bytes(pack([_entry("Homs")], bytes(32))[:-3])

    with pytest.raises(ValueError, match="cut short"):
        GazetteerFile(path)


@pytest.mark.parametrize(("population", "radius_km"), [(0, 1.0), (500, 1.0), (785_398, 7.07), (40_000_000, 30.0)])
def test_a_towns_radius_grows_with_its_people(population: int, radius_km: float) -> None:
    assert town_radius_km(population) == radius_km


def test_the_overlay_is_large_and_every_entry_has_a_point_and_a_radius() -> None:
    entries = [entry for file in read_overlay() for entry in file.places]

    assert len(entries) >= 150
    assert all(entry.radius_km > 0 and entry.place().point for entry in entries)
    assert len({entry.place().key for entry in entries}) == len(entries)


def test_a_stale_file_is_left_for_a_fresh_one_that_two_processes_make_at_once(tmp_path: Path) -> None:
    """Two first starts side by side, a stale file installed: both end with the same fresh one, and nothing else."""
    stale = tmp_path / "stale.bin"
    stale.write_bytes(pack([_entry("Homs")], bytes(32)))
    cache = tmp_path / "cache"
    code = (
        "import sys; from pathlib import Path; from alerts.adapters.gazetteer_build import open_index; "
        "open_index(Path(sys.argv[1]), Path(sys.argv[2]))"
    )

    both = [subprocess.Popen([sys.executable, "-c", code, stale, cache]) for _ in range(2)]

    assert [process.wait(timeout=240) for process in both] == [0, 0]
    assert len(list(cache.iterdir())) == 1
    assert open_index(stale, cache).get("geonames:169577") is not None
