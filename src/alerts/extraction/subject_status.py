"""What a sentence says of its subject: "was false", "would be a blow", "is feared", "took place"."""

from __future__ import annotations

from alerts.extraction.corrections import is_retraction
from alerts.extraction.cues import Effect
from alerts.extraction.tense import TenseReader

_EXISTENCE = "existence_verbs"
_PARTICLES = frozenset("off out down up back away over on aside short close ahead".split())

# "was not false", "is not true"; what is not unlikely stays open.
_OPPOSITES = {Effect.DENIED: Effect.HAPPENED, Effect.HAPPENED: Effect.DENIED, Effect.POSSIBLE: Effect.POSSIBLE}


class SubjectReader(TenseReader):
    """Reads the verb above a trigger that is, or hangs on, its subject."""

    def _as_subject(self, child: int, head: int, *, passive: bool) -> bool:
        grammar = self._grammar
        if grammar.is_verb(child) and self._asks_how(child):
            self._add(Effect.HAPPENED)
            return True
        verdict = self._verdict(head)
        self._cue(verdict, head)
        self._cue(Effect.DENIED if is_retraction(self._words, child, head) else None, head)
        self._cue(self._lookup(self._cues.objects, head) if passive else None, head)
        if passive:
            self._cue(self._passive_verb(head), head)
        elif self._comes_to_nothing(head) and self._is_attempt(child):
            self._cue(Effect.FAILED, head)
        exists = self._is_one_of(head, _EXISTENCE) or (self._is_one_of(head, "appearing_verbs") and self._negated(head))
        definite = bool(grammar.kids(child, "poss")) or any(
            grammar.lower[det] in ("the", "this", "these", "those") for det in grammar.kids(child, "det")
        )
        told = definite and (self._dated or self._is_guess_at_cause(head))
        if definite and not told:
            self._consequence(head)
        if (exists and not told) or not definite:
            self._tense_of_existence(head, exists=exists)
        return True

    def _verdict(self, verb: int) -> Effect | None:
        """Read "was false", "turned out to be false"."""
        grammar = self._grammar
        verbs = (verb, *grammar.kids(verb, "xcomp"))
        if any(grammar.lower[i] == "time" for k in grammar.kids(verb, "attr") for i in grammar.prepositional(k, "of")):
            self._add(Effect.POSSIBLE)  # "is only a matter of time"
        words = [word for one in verbs for word in grammar.kids(one, "acomp", "attr", "oprd", "xcomp")]
        lemmas = (lemma for word in words for lemma in self._words.lemmas[word])
        verdict = next((self._cues.verdicts[lemma] for lemma in lemmas if lemma in self._cues.verdicts), None)
        return _OPPOSITES.get(verdict) if verdict and self._negated(verb) else verdict

    def _is_guess_at_cause(self, verb: int) -> bool:
        """Tell "the bombing may have been the work of X", which happened, from "the fall would have been a blow"."""
        auxiliaries = {self._grammar.lower[aux] for aux in self._grammar.kids(verb, "aux")}
        return "have" in auxiliaries and not auxiliaries & {"would", "'d"}

    def _consequence(self, verb: int) -> None:
        """Read "the fall of the city would cut the road": what would follow from it says that it is yet to come."""
        grammar = self._grammar
        modal = any(grammar.lower[aux] in self._cues.modals for aux in grammar.kids(verb, "aux"))
        open_condition = grammar.tree.tag[verb] in ("VBZ", "VBP") and any(
            grammar.lower[mark] in ("if", "unless", "should") for mark in grammar.kids(verb, "mark", "advmod")
        )
        if modal or open_condition:
            self._add(Effect.POSSIBLE)

    def _comes_to_nothing(self, verb: int) -> bool:
        failed = self._lookup(self._cues.verbs, verb) is Effect.FAILED
        return failed or self._words.is_one_of(verb, self._words.lexicon.members("comes_to_nothing"))

    def _is_attempt(self, noun: int) -> bool:
        """Tell "The bid to seize X failed" from "the attack failed", which took place all the same."""
        return self._lookup(self._cues.nouns, noun) is Effect.POSSIBLE

    def _passive_verb(self, head: int) -> Effect | None:
        """Read "An attack is feared", "a withdrawal was announced": the cue verb in the passive."""
        effect = self._lookup(self._cues.verbs, head)
        return effect if effect not in (Effect.HAPPENED, Effect.BEGUN) else None

    def _tense_of_existence(self, head: int, *, exists: bool) -> None:
        grammar = self._grammar
        for aux in grammar.kids(head, "aux"):
            self._cue(self._cues.modals.get(grammar.lower[aux]), aux)
        if exists:
            self._verb(head)
            self._modifiers(head)

    def _is_particle(self, index: int, verb: int) -> bool:
        """Tell "carried on" from "On 3 March they carried out a raid on the town"."""
        grammar = self._grammar
        adjacent = index == verb + 1
        return adjacent or (index > verb and not grammar.kids(index, "pobj", "pcomp"))

    def _lookup(self, table: object, index: int) -> Effect | None:
        """Return a word's effect; a verb with its particle ("call off") goes before the verb alone."""
        assert isinstance(table, dict)
        grammar = self._grammar
        particles = [
            grammar.lower[i]
            for i in grammar.kids(index, "prt", "advmod", "acomp", "prep")
            if grammar.lower[i] in _PARTICLES and self._is_particle(i, index)
        ]
        pair = f"{grammar.lower[index - 1]} {grammar.lower[index]}" if index else ""
        if (effect := table.get(pair)) is not None:
            return Effect(effect)
        for lemma in (*self._words.lemmas[index], grammar.lemma[index]):
            for particle in particles:
                if (effect := table.get(f"{lemma} {particle}")) is not None:
                    return Effect(effect)
            if (effect := table.get(lemma)) is not None:
                return Effect(effect)
        return None
