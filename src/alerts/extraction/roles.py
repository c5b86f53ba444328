"""The roles of a trigger: which tokens fill subject, object, a preposition and so on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from alerts.extraction.frame import Part
from alerts.extraction.grammar import Grammar
from alerts.extraction.triggers import BlockWords, Hit

_NEAR = 6
_PREDICATES = frozenset({"acomp", "oprd", "amod", "ccomp", "xcomp", "advcl", "conj"})


class Roles:
    """Fills the roles of one trigger. Role names: those of `_BUILT_IN`, else a preposition ("in", "towards")."""

    def __init__(self, words: BlockWords, hit: Hit) -> None:
        self._words = words
        self._grammar = words.grammar
        self.hit = hit
        self._filled = words.filled(hit)

    @property
    def grammar(self) -> Grammar:
        """The block's grammar."""
        return self._grammar

    @property
    def words(self) -> BlockWords:
        """The block's words."""
        return self._words

    def fill(self, role: str) -> tuple[int, ...]:
        """Return the heads that fill a role, in order; tokens of the trigger itself are never among them."""
        found, own = self.fill_all(role), self.hit.tokens
        return tuple([i for i in found if i not in own]) if found else ()

    def fill_all(self, role: str) -> tuple[int, ...]:
        """Return the heads that fill a role, words of the trigger too: what a frame's tests look at."""
        if role not in self._filled:
            found = _BUILT_IN[role](self) if role in _BUILT_IN else self._preposition(role)
            counted = self._words.with_counted
            self._filled[role] = tuple(dict.fromkeys([i for head in found for i in counted(head)])) if found else ()
        return self._filled[role]

    def span(self, role: str) -> tuple[int, int] | None:
        """Return the half-open range of tokens that a role of context stands for: its sentence, the block."""
        if role == "sentence":
            return self._grammar.sentence_span(self._grammar.sentence_of[self.hit.head])
        return (0, self._grammar.size) if role == "block" else None

    @cached_property
    def light_verb(self) -> int | None:
        """The verb that only says that a noun's action took place: "launched" of "launched an attack"."""
        if self.hit.frame.part is not Part.NOUN:
            return None
        verb = self._grammar.governor(self.hit.head)
        if verb is None or not self._words.is_one_of(verb, self._words.lexicon.members("light_verbs")):
            return None
        return verb if self.hit.head in self._grammar.objects(verb) or self._reaches(verb) else None

    def _reaches(self, verb: int) -> bool:
        """Follow "carried out a series of strikes", "responded with artillery fire" down to the trigger."""
        return self._grammar.tree.dep[self.hit.head] == "pobj" and self.hit.head > verb

    @cached_property
    def place_verb(self) -> int | None:
        """The verb whose place phrases a noun's action shares: its light verb, or one it is the subject of."""
        if self.hit.frame.part is not Part.NOUN:
            return None
        verb = self._grammar.governor(self.hit.head)
        if verb is None or self._grammar.sentence_of[verb] != self._grammar.sentence_of[self.hit.head]:
            return None
        light = self.light_verb is not None
        return verb if light or self._grammar.is_subject_of(self.hit.head, verb) else None

    def _subject(self) -> tuple[int, ...]:
        head, grammar = self.hit.head, self._grammar
        if self.hit.frame.part is Part.VERB:
            return grammar.subjects(head) or self._noun_before()
        if self.hit.frame.part is Part.STATE:
            return grammar.holders(head)
        by = grammar.prepositional(head, "by")
        if by:
            return by
        light = self.light_verb
        if grammar.possessors(head):
            return grammar.possessors(head)
        if light is not None and not grammar.is_subject_of(head, light):
            return grammar.subjects(light)
        return ()

    def _object(self) -> tuple[int, ...]:
        if self.hit.frame.part is Part.VERB:
            return self._grammar.objects(self.hit.head) or self._noun_after()
        return self._grammar.prepositional(self.hit.head, "of")

    # Where the tree takes a verb for part of a noun ("The military cut internet access"), order tells the roles.

    def _noun_before(self) -> tuple[int, ...]:
        grammar, head = self._grammar, self.hit.head
        misread = grammar.is_misread_verb(head) and head > 0
        return (head - 1,) if misread and grammar.is_noun(head - 1) else ()

    def _noun_after(self) -> tuple[int, ...]:
        grammar, head = self._grammar, self.hit.head
        return (grammar.tree.head[head],) if grammar.is_misread_verb(head) else ()

    def _holder(self) -> tuple[int, ...]:
        return self._grammar.grammatical_subjects(self.hit.head)

    def _modal(self) -> tuple[int, ...]:
        return self._grammar.kids(self.hit.head, "aux")

    def _modifier(self) -> tuple[int, ...]:
        found = [i for token in self.hit.tokens for i in self._grammar.modifiers(token)]
        return tuple(sorted(found))

    def _possessor(self) -> tuple[int, ...]:
        return tuple(i for token in self.hit.tokens for i in self._grammar.possessors(token))

    def _governor(self) -> tuple[int, ...]:
        governor = self._grammar.governor(self.hit.head)
        return () if governor is None else (governor,)

    def _effect(self) -> tuple[int, ...]:
        """What the verb that a noun is subject of is done to: "the strike hit a market" the market."""
        verb = self.place_verb
        if verb is None or not self._grammar.is_subject_of(self.hit.head, verb):
            return ()
        return self._grammar.objects(verb)

    def _victim(self) -> tuple[int, ...]:
        """Whom the trigger's sentence tells to be killed or hurt, whatever the trigger itself is done to."""
        number = self._grammar.sentence_of[self.hit.head]
        if number not in self._words.victims:
            self._words.victims[number] = tuple(dict.fromkeys(self._victims_of(number)))
        return self._words.victims[number]

    def _victims_of(self, sentence: int) -> Iterator[int]:
        grammar, words = self._grammar, self._words
        members = words.lexicon.members
        for i in range(*grammar.sentence_span(sentence)):
            if words.is_one_of(i, members("kill_verbs")) and (grammar.is_verb(i) or grammar.is_noun(i)):
                yield from grammar.objects(i) if grammar.is_verb(i) else grammar.prepositional(i, "of")
            elif words.is_one_of(i, members("dying_verbs")) and grammar.is_verb(i):
                yield from grammar.subjects(i)
            elif words.is_one_of(i, members("dead_states")) and grammar.dep(i) in _PREDICATES:
                yield from (noun for noun in self._those_said_to_be(i) if grammar.is_noun(noun))

    def _those_said_to_be(self, state: int) -> tuple[int, ...]:
        """Of "left 12 dead", "found three men dead" those who are dead, never who left them so."""
        head = self._grammar.tree.head[state]
        made_so = self._grammar.lemma[head] in ("leave", "find", "shoot")
        return self._grammar.objects(head) if made_so else self._grammar.holders(state)

    def _topic(self) -> tuple[int, ...]:
        """What a noun's action is told of: of "Homs was a hub for protests", "Lagos saw riots" the place."""
        verb = self._grammar.governor(self.hit.head)
        if verb is None or not self._words.is_one_of(verb, self._words.lexicon.members("experience_verbs")):
            return ()
        subjects = self._grammar.grammatical_subjects(verb)
        return () if self.hit.head in subjects else subjects

    def _near(self) -> tuple[int, ...]:
        first, last = self.hit.tokens[0], self.hit.tokens[-1]
        sentence = self._grammar.sentence_of[self.hit.head]
        window = range(max(0, first - _NEAR), min(self._grammar.size, last + _NEAR + 1))
        return tuple(i for i in window if self._grammar.sentence_of[i] == sentence)

    def _clause(self) -> tuple[int, ...]:
        return self._grammar.clause(self.hit.head)

    def _sentence(self) -> tuple[int, ...]:
        return tuple(range(*self._grammar.sentence_span(self._grammar.sentence_of[self.hit.head])))

    def _document(self) -> tuple[int, ...]:
        return tuple(range(self._grammar.size))

    def _next(self) -> tuple[int, ...]:
        after = self.hit.tokens[-1] + 1
        return (after,) if after < self._grammar.size else ()

    def _previous(self) -> tuple[int, ...]:
        return (self.hit.tokens[0] - 1,) if self.hit.tokens[0] else ()

    def _preposition(self, name: str) -> tuple[int, ...]:
        grammar = self._grammar
        found = [i for token in self.hit.tokens for i in grammar.prepositional(token, name)]
        verb = self.place_verb
        if verb is not None:
            found.extend(grammar.prepositional(verb, name))
        inside = self.hit.tokens
        found.extend(i for token in inside if grammar.lower[token] == name for i in grammar.kids(token, "pobj"))
        return tuple(i for head in found for i in grammar.conjuncts(head))


_BUILT_IN: Mapping[str, Callable[[Roles], tuple[int, ...]]] = {
    "subject": Roles._subject,
    "object": Roles._object,
    "holder": Roles._holder,
    "modal": Roles._modal,
    "modifier": Roles._modifier,
    "possessor": Roles._possessor,
    "governor": Roles._governor,
    "effect": Roles._effect,
    "topic": Roles._topic,
    "victim": Roles._victim,
    "nearby": Roles._near,
    "clause": Roles._clause,
    "sentence": Roles._sentence,
    "block": Roles._document,
    "next": Roles._next,
    "previous": Roles._previous,
}
