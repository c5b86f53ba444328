"""From the plain mappings of the lexicon's files to a `Lexicon`, with every fault of every file named at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from alerts.domain.errors import SettingsProblem
from alerts.domain.ids import digest
from alerts.extraction.actor_source import actor_names
from alerts.extraction.cues import Cues, Effect
from alerts.extraction.frame import KINDS, Frame
from alerts.extraction.frame_source import FrameFaults, figures_of_speech, frames_of
from alerts.extraction.inflection import form_table
from alerts.extraction.lexicon import ANYWHERE, CONTEXT, Lexicon, Need, Trigger, Triggers
from alerts.extraction.verdict import model_frames

# A frame that asks for a stated distance is worth a parse only where one of these stands.
_DISTANCE_UNITS = frozenset({"km", "kilometer", "kilometre", "mile", "metre", "meter", "kilometres"})
# Without one of these no negation tells anything; "t" is what a word pattern leaves of "don't".
_NEGATIONS = frozenset("no not nobody none nothing never neither nor t cannot unable longer nowhere hardly".split())
_CONTEXT = frozenset({CONTEXT})
_CUE_TABLES = ("verbs", "objects", "nouns", "adjectives", "adverbs", "markers", "verdicts", "modals")


@dataclass(frozen=True, slots=True)
class LexiconFile:
    """One parsed file: its name for messages, and what it holds."""

    name: str
    content: Mapping[str, object]
    own: bool = False
    """A user's own, beside those that ship."""


def build_lexicon(files: Iterable[LexiconFile]) -> Lexicon:
    """Return the lexicon that some files make together; later files add to earlier ones.

    A file may hold `sets`, `irregular`, `frames`, `figures_of_speech`, `cues`, and the keys of the actor files.

    Raises:
        SettingsProblem: Some files have faults; the message lists every one, with the file and the entry.
    """
    read = tuple(files)
    faults = FrameFaults()
    sets = _sets(read, faults)
    irregular = {word: _words(found) for file in read for word, found in _mapping(file, "irregular").items()}
    figures = tuple(test for file in read for test in figures_of_speech(file.name, file.content, sets, faults))
    frames = tuple(frame for file in read for frame in frames_of(file.name, file.content, sets, faults, figures))
    actors = actor_names(((file.name, file.content) for file in read), faults)
    cues = _cues(read, sets, faults)
    faults.raise_if_any()
    lemmas = _all_lemmas(frames, sets, actors.nouns, cues)
    lemmas_of = form_table(lemmas, irregular)
    look = _look(frames, lemmas_of, sets)
    return Lexicon(
        frames=frames,
        sets=sets,
        lemmas_of=lemmas_of,
        triggers=_index(frames),
        actors=actors,
        cues=cues,
        digest=digest(json.dumps(file.content, sort_keys=True, default=str) for file in read),
        look=look,
        hints={form: frozenset().union(*map(_rarest, needs)) for form, needs in look.items()},
        models=model_frames(frames, figures),
        told_by_negation=frozenset(frame.type for frame in frames if frame.negated and frame.status is None),
        own_frames=_own_frames(read),
    )


def _own_frames(files: Iterable[LexiconFile]) -> frozenset[str]:
    frames = (frame for file in files if file.own for frame in _list(file.content.get("frames")))
    return frozenset(str(frame["id"]) for frame in frames if isinstance(frame, Mapping) and "id" in frame)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _mapping(file: LexiconFile, key: str) -> Mapping[str, object]:
    found = file.content.get(key) or {}
    if not isinstance(found, Mapping):
        raise SettingsProblem(f"{file.name}: {key!r} must be a mapping, found {type(found).__name__}")
    return found


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.split())
    return tuple(str(word) for word in value) if isinstance(value, Sequence) else ()


def _sets(files: Sequence[LexiconFile], faults: FrameFaults) -> dict[str, frozenset[str]]:
    raw: dict[str, list[str]] = {}
    for file in files:
        for name, members in _mapping(file, "sets").items():
            if not isinstance(members, list):
                faults.add(f"{file.name}: set {name!r} must be a list of words")
                continue
            raw.setdefault(name, []).extend(str(member).lower() for member in members)
    return {name: frozenset(_expanded(name, raw, faults, ())) for name in raw}


def _expanded(name: str, raw: Mapping[str, list[str]], faults: FrameFaults, above: tuple[str, ...]) -> Iterable[str]:
    if name in above:
        faults.add(f"set {name!r} contains itself")
        return
    if name not in raw:
        faults.add(f"no set is called {name!r}; it is used in set {above[-1]!r}")
        return
    for member in raw[name]:
        if member.startswith("$"):
            yield from _expanded(member[1:], raw, faults, (*above, name))
        else:
            yield member


