"""What stands above an event says of it: the noun it hangs on ("fears of"), the verb whose complement it is."""

from __future__ import annotations

from alerts.extraction.corrections import is_retraction
from alerts.extraction.cues import Effect
from alerts.extraction.embedding import EmbeddingReader
from alerts.extraction.tense import ABILITY


class ComplementReader(EmbeddingReader):
    """Reads the noun or verb that an event is the content or the object of."""

    def _on_noun(self, child: int, noun: int) -> bool:
        """Read "fears of", "plans to", "reports that": what kind of thing the trigger is said to be."""
        if self._is_one_of(noun, "traces") and not self._is_infinitive(child):
            # Whatever is said of the victims of an attack, it has had them.
            self._add(Effect.HAPPENED)
            return False
        if self._is_shown_only(child, noun):
            self._add(Effect.POSSIBLE)
        no_truth = self._is_no_truth(noun) or self._grammar.lower[noun] == "nothing"
        effect = Effect.DENIED if no_truth else self._lookup(self._cues.nouns, noun)
        if effect is None and self._is_ranked(noun):
            self._add(Effect.HAPPENED)
        elif effect is None and self._is_infinitive(child):
            # "Rafah crossing to reopen on Monday" is a headline without a verb of its own.
            effect = Effect.PLANNED if self._grammar.head(noun) is None else Effect.POSSIBLE
        self._cue(effect, noun)
        self._modifiers(noun) if effect is not None else None
        return True

    def _is_ranked(self, noun: int) -> bool:
        """Read "the latest town to fall": it fell."""
        return any(self._is_one_of(i, "rank_words") for i in self._grammar.kids(noun, "amod", "nummod"))

    def _as_complement(self, child: int, head: int) -> bool:
        grammar = self._grammar
        if grammar.tree.dep[child] == "dobj" and is_retraction(self._words, child, head):
            self._add(Effect.DENIED)
            return True
        if self._used_to(child, head) or self._against_fact(child) or self._is_how(child):
            return True
        effect = self._lookup(self._cues.objects, head) if grammar.tree.dep[child] == "dobj" else None
        effect = effect or self._lookup(self._cues.verbs, head) or self._lookup(self._cues.adjectives, head)
        self._doing |= self._known and grammar.dep(child) == "dobj" and self._is_one_of(head, "doing_verbs")
        if effect is Effect.DENIED and (self._doing or self._is_one_of(child, "involvement_nouns")):
            # "denied any part in the bombing" says who did it not, and that it was done.
            self._add(Effect.HAPPENED)
            return False
        if self._doing and self._negated(head):
            self._add(Effect.HAPPENED)
            return False
        if effect is Effect.POSSIBLE and self._is_name_given(child, head):
            effect = Effect.CLAIMED
        if effect in (Effect.NOTHING, Effect.FAILED) and self._beside:
            return False
        if effect is Effect.POSSIBLE and self._warns_of_fact(child, head):
            effect = Effect.REPORTED
        if effect is Effect.REPORTED and self._is_told_to(child, head):
            effect = Effect.POSSIBLE
        if self._turns and grammar.lemma[head] in ABILITY:
            return True
        if effect is Effect.HAPPENED and self._negated(head) and self._is_unheard_of(child):
            self._add(Effect.HAPPENED)
            return True
        if effect is None:
            self._plain_complement(child, head)
            return True
        self._embed(effect, head)
        return True

    def _is_how(self, clause: int) -> bool:
        """Take in "nobody knows how the rebels got in": in they got."""
        if self._grammar.dep(clause) != "ccomp" or not self._asks_how(clause):
            return False
        self._add(Effect.HAPPENED)
        return True

    def _is_unheard_of(self, noun: int) -> bool:
        """Read "has never seen floods like these": there they are."""
        grammar = self._grammar
        like = any(grammar.lower[i] in ("like", "such", "so") for i in grammar.children[noun])
        return like or any(grammar.tree.tag[i] == "JJR" for i in grammar.kids(noun, "amod"))

    def _is_name_given(self, child: int, head: int) -> bool:
        """Tell "what the army called a breach of the truce" from "called for a truce"."""
        grammar = self._grammar
        is_noun = grammar.is_noun(child) and grammar.tree.dep[child] in ("oprd", "xcomp", "ccomp", "attr", "dobj")
        return is_noun and grammar.lemma[head] == "call" and len(grammar.kids(head, "dobj", "oprd", "ccomp")) > 1

    def _plain_complement(self, child: int, head: int) -> None:
        """A verb without a cue: an infinitive below it has not happened, an object shares its tense."""
        grammar = self._grammar
        dep = grammar.tree.dep[child]
        if dep == "xcomp" and self._is_ahead(child, head):
            return
        if dep in ("dobj", "attr", "oprd", "acomp") or (dep == "xcomp" and grammar.lemma[head] in ("be", "have")):
            self._verb(head) if grammar.is_verb(head) else None
            self._modifiers(head)
        elif dep == "ccomp":
            self._cue(self._verdict(head), head)
            # "Fears are growing that ...": the noun that the clause says more of is the verb's subject.
            for subject in grammar.grammatical_subjects(head):
                self._cue(self._lookup(self._cues.nouns, subject), subject)
        elif dep == "xcomp" and self._is_infinitive(child) and not self._took(head):
            self._add(Effect.POSSIBLE)
