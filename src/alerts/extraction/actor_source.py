"""From the plain mappings of the actor files to `ActorNames`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from alerts.domain.event import Party
from alerts.domain.place import PLACE_KINDS
from alerts.extraction.actor_names import PARTY_KINDS, ActorNames, Name, words
from alerts.extraction.frame_source import FrameFaults

_EXACT_MAX = 6  # "HTS", "M23", "PKK", "AQAP": an abbreviation's letters must fit, or "is" would name ISIS


def actor_names(files: Iterable[tuple[str, Mapping[str, object]]], faults: FrameFaults) -> ActorNames:
    """Return the actors of some files; `faults` takes what is wrong with them."""
    names: dict[str, list[Name]] = {}
    nouns: dict[str, str] = {}
    tables: dict[str, dict[str, str]] = {"names": {}, "demonyms": {}, "capitals": {}}
    country_names: dict[str, str] = {}
    for file, content in files:
        for name in _names(file, content, faults):
            names.setdefault(name.words[0], []).append(name)
        nouns.update(_nouns(file, content, faults))
        for code, entry in _section(file, content, "countries", faults).items():
            _add_country(str(code), entry, tables, country_names)
    return ActorNames(
        names={first: tuple(sorted(found, key=lambda name: -len(name.words))) for first, found in names.items()},
        demonyms=tables["demonyms"],
        countries=tables["names"],
        capitals=tables["capitals"],
        nouns=nouns,
        country_names=country_names,
    )


def _section(file: str, content: Mapping[str, object], key: str, faults: FrameFaults) -> Mapping[str, object]:
    found = content.get(key) or {}
    if isinstance(found, Mapping):
        return found
    faults.add(f"{file}: {key!r} must be a mapping")
    return {}


def _add_country(code: str, entry: object, tables: dict[str, dict[str, str]], names: dict[str, str]) -> None:
    if not isinstance(entry, Mapping):
        return
    for key, table in tables.items():
        for word in entry.get(key) or ():
            table.setdefault(str(word).lower(), code)
    names[code] = str((entry.get("names") or [code])[0])


def _nouns(file: str, content: Mapping[str, object], faults: FrameFaults) -> Iterator[tuple[str, str]]:
    for kind, members in _section(file, content, "nouns", faults).items():
        if kind not in PARTY_KINDS:
            faults.add(f"{file}: nouns: {kind!r} is no kind of party")
        for member in members if isinstance(members, list) else []:
            yield str(member).lower(), str(kind)


def _names(file: str, content: Mapping[str, object], faults: FrameFaults) -> Iterator[Name]:
    entries = content.get("actors") or []
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, Mapping) or "name" not in entry:
            faults.add(f"{file}: an actor needs a `name`, found {entry!r}")
            continue
        party = _party(file, entry, faults)
        for spelling in (party.name, *(str(alias) for alias in entry.get("aliases") or ())):
            parts = words(spelling)
            if parts:
                yield Name(tuple(part.lower() for part in parts), parts if _is_exact(parts) else None, party)


def _is_exact(parts: tuple[str, ...]) -> bool:
    return len(parts) == 1 and len(parts[0]) <= _EXACT_MAX and sum(c.isupper() for c in parts[0]) >= 2


def _party(file: str, entry: Mapping[str, object], faults: FrameFaults) -> Party:
    kind = entry.get("kind")
    if kind is not None and kind not in PARTY_KINDS | PLACE_KINDS:
        faults.add(f"{file}: actor {entry['name']!r}: {kind!r} is no kind of party")
    groups = entry.get("member_of") or ()
    return Party(
        name=str(entry["name"]),
        kind=str(kind) if kind else None,
        country=str(entry["country"]) if entry.get("country") else None,
        member_of=tuple(str(group) for group in (groups if isinstance(groups, list) else ())),
    )