def _cues(files: Sequence[LexiconFile], sets: Mapping[str, frozenset[str]], faults: FrameFaults) -> Cues:
    tables: dict[str, dict[str, Effect]] = {table: {} for table in _CUE_TABLES}
    for file in files:
        for table, groups in _mapping(file, "cues").items():
            if table not in tables or not isinstance(groups, Mapping):
                faults.add(f"{file.name}: cues.{table} is not one of {', '.join(_CUE_TABLES)}")
                continue
            for effect, members in groups.items():
                _add_cues(tables[table], effect, _words(members), sets, faults, where=f"{file.name}: cues.{table}")
    return Cues(**tables)


def _add_cues(
    table: dict[str, Effect],
    effect: str,
    members: tuple[str, ...],
    sets: Mapping[str, frozenset[str]],
    faults: FrameFaults,
    *,
    where: str,
) -> None:
    if effect not in frozenset(Effect):
        faults.add(f"{where}: {effect!r} is no effect; use one of {', '.join(Effect)}")
        return
    for member in members:
        for word in sets.get(member[1:], ()) if member.startswith("$") else (member.lower(),):
            table[word] = Effect(effect)


def _all_lemmas(
    frames: Iterable[Frame], sets: Mapping[str, frozenset[str]], nouns: Mapping[str, str], cues: Cues
) -> set[str]:
    found = {word for frame in frames for pattern in frame.patterns for words in pattern.words for word in words}
    tests = (
        test
        for frame in frames
        for test in (*frame.require, *frame.forbid, *(t for v in (*frame.variants, *frame.besides) for t in v.when))
    )
    found.update(term for test in tests for terms in test.roles.values() for term in terms if not term.isupper())
    found.update(member for members in sets.values() for member in members)
    found.update(nouns)
    for table in _CUE_TABLES:
        found.update(getattr(cues, table))
    return {part for phrase in found | _DISTANCE_UNITS for part in (phrase.split()[-1], phrase.split()[0])}


def _index(frames: Iterable[Frame]) -> dict[str, Triggers]:
    index: dict[str, list[Trigger]] = {}
    for frame in frames:
        for pattern in frame.patterns:
            for lemma in pattern.words[pattern.anchor]:
                index.setdefault(lemma, []).append(Trigger(frame, pattern))
    return {lemma: Triggers(triggers) for lemma, triggers in index.items()}


def _look(
    frames: Iterable[Frame], lemmas_of: Mapping[str, tuple[str, ...]], sets: Mapping[str, frozenset[str]]
) -> dict[str, tuple[Need, ...]]:
    """Return, by form of an anchor, what else must stand in the same sentence: any one need; () asks for nothing."""
    needs: dict[str, set[Need]] = {}
    common = sets.get("common_triggers", frozenset())
    for frame in frames:
        asked = tuple(_asked(frame))
        for pattern in frame.patterns:
            others = [words for index, words in enumerate(pattern.words) if index != pattern.anchor]
            need = frozenset((*others, *asked))
            for lemma in pattern.words[pattern.anchor]:
                bare = not need and lemma in common
                needs.setdefault(lemma, set()).add(frozenset({_CONTEXT}) if bare else need)
    look: dict[str, set[Need]] = {}
    for form, lemmas in lemmas_of.items():
        for lemma in lemmas:
            look.setdefault(form, set()).update(needs.get(lemma, ()))
    return {form: () if frozenset() in found else tuple(found) for form, found in look.items() if found}


def _rarest(need: Need) -> frozenset[str]:
    """Return the set of a need that fewest texts have a word of, as far as its size and its words' length tell."""
    return min(need, key=lambda words: (ANYWHERE in words, len(words), -min(map(len, words))))


def _asked(frame: Frame) -> Iterable[frozenset[str]]:
    """Yield the words of which a frame's tests ask for one, where a test asks for words alone."""
    if frame.negated:
        yield _NEGATIONS
    for test in frame.require:
        terms = frozenset(term for terms in test.roles.values() for term in terms)
        if terms & {"DISTANCE"}:
            yield _DISTANCE_UNITS
        elif not any(term in KINDS or term.startswith("kind:") for term in terms):
            anywhere = {ANYWHERE} if "block" in test.roles else set()
            yield frozenset(term.rsplit(" ", 1)[-1] for term in terms) | anywhere
