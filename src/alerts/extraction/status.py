"""Whether it happened: the status of one trigger, read from the tree and the cue tables.

The walk goes from the trigger to the root of its sentence and collects the effect of everything that governs it; the
gravest effect decides. What governs only a part of the path (an adverbial clause, a relative clause) ends the walk.
"""

from __future__ import annotations

from alerts.extraction.clauses import ClauseReader
from alerts.extraction.cues import Effect
from alerts.extraction.frame import Part
from alerts.extraction.tense import NEGATIONS, Standing
from alerts.extraction.triggers import BlockWords, Hit

_COMPLEMENTS = frozenset({"ccomp", "xcomp", "dobj", "oprd", "attr", "acomp", "csubj"})


def judge(words: BlockWords, hit: Hit, *, headline: bool, dated: bool = False) -> Standing:
    """Return how real a trigger's event is by its own sentence.

    Args:
        words: The block.
        hit: The trigger.
        headline: Whether the block is a headline, where the present tense tells the past.
        dated: Whether the trigger's own phrase names a time gone by ("the attack on Tuesday").
    """
    walk = _Walk(words, headline=headline, dated=dated)
    walk.begin(hit)
    if hit.frame.negated:
        walk.turn(hit)
    return walk.standing


class _Walk(ClauseReader):
    def begin(self, hit: Hit) -> None:
        grammar = self._grammar
        self._turns = hit.frame.negated
        self._known = hit.frame.part is Part.NOUN and self._is_known(hit.head)
        if self._asks(hit.head) or self._were_to(hit.head):
            self._add(Effect.POSSIBLE)
        for token in hit.tokens:
            self._modifiers(token)
        if hit.frame.part is Part.VERB:
            if not hit.frame.spoken:
                self._verb(hit.head)
            self._absent_roles(hit.head)
        elif hit.frame.part is Part.STATE:
            self._state(hit)
        self._settings(hit.head)
        self._climb(hit.head)
        if hit.frame.durative:
            self._durative(hit.head)
        if hit.frame.part is Part.NOUN and grammar.tree.head[hit.head] == hit.head:
            self._fragment(hit.head)

    def _is_known(self, noun: int) -> bool:
        grammar = self._grammar
        dets = (grammar.lower[i] for i in grammar.kids(noun, "det"))
        return self._dated or any(det in ("the", "that", "this", "these", "those") for det in dets)

    def turn(self, hit: Hit) -> None:
        """Read "no ship can dock": what a negation tells of happens where there is one, else there is nothing."""
        grammar = self._grammar
        line = [hit.head]
        for above in grammar.ancestors(hit.head):
            if grammar.dep(line[-1]) not in _COMPLEMENTS | {"acomp", "prep", "pobj"}:
                break
            line.append(above)
        effects = self.standing.effects
        if not any(self._negated(i) or self._nobody(i) or self._unable(i) for i in line):
            effects.add(Effect.NOTHING)
            return
        effects.discard(Effect.DENIED)
        effects.discard(Effect.FAILED)
        if hit.frame.status is not None:
            effects.discard(Effect.PLANNED)  # "will not attend": the refusal is there, what is refused lies ahead
        if not effects:
            effects.add(Effect.HAPPENED)

    def _nobody(self, verb: int) -> bool:
        """Tell "nobody may cross", "no ship has docked", "has no power": who does it, or what is done, is none."""
        grammar = self._grammar
        return any(
            grammar.lower[noun] in NEGATIONS
            or self._has_no(noun)
            or any(grammar.lower[k] in ("no", "neither", "not") for k in grammar.children[noun])
            for noun in grammar.kids(verb, "nsubj", "nsubjpass", "dobj", "attr")
        )

    def _unable(self, index: int) -> bool:
        return self._lookup(self._cues.adjectives, index) is Effect.FAILED or any(
            self._lookup(self._cues.adjectives, i) is Effect.FAILED for i in self._grammar.kids(index, "acomp")
        )

    def _durative(self, noun: int) -> None:
        grammar = self._grammar
        verb = grammar.governor(noun)
        if verb is not None and grammar.is_subject_of(noun, verb) and grammar.tree.tag[verb] in ("VBZ", "VBP"):
            self._add(Effect.BEGUN)

    def _asks(self, index: int) -> bool:
        grammar = self._grammar
        last = grammar.sentence_span(grammar.sentence_of[index])[1] - 1
        return any(grammar.words[i] == "?" for i in range(max(0, last - 1), last + 1))

    def _were_to(self, verb: int) -> bool:
        """Read "Were rebels to capture the town, ..."."""
        grammar = self._grammar
        first = grammar.sentence_span(grammar.sentence_of[verb])[0]
        return grammar.lower[first] == "were" and self._is_infinitive(verb)

    def _fragment(self, noun: int) -> None:
        """A verbless headline: "Clashes in Hama" happened, "Ceasefire talks" is left to the frames."""
        for verb in self._grammar.kids(noun, "relcl"):
            if self._negated(verb) and (self._is_one_of(verb, "existence_verbs")):
                self._add(Effect.DENIED)  # "The strike that all expected did not come", read as one noun
        if self._grammar.tree.tag[noun].startswith("N"):
            self._add(Effect.HAPPENED)

    def _absent_roles(self, verb: int) -> None:
        """Read "No one was killed", "captured nothing": what was done, or who did it, is nobody."""
        grammar = self._grammar
        for noun in (*grammar.kids(verb, "nsubj", "nsubjpass", "dobj"),):
            if grammar.lower[noun] in NEGATIONS or self._has_no(noun):
                self._add(Effect.DENIED)

    def _state(self, hit: Hit) -> None:
        grammar = self._grammar
        head = hit.head
        governor = grammar.head(head)
        if grammar.is_verb(head) and grammar.kids(head, "aux", "auxpass", "nsubj", "nsubjpass"):
            self._verb(head)
        elif governor is not None and grammar.tree.dep[head] in ("acomp", "attr", "prep", "oprd", "xcomp", "advmod"):
            self._verb(governor)
            self._modifiers(governor)
        if not self.standing.effects and not self.standing.past:
            self._add(Effect.BEGUN)

    def _climb(self, index: int) -> None:
        grammar = self._grammar
        child = index
        for head in grammar.ancestors(index):
            if not self._step(child, head):
                return
            child = head

    def _step(self, child: int, head: int) -> bool:
        """Take in what `head` says of `child` below it; return whether what is above still governs."""
        dep = self._grammar.tree.dep[child]
        if dep == "prep" and self._grammar.lower[child] == "including":
            return self._included(child)
        if dep in ("prep", "agent", "det", "punct"):
            return True
        if dep == "conj":
            return self._conjunct(child, head)
        if dep == "relcl":
            return self._relative(child, head)
        if dep == "advcl":
            return self._adverbial(child, head)
        if dep in ("pobj", "pcomp"):
            return self._after_preposition(child, head)
        if dep in ("nsubj", "nsubjpass", "csubj", "csubjpass"):
            return self._as_subject(child, head, passive=dep.endswith("pass"))
        if dep == "acl":
            return self._on_noun(child, head)
        if dep in _COMPLEMENTS or dep in ("dep", "parataxis"):
            return self._as_complement(child, head)
        return dep != "appos"
