"""What the words beside a trigger say of its reality: tense, auxiliaries, negation, adverbs, conjunctions."""

from __future__ import annotations

from dataclasses import dataclass, field

from alerts.domain.event import Status
from alerts.extraction.cues import Cues, Effect
from alerts.extraction.grammar import Grammar
from alerts.extraction.triggers import BlockWords

_GRAVITY = (
    Effect.NOTHING, Effect.DENIED, Effect.FAILED, Effect.POSSIBLE,
    Effect.PLANNED, Effect.HISTORICAL, Effect.BEGUN, Effect.HAPPENED,
)  # fmt: skip
_STATUS = {
    Effect.DENIED: Status.DENIED,
    Effect.FAILED: Status.DENIED,
    Effect.POSSIBLE: Status.POSSIBLE,
    Effect.PLANNED: Status.PLANNED,
    Effect.HISTORICAL: Status.HISTORICAL,
    Effect.BEGUN: Status.ONGOING,
    Effect.HAPPENED: Status.OCCURRED,
}
NEGATIONS = frozenset({"not", "n't", "never", "neither", "nor", "no", "hardly", "nobody", "none", "nothing", "nowhere"})
ABILITY = frozenset({"can", "could", "ca", "able", "possible", "may"})
"""What a negation denies along with the verb: nobody "can" or "may" pass where it is closed."""
_COUNTS = frozenset({"every", "all", "half", "everyone", "everybody", "everything", "nobody", "none", "no"})
# "In the film a bomb goes off" plays; "a bomb went off during the film" does not.
_SETTINGS = {"in": "make_believe", "during": "exercises"}
_THEN = frozenset({"did", "was", "were", "had", "will", "would", "wo"})
_PSEUDO_NEGATION_NEXT = frozenset({"until", "only", "just", "least", "merely", "doubt"})


@dataclass(slots=True)
class Standing:
    """What the sentence says about the reality of one trigger."""

    effects: set[Effect] = field(default_factory=set)
    speaker: int | None = None
    """Token of whoever says it, where the sentence tells."""
    claimed: bool = False
    perfect: bool = False
    """Told in the present perfect: it matters now, whenever it began ("has seized 100 posts since October")."""
    past: bool = False
    """Told in the simple past or pluperfect: a time carried over from the sentence before may hold for it."""

    @property
    def failed(self) -> bool:
        """Whether it was only tried, as far as the sentence goes."""
        return Effect.FAILED in self.effects and Effect.DENIED not in self.effects

    @property
    def status(self) -> Status | None:
        """The status; None when there is nothing to report."""
        gravest = next((effect for effect in _GRAVITY if effect in self.effects), Effect.HAPPENED)
        return _STATUS.get(gravest)


