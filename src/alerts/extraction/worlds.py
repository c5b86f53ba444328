"""Other worlds and other ages: what a novel tells, what is told of centuries ago, and what a trial is about."""

from __future__ import annotations

from alerts.domain.taxonomy import family
from alerts.extraction.mentions import TimePhrase
from alerts.extraction.reading import Reading
from alerts.extraction.roles import Roles

_CRIMES = frozenset({"explosion_remote_violence", "violence_against_civilians", "riot"})
_CRIME_TYPES = frozenset({"looting_property_destruction", "armed_clash", "casualties"})
_ORDINAL_ENDS = ("st", "nd", "rd", "th", "ieth")


def tells_fiction(reading: Reading, sentence: int) -> bool:
    """Return whether a sentence tells a plot: a film "follows a soldier", "In her second novel pirates ..."."""
    grammar, words = reading.grammar, reading.words
    nouns = words.lexicon.members("fiction_nouns")
    return any(
        words.is_one_of(i, nouns) and grammar.is_noun(i) and (_is_shown(reading, i) or _holds_plot(reading, i))
        for i in range(*grammar.sentence_span(sentence))
    )


def _is_shown(reading: Reading, noun: int) -> bool:
    """The work is the subject of a verb in the present: it "follows", "tells", "opens"."""
    grammar = reading.grammar
    verb = grammar.governor(noun)
    return (
        verb is not None
        and noun in grammar.kids(verb, "nsubj")
        and grammar.tree.tag[verb] in ("VBZ", "VBP")
        and not grammar.kids(verb, "aux")
    )


def _holds_plot(reading: Reading, noun: int) -> bool:
    """The sentence begins with "In her second novel", "In the film"."""
    grammar = reading.grammar
    preposition = grammar.head(noun)
    first, _ = grammar.sentence_span(grammar.sentence_of[noun])
    return preposition is not None and grammar.lower[preposition] == "in" and preposition == first


def tells_past_age(reading: Reading, clause: tuple[int, ...]) -> bool:
    """Return whether a clause names a century or an age gone by; "the worst flood in a century" does not."""
    grammar, words = reading.grammar, reading.words
    ages = words.lexicon.members("past_ages")
    return any(words.is_one_of(i, ages) or (grammar.lemma[i] == "century" and _is_numbered(reading, i)) for i in clause)


def _is_numbered(reading: Reading, century: int) -> bool:
    grammar = reading.grammar
    return any(
        grammar.lower[i].endswith(_ORDINAL_ENDS) and grammar.lower[i] not in ("21st", "twenty-first")
        for i in grammar.kids(century, "amod", "compound", "nummod")
    )


def is_charge(roles: Roles, time: TimePhrase | None, *, in_court: bool) -> bool:
    """Tell, in a report of a trial, what the trial is about from a fresh deed: one with a recent day of its own."""
    event_type = roles.hit.frame.type
    if _is_heard_in_court(roles):
        return family(event_type) != "protest"
    if not in_court or (family(event_type) not in _CRIMES and event_type not in _CRIME_TYPES):
        return False
    court = roles.words.lexicon.members("court_words")
    first, last = roles.span("sentence") or (0, 0)
    fresh = time is not None and not time.historical
    return not fresh or not court.isdisjoint(roles.words.names_between(first, last))


def _is_heard_in_court(roles: Roles) -> bool:
    """Read "a jury found that the landlord had ...", "the court heard that ...": whatever it is, it is the case."""
    grammar, words = roles.grammar, roles.words
    voices = words.lexicon.members("court_voices")
    above = (i for i in grammar.ancestors(roles.hit.head) if grammar.is_verb(i) and i != roles.hit.head)
    return any(words.is_one_of(noun, voices) for verb in above for noun in grammar.grammatical_subjects(verb))
