"""What a clause or a preposition between an event and its sentence says of it."""

from __future__ import annotations

from alerts.extraction.complements import ComplementReader
from alerts.extraction.cues import Effect

# "five percent of its capacity in a drought": the drought is where it is told, not what the noun is about.
_SETTING = frozenset({"in", "at", "amid", "amidst", "near", "inside", "across", "throughout", "within"})


class ClauseReader(ComplementReader):
    """Reads adverbial and relative clauses, second verbs and prepositions above an event."""

    def _relative(self, child: int, head: int) -> bool:
        """Read "remembered those who died in the bombing": whom a memorial is for, it is for long ago."""
        verb = self._grammar.governor(head)
        if verb is not None and self._lookup(self._cues.verbs, verb) is Effect.HISTORICAL:
            self._add(Effect.HISTORICAL)
        if self._is_no_truth(head):
            self._add(Effect.DENIED)
        told = self._is_content(child, head) or self._is_infinitive(child)
        return told and self._on_noun(child, head)

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
        if self._is_gerund_of(child, head):
            return self._as_complement(child, head)
        if grammar.tree.tag[child] in ("VBG", "VBN") and not grammar.kids(child, "mark", "nsubj", "aux"):
            self._tense(head)
            return self._governed(head)
        if self._is_called(child, head):
            self._embed(Effect.DENIED, head)
            return True
        marks = {grammar.lower[mark] for mark in grammar.kids(child, "mark")}
        if "since" in marks and self._is_one_of(child, "starting_verbs"):
            self._until_now(head)
        if self._lies_ahead(child, head, marks):
            self._add(Effect.POSSIBLE)
            return False
        if marks & {"after", "before", "since", "as", "because"}:
            return False
        if self._cues.verbs.get(grammar.lemma[head]) in (Effect.REPORTED, Effect.CLAIMED):
            return self._as_complement(child, head)
        return False

    def _lies_ahead(self, child: int, head: int, marks: set[str]) -> bool:
        """Read "once the army takes the town, it will ...", "vowed not to talk before it had taken the town"."""
        grammar = self._grammar
        vowed = (head, grammar.tree.head[head]) if self._is_infinitive(head) else (head,)
        if "before" in marks and any(self._is_one_of(i, "vowing_verbs") for i in vowed):
            return True
        main = head if grammar.is_verb(head) else grammar.tree.head[head]
        when = marks | {grammar.lower[i] for i in (head, *grammar.kids(child, "advmod"))}
        helpers = {grammar.lower[i] for i in self._auxiliaries(child)}
        present = grammar.tree.tag[child] in ("VBZ", "VBP") or bool(helpers & {"is", "are", "has", "have"})
        ahead = any(grammar.lower[aux] in self._cues.modals for aux in grammar.kids(main, "aux"))
        return present and ahead and bool(when & {"when", "once", "soon", "after", "before", "until"})

    def _preposition_verdict(self, child: int, preposition: int) -> Effect | None:
        """Read "far from having fallen", "ten years on from", "taken for a strike": no more need be read."""
        grammar = self._grammar
        name, governor = grammar.lower[preposition], grammar.head(preposition)
        if name == "from" and grammar.dep(child) == "pcomp" and grammar.lower[preposition - 1] == "far":
            return Effect.DENIED
        if self._long_before(preposition) or (governor is not None and self._long_before(governor)):
            return Effect.HISTORICAL
        if name == "but" and governor is not None and self._has_no_choice(governor):
            return Effect.HAPPENED
        mistaken = name in ("for", "as") and governor is not None and self._is_mistaken(governor)
        return Effect.DENIED if mistaken else None

    def _has_no_choice(self, noun: int) -> bool:
        """Read "had no choice but to open fire"."""
        grammar = self._grammar
        ahead = any(grammar.lower[i] in self._cues.modals for i in grammar.kids(grammar.tree.head[noun], "aux"))
        return not ahead and self._is_one_of(noun, "choices") and self._has_no(noun)

    def _is_mistaken(self, verb: int) -> bool:
        """Read "was at first taken for a missile strike"."""
        takes = self._grammar.lemma[verb] == "take" and self._grammar.is_passive(verb)
        return takes or self._is_one_of(verb, "mistaking_verbs")

    def _since(self, child: int, governor: int) -> None:
        """Read "have left since fighting in the north began", where the parser hangs "fighting" on "since"."""
        if self._is_one_of(governor, "starting_verbs"):
            self._until_now(self._grammar.tree.head[governor])
        elif self._grammar.is_verb(child):
            self._until_now(governor)

    def _until_now(self, verb: int) -> None:
        """Read "thousands have left since fighting began in March": what began goes on."""
        told = {self._grammar.lower[aux] for aux in self._auxiliaries(verb)}
        if told & {"has", "have", "'ve"} or self._grammar.tree.tag[verb] in ("VBZ", "VBP"):
            self.standing.perfect = True
            self._add(Effect.BEGUN)

    def _is_gerund_of(self, child: int, head: int) -> bool:
        """Tell "ruled out reopening the border" from "fell back, reopening the road"."""
        grammar = self._grammar
        if grammar.tree.tag[child] != "VBG" or child < head or grammar.kids(child, "nsubj"):
            return False
        between = grammar.lower[head + 1 : child]
        known = self._lookup(self._cues.verbs, head) or self._lookup(self._cues.objects, head)
        return len(between) <= 2 and "," not in between and known in (Effect.DENIED, Effect.FAILED, Effect.NOTHING)

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
        if (verdict := self._preposition_verdict(child, preposition)) is not None:
            self._add(verdict)
            return False
        if name in ("after", "following", "with") and governor is not None and not self._dated:
            self._would(governor)
        if name == "as" and governor is not None and self._lookup(self._cues.verbs, governor) is Effect.DENIED:
            # "dismissed as baseless a report that ...": the parser hangs what is denied on the "as".
            self._embed(Effect.DENIED, governor)
            return True
        if name == "since" and governor is not None:
            self._since(child, governor)
        if governor is None or name in ("after", "following", "since", "during", "despite", "amid", "before", "as"):
            return False
        if name == "by" and not grammar.is_noun(governor):
            self._tense(governor)
            return True
        if grammar.is_noun(governor):
            if name not in _SETTING or self._is_no_truth(governor):
                return self._on_noun(child, governor)
            # "the number of dead in the strike": whoever counts them, it struck.
            return not (self._known and self._counts_victims(governor))
        self._backdrop |= self._known
        if name in {"in", "with"}:
            self._tense(governor) if name == "in" else None
            return True
        self._doing |= self._known and (name == "behind" or self._is_one_of(governor, "doing_words"))
        self._light_verb(governor, name)
        if name == "into":
            self._tense(governor)
        self._beside |= self._is_one_of(governor, "response_verbs")
        return self._as_complement(child, governor)

    def _counts_victims(self, noun: int) -> bool:
        line = (noun, *self._grammar.ancestors(noun)[:2])
        return any(self._is_one_of(i, kind) for i in line for kind in ("count_killed", "count_injured"))

    def _would(self, verb: int) -> None:
        """Read "With the fall of Homs the capital would be cut off": neither has come."""
        if any(self._grammar.lower[aux] in ("would", "'d") for aux in self._grammar.kids(verb, "aux")):
            self._add(Effect.POSSIBLE)

    def _is_content(self, child: int, noun: int) -> bool:
        """Tell "reports that rebels had taken Hama" from "rebels that had taken Hama"."""
        subjects = self._grammar.kids(child, "nsubj", "nsubjpass")
        whole = any(self._grammar.tree.tag[i] not in ("WDT", "WP") for i in subjects)
        return whole and self._lookup(self._cues.nouns, noun) is not None
