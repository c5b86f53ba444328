"""Where a frame's trigger stands in a parsed block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from alerts.extraction.cues import Effect
from alerts.extraction.frame import Frame, Part, Pattern
from alerts.extraction.grammar import Grammar
from alerts.extraction.lexicon import Lexicon, Trigger
from alerts.extraction.remembering import once_a_token

# Words between the parts of a phrase: "took [full and lasting] control of", "cut [the road to Homs] off".
_GAP_MAX = {Part.VERB: 5, Part.NOUN: 2, Part.STATE: 4}
# Words back to the first of a phrase: three for each that it has before its anchor.
_BACK_MAX = 12
_STOPS_GAP = frozenset({".", ";", ":", "?", "!"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A trigger found: the token that carries the roles, and every token of it."""

    frame: Frame
    head: int
    tokens: tuple[int, ...]


class BlockWords:
    """The lemmas of a block's tokens, as the lexicon sees them."""

    def __init__(self, grammar: Grammar, lexicon: Lexicon) -> None:
        self.grammar = grammar
        self.lexicon = lexicon
        self.memory: dict[str, dict[int, Any]] = {}
        self._counts = lexicon.members("counts")
        self._filled: dict[tuple[int, tuple[int, ...], Part], dict[str, tuple[int, ...]]] = {}
        self.victims: dict[int, tuple[int, ...]] = {}
        """Who is killed or hurt, by sentence; `Roles` fills it."""
        self._between: dict[tuple[int, int], frozenset[str]] = {}
        self.lemmas = tuple(
            (*lexicon.lemmas(lower, parsed), *self._hyphenated(index))
            for index, (lower, parsed) in enumerate(zip(grammar.lower, grammar.lemma, strict=True))
        )

    @cached_property
    def names(self) -> tuple[frozenset[str], ...]:
        """For each token what it may be called: its lemmas, itself, and the phrases of two and three words it ends."""
        return tuple(
            frozenset((*lemmas, self.grammar.lower[i], *self._phrases(i))) for i, lemmas in enumerate(self.lemmas)
        )

    def is_one_of(self, index: int, words: frozenset[str]) -> bool:
        """Return whether a token, or the name that ends with it, is one of some lemmas."""
        return not words.isdisjoint(self.names[index])

    @once_a_token
    def lemmas_around(self, sentence: int) -> frozenset[str]:
        """Return the lemmas of a sentence and of the few words before it, as far back as a phrase may begin."""
        first, last = self.grammar.sentence_span(sentence)
        return frozenset(lemma for lemmas in self.lemmas[max(0, first - _BACK_MAX) : last] for lemma in lemmas)

    @once_a_token
    def with_counted(self, index: int) -> tuple[int, ...]:
        """Return a head, and what it counts: of "dozens of homes", "17 of the 20 homes" the count and the homes."""
        counts = self.grammar.tree.tag[index] == "CD" or self.is_one_of(index, self._counts)
        return (index, *self.grammar.prepositional(index, "of")) if counts else (index,)

    def filled(self, hit: Hit) -> dict[str, tuple[int, ...]]:
        """Return the roles filled so far: frames with a trigger of one kind in one place fill them alike."""
        return self._filled.setdefault((hit.head, hit.tokens, hit.frame.part), {})

    def names_between(self, first: int, last: int) -> frozenset[str]:
        """Return everything that the tokens of a half-open range may be called."""
        key = (first, last)
        if key not in self._between:
            self._between[key] = frozenset().union(*self.names[first:last])
        return self._between[key]

    def _hyphenated(self, index: int) -> tuple[str, ...]:
        """Return the lemmas of a word that the parser cut at its hyphens: of "sit", "-", "in" at its end "sit-in"."""
        lower = self.grammar.lower
        if index < 2 or lower[index - 1] != "-":
            return ()
        return self.lexicon.lemmas_of.get(f"{lower[index - 2]}-{lower[index]}", ())

    def _phrases(self, index: int) -> Iterator[str]:
        """Yield the two- and three-word phrases that end with a token ("border crossing"), hyphens left out."""
        lower = self.grammar.lower
        before = [word for word in lower[max(0, index - 4) : index] if word not in ("-", "/")][-2:]
        for lemma in (*self.lemmas[index], lower[index]):
            if before:
                yield f"{before[-1]} {lemma}"
            if len(before) == 2:
                yield f"{before[0]} {before[1]} {lemma}"


def find_triggers(words: BlockWords) -> tuple[Hit, ...]:
    """Return every trigger in order of the text; one token may carry several."""
    hits: list[Hit] = []
    known = words.lexicon.triggers
    for index, lemmas in enumerate(words.lemmas):
        for lemma in lemmas:
            if lemma in known:
                around = words.lemmas_around(words.grammar.sentence_of[index])
                hits.extend(_hits(words, index, known[lemma].among(around)))
    return tuple(hits)


