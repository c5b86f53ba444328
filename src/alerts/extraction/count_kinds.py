"""What a number counts: the dead, the displaced, homes, by the noun, the words beside it and the verb above."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.extraction.actor_names import ARMED, PEOPLE
from alerts.extraction.grammar import Grammar
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


def counted_noun(reading: Reading, tokens: tuple[int, ...]) -> int:
    """Return the noun that a number counts, the number itself where it stands alone ("killing 12", "seven dead")."""
    grammar = reading.grammar
    if harm_beside(reading, tokens[-1]) is not None:
        return tokens[-1]
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


def harm_beside(reading: Reading, number: int) -> str | None:
    """Return what the adjective right after a bare number says: "seven dead", "12 injured, two critically"."""
    grammar = reading.grammar
    after = number + 1
    _, end = grammar.sentence_span(grammar.sentence_of[number])
    if after >= end or grammar.tree.tag[after] not in ("JJ", "VBN", "VBD", "NN"):
        return None
    bare = after + 1 >= end or not grammar.is_noun(after + 1)
    return next(
        (kind for kind in ("killed", "injured", "missing") if bare and _is(reading, after, f"end_{kind}")), None
    )


def kind_and_unit(reading: Reading, number: int, noun: int) -> tuple[str | None, str | None]:
    """Return a figure's kind and unit; no unit for what no event has figures of, no kind where only the event tells."""
    unit = unit_of(reading, noun)
    if unit is None:
        return None, None
    if _is(reading, noun, "cases"):
        return "affected", "people"
    if noun == number and (beside := harm_beside(reading, number)) is not None:
        return beside, unit
    if unit == "people" and _is_with_injuries(reading, noun):
        return "injured", unit
    if noun == number and (homes := _homes_beside(reading, number)) is not None:
        return homes, "homes"
    if unit == "people" and (harm := _harm_done(reading, noun)):
        return harm, unit
    if (verb := _left_by(reading, noun)) is not None:
        bereft = any(reading.grammar.lower[i] == "without" for i in reading.grammar.children[verb])
        return ("affected" if bereft else None), unit
    kinds = _HOMES if unit == "homes" else _KINDS
    near = (*_beside(reading, number, noun), *_governors(reading, number, noun))
    # "shot dead six protesters" counts the dead: what a crowd is called says least.
    for group in (tuple(kind for kind in kinds if kind not in _CROWD_KINDS), _CROWD_KINDS):
        for token in near:
            for kind in group:
                if kind in kinds and _is(reading, token, f"count_{kind}"):
                    return kind, unit
    return None, unit


def _left_by(reading: Reading, noun: int) -> int | None:
    """Return the verb of "left 40,000 homes without power": nobody there has left."""
    verb = reading.grammar.governor(noun)
    left = verb is not None and reading.grammar.lemma[verb] == "leave" and noun in reading.grammar.objects(verb)
    return verb if left else None


def _is_with_injuries(reading: Reading, noun: int) -> bool:
    """Read "four patients with burns"."""
    grammar = reading.grammar
    with_ = [i for i in grammar.kids(noun, "prep") if grammar.lower[i] == "with" and i == noun + 1]
    return any(_is(reading, i, "injuries") for preposition in with_ for i in grammar.kids(preposition, "pobj"))


def _homes_beside(reading: Reading, number: int) -> str | None:
    """Read the second half of "twelve houses were destroyed and another 60 damaged"."""
    grammar = reading.grammar
    first, end = grammar.sentence_span(grammar.sentence_of[number])
    if number + 1 >= end or grammar.tree.tag[number + 1] not in ("VBN", "VBD"):
        return None
    if not any(_is(reading, i, "homes") for i in range(first, number)):
        return None
    return next((kind for kind in _HOMES if _is(reading, number + 1, f"count_{kind}")), None)


def own_kind(reading: Reading, number: int, noun: int) -> str | None:
    """Return what the noun and the words beside it say, whatever governs them: "40 injured", "three deaths"."""
    if _is_with_injuries(reading, noun):
        return "injured"
    near = tuple(_beside(reading, number, noun)) if number in reading.number_at else (noun,)
    kinds = (kind for kind in _KINDS if kind not in _CROWD_KINDS)
    return next((kind for kind in kinds if any(_is(reading, i, f"count_{kind}") for i in near)), None)


def unit_of(reading: Reading, noun: int) -> str | None:
    """Return `households`, `homes` or `people`; None for things that no event has figures of."""
    if _is(reading, noun, "households"):
        return "households"
    if _is(reading, noun, "homes"):
        return "homes"
    return None if _is(reading, noun, "not_people") else "people"


def is_people(reading: Reading, noun: int) -> bool:
    """Tell who is counted from what: of "a convoy of 14 lorries" nobody; a bare number counts people."""
    if not reading.grammar.is_noun(noun) or _is(reading, noun, "counts"):
        return True
    if any(_is(reading, noun, name) for name in ("dwellers", "count_affected", "persons", "customers")):
        return True
    return reading.actors.noun_kind(noun) in PEOPLE | ARMED or reading.actors.country_of(noun) is not None


def is_people_at_large(reading: Reading, noun: int) -> bool:
    """Return whether a noun says no more than that they are people: "nine people", "ten civilians", "12"."""
    return not reading.grammar.is_noun(noun) or _is(reading, noun, "dwellers") or _is(reading, noun, "counts")


def _harm_done(reading: Reading, noun: int) -> str | None:
    """Of "killed five displaced women leaving a church" what was done to them, not what they did or were."""
    verb = reading.grammar.governor(noun)
    if verb is None or noun not in reading.grammar.objects(verb):
        return None
    return next((kind for kind in _HARMS if _is(reading, verb, f"count_{kind}")), None)


def _beside(reading: Reading, number: int, noun: int) -> Iterator[int]:
    """Yield the counted noun and the words beside it: "12 people dead", "two dead rangers", "another 40 missing"."""
    grammar = reading.grammar
    last = max(number, noun)
    yield noun
    yield from (i for i in grammar.modifiers(noun) if i > number or i == number - 1)
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
    """Yield the subjects of a verb, and of "the count of the dead", "put at nine the number of wounded" those."""
    for noun in (*grammar.grammatical_subjects(verb), *grammar.kids(verb, "dobj")):
        yield noun
        if grammar.lemma[noun] in _TALLIES:
            yield from grammar.prepositional(noun, "of")


def _is(reading: Reading, token: int, name: str) -> bool:
    return reading.words.is_one_of(token, reading.words.lexicon.members(name))
