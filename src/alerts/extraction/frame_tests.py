"""Whether what a frame asks for holds: its required and forbidden fillers, and the test of its variants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from alerts.domain.event import Party
from alerts.domain.place import Place, Precision
from alerts.extraction.actor_names import ARMED, GROUP_KINDS, NONSTATE, PEOPLE, STATE
from alerts.extraction.frame import KINDS, Frame, Test
from alerts.extraction.gates import proves
from alerts.extraction.place_phrases import phrase_toponyms
from alerts.extraction.reading import Reading
from alerts.extraction.remembering import once_a_token
from alerts.extraction.roles import Roles
from alerts.extraction.triggers import Hit

_CONTEXT_ROLES = frozenset({"clause", "nearby", "next", "previous"})
_WORLDLY = ("sport", "business", "arts")
_PLACE_WORDS = frozenset(
    "in at near outside inside around over into across along toward towards on from through off beyond".split()
)
_ROAD_NUMBER = re.compile(r"(?:[AEMNR]|RN|EN|NH|NR|SH|CR|N[A-Z])-?\d{1,4}")
_PRONOUN_TAGS = frozenset({"PRP", "PRP$", "WP", "WDT", "DT", "EX"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A trigger with what is known of its event when variants are chosen."""

    reading: Reading
    roles: Roles
    actors: tuple[Party, ...] = ()
    targets: tuple[Party, ...] = ()
    place: Place | None = None
    placed: bool = False
    """Whether the text has named a place before: a test for a PLACE in the sentence is then met by inheritance."""


def admits(frame: Frame, filled: Filled) -> bool:
    """Return whether every required test of a frame holds and no forbidden one does."""
    required = all(holds(test, filled) for test in frame.require)
    return required and not any(_forbids(test, filled) for test in frame.forbid)


def _forbids(test: Test, filled: Filled) -> bool:
    """A word of sport, business or the arts alone forbids nothing in a sentence that proves what it tells."""
    return holds(test, filled) and not (_is_worldly(test, filled) and proves(filled.roles, beside=True))


def _is_worldly(test: Test, filled: Filled) -> bool:
    terms = test.roles.get("sentence")
    if terms is None:
        return False
    first, last = filled.roles.span("sentence") or (0, 0)
    found = terms & filled.reading.words.names_between(first, last)
    members = filled.reading.words.lexicon.members
    worldly = all(any(word in members(name) for name in _WORLDLY) for word in found)
    others = (role for role in test.roles if role != "sentence")
    return bool(found) and worldly and not any(_role_holds(role, test.roles[role], filled) for role in others)


def may_admit(reading: Reading, hit: Hit) -> bool:
    """Return whether a trigger's sentence has the words that its frame asks for, whatever their roles."""
    return all(_may_hold(test, reading, hit) for test in hit.frame.require)


def typed(frame: Frame, filled: Filled) -> str:
    """Return the type of the first variant whose tests all hold, else the frame's."""
    for variant in frame.variants:
        if all(holds(test, filled) for test in variant.when):
            return variant.type
    return frame.type


def holds(test: Test, filled: Filled) -> bool:
    """Return whether any role of a test is filled by one of its terms."""
    return _may_hold(test, filled.reading, filled.roles.hit) and any(
        _role_holds(role, terms, filled) for role, terms in test.roles.items()
    )


def _may_hold(test: Test, reading: Reading, hit: Hit) -> bool:
    """Return whether a test is worth its roles: not where its sentence has none of the words that it asks for."""
    if test.words is None:
        return True
    sentence_of, tokens = reading.grammar.sentence_of, hit.tokens
    sentence = sentence_of[tokens[-1]]
    return sentence_of[tokens[0]] != sentence or not test.words.isdisjoint(_offered(reading, sentence))


@once_a_token
def _offered(reading: Reading, sentence: int) -> frozenset[str]:
    """Return what the words of a sentence may be called, and the kinds of its spots."""
    first, last = reading.grammar.sentence_span(sentence)
    toponyms = (reading.toponym_at[i] for i in range(first, last) if i in reading.toponym_at)
    spots = {f"kind:{toponym.place.kind}" for toponym in toponyms if toponym.place is not None}
    return reading.words.names_between(first, last) | spots