def _hits(words: BlockWords, index: int, triggers: Iterable[Trigger]) -> Iterator[Hit]:
    fits: dict[Part, bool] = {}
    for trigger in triggers:
        part, pattern = trigger.frame.part, trigger.pattern
        if part not in fits:
            fits[part] = _fits_part(words.grammar, index, part)
        if fits[part]:
            tokens = (index,) if len(pattern.words) == 1 else _match(words, index, pattern, part)
            if tokens:
                yield Hit(trigger.frame, _bearer(words.grammar, index, part), tokens)


def _bearer(grammar: Grammar, index: int, part: Part) -> int:
    """Return the token that carries the roles: of "Hurricane Milton", "Cyclone Freddy" the name."""
    head = grammar.tree.head[index]
    names = part is Part.NOUN and grammar.tree.dep[index] == "compound" and grammar.tree.tag[head] == "NNP"
    return head if names and head == index + 1 else index


def _fits_part(grammar: Grammar, index: int, part: Part) -> bool:
    tag, dep = grammar.tree.tag[index], grammar.tree.dep[index]
    if part is Part.VERB:
        is_verb = tag.startswith("V") and dep not in ("aux", "auxpass", "compound")
        return is_verb or grammar.is_misread_verb(index) or _verb_in_disguise(grammar, index)
    if part is Part.NOUN:
        return tag.startswith("N") or (tag in ("VBG", "JJ", "VB", "VBP") and _acts_as_noun(grammar, index))
    return True


def _verb_in_disguise(grammar: Grammar, index: int) -> bool:
    """Recognise a verb that the tagger took for a noun or adjective: it has a subject or an object all the same."""
    return bool(grammar.kids(index, "nsubjpass", "auxpass", "dobj", "agent")) or (
        grammar.tree.tag[index] in ("NNS", "NN", "JJ")
        and grammar.tree.dep[index] == "ROOT"
        and bool(grammar.kids(index, "nsubj"))
        and not grammar.kids(index, "cop", "aux")
    )


def _acts_as_noun(grammar: Grammar, index: int) -> bool:
    if grammar.tree.dep[index] in ("dobj", "pobj", "nsubj", "nsubjpass", "attr", "conj", "appos"):
        return not grammar.kids(index, "dobj", "aux") and grammar.tree.tag[index] != "VB"
    return bool(grammar.kids(index, "det", "poss"))


def _match(words: BlockWords, index: int, pattern: Pattern, part: Part) -> tuple[int, ...]:
    """Return the tokens of a pattern whose anchor stands at `index`; empty when it is not there."""
    around = words.lemmas_around(words.grammar.sentence_of[index])
    if any(alternatives.isdisjoint(around) for alternatives in pattern.words):
        return ()
    before = _backwards(words, index, pattern)
    if before is None:
        return ()
    after = _forwards(words, index, pattern, part)
    return (*before, index, *after) if after is not None else ()


def _backwards(words: BlockWords, index: int, pattern: Pattern) -> tuple[int, ...] | None:
    found: list[int] = []
    at = index
    for alternatives in reversed(pattern.words[: pattern.anchor]):
        steps = range(at - 1, max(-1, at - 4), -1)
        at = next((i for i in steps if not alternatives.isdisjoint(words.lemmas[i])), -1)
        if at < 0:
            return None
        found.append(at)
    return tuple(reversed(found))


def _forwards(words: BlockWords, index: int, pattern: Pattern, part: Part) -> tuple[int, ...] | None:
    found: list[int] = []
    at, gap = index, _GAP_MAX[part]
    following = pattern.words[pattern.anchor + 1 :]
    for number, alternatives in enumerate(following, start=1):
        nearby = _window(words.grammar, at, gap, clause=part is Part.STATE)
        at = next((i for i in nearby if not alternatives.isdisjoint(words.lemmas[i])), -1)
        if at < 0 and number == len(following) and part is Part.VERB:
            at = _done_to(words, index, alternatives)
        if at < 0:
            return None
        found.append(at)
    return tuple(found)


def _done_to(words: BlockWords, verb: int, alternatives: frozenset[str]) -> int:
    """Find the noun of a verb phrase where the passive puts it first: "Roadblocks were dismantled"; else -1."""
    grammar = words.grammar
    if grammar.tree.tag[verb] not in ("VBN", "VBD") or not grammar.is_passive(verb):
        return -1
    if any(words.lexicon.cues.objects.get(lemma) is Effect.FAILED for lemma in words.lemmas[verb]):
        return -1  # "An attack was foiled": the noun tells it, as denied
    return next((i for i in grammar.objects(verb) if not alternatives.isdisjoint(words.lemmas[i])), -1)


def _window(grammar: Grammar, index: int, gap: int, *, clause: bool) -> Iterator[int]:
    """Yield the tokens where a phrase may go on; no phrase of a state reaches over a finite verb."""
    sentence = grammar.sentence_of[index]
    for i in range(index + 1, min(grammar.size, index + gap + 2)):
        if grammar.sentence_of[i] != sentence or grammar.words[i] in _STOPS_GAP:
            return
        if clause and grammar.tree.tag[i] in ("VBD", "VBZ", "VBP", "MD"):
            return
        yield i
