"""Numbers bound to what they count: killed, displaced, magnitude and so on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from alerts.domain.event import Comparator, Quantity, Scope
from alerts.extraction.actor_names import ARMED, PEOPLE
from alerts.extraction.grammar import Grammar
from alerts.extraction.mentions import NumberPhrase
from alerts.extraction.reading import Reading

# Sets of the lexicon that say what a figure counts, by kind; a word may be the counted noun, an adjective beside it
# or the verb that it is subject or object of.
_KINDS = ("killed", "injured", "missing", "displaced", "returned", "evacuated", "detained", "participants", "affected")
_HARMS = ("killed", "injured")
_CROWD_KINDS = ("participants", "affected")
_HOMES = ("homes_destroyed", "homes_damaged")
_ASIDE = frozenset({"with", "among", "besides"})
_TALLIES = frozenset({"count", "tally", "number", "toll", "figure", "total"})
_NEAR = 4

_MEASURES: Mapping[str, re.Pattern[str]] = {
    "magnitude": re.compile(
        r"\b(?:magnitude[ -](?:of )?(?:about )?(\d{1,2}(?:\.\d)?)|(\d{1,2}(?:\.\d)?)[ -]magnitude|M ?(\d\.\d))\b",
        re.IGNORECASE,
    ),
    "depth_km": re.compile(
        r"\bdepth of (?:about |around |some )?(\d{1,3}(?:\.\d)?) ?(?:km|kilomet)"
        r"|\b(\d{1,3}(?:\.\d)?) ?(?:km|kilomet(?:er|re)s?) deep",
        re.IGNORECASE,
    ),
    "wind_kmh": re.compile(
        r"\bwinds? (?:\w{1,12} ){0,4}?(\d{2,3}) ?(?:km/h|kph|kmh|kilomet(?:er|re)s? (?:per|an) hour)", re.IGNORECASE
    ),
    "wind_mph": re.compile(r"\bwinds? (?:\w{1,12} ){0,4}?(\d{2,3}) ?(?:mph|miles (?:per|an) hour)", re.IGNORECASE),
}
_KMH_PER_MPH = 1.609344


@dataclass(frozen=True, slots=True)
class Count:
    """A figure with what it counts, and the token that it stands at; a kind of "" where only the event can tell."""

    quantity: Quantity
    token: int
    sentence: int
    start: int
    heads: frozenset[int]
    """The number and the noun it counts."""


def counts_of(reading: Reading) -> tuple[Count, ...]:
    """Return the figures of a block that count something an event can have, in order."""
    seen: set[NumberPhrase] = set()
    found: list[Count] = []
    for token, phrase in reading.number_at.items():
        if phrase not in seen and token not in reading.distance_at:
            seen.add(phrase)
            found.extend(_count(reading, reading.tokens_of(phrase), phrase))
    return tuple(found)


def measures_in(reading: Reading, sentence: int) -> tuple[Quantity, ...]:
    """Return the magnitude, depth and wind speed that a sentence states."""
    first, last = reading.grammar.sentence_span(sentence)
    tree = reading.grammar.tree
    text = tree.text[tree.start[first] : tree.end[last - 1]]
    return tuple(_measures(text))


def _measures(text: str) -> Iterator[Quantity]:
    for kind, pattern in _MEASURES.items():
        match = pattern.search(text)
        if match is None:
            continue
        value = float(next(group for group in match.groups() if group))
        if kind == "wind_mph":
            yield Quantity(kind="wind_kmh", value=round(value * _KMH_PER_MPH, 1))
        else:
            yield Quantity(kind=kind, value=value)


def _count(reading: Reading, tokens: tuple[int, ...], phrase: NumberPhrase) -> Iterator[Count]:
    if not tokens:
        return
    number = tokens[-1]
    noun = _counted_noun(reading, tokens)
    kind, unit = _kind(reading, number, noun)
    if unit is None or (kind is None and unit == "homes"):
        return
    if kind in (None, "affected") and unit == "people" and not _is_people(reading, noun):
        return
    sentence = reading.grammar.sentence_of[number]
    quantity = Quantity(
        kind=kind or "",
        value=phrase.value,
        comparator=phrase.comparator,
        high=phrase.high,
        unit=unit,
        scope=phrase.scope or _scope(reading, number, noun),
        window_hours=_window(reading, number),
    )
    yield Count(quantity, number, sentence, phrase.start, frozenset((*tokens, noun)))


def _counted_noun(reading: Reading, tokens: tuple[int, ...]) -> int:
    """Return the noun that a number counts, the number itself where it stands alone ("killing 12")."""
    grammar = reading.grammar
    for token in tokens:
        head = grammar.tree.head[token]
        if (
            head not in tokens
            and grammar.dep(token) in ("nummod", "quantmod", "amod", "compound")
            and grammar.is_noun(head)
        ):
            return head
    for token in tokens:
        of = [i for i in grammar.prepositional(token, "of") if i not in tokens]
        if of:
            return of[0]
    return tokens[-1]


def _kind(reading: Reading, number: int, noun: int) -> tuple[str | None, str | None]:
    unit = _unit(reading, noun)
    if unit is None:
        return None, None
    if unit == "people" and (harm := _harm_done(reading, noun)):
        return harm, unit
    words = reading.words
    kinds = _HOMES if unit == "homes" else _KINDS
    near = (*_beside(reading, number, noun), *_governors(reading, number, noun))
    # "shot dead six protesters" counts the dead: what a crowd is called says least.
    for group in (tuple(kind for kind in kinds if kind not in _CROWD_KINDS), _CROWD_KINDS):
        for token in near:
            for kind in group:
                if kind in kinds and words.is_one_of(token, words.lexicon.members(f"count_{kind}")):
                    return kind, unit
    return None, unit


def _harm_done(reading: Reading, noun: int) -> str | None:
    """Of "killed five displaced women leaving a church" what was done to them, not what they did or were."""
    grammar, words = reading.grammar, reading.words
    verb = grammar.governor(noun)
    if verb is None or noun not in grammar.objects(verb):
        return None
    return next((kind for kind in _HARMS if words.is_one_of(verb, words.lexicon.members(f"count_{kind}"))), None)


def _unit(reading: Reading, noun: int) -> str | None:
    words = reading.words
    if words.is_one_of(noun, words.lexicon.members("households")):
        return "households"
    if words.is_one_of(noun, words.lexicon.members("homes")):
        return "homes"
    if words.is_one_of(noun, words.lexicon.members("not_people")):
        return None
    return "people"


def _is_people(reading: Reading, noun: int) -> bool:
    """Tell who is counted from what: of "a convoy of 14 lorries" nobody; a bare number counts people."""
    words = reading.words
    if not reading.grammar.is_noun(noun) or words.is_one_of(noun, words.lexicon.members("counts")):
        return True
    if words.is_one_of(noun, words.lexicon.members("dwellers") | words.lexicon.members("count_affected")):
        return True
    return reading.actors.noun_kind(noun) in PEOPLE | ARMED or reading.actors.country_of(noun) is not None


def _beside(reading: Reading, number: int, noun: int) -> Iterator[int]:
    """Yield the counted noun and the words right after it: "12 people dead", "30 wounded", "another 40 missing"."""
    grammar = reading.grammar
    last = max(number, noun)
    yield noun
    yield from (i for i in grammar.modifiers(noun) if i > number)
    sentence_end = grammar.sentence_span(grammar.sentence_of[number])[1]
    for i in range(last + 1, min(last + 1 + _NEAR, sentence_end)):
        if grammar.lower[i] in ("and", ",", "while", "when", ";", "but") or i in reading.number_at:
            return
        if grammar.tree.tag[i] in ("JJ", "VBN", "VBD", "RB"):
            yield i


def _governors(reading: Reading, number: int, noun: int) -> Iterator[int]:
    """Yield the verbs that the counted noun is subject or object of, then the noun that "to" or "at" puts it at."""
    grammar = reading.grammar
    for token in dict.fromkeys((noun, number)):
        yield from grammar.kids(token, "acl", "relcl")
        seen = token
        for head in grammar.ancestors(token)[:5]:
            yield head
            if grammar.is_verb(head) or grammar.dep(head) == "ROOT":
                if grammar.lower[seen] in _ASIDE:
                    break  # "the toll rose to 61, with 14 in hospital": the 14 are none of the dead
                yield from _tallied(grammar, head)
                yield from (i for i in grammar.kids(head, "dobj") if i != seen)
                yield from grammar.kids(head, "xcomp", "acomp", "oprd", "ccomp")
                # "beaten to death"
                yield from grammar.prepositional(head, "to")
                break
            seen = head


def _tallied(grammar: Grammar, verb: int) -> Iterator[int]:
    """Yield the subjects of a verb, and of "the count of the dead" the dead."""
    for subject in grammar.grammatical_subjects(verb):
        yield subject
        if grammar.lemma[subject] in _TALLIES:
            yield from grammar.prepositional(subject, "of")


def _scope(reading: Reading, number: int, noun: int) -> Scope:
    grammar = reading.grammar
    words = reading.words
    around = {*_own_line(grammar, number), *_own_line(grammar, noun)}
    below = [i for head in around for i in grammar.children[head]]
    lexicon = words.lexicon
    verbs = [i for i in around if grammar.is_verb(i)]
    if any(
        grammar.lower[aux] in ("could", "may", "might", "would", "will")
        for i in verbs
        for aux in grammar.kids(i, "aux")
    ):
        return Scope.PROJECTION
    if any(words.is_one_of(i, lexicon.members("total_words")) for i in (*around, *below)):
        return Scope.TOTAL
    return Scope.NEW


def _own_line(grammar: Grammar, token: int) -> Iterator[int]:
    """Yield what governs a figure up to its first finite verb: "280,000 fled; the number could rise" are two."""
    for head in grammar.ancestors(token)[:4]:
        yield head
        helpers = [i for i in grammar.kids(head, "aux", "auxpass") if grammar.lower[i] != "to"]
        if grammar.tree.tag[head] in ("VBD", "VBZ", "VBP") or helpers:
            return


def _window(reading: Reading, number: int) -> float | None:
    clause = reading.grammar.clause(number)
    hours = (reading.time_at[i].window_hours for i in clause if i in reading.time_at)
    return next((value for value in hours if value is not None), None)


ACCEPTED: Mapping[str, frozenset[str]] = {
    "displacement": frozenset({"displaced"}),
    "return": frozenset({"returned"}),
    "evacuation": frozenset({"evacuated"}),
    "arrests": frozenset({"detained"}),
    "abduction_forced_disappearance": frozenset({"detained", "missing", "killed"}),
    "humanitarian_need": frozenset({"affected", "displaced"}),
    "aid_delivered": frozenset({"affected"}),
    "epidemic": frozenset({"killed", "affected", "injured"}),
    "ceasefire": frozenset(),
    "agreement": frozenset(),
    "power_outage": frozenset({"affected", "duration_hours"}),
    "telecom_outage": frozenset({"affected", "duration_hours"}),
    "water_outage": frozenset({"affected", "duration_hours"}),
}
_VIOLENT = frozenset({"killed", "injured", "missing", "homes_destroyed", "homes_damaged"})
_CROWD = frozenset({"participants", "killed", "injured", "detained"})
_HAZARD = _VIOLENT | {"magnitude", "depth_km", "wind_kmh", "affected"}
_BY_FAMILY: Mapping[str, frozenset[str]] = {
    "battle": _VIOLENT,
    "explosion_remote_violence": _VIOLENT,
    "violence_against_civilians": _VIOLENT,
    "humanitarian": _VIOLENT,
    "protest": _CROWD,
    "riot": _CROWD | {"homes_destroyed"},
    "hazard": _HAZARD,
    "access": frozenset({"killed", "injured", "participants"}),
}


_NATURAL: Mapping[str, str] = {
    "displacement": "displaced",
    "return": "returned",
    "evacuation": "evacuated",
    "arrests": "detained",
    "abduction_forced_disappearance": "detained",
    "humanitarian_need": "affected",
    "power_outage": "affected",
    "telecom_outage": "affected",
    "water_outage": "affected",
    "epidemic": "affected",
    "protest": "participants",
}


def natural_kind(event_type: str, family: str) -> str | None:
    """Return what a figure on an event's own actor or target counts, where the verb alone does not say it."""
    return _NATURAL.get(event_type) or _NATURAL.get(family)


def accepts(event_type: str, family: str, kind: str) -> bool:
    """Return whether events of a type carry figures of a kind."""
    return kind in ACCEPTED.get(event_type, _BY_FAMILY.get(family, frozenset()))


def most_specific(quantities: Iterable[Quantity]) -> tuple[Quantity, ...]:
    """Return one quantity a kind, unit and scope: an exact figure before a vague one, the later before the earlier."""
    best: dict[tuple[str, str | None, Scope], Quantity] = {}
    for quantity in quantities:
        key = (quantity.kind, quantity.unit, quantity.scope)
        before = best.get(key)
        if before is None or _vagueness(quantity) <= _vagueness(before):
            best[key] = quantity
    return tuple(best.values())


def _vagueness(quantity: Quantity) -> int:
    return 1 if quantity.high is not None and quantity.comparator is not Comparator.EXACTLY else 0
