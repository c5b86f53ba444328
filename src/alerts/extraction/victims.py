"""Who is killed, hurt, taken or driven out, one by one and in groups: "a woman and her two children" are three."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alerts.extraction.actor_names import ARMED, PEOPLE
from alerts.extraction.grammar import Grammar
from alerts.extraction.reading import Reading

DONE = ("killed", "injured", "detained", "displaced", "evacuated", "affected")
_ENDS = ("killed", "injured", "missing", "displaced", "affected")
_OF_DEEDS: Mapping[str, str] = {"deaths_of": "killed", "arrests_of": "detained"}
_ORDINALS = frozenset({"third", "fourth", "fifth", "sixth", "seventh", "another"})
_SEVERAL: Mapping[str, float] = {"couple": 2, "pair": 2, "twins": 2, "trio": 3}
_NO_ONE = frozenset({"no", "any", "every", "each", "neither", "what", "which", "all", "both"})
_PERSON_ENDS = ("man", "woman", "boy", "girl", "ist", "ian", "er", "or", "ee")
_AHEAD = frozenset({"could", "may", "might", "would", "will", "should", "can", "must", "'ll", "'d"})


@dataclass(frozen=True, slots=True)
class Suffering:
    """What was done to some: a kind of figure, and the heads of those that it was done to, in order."""

    kind: str
    members: tuple[int, ...]


def sufferings(reading: Reading) -> Iterator[Suffering]:
    """Yield what a block tells was done to people."""
    grammar = reading.grammar
    for token in range(grammar.size):
        found = None
        if grammar.is_verb(token):
            found = _by_verb(reading, token) if _may_tell(reading, token) else None
        elif grammar.is_noun(token):
            found = _by_noun(reading, token)
        if found is not None and found.members:
            yield found


def _may_tell(reading: Reading, verb: int) -> bool:
    """Return whether a verb, alone or with its particle, is one of those that `_by_verb` knows."""
    grammar = reading.grammar
    particle = verb + 1 < grammar.size and _is(reading, verb + 1, "deed_verbs")
    return particle or _is(reading, verb, "deed_verbs") or bool(_outcomes(grammar, verb))


def _outcomes(grammar: Grammar, verb: int) -> tuple[int, ...]:
    """Return what stands beside a verb as what became of somebody: "dead", "hostage", "to death"."""
    return grammar.kids(verb, "xcomp", "oprd", "acomp", "prep")


def persons_in(reading: Reading, noun: int) -> float | None:
    """Return how many a noun without a number is: "a shepherd" one, "an elderly couple" two; None where it is open."""
    known = bool(reading.grammar.kids(noun, "det", "poss"))
    if known and reading.grammar.lower[noun] in _SEVERAL:
        return _SEVERAL[reading.grammar.lower[noun]]
    return 1.0 if _is_one_person(reading, noun) else None


def _is_one_person(reading: Reading, noun: int) -> bool:
    """Return whether a noun without a number is one person: "a shepherd", "his wife", "journalist Ali Hassan"."""
    grammar = reading.grammar
    if grammar.lower[noun] in _ORDINALS and reading.grammar.tree.tag[noun][:2] in ("JJ", "DT", "NN"):
        return True
    if grammar.tree.tag[noun] not in ("NN", "NNP") or _is(reading, noun, "collectives"):
        return False
    dets = [grammar.lower[i] for i in grammar.kids(noun, "det", "poss")]
    if any(det in _NO_ONE for det in dets):
        return False
    if grammar.tree.tag[noun] == "NNP":
        titles = (*grammar.kids(noun, "compound", "nmod", "appos"),)
        return any(_names_person(reading, i) and grammar.tree.tag[i].startswith("NN") for i in titles)
    return bool(dets) and _names_person(reading, noun)


def _names_person(reading: Reading, noun: int) -> bool:
    if _is(reading, noun, "collectives"):
        return False
    if _is(reading, noun, "persons") or reading.actors.noun_kind(noun) in PEOPLE | ARMED:
        return True
    thing = _is(reading, noun, "not_persons") or _is(reading, noun, "not_people")
    return not thing and reading.grammar.lower[noun].endswith(_PERSON_ENDS)


def _by_verb(reading: Reading, verb: int) -> Suffering | None:
    grammar = reading.grammar
    if grammar.kids(verb, "neg"):
        return None
    objects = _with_loose_conjuncts(grammar, verb, grammar.objects(verb) or _elliptic(grammar, verb))
    subjects = () if grammar.is_passive(verb) else grammar.grammatical_subjects(verb)
    if _is(reading, verb, "dying_verbs") and not (objects and _is(reading, verb, "done_killed")):
        return Suffering("killed", _with_loose_conjuncts(grammar, verb, grammar.grammatical_subjects(verb)))
    if (kind := _lost(reading, verb, objects)) is not None:
        return Suffering(kind, _bereft(grammar, verb) or subjects)
    if grammar.lemma[verb] == "lose" and any(reading.actors.noun_kind(i) in ARMED for i in objects):
        return Suffering("killed", objects)
    if (kind := _ended(reading, verb, objects)) is not None:
        return Suffering(kind, tuple(i for i in objects if not _has_own_end(grammar, i)))
    if (kind := kind_of_deed(reading, verb)) is not None:
        return Suffering(kind, objects)
    if _is_treated(reading, verb):
        return Suffering("injured", objects)
    if _is_taken(reading, verb):
        return Suffering("detained", objects)
    return Suffering("killed", subjects) if _falls_fighting(reading, verb, objects) else None


def kind_of_deed(reading: Reading, verb: int) -> str | None:
    """Return what a verb does to its object, as a kind of figure: `killed` of "kill", `detained` of "round up"."""
    return next((kind for kind in DONE if _is_verb_of(reading, verb, f"done_{kind}")), None)


def _by_noun(reading: Reading, noun: int) -> Suffering | None:
    """Read "the death of a woman and her child"."""
    grammar = reading.grammar
    for name, kind in _OF_DEEDS.items():
        if _is(reading, noun, name):
            heads = grammar.prepositional(noun, "of")
            return Suffering(kind, tuple(dict.fromkeys(i for head in heads for i in grammar.conjuncts(head))))
    return None


def _with_loose_conjuncts(grammar: Grammar, verb: int, members: tuple[int, ...]) -> tuple[int, ...]:
    """Add the "two more" of "killed six on the spot and two more in hospital", which the parser hangs on the verb."""
    loose = [
        i
        for i in grammar.kids(verb, "conj")
        if grammar.tree.tag[i] in ("CD", "NNS", "NN") and members and i > members[0]
    ]
    return tuple(dict.fromkeys((*members, *loose)))


def _lost(reading: Reading, verb: int, objects: tuple[int, ...]) -> str | None:
    """Read "lost both legs", "cost him his life", "lost their homes"."""
    if reading.grammar.lemma[verb] not in ("lose", "cost"):
        return None
    for name, kind in (("body_parts", "injured"), ("lives", "killed"), ("homes", "displaced")):
        if any(_is(reading, i, name) and reading.grammar.kids(i, "poss", "det") for i in objects):
            return kind
    return None


def _bereft(grammar: Grammar, verb: int) -> tuple[int, ...]:
    """Return whom it cost: of "cost a boy his leg" the boy."""
    return grammar.kids(verb, "dative", "iobj") if grammar.lemma[verb] == "cost" else ()


def _ended(reading: Reading, verb: int, objects: tuple[int, ...]) -> str | None:
    """Read "shot two men dead", "left 40 homeless", "was beaten to death": how it ended for them."""
    grammar = reading.grammar
    if not objects:
        return None
    if any(grammar.lower[i] == "death" for i in grammar.prepositional(verb, "to")):
        return "killed"
    if grammar.lemma[verb] == "leave" and any(_is(reading, i, "injuries") for i in grammar.prepositional(verb, "with")):
        return "injured"
    line = (*grammar.kids(verb, "xcomp", "oprd", "acomp", "ccomp", "advmod"), *_adjectives(grammar, objects, verb))
    if grammar.lemma[verb] in ("burn", "bury") and any(grammar.lower[i] == "alive" for i in line):
        return "killed"
    for kind in _ENDS:
        if any(_is(reading, i, f"end_{kind}") for i in line):
            return kind
    return None


def _has_own_end(grammar: Grammar, noun: int) -> bool:
    """Read "left two towns without power and a man dead": the towns are none of the dead."""
    return any(grammar.lower[i] in ("without", "with", "in") and i == noun + 1 for i in grammar.kids(noun, "prep"))


def _elliptic(grammar: Grammar, verb: int) -> tuple[int, ...]:
    """Return who it was done to in "two were killed and their guard injured", where the second verb stands bare."""
    head = grammar.head(verb)
    bare = grammar.tree.tag[verb] == "VBN" and not grammar.kids(verb, "aux", "auxpass", "dobj")
    if not bare or head is None or grammar.dep(verb) != "conj" or not grammar.is_passive(head):
        return ()
    return grammar.kids(verb, "nsubj", "nsubjpass")


def _adjectives(grammar: Grammar, nouns: tuple[int, ...], verb: int) -> Iterator[int]:
    """Yield adjectives that the parser hangs on the nouns: "left two men dead", "shot dead two men"."""
    for noun in nouns:
        yield from (i for i in grammar.kids(noun, "amod", "acl") if i > noun or i == verb + 1)


def _is_treated(reading: Reading, verb: int) -> bool:
    """Read "treated 23 for burns", "were rushed to hospital"."""
    grammar = reading.grammar
    if grammar.lemma[verb] == "treat":
        ills = grammar.prepositional(verb, "for")
        doctors = (i for i in grammar.subjects(verb) if _is(reading, i, "care_places") or grammar.lower[i] == "doctors")
        return any(_is(reading, i, "injuries") for i in ills) or any(True for _ in doctors)
    places = grammar.prepositional(verb, "to")
    return _is(reading, verb, "bringing_verbs") and any(_is(reading, i, "care_places") for i in places)


def _is_taken(reading: Reading, verb: int) -> bool:
    """Read "took nine suspects into custody", "were taken hostage"."""
    grammar = reading.grammar
    if not _is(reading, verb, "bringing_verbs"):
        return False
    places = (*grammar.prepositional(verb, "into"), *grammar.prepositional(verb, "to"))
    captives = grammar.kids(verb, "oprd", "advmod", "acomp", "xcomp", "dobj", "attr")
    return any(_is(reading, i, "jails") for i in places) or any(_is(reading, i, "captives") for i in captives)


def _falls_fighting(reading: Reading, verb: int, objects: tuple[int, ...]) -> bool:
    """Read "a dozen rebels fell in the fighting"."""
    grammar = reading.grammar
    places = grammar.prepositional(verb, "in")
    return grammar.lemma[verb] == "fall" and not objects and any(_is(reading, i, "fighting_places") for i in places)


def is_ahead(grammar: Grammar, token: int) -> bool:
    """Return whether what governs a token has yet to happen: "could kill a driver"."""
    for head in grammar.ancestors(token)[:4]:
        if any(grammar.lower[aux] in _AHEAD for aux in grammar.kids(head, "aux")):
            return True
    return False


def _is_verb_of(reading: Reading, verb: int, name: str) -> bool:
    """Return whether a verb, or it with its particle ("rounded up"), is one of a set."""
    particles = reading.grammar.kids(verb, "prt", "advmod")
    return _is(reading, verb, name) or any(_is(reading, i, name) and i == verb + 1 for i in particles)


def _is(reading: Reading, token: int, name: str) -> bool:
    return reading.words.is_one_of(token, reading.words.lexicon.members(name))
