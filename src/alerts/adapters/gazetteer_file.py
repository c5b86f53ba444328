"""The compiled gazetteer: a file that is mapped, not read, so that opening it costs nothing."""

from __future__ import annotations

import mmap
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from alerts.adapters.gazetteer_compile import Entry
from alerts.domain.place import Place, Precision
from alerts.extraction.names import ARTICLE_COUNTRIES, fold, loose, without_article
from alerts.extraction.place_index import Candidate, NameUse

FORMAT = b"ALRTGZ02"
_HEADER = struct.Struct("<8s32s5Q")  # format, digest, then counts: places, strict, loose, keys; bytes of strings
# lat and lon in 1e-5 degrees, population, GeoNames id, radius; strings: name, admin1, admin2, other countries, kind;
# country, precision, is_capital
_RECORD = struct.Struct("<iiIIf5I2sBB")
_PRECISIONS = tuple(Precision)
_SOUNDS_PEOPLE = 20_000
_CACHED = 20_000  # names that a busy process sees again and again


def key_hash(key: str) -> int:
    """Return the 64-bit hash under which a key is stored; two of a million names meet once in 37 million files."""
    return int.from_bytes(blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


class _Strings:
    """Texts packed one after another, each with its length before it; equal ones once."""

    def __init__(self) -> None:
        self.packed = bytearray()
        self._offsets: dict[str, int] = {}

    def add(self, text: str) -> int:
        if text not in self._offsets:
            self._offsets[text] = len(self.packed)
            encoded = text.encode()[:65535]
            self.packed += struct.pack("<H", len(encoded)) + encoded
        return self._offsets[text]


def pack(entries: Iterable[Entry], digest: bytes) -> bytes:
    """Return a compiled gazetteer.

    Args:
        entries: The places.
        digest: 32 bytes that name the sources, written into the file to tell a stale one.
    """
    strings, records = _Strings(), bytearray()
    strict, sounds, keys = _Table(), _Table(), _Table()
    for number, entry in enumerate(entries):
        records += _record(entry, strings)
        keys.add(entry.place.key, number)
        folded_names = _keys(entry)
        for folded, use in folded_names.items():
            strict.add(folded, number << 2 | use)
        for sound, use in _sounds(entry, folded_names).items():
            sounds.add(sound, number << 2 | use)
    tables = [table.sorted() for table in (strict, sounds, keys)]
    header = _HEADER.pack(
        FORMAT, digest, len(records) // _RECORD.size, *(len(table) for table, _ in tables), len(strings.packed)
    )
    parts = [header]
    for hashes, references in tables:
        parts += [hashes.tobytes(), _padded(references.tobytes())]
    return b"".join((*parts, _padded(bytes(records)), bytes(strings.packed)))


class _Table:
    """Hashes with what each refers to, as one number each: a million numbers sort in a second, tuples in five."""

    def __init__(self) -> None:
        self._numbers: list[int] = []

    def add(self, key: str, reference: int) -> None:
        self._numbers.append(key_hash(key) << 32 | reference)

    def sorted(self) -> tuple[array[int], array[int]]:
        self._numbers.sort()
        return array("Q", [n >> 32 for n in self._numbers]), array("I", [n & 0xFFFFFFFF for n in self._numbers])


def _keys(entry: Entry) -> dict[str, NameUse]:
    """Return an entry's folded names; a name that has two uses keeps the surer."""
    keys: dict[str, NameUse] = {}
    for name, use in entry.names:  # the primary name comes first, demonyms last
        folded = fold(name)
        if folded:
            keys.setdefault(folded, use)
    if entry.place.country in ARTICLE_COUNTRIES:
        for folded, use in list(keys.items()):
            keys.setdefault(without_article(folded), use)
    return keys


def _sounds(entry: Entry, folded_names: dict[str, NameUse]) -> dict[str, NameUse]:
    """Return an entry's loose keys, each under its surest use; of a small town only that of its main name.

    News transliterates the small towns of some countries; what Nebraska's are called in Chinese helps nobody.
    """
    place = entry.place
    is_small = place.geonames_id is not None and entry.population < _SOUNDS_PEOPLE
    wanted = NameUse.PRIMARY if is_small and place.country not in ARTICLE_COUNTRIES else NameUse.ALTERNATE
    return {loose(folded): use for folded, use in reversed(folded_names.items()) if use <= wanted}


def _record(entry: Entry, strings: _Strings) -> bytes:
    place = entry.place
    texts = (place.name, place.admin1 or "", place.admin2 or "", " ".join(place.other_countries), place.kind)
    return _RECORD.pack(
        round(place.lat * 1e5),
        round(place.lon * 1e5),
        min(entry.population, 2**32 - 1),
        place.geonames_id or 0,
        place.radius_km,
        *(strings.add(text) for text in texts),
        (place.country or "").encode(),
        _PRECISIONS.index(place.precision),
        entry.is_capital,
    )


def _padded(packed: bytes) -> bytes:
    return packed + bytes(-len(packed) % 8)


class GazetteerFile:
    """A compiled gazetteer, open. It is a `PlaceIndex`.

    Args:
        path: The file that `pack` wrote.

    Raises:
        ValueError: The file has another format or is cut short.
        OSError: The file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        whole = memoryview(self._map)
        if len(whole) < _HEADER.size or whole[:8] != FORMAT:
            raise ValueError(f"{path.name} is not a compiled gazetteer of format {FORMAT.decode()}")
        _, self.digest, places, *counts, string_bytes = _HEADER.unpack_from(whole)
        position = _HEADER.size
        tables: list[tuple[memoryview, memoryview]] = []
        for count in counts:
            keys = whole[position : position + 8 * count].cast("Q")
            position += 8 * count
            references = whole[position : position + 4 * count].cast("I")
            position += 4 * count + -4 * count % 8
            tables.append((keys, references))
        self._strict, self._loose, self._keys = tables
        self._records = whole[position : position + _RECORD.size * places]
        position += len(self._records) + -len(self._records) % 8
        self._strings = whole[position:]
        if len(self._strings) != string_bytes:
            raise ValueError(f"{path.name} is cut short; delete it, it is compiled anew")
        self.strict = lru_cache(_CACHED)(self._find_strict)
        self.loose = lru_cache(_CACHED)(self._find_loose)

    def _find_strict(self, folded: str) -> tuple[Candidate, ...]:
        """Return the places whose folded name this is."""
        return tuple(self._candidate(reference) for reference in _equal(self._strict, key_hash(folded)))

    def _find_loose(self, key: str) -> tuple[Candidate, ...]:
        """Return the places of which some name has this loose key."""
        best: dict[int, int] = {}
        for reference in _equal(self._loose, key_hash(key)):
            best.setdefault(reference >> 2, reference)
        return tuple(self._candidate(reference) for reference in best.values())

    def get(self, key: str) -> Place | None:
        """Return the place whose `Place.key` this is."""
        found = next(_equal(self._keys, key_hash(key)), None)
        return None if found is None else self._candidate(found << 2).place

    def names(self) -> Iterator[str]:
        """Yield the main name of every place."""
        for record in _RECORD.iter_unpack(self._records):
            yield self._text(record[5])

    def _candidate(self, reference: int) -> Candidate:
        record = _RECORD.unpack_from(self._records, (reference >> 2) * _RECORD.size)
        lat, lon, population, geonames_id, radius_km, *texts, country, precision, is_capital = record
        name, admin1, admin2, others, kind = (self._text(offset) for offset in texts)
        place = Place(
            name=name,
            lat=lat / 1e5,
            lon=lon / 1e5,
            precision=_PRECISIONS[precision],
            radius_km=round(radius_km, 2),
            kind=kind,
            geonames_id=geonames_id or None,
            country=country.decode().strip("\0") or None,
            admin1=admin1 or None,
            admin2=admin2 or None,
            other_countries=tuple(others.split()),
        )
        return Candidate(place=place, population=population, use=NameUse(reference & 3), is_capital=bool(is_capital))

    def _text(self, offset: int) -> str:
        length = int.from_bytes(self._strings[offset : offset + 2], "little")
        return str(self._strings[offset + 2 : offset + 2 + length], "utf-8")


def _equal(table: tuple[memoryview, memoryview], key: int) -> Iterator[int]:
    keys, references = table
    position = bisect_left(keys, key)
    while position < len(keys) and keys[position] == key:
        yield references[position]
        position += 1
