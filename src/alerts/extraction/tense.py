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
_PSEUDO_NEGATION_NEXT = frozenset({"only", "just", "least", "merely", "doubt"})


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
        self.standing = Standing()

    def _add(self, effect: Effect) -> None:
        self.standing.effects.add(effect)

    def _modifiers(self, index: int) -> None:
        grammar = self._grammar
        for child in grammar.children[index]:
            for lemma in self._words.lemmas[child]:
                if grammar.tree.dep[child] in ("amod", "compound", "advmod", "acomp", "nmod"):
                    self._cue(self._cues.adjectives.get(lemma), child)
                if grammar.tree.dep[child] in ("advmod", "npadvmod", "neg", "intj"):
                    self._cue(self._cues.adverbs.get(lemma), child)
        if self._negated(index):
            self._add(Effect.DENIED)

    def _negated(self, index: int) -> bool:
        grammar = self._grammar
        for child in grammar.children[index]:
            is_negation = grammar.tree.dep[child] == "neg" or (
                grammar.lower[child] in NEGATIONS and grammar.tree.dep[child] in ("det", "advmod", "preconj", "cc")
            )
            if is_negation and not self._is_pseudo(child):
                return True
        return False

    def _is_pseudo(self, index: int) -> bool:
        after = index + 1
        return after < self._grammar.size and self._grammar.lower[after] in _PSEUDO_NEGATION_NEXT

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

    def _tense(self, verb: int) -> None:
        grammar = self._grammar
        auxiliaries = self._auxiliaries(verb)
        for aux in auxiliaries:
            effect = self._cues.modals.get(grammar.lower[aux])
            if self._turns and grammar.lower[aux] in ABILITY:
                effect = None
            if effect is Effect.PLANNED and self._conditional(verb):
                effect = Effect.POSSIBLE
            if effect is not None:
                self._add(effect)
        if self._inverted(verb, auxiliaries):
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
            self._add(Effect.BEGUN)

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
        for child in grammar.kids(verb, "mark", "advmod"):
            self._cue(self._cues.markers.get(self._marker_name(child)), child)

    def _marker_name(self, child: int) -> str:
        """Return the conjunction, with the word before it where the two make one ("even if", "as if", "in case")."""
        lower = self._grammar.lower
        pair = f"{lower[child - 1]} {lower[child]}" if child else lower[child]
        return pair if pair in self._cues.markers else lower[child]
