"""What a text takes back: earlier versions of itself, reports withdrawn, statements called false a sentence later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from alerts.domain.event import HAPPENING, Status
from alerts.extraction.cues import Effect
from alerts.extraction.draft import Draft
from alerts.extraction.reading import Reading
from alerts.extraction.triggers import BlockWords

_POINTERS = frozenset({"that", "this", "it", "these"})
_MORAL = frozenset({"wrong", "mistaken", "mistake"})  # "That was wrong" may judge the deed, not the report of it


def is_taken_back(words: BlockWords, verb: int) -> bool:
    """Return whether a verb of saying is said to be wrong: "wrongly reported", "an earlier version said"."""
    grammar, sets = words.grammar, words.lexicon
    wrongly = any(words.is_one_of(i, sets.members("wrongly_words")) for i in grammar.kids(verb, "advmod", "prep"))
    return wrongly or any(
        words.is_one_of(noun, sets.members("published_forms"))
        and any(words.is_one_of(i, sets.members("earlier_words")) for i in grammar.kids(noun, "amod", "advmod"))
        for noun in grammar.grammatical_subjects(verb)
    )


def is_retraction(words: BlockWords, noun: int, verb: int) -> bool:
    """Return whether a verb takes a statement back: "withdrew its report that"; "withdrew its troops" is another."""
    sets = words.lexicon
    is_statement = words.is_one_of(noun, sets.members("statements") | sets.members("published_forms"))
    return is_statement and words.is_one_of(verb, sets.members("retraction_verbs"))


def mark_taken_back(reading: Reading, drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Return a block's drafts: denied where the next sentence says "That was wrong", disputed where a party does."""
    marked = list(drafts)
    for sentence, by_party in _verdicts(reading):
        for i, draft in enumerate(marked):
            if draft.sentence[1] == sentence - 1 and draft.status in HAPPENING:
                marked[i] = replace(draft, disputed=True) if by_party else replace(draft, status=Status.DENIED)
    return tuple(marked)


def _verdicts(reading: Reading) -> Iterator[tuple[int, bool]]:
    """Yield each sentence that calls the one before it false, and whether it is a party that says so."""
    grammar = reading.grammar
    for verb in range(grammar.size):
        sentence = grammar.sentence_of[verb]
        false = sentence > 0 and _calls_false(reading, verb)
        if false and (_points_back(reading, verb) or _names_statement(reading, verb)):
            yield sentence, grammar.head(verb) is not None and grammar.dep(verb) == "ccomp"


def _calls_false(reading: Reading, verb: int) -> bool:
    grammar, words = reading.grammar, reading.words
    if not words.is_one_of(verb, frozenset({"be", "prove", "turn"})) or grammar.kids(verb, "neg", "aux"):
        return False
    verdicts = words.lexicon.cues.verdicts
    said = (*grammar.kids(verb, "acomp", "attr", "oprd"), *_below(reading, verb))
    return any(verdicts.get(lemma) is Effect.DENIED for i in said for lemma in (*words.lemmas[i], grammar.lower[i]))


def _below(reading: Reading, verb: int) -> tuple[int, ...]:
    """Return the verdict of "turned out to be false"."""
    grammar = reading.grammar
    return tuple(i for inner in grammar.kids(verb, "xcomp") for i in (inner, *grammar.kids(inner, "acomp", "attr")))


def _points_back(reading: Reading, verb: int) -> bool:
    grammar, words = reading.grammar, reading.words
    if not any(grammar.lower[i] in _POINTERS for i in grammar.kids(verb, "nsubj")):
        return False
    sentence = grammar.sentence_of[verb]
    first, last = grammar.sentence_span(sentence)
    moral = any(grammar.lower[i] in _MORAL for i in range(first, last))
    return not moral or any(_says(words, i) for i in range(*grammar.sentence_span(sentence - 1)))


def _says(words: BlockWords, index: int) -> bool:
    own = words.lexicon.members("published_forms") | {"we", "correction"}
    return words.is_one_of(index, own)


def _names_statement(reading: Reading, verb: int) -> bool:
    """Recognise "The report was false"; with a content of its own ("the claim that ...") it judges that instead."""
    grammar, words = reading.grammar, reading.words
    return any(
        grammar.is_noun(i)
        and words.is_one_of(i, words.lexicon.members("statements"))
        and not grammar.kids(i, "acl", "relcl", "prep")
        for i in grammar.kids(verb, "nsubj")
    )
