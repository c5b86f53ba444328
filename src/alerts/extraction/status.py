"""Whether it happened: the status of one trigger, read from the tree and the cue tables.

The walk goes from the trigger to the root of its sentence and collects the effect of everything that governs it; the
gravest effect decides. What governs only a part of the path (an adverbial clause, a relative clause) ends the walk.
"""

from __future__ import annotations

from alerts.extraction.corrections import is_retraction
from alerts.extraction.cues import Effect
from alerts.extraction.embedding import EmbeddingReader
from alerts.extraction.frame import Part
from alerts.extraction.tense import ABILITY, NEGATIONS, Standing
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


class _Walk(EmbeddingReader):
    def begin(self, hit: Hit) -> None:
        grammar = self._grammar
        self._turns = hit.frame.negated
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

    def _relative(self, child: int, head: int) -> bool:
        """Read "remembered those who died in the bombing": whom a memorial is for, it is for long ago."""
        verb = self._grammar.governor(head)
        if verb is not None and self._lookup(self._cues.verbs, verb) is Effect.HISTORICAL:
            self._add(Effect.HISTORICAL)
        if self._is_no_truth(head):
            self._add(Effect.DENIED)
        return self._is_content(child, head) and self._on_noun(child, head)

    def _included(self, preposition: int) -> bool:
        """Read "bombings to slow the advance, including targeting the bridge": as real as the sentence."""
        self.standing.effects.discard(Effect.POSSIBLE)
        root = self._grammar.ancestors(preposition)[-1:]
        for verb in root:
            self._tense(verb)
        return False

    def _conjunct(self, child: int, head: int) -> bool:
        """Read "could attack and capture": a bare second verb has the first one's auxiliaries."""
        grammar = self._grammar
        if grammar.is_verb(child) and grammar.is_verb(head):
            own = grammar.kids(child, "aux", "auxpass", "nsubj", "nsubjpass")
            finite = grammar.tree.tag[child] in ("VBD", "VBZ", "VBP")
            if not own and not finite:
                self._tense(head)
            self._marker(head) if not grammar.kids(child, "nsubj", "nsubjpass") else None
        return True

    def _adverbial(self, child: int, head: int) -> bool:
        grammar = self._grammar
        if self._long_before(child):
            self._add(Effect.HISTORICAL)
            return False
        if self._is_infinitive(child):
            if self._took(head):
                return True
            effect = self._lookup(self._cues.verbs, head)
            self._add(effect if effect is not None and effect is not Effect.REPORTED else Effect.POSSIBLE)
            return self._governed(head)
        if grammar.tree.tag[child] in ("VBG", "VBN") and not grammar.kids(child, "mark", "nsubj", "aux"):
            self._tense(head)
            return self._governed(head)
        if self._is_called(child, head):
            self._embed(Effect.DENIED, head)
            return True
        if any(
            self._grammar.lower[mark] in ("after", "before", "since", "as", "because")
            for mark in grammar.kids(child, "mark")
        ):
            return False
        if self._cues.verbs.get(grammar.lemma[head]) in (Effect.REPORTED, Effect.CLAIMED):
            return self._as_complement(child, head)
        return False

    def _is_called(self, child: int, head: int) -> bool:
        """Read "dismissed as fabricated the claim that": the parser hangs what is denied on the participle."""
        grammar = self._grammar
        return self._lookup(self._cues.verbs, head) is Effect.DENIED and any(
            grammar.lower[mark] == "as" for mark in grammar.kids(child, "mark")
        )

    def _governed(self, head: int) -> bool:
        """What governs the main clause governs a participle of it too."""
        if self._negated(head) and not self._grammar.kids(head, "nsubj"):
            self._add(Effect.DENIED)
        return True

    def _after_preposition(self, child: int, preposition: int) -> bool:
        grammar = self._grammar
        name = grammar.lower[preposition]
        effect = self._cues.markers.get(self._marker_name(preposition)) or self._cues.markers.get(f"{name} of")
        self._cue(effect, preposition)
        governor = grammar.head(preposition)
        if self._long_before(preposition) or (governor is not None and self._long_before(governor)):
            self._add(Effect.HISTORICAL)
            return False
        if name in ("after", "following", "with") and governor is not None and not self._dated:
            self._would(governor)
        if name == "as" and governor is not None and self._lookup(self._cues.verbs, governor) is Effect.DENIED:
            # "dismissed as baseless a report that ...": the parser hangs what is denied on the "as".
            self._embed(Effect.DENIED, governor)
            return True
        if governor is None or name in ("after", "following", "since", "during", "despite", "amid", "before", "as"):
            return False
        if name == "by" and not grammar.is_noun(governor):
            self._tense(governor)
            return True
        if grammar.is_noun(governor):
            return self._on_noun(child, governor)
        if name in {"in", "with"}:
            self._tense(governor) if name == "in" else None
            return True
        self._light_verb(governor, name)
        self._beside |= self._is_one_of(governor, "response_verbs")
        return self._as_complement(child, governor)

    def _would(self, verb: int) -> None:
        """Read "With the fall of Homs the capital would be cut off": neither has come."""
        if any(self._grammar.lower[aux] in ("would", "'d") for aux in self._grammar.kids(verb, "aux")):
            self._add(Effect.POSSIBLE)

    def _is_content(self, child: int, noun: int) -> bool:
        """Tell "reports that rebels had taken Hama" from "rebels that had taken Hama"."""
        subjects = self._grammar.kids(child, "nsubj", "nsubjpass")
        whole = any(self._grammar.tree.tag[i] not in ("WDT", "WP") for i in subjects)
        return whole and self._lookup(self._cues.nouns, noun) is not None

    def _on_noun(self, child: int, noun: int) -> bool:
        """Read "fears of", "plans to", "reports that": what kind of thing the trigger is said to be."""
        if self._is_one_of(noun, "traces") and not self._is_infinitive(child):
            # Whatever is said of the victims of an attack, it has had them.
            self._add(Effect.HAPPENED)
            return False
        if self._is_shown_only(child, noun):
            self._add(Effect.POSSIBLE)
        effect = Effect.DENIED if self._is_no_truth(noun) else self._lookup(self._cues.nouns, noun)
        if effect is None and self._is_infinitive(child):
            # "Rafah crossing to reopen on Monday" is a headline without a verb of its own.
            effect = Effect.PLANNED if self._grammar.head(noun) is None else Effect.POSSIBLE
        self._cue(effect, noun)
        self._modifiers(noun) if effect is not None else None
        return True

    def _as_complement(self, child: int, head: int) -> bool:
        grammar = self._grammar
        if grammar.tree.dep[child] == "dobj" and is_retraction(self._words, child, head):
            self._add(Effect.DENIED)
            return True
        if self._used_to(child, head):
            return True
        effect = self._lookup(self._cues.objects, head) if grammar.tree.dep[child] == "dobj" else None
        effect = effect or self._lookup(self._cues.verbs, head) or self._lookup(self._cues.adjectives, head)
        if effect is Effect.DENIED and self._is_one_of(child, "involvement_nouns"):
            # "denied any part in the bombing" says who did it not, and that it was done.
            return False
        if effect is Effect.POSSIBLE and self._is_name_given(child, head):
            effect = Effect.CLAIMED
        if effect in (Effect.NOTHING, Effect.FAILED) and self._beside:
            return False
        if effect is Effect.REPORTED and self._is_told_to(child, head):
            effect = Effect.POSSIBLE
        if self._turns and grammar.lemma[head] in ABILITY:
            return True
        if effect is None:
            self._plain_complement(child, head)
            return True
        self._embed(effect, head)
        return True

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