def _role_holds(role: str, terms: frozenset[str], filled: Filled) -> bool:
    if role in ("actor", "target"):
        return _parties_hold(filled.actors if role == "actor" else filled.targets, terms, filled)
    if role == "where":
        return _place_holds(filled.place, terms)
    span = filled.roles.span(role)
    if span is not None:
        return _span_holds(span, terms, filled)
    heads = filled.roles.fill_all(role)
    if not heads:
        return "NONE" in terms
    kinds, spots = _asked(terms)
    if "PLACE" in kinds and role not in _CONTEXT_ROLES and any(_is_unknown_spot(head, filled) for head in heads):
        return True
    if spots and any(_is_of_kind(head, spots, filled) for head in heads):
        return True
    return any(
        filled.reading.words.is_one_of(head, terms) or any(_KIND_TESTS[kind](head, filled) for kind in kinds)
        for head in heads
    )


def _span_holds(span: tuple[int, int], terms: frozenset[str], filled: Filled) -> bool:
    if not terms.isdisjoint(filled.reading.words.names_between(*span)):
        return True
    kinds, spots = _asked(terms)
    if filled.placed and "PLACE" in kinds:
        return True
    if spots and any(_is_spot_of(i, spots, filled) for i in range(*span)):
        return True
    return bool(kinds) and any(_KIND_TESTS[kind](i, filled) for i in range(*span) for kind in kinds)


