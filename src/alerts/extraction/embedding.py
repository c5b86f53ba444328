"""What a verb says of the event below it: said, denied, tried in vain, done."""

from __future__ import annotations

from alerts.extraction.corrections import is_taken_back
from alerts.extraction.cues import Effect
from alerts.extraction.subject_status import SubjectReader
from alerts.extraction.tense import NEGATIONS


class EmbeddingReader(SubjectReader):
    """Reads a verb with a cue above a trigger, with its negation, its speaker and what became of it."""

    def _embed(self, effect: Effect, head: int) -> None:
        negated = self._negated(head)
        if effect in (Effect.REPORTED, Effect.CLAIMED) and self._is_denying_headline(head):
            effect = Effect.DENIED
        if effect is Effect.DENIED and self._by_nobody(head):
            self._add(Effect.HAPPENED)
        elif effect in (Effect.REPORTED, Effect.CLAIMED):
            self._attribute(effect, head, negated=negated)
        elif effect is Effect.DENIED:
            self._deny(head, negated=negated)
        elif negated and effect in (Effect.HAPPENED, Effect.BEGUN):
            self._add(self._not_so(head))
        elif negated and effect in (Effect.NOTHING, Effect.FAILED):
            self._add(Effect.HAPPENED)
        else:
            self._add(effect)
        if effect is Effect.POSSIBLE and self._is_turned_back(head):
            self._add(Effect.FAILED)
        if effect in (Effect.HAPPENED, Effect.BEGUN, Effect.PLANNED, Effect.POSSIBLE, Effect.NOTHING):
            self._embedding_tense(effect, head)

    def _not_so(self, verb: int) -> Effect:
        """Tell "did not manage to", which denies, from "has not confirmed" and "did not condemn"."""
        if self._is_one_of(verb, "vouching_verbs"):
            return Effect.POSSIBLE
        return Effect.HAPPENED if self._is_one_of(verb, "factive_verbs") else Effect.DENIED

    def _is_denying_headline(self, verb: int) -> bool:
        """Read "Ankara rejects claims that ...", which parsers take for rejects that claim."""
        grammar = self._grammar
        return grammar.tree.tag[verb] == "VBZ" and any(
            grammar.tree.tag[noun] == "NNS"
            and noun == verb - 1
            and bool(grammar.kids(noun, "compound", "poss", "nmod", "amod"))
            and self._lookup(self._cues.verbs, noun) is Effect.DENIED
            for noun in grammar.kids(verb, "nsubj")
        )

    def _embedding_tense(self, effect: Effect, head: int) -> None:
        if effect in (Effect.HAPPENED, Effect.BEGUN) and self._grammar.is_verb(head):
            self._verb(head)

    def _attribute(self, effect: Effect, head: int, *, negated: bool) -> None:
        grammar = self._grammar
        subjects = grammar.subjects(head)
        if self.standing.speaker is None and subjects:
            self.standing.speaker = subjects[0]
        self.standing.claimed |= effect is Effect.CLAIMED
        asks = any(grammar.lower[aux] in self._cues.modals for aux in grammar.kids(head, "aux"))
        if is_taken_back(self._words, head):
            self._add(Effect.DENIED)
        elif negated or (asks and effect is Effect.CLAIMED):
            self._add(Effect.POSSIBLE)

    def _deny(self, head: int, *, negated: bool) -> None:
        subjects = self._grammar.subjects(head)
        if self.standing.speaker is None and subjects:
            self.standing.speaker = subjects[0]
        # "did not deny", "has not ruled out": open, and nothing that wakes anybody.
        self._add(Effect.POSSIBLE if negated else Effect.DENIED)

    def _is_turned_back(self, verb: int) -> bool:
        """Read "tried to enter the town but were turned back": an attempt whose end the same breath tells."""
        grammar = self._grammar
        if not self._is_one_of(verb, "trying_verbs"):
            return False
        return any(
            self._is_one_of(word, "comes_to_nothing") or self._lookup(self._cues.verbs, word) is Effect.FAILED
            for after in grammar.kids(verb, "conj")
            for word in (after, *grammar.kids(after, "prt", "advmod"))
        )

    def _is_no_truth(self, noun: int) -> bool:
        """Read "There is no truth in the story that"."""
        return self._is_one_of(noun, "truth_nouns") and self._has_no(noun)

    def _is_shown_only(self, child: int, noun: int) -> bool:
        """Read "a video said to show a blast": nobody vouches for what is in it."""
        claims = self._grammar.lemma[child] in ("say", "purport", "claim", "allege")
        return claims and self._is_one_of(noun, "picture_nouns")

    def _warns_of_fact(self, clause: int, verb: int) -> bool:
        """Tell "warned that the bridge had been destroyed" from "warned that it could be", "warned of floods"."""
        grammar = self._grammar
        if grammar.dep(clause) != "ccomp" or not self._is_one_of(verb, "warning_verbs") or self._conditional(clause):
            return False
        auxiliaries = {grammar.lower[i] for i in self._auxiliaries(clause)}
        if auxiliaries & self._cues.modals.keys() or "to" in auxiliaries:
            return False
        return (
            bool(auxiliaries) or grammar.tree.tag[clause] == "VBD" or grammar.lemma[clause] in ("be", "have", "remain")
        )

    def _by_nobody(self, verb: int) -> bool:
        """Read "Nobody disputes that"."""
        grammar = self._grammar
        subjects = grammar.kids(verb, "nsubj", "nsubjpass")
        return any(grammar.lower[i] in NEGATIONS or self._has_no(i) for i in subjects)

    def _is_told_to(self, infinitive: int, verb: int) -> bool:
        """Tell "was told to retake the town", "a video said to show", from "is said to have retaken it"."""
        grammar = self._grammar
        pictures = any(self._is_one_of(i, "picture_nouns") for i in grammar.kids(verb, "nsubj"))
        return (grammar.lemma[verb] == "tell" or pictures) and self._is_infinitive(infinitive)
