"""From the plain mappings of a frame file to `Frame` values, with every fault named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from alerts.domain.errors import SettingsProblem
from alerts.domain.event import Status
from alerts.domain.place import PlaceRole
from alerts.domain.taxonomy import is_event_type
from alerts.extraction.frame import KINDS, Frame, Part, Pattern, Test, Variant

PLACE_PREPOSITIONS: tuple[str, ...] = tuple(
    "in at near on outside around inside across over along off throughout within between through beside above".split()
)
_DEFAULT_ACTOR = {Part.VERB: ("subject",), Part.NOUN: ("subject", "modifier"), Part.STATE: ()}
_DEFAULT_TARGET = {
    Part.VERB: ("object",),
    Part.NOUN: ("on", "against", "at", "object", "effect"),
    Part.STATE: ("subject",),
}
_DEFAULT_PLACE = {
    Part.VERB: ("object", *PLACE_PREPOSITIONS, "subject"),
    Part.NOUN: ("on", "against", "object", *PLACE_PREPOSITIONS, "effect", "modifier", "topic"),
    Part.STATE: ("subject", *PLACE_PREPOSITIONS),
}
_PARTS = {"verbs": Part.VERB, "nouns": Part.NOUN, "states": Part.STATE}
_KEYS = frozenset(
    """id type verbs nouns states actor target place toward from about require forbid variants besides status
    needs_place inherits durative weak toll negated spoken confidence priority examples""".split()
)
# A noun phrase that goes on after a preposition has its head before it ("exchange of fire").
_PREPOSITIONS = frozenset("of on to in for between under into against from with without at by over en".split())


@dataclass(slots=True)
class FrameFaults:
    """Faults found so far."""

    found: list[str] = field(default_factory=list)

    def add(self, fault: str) -> None:
        """Note one."""
        self.found.append(fault)

    def raise_if_any(self) -> None:
        """Raise a `SettingsProblem` that lists all of them."""
        if self.found:
            raise SettingsProblem("the lexicon has faults:\n  " + "\n  ".join(self.found))


def figures_of_speech(
    file: str, content: Mapping[str, object], sets: Mapping[str, frozenset[str]], faults: FrameFaults
) -> tuple[Test, ...]:
    """Return the tests of one file that may hold for no trigger: "bombarded with questions" is no shelling."""
    return _FrameReader(f"{file}: figures_of_speech", content, sets, faults).tests("figures_of_speech")


def frames_of(
    file: str,
    content: Mapping[str, object],
    sets: Mapping[str, frozenset[str]],
    faults: FrameFaults,
    figures: tuple[Test, ...] = (),
) -> Iterator[Frame]:
    """Yield the frames of one file; an entry with verbs and nouns makes one of each part.

    Args:
        file: Its name, for messages.
        content: What it holds.
        sets: The word lists of all files.
        faults: Where faults are noted.
        figures: Tests that every frame forbids.
    """
    entries = content.get("frames") or []
    if not isinstance(entries, list):
        faults.add(f"{file}: `frames` must be a list")
        return
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, Mapping) or "id" not in entry:
            faults.add(f"{file}: frame {number} must be a mapping with an `id`")
            continue
        for frame in _FrameReader(f"{file}: frame {entry['id']!r}", entry, sets, faults).frames():
            yield replace(frame, forbid=(*frame.forbid, *figures))


class _FrameReader:
    def __init__(
        self, where: str, entry: Mapping[str, object], sets: Mapping[str, frozenset[str]], faults: FrameFaults
    ) -> None:
        self._where = where
        self._entry = entry
        self._sets = sets
        self._faults = faults

    def frames(self) -> Iterator[Frame]:
        if unknown := sorted(set(self._entry) - _KEYS):
            self._fault(f"unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
        if not is_event_type(self._text("type")):
            self._fault(f"{self._text('type')!r} is no event type")
        for key, part in _PARTS.items():
            if key in self._entry:
                yield self._frame(part, tuple(self._patterns(key, part)))

    def _frame(self, part: Part, patterns: tuple[Pattern, ...]) -> Frame:
        status = self._text("status")
        if status and status not in frozenset(Status):
            self._fault(f"{status!r} is no status")
            status = ""
        return Frame(
            id=self._text("id"),
            type=self._text("type"),
            part=part,
            patterns=patterns,
            actor=self._roles("actor", _DEFAULT_ACTOR[part]),
            target=self._roles("target", _DEFAULT_TARGET[part]),
            place=self._places(part),
            require=self.tests("require"),
            forbid=self.tests("forbid"),
            variants=tuple(self._variants("variants")),
            besides=tuple(self._variants("besides")),
            status=Status(status) if status else None,
            needs_place=self._text("needs_place") != "false",
            inherits=self._inherits(),
            durative=self._text("durative") == "true",
            weak=self._text("weak") == "true",
            toll=self._text("toll") == "true",
            negated=self._text("negated") == "true",
            spoken=self._text("spoken") == "true",
            confidence=self._number("confidence", 0.85),
            priority=int(self._number("priority", 0)),
        )

    def _places(self, part: Part) -> dict[PlaceRole, tuple[str, ...]]:
        found: dict[PlaceRole, tuple[str, ...]] = {
            role: self._roles(role.value, ()) for role in PlaceRole if role is not PlaceRole.AT
        }
        found = {role: names for role, names in found.items() if names}
        return {**found, PlaceRole.AT: self._roles("place", _DEFAULT_PLACE[part])}

    def _patterns(self, key: str, part: Part) -> Iterator[Pattern]:
        for phrase in self._list(key):
            names = [phrase] if isinstance(phrase, str) else []
            if not names:
                self._fault(f"{key} must hold words, found {phrase!r}")
                continue
            for way in self._ways(names[0]):
                words = tuple(self._terms(word) for word in way.split())
                yield Pattern(words, _anchor(way.lower().split(), part))

    def _ways(self, phrase: str) -> Iterable[str]:
        """Return the phrases of a set that stands for them all ("$closing"), else the phrase itself."""
        is_set = phrase.startswith("$") and phrase[1:] in self._sets
        return sorted(self._sets[phrase[1:]]) if is_set else (phrase,)

    def _terms(self, word: str) -> frozenset[str]:
        """Return the alternatives of one word: "a|b", and sets by name."""
        found: set[str] = set()
        for alternative in word.split("|"):
            if not alternative.startswith("$"):
                found.add(alternative.lower())
            elif alternative[1:] in self._sets:
                found.update(self._sets[alternative[1:]])
            else:
                self._fault(f"no set is called {alternative[1:]!r}")
        return frozenset(found)

    def tests(self, key: str, entry: Mapping[str, object] | None = None) -> tuple[Test, ...]:
        """Return the tests under a key, one or a list of them."""
        source = self._entry if entry is None else entry
        value = source.get(key) or []
        tests = [value] if isinstance(value, Mapping) else value
        if not isinstance(tests, list):
            self._fault(f"{key} must be a mapping of roles to words, or a list of them")
            return ()
        return tuple(self._test(key, test) for test in tests)

    def _test(self, key: str, test: object) -> Test:
        if not isinstance(test, Mapping):
            self._fault(f"{key} must hold mappings of roles to words, found {test!r}")
            return Test({})
        return Test({str(role): self._test_terms(terms) for role, terms in test.items()})

    def _test_terms(self, terms: object) -> frozenset[str]:
        found: set[str] = set()
        for term in [terms] if isinstance(terms, str) else terms if isinstance(terms, list) else []:
            if str(term).isupper() and term in KINDS:
                found.add(str(term))
            elif str(term).startswith("$"):
                found.update(self._terms(str(term)))
            else:
                found.add(str(term).lower())
        if not found:
            self._fault(f"a test without words: {terms!r}")
        return frozenset(found)

    def _variants(self, key: str) -> Iterator[Variant]:
        for entry in self._list(key):
            if not isinstance(entry, Mapping) or not is_event_type(str(entry.get("type"))):
                self._fault(f"{key} need `type` and `when`, found {entry!r}")
                continue
            yield Variant(str(entry["type"]), self.tests("when", entry))

    def _roles(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        if key not in self._entry:
            return default
        names: list[str] = []
        for name in self._list(key):
            names.extend(PLACE_PREPOSITIONS if name == "PLACES" else (str(name),))
        return (*names, "topic") if key == "place" and names and "nouns" in self._entry else tuple(names)

    def _list(self, key: str) -> Iterable[object]:
        value = self._entry.get(key) or []
        if isinstance(value, str):
            return value.split()
        if isinstance(value, list):
            return value
        self._fault(f"{key} must be a list")
        return []

    def _inherits(self) -> str:
        value = self._text("inherits") or "place"
        if value not in ("place", "country", "nothing"):
            self._fault(f"inherits must be place, country or nothing, found {value!r}")
        return value

    def _text(self, key: str) -> str:
        value = self._entry.get(key)
        return "" if value is None else str(value)

    def _number(self, key: str, default: float) -> float:
        try:
            return float(self._text(key) or default)
        except ValueError:
            self._fault(f"{key} must be a number, found {self._text(key)!r}")
            return default

    def _fault(self, what: str) -> None:
        self._faults.add(f"{self._where}: {what}")


def _anchor(words: list[str], part: Part) -> int:
    """Return which word carries the roles: the first, but the last of a noun phrase without a preposition."""
    if part is not Part.NOUN:
        return 0
    prepositions = (i for i, word in enumerate(words) if word in _PREPOSITIONS)
    return next(prepositions, len(words)) - 1