@lru_cache(maxsize=4096)  # one entry a test of the lexicon
def _asked(terms: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return what terms ask for beside lemmas: kinds, and kinds of spot."""
    return terms & KINDS, frozenset(term[5:] for term in terms if term.startswith("kind:"))


def _parties_hold(parties: tuple[Party, ...], terms: frozenset[str], filled: Filled) -> bool:
    if not parties:
        return "NONE" in terms
    return any(_party_holds(party, term, filled.place) for party in parties for term in terms)


def _party_holds(party: Party, term: str, place: Place | None) -> bool:
    kinds = _PARTY_KINDS.get(term)
    if kinds is not None:
        return party.kind in kinds
    if term in ("FOREIGN", "DOMESTIC"):
        known = party.country is not None and place is not None and bool(place.countries)
        at_home = known and party.country in place.countries if place is not None else False
        return at_home if term == "DOMESTIC" else known and not at_home
    if term == "ANY":
        return True
    by_noun = party.kind in STATE and party.name.lower().endswith(" " + term)
    return by_noun or term in (party.kind, party.name.lower())


def _place_holds(place: Place | None, terms: frozenset[str]) -> bool:
    if place is None:
        return "NONE" in terms
    return place.kind in terms or (place.precision is Precision.COUNTRY and "COUNTRY" in terms) or "ANY" in terms


_PARTY_KINDS: Mapping[str, frozenset[str]] = {
    "ARMED": ARMED,
    "STATE": STATE,
    "NONSTATE": NONSTATE,
    "PEOPLE": PEOPLE,
    "CIVIC": PEOPLE,
    "GROUP": GROUP_KINDS,
}


def _is_place(head: int, filled: Filled) -> bool:
    return bool(phrase_toponyms(filled.reading, head))


def _is_unknown_spot(head: int, filled: Filled) -> bool:
    """Take a name behind a preposition of place for a place, though the gazetteer lacks it: "clashes in Qabr Xal"."""
    reading, grammar = filled.reading, filled.reading.grammar
    if not _is_name(head, filled) or grammar.dep(head) != "pobj" or head in reading.time_at:
        return False
    known = reading.actors.named(head) is not None or reading.actors.noun_kind(head) is not None
    return not known and not _is_country(head, filled) and grammar.lower[grammar.tree.head[head]] in _PLACE_WORDS


def _is_of_kind(head: int, kinds: frozenset[str], filled: Filled) -> bool:
    toponyms = phrase_toponyms(filled.reading, head)
    return any(toponym.place is not None and toponym.place.kind in kinds for toponym in toponyms)


def _is_spot_of(token: int, kinds: frozenset[str], filled: Filled) -> bool:
    toponym = filled.reading.toponym_at.get(token)
    return toponym is not None and toponym.place is not None and toponym.place.kind in kinds


def _is_party(head: int, filled: Filled) -> bool:
    reading = filled.reading
    return (
        reading.actors.named(head) is not None
        or reading.actors.noun_kind(head) is not None
        or _is_country(head, filled)
    )


def _is_country(head: int, filled: Filled) -> bool:
    actors = filled.reading.actors
    return actors.country_of(head) is not None or (actors.is_capital(head) and _governs(head, filled))


def _governs(capital: int, filled: Filled) -> bool:
    """Tell "Ottawa recalled its envoy", "talks between Kigali and Kinshasa" from a capital that is only a place."""
    grammar = filled.reading.grammar
    first = capital
    while grammar.dep(first) == "conj" and (above := grammar.head(first)) is not None:
        first = above
    head = grammar.head(first)
    linked = head is not None and grammar.dep(first) == "pobj" and grammar.lower[head] in ("by", "between")
    return linked or grammar.dep(first) == "nsubj"


def _has_kind(kinds: frozenset[str]) -> Callable[[int, Filled], bool]:
    def test(head: int, filled: Filled) -> bool:
        party = filled.reading.actors.party(head)
        return party is not None and party.kind in kinds

    return test


def _precision(wanted: Iterable[Precision]) -> Callable[[int, Filled], bool]:
    precisions = frozenset(wanted)

    def test(head: int, filled: Filled) -> bool:
        return any(
            toponym.place is not None and toponym.place.precision in precisions
            for toponym in phrase_toponyms(filled.reading, head)
        )

    return test


def _tag(*tags: str) -> Callable[[int, Filled], bool]:
    def test(head: int, filled: Filled) -> bool:
        return filled.reading.grammar.tree.tag[head] in tags

    return test


def _is_number(head: int, filled: Filled) -> bool:
    reading = filled.reading
    tokens = (head, *reading.grammar.kids(head, "nummod", "quantmod"))
    return any(token in reading.number_at for token in tokens)


def _is_passive(head: int, filled: Filled) -> bool:
    del head
    return filled.reading.grammar.is_passive(filled.roles.hit.head)


def _is_name(head: int, filled: Filled) -> bool:
    return filled.reading.grammar.tree.tag[head].startswith("NNP")


def _is_road_number(head: int, filled: Filled) -> bool:
    """Tell the M4 and the RN7 from the M23, a known group."""
    named = filled.reading.actors.named(head) is not None
    return not named and _ROAD_NUMBER.fullmatch(filled.reading.grammar.words[head]) is not None


def _always(head: int, filled: Filled) -> bool:
    del head, filled
    return True


def _never(head: int, filled: Filled) -> bool:
    """What only a party of the finished event can be, not the word that fills a role."""
    del head, filled
    return False


_KIND_TESTS: Mapping[str, Callable[[int, Filled], bool]] = {
    "PLACE": _is_place,
    "PARTY": _is_party,
    "NUMBER": _is_number,
    "ROADNUMBER": _is_road_number,
    "PRONOUN": _tag(*_PRONOUN_TAGS),
    "NAME": _is_name,
    "ANY": _always,
    "NONE": _never,
    "ARMED": _has_kind(ARMED),
    "STATE": _has_kind(STATE),
    "NONSTATE": _has_kind(NONSTATE),
    "PEOPLE": _has_kind(PEOPLE),
    "CIVIC": _has_kind(PEOPLE),
    "GROUP": _has_kind(GROUP_KINDS),
    "AGENCY": _has_kind(frozenset({"aid_agency", "international_organisation"})),
    "STATES": _is_country,
    "FOREIGN": _never,
    "DOMESTIC": _never,
    "PASSIVE": _is_passive,
    "DISTANCE": lambda head, filled: head in filled.reading.distance_at,
    "SITE": _precision((Precision.SITE,)),
    "AREA": _precision((Precision.TOWN, Precision.ADMIN1, Precision.ADMIN2, Precision.COUNTRY)),
    "COUNTRY": _precision((Precision.COUNTRY,)),
    "GENERIC": lambda head, filled: not _is_name(head, filled),
}