class TenseReader:
    """Collects effects from the words beside a verb or noun into a `Standing`."""

    def __init__(self, words: BlockWords, *, headline: bool, dated: bool) -> None:
        self._words = words
        self._grammar: Grammar = words.grammar
        self._cues: Cues = words.lexicon.cues
        self._headline = headline
        self._dated = dated
        self._turns = False
        """The frame is told by its negation: an ability denied is no mere possibility."""
        self._beside = False
        """The walk passed a verb that answers the event: what is said of the answer is not said of the event."""
        self._known = False
        """The text speaks of it as known ("Friday's bombing", "the massacre"), so that it may be denied by one only."""
        self._backdrop = False
        """What is told happens in it ("the dead in the strike"): that it is told now says nothing of the event."""
        self._doing = False
        """The walk passed who did it ("carried out", "behind"): what is denied above is that, not the event."""
        self.standing = Standing()

    def _add(self, effect: Effect) -> None:
        self.standing.effects.add(effect)

    def _modifiers(self, index: int) -> None:
        grammar = self._grammar
        for child in grammar.children[index]:
            for lemma in self._words.lemmas[child]:
                if grammar.tree.dep[child] in ("amod", "compound", "advmod", "acomp", "nmod"):
                    known = None if self._turns and lemma in ABILITY else self._cues.adjectives.get(lemma)
                    known = None if known is Effect.HISTORICAL and self._is_of_people(index) else known
                    self._cue(known, child)
                if grammar.tree.dep[child] in ("advmod", "npadvmod", "neg", "intj"):
                    self._cue(self._cues.adverbs.get(lemma), child)
        if self._negated(index):
            self._add(Effect.DENIED)

    def _is_of_people(self, noun: int) -> bool:
        """Read "former ministers": who they were is long ago, what is told of them is not."""
        return self._is_one_of(noun, "dwellers") or self._is_one_of(noun, "office_holders")

    def _against_fact(self, verb: int) -> bool:
        """Read "Had the town not been shelled, ...": it was."""
        grammar = self._grammar
        had = any(grammar.lower[i] == "had" for i in grammar.kids(verb, "aux"))
        if not had or not grammar.kids(verb, "neg"):
            return False
        conditional = any(grammar.lower[i] == "if" for i in grammar.kids(verb, "mark"))
        return conditional or self._inverted(verb, self._auxiliaries(verb))

    def _only_later(self, verb: int) -> bool:
        """Read "did not reopen until Friday": then it did."""
        grammar = self._grammar
        told = {grammar.lower[i] for i in grammar.kids(verb, "aux", "auxpass")} & _THEN
        clauses = (mark for clause in grammar.kids(verb, "advcl") for mark in grammar.kids(clause, "mark"))
        return bool(told) and any(
            grammar.lower[i] in ("until", "till") for i in (*clauses, *grammar.kids(verb, "prep")) if i > verb
        )

    def _asks_how(self, clause: int) -> bool:
        """Read "why rebels attacked", "how the fire spread", as what is asked or unclear: that it did is not."""
        grammar = self._grammar
        past = grammar.tree.tag[clause] == "VBD" or any(
            grammar.lower[i] in ("was", "were", "had", "has", "have") for i in self._auxiliaries(clause)
        )
        asks = (*grammar.kids(clause, "advmod"), *grammar.kids(clause, "nsubj"))
        return past and any(grammar.lower[i] in ("why", "how", "where", "who") for i in asks)

    def _negated(self, index: int) -> bool:
        grammar = self._grammar
        if self._against_fact(index) or self._only_later(index):
            return False
        for child in grammar.children[index]:
            is_negation = grammar.tree.dep[child] == "neg" or (
                grammar.lower[child] in NEGATIONS and grammar.tree.dep[child] in ("det", "advmod", "preconj", "cc")
            )
            is_negation = is_negation and not (child > index and grammar.lower[child - 1] == ",")  # "X did, not Y"
            is_negation = is_negation or (grammar.lower[child] == "longer" and grammar.lower[child - 1] == "no")
            if is_negation and not self._is_pseudo(child):
                return True
        head = grammar.head(index)
        # "neither confirmed nor denied"
        return (
            head is not None
            and grammar.dep(index) == "conj"
            and any(grammar.lower[i] == "nor" for i in grammar.kids(head, "cc") if i < index)
        )

    def _is_pseudo(self, index: int) -> bool:
        after = index + 1
        next_word = self._grammar.lower[after] if after < self._grammar.size else ""
        word, before = self._grammar.lower[index], self._grammar.lower[index - 1] if index else ""
        anew = word == "once" and (next_word in ("again", "more", "every") or before in ("at", "all", "than"))
        about = word in ("nearly", "almost") and self._is_count(after)
        return anew or about or next_word in _PSEUDO_NEGATION_NEXT

    def _is_count(self, index: int) -> bool:
        """Read "nearly every family", "almost 200": the number is near, the deed is done."""
        grammar = self._grammar
        return index < grammar.size and (grammar.tree.tag[index] == "CD" or grammar.lower[index] in _COUNTS)

    def _cue(self, effect: Effect | None, index: int) -> None:
        if effect is None:
            return
        if effect is Effect.CLAIMED:
            self.standing.claimed = True
        elif effect is not Effect.REPORTED:
            self._add(Effect.CLAIMED if self._is_pseudo(index) else effect)

    def _verb(self, verb: int) -> None:
        """Take in what a verb's own auxiliaries, tense and conjunction say."""
        self._tense(verb)
        self._marker(verb)

    def _auxiliaries(self, verb: int) -> tuple[int, ...]:
        return self._grammar.kids(verb, "aux", "auxpass")

    def _commands(self, verb: int) -> bool:
        """Tell the imperative of "Stop the fighting now, the envoy told the generals"."""
        grammar = self._grammar
        first, _ = grammar.sentence_span(grammar.sentence_of[verb])
        return verb == first and grammar.tree.tag[verb] == "VB" and not grammar.subjects(verb)

    def _tense(self, verb: int) -> None:
        grammar = self._grammar
        auxiliaries = self._auxiliaries(verb)
        if not auxiliaries and self._commands(verb):
            self._add(Effect.POSSIBLE)
        for aux in auxiliaries:
            effect = self._cues.modals.get(grammar.lower[aux])
            if self._turns and grammar.lower[aux] in ABILITY:
                effect = None
            if effect is Effect.PLANNED and self._conditional(verb):
                effect = Effect.POSSIBLE
            if effect is not None:
                self._add(effect)
        if self._inverted(verb, auxiliaries) and not self._against_fact(verb):
            self._add(Effect.POSSIBLE)
        tag = grammar.tree.tag[verb]
        lower = {grammar.lower[aux] for aux in auxiliaries}
        self.standing.perfect |= (
            tag == "VBN" and bool(lower & {"has", "have", "'ve"}) and not lower & {"would", "could"}
        )
        self.standing.past |= tag == "VBD" or bool(lower & {"was", "were", "had"}) or self._may_be_past(verb)
        if (tag == "VBG" and lower & {"is", "are", "'s", "'re", "am"}) or (
            tag in ("VBZ", "VBP") and not auxiliaries and not self._headline and not self._may_be_past(verb)
        ):
            self._going_on()

    def _going_on(self) -> None:
        """Take a present verb as what goes on; of "last week's ambush" it tells what is known now."""
        if not self._dated and not self._backdrop:
            self._add(Effect.BEGUN)

    def _is_infinitive(self, verb: int) -> bool:
        return any(self._grammar.lower[aux] == "to" for aux in self._grammar.kids(verb, "aux"))

    def _is_ahead(self, infinitive: int, head: int) -> bool:
        """Take in "is to reopen", "has yet to reopen"; return whether it was one of them."""
        grammar = self._grammar
        if not self._is_infinitive(infinitive):
            return False
        if grammar.lemma[head] == "go" and grammar.tree.tag[head] == "VBG":
            self._add(Effect.PLANNED)  # "is going to shut"
            return True
        if grammar.lemma[head] not in ("be", "have"):
            return False
        if self._beside:
            return True
        if any(grammar.lower[i] == "yet" for verb in (head, infinitive) for i in grammar.kids(verb, "advmod")):
            vouches = self._is_one_of(infinitive, "vouching_verbs")
            self._add(Effect.POSSIBLE if vouches else Effect.DENIED)
        elif grammar.lemma[head] == "be":
            self._add(Effect.PLANNED)
            self._marker(head)
        else:
            return False
        return True

    def _used_to(self, infinitive: int, verb: int) -> bool:
        """Read "used to shell"; "was used to shell" is another."""
        is_habit = self._grammar.lower[verb] == "used" and self._grammar.tree.tag[verb] == "VBD"
        if is_habit and self._is_infinitive(infinitive):
            self._add(Effect.HISTORICAL)
            return True
        return False

    def _took(self, verb: int) -> bool:
        """Read "It took the army three days to retake the town": it did."""
        grammar = self._grammar
        is_it = any(grammar.lower[i] == "it" for i in grammar.kids(verb, "nsubj"))
        if not (is_it and grammar.lemma[verb] == "take"):
            return False
        self._tense(verb)
        return True

    def _has_no(self, noun: int) -> bool:
        """Tell "no truck", "neither side", "not one truck" from "not only trucks"."""
        grammar = self._grammar
        counted = (noun, *grammar.kids(noun, "nummod", "compound"))
        dets = (k for i in counted for k in grammar.kids(i, "det"))
        return any(grammar.lower[k] in ("no", "neither") for k in dets) or any(
            grammar.lower[k] == "not" and k < i and not self._is_pseudo(k)
            for i in counted
            for k in grammar.kids(i, "neg")
        )

    def _long_before(self, index: int) -> bool:
        """Read "thirty years after", "a decade on from": what follows it is history."""
        phrases = self._grammar.kids(index, "npadvmod")
        follows = [i for i in phrases if i < index and self._is_one_of(i, "long_spans")]
        return bool(follows) and self._grammar.lower[index] not in ("before", "until")

    def _settings(self, verb: int) -> None:
        """Read "in the scenario, troops land": what the clause is set in says how real it is."""
        grammar = self._grammar
        for preposition in grammar.kids(verb, "prep"):
            for noun in grammar.kids(preposition, "pobj"):
                setting = _SETTINGS.get(grammar.lower[preposition])
                if setting is not None and self._is_one_of(noun, setting):
                    self._add(Effect.POSSIBLE)

    def _light_verb(self, verb: int, preposition: str) -> None:
        """Read "gave the green light to", "drew up plans for": the object says what stands after the preposition."""
        grammar = self._grammar
        if preposition not in ("to", "for", "of", "over", "about"):
            return
        # "Fears grow of clashes": what the subject is about stands behind the verb.
        subjects = grammar.kids(verb, "nsubj") if preposition == "of" and not grammar.kids(verb, "dobj") else ()
        for noun in (*grammar.kids(verb, "dobj"), *subjects):
            pair = f"{grammar.lower[noun - 1]} {grammar.lower[noun]}" if noun else ""
            effect = next(
                (self._cues.nouns[name] for name in (pair, grammar.lemma[noun]) if name in self._cues.nouns), None
            )
            if effect in (Effect.POSSIBLE, Effect.PLANNED):
                self._add(effect)

    def _is_one_of(self, index: int, members: str) -> bool:
        return self._words.is_one_of(index, self._words.lexicon.members(members))

    def _may_be_past(self, verb: int) -> bool:
        """Take a verb whose past looks like its present for the past: "when shells hit a market"."""
        return self._grammar.lower[verb] in self._words.lexicon.members("invariant_verbs")

    def _conditional(self, verb: int) -> bool:
        """Read "If Homs falls, thousands will flee": the main clause hangs on the condition."""
        grammar = self._grammar
        return any(
            grammar.lower[mark] in ("if", "unless", "should", "once", "had")
            for clause in grammar.kids(verb, "advcl")
            for mark in grammar.kids(clause, "mark", "advmod", "aux")
        )

    def _inverted(self, verb: int, auxiliaries: tuple[int, ...]) -> bool:
        """Read "Had the bridge collapsed", "Should Homs fall": an auxiliary before its subject."""
        grammar = self._grammar
        subjects = grammar.kids(verb, "nsubj", "nsubjpass")
        return any(
            grammar.lower[aux] in ("had", "should", "were") and any(aux < subject < verb for subject in subjects)
            for aux in auxiliaries
        )

    def _marker(self, verb: int) -> None:
        grammar = self._grammar
        if self._against_fact(verb):
            return
        for child in grammar.kids(verb, "mark", "advmod"):
            self._cue(self._cues.markers.get(self._marker_name(child)), child)

    def _marker_name(self, child: int) -> str:
        """Return the conjunction, with the word before it where the two make one ("even if", "as if", "in case")."""
        lower = self._grammar.lower
        pair = f"{lower[child - 1]} {lower[child]}" if child else lower[child]
        return pair if pair in self._cues.markers else lower[child]
