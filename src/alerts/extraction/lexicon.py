"""The lexicon: everything that tells this program what words mean, as one value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from alerts.extraction.actor_names import ActorNames
from alerts.extraction.classifier import Classifier
from alerts.extraction.cues import Cues
from alerts.extraction.frame import Frame, Part, Pattern

Need: TypeAlias = frozenset[frozenset[str]]
"""Sets of lemmas; a sentence meets the need when it has a word of each set."""

CONTEXT = "CONTEXT"
"""Stands in a need for any of the set `context_words`, anywhere in the report: no lemma has capitals."""

ANYWHERE = "ANYWHERE"
"""Stands in a set of a need that another sentence of the same block may meet."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A pattern with the frame it belongs to."""

    frame: Frame
    pattern: Pattern


class Triggers:
    """The triggers of one anchor: a common word has some hundred, of which a sentence can hold a few.

    Args:
        triggers: In the order in which they are tried.
    """

    def __init__(self, triggers: Sequence[Trigger]) -> None:
        self._all = tuple(triggers)
        self._alone: list[int] = []
        self._beside: dict[str, list[int]] = {}
        for number, trigger in enumerate(triggers):
            if len(trigger.pattern.words) == 1:
                self._alone.append(number)
            for word in trigger.pattern.rarest:
                self._beside.setdefault(word, []).append(number)

    def among(self, words: frozenset[str]) -> list[Trigger]:
        """Return those that need no other word, and those whose rarest other word is among `words`, in order."""
        found = set(self._alone)
        for word in self._beside.keys() & words:
            found.update(self._beside[word])
        return [self._all[number] for number in sorted(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Frames, word sets, actors and cues, indexed for look-up.

    `lemmas_of` maps every inflected form to its lemmas; `triggers` are indexed by each lemma that may stand at their
    anchor. `digest` names the content: equal digests extract alike.
    """

    frames: tuple[Frame, ...]
    sets: Mapping[str, frozenset[str]]
    lemmas_of: Mapping[str, tuple[str, ...]]
    triggers: Mapping[str, Triggers]
    actors: ActorNames
    cues: Cues
    digest: str
    look: Mapping[str, tuple[Need, ...]] = field(default_factory=dict)
    """For each form of an anchor what makes it worth a parse: any one need, every set of it in the sentence."""
    hints: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each form of an anchor that has needs a word of each of them: a text without any of these meets none."""
    models: Mapping[tuple[str, Part], Frame] = field(default_factory=dict)
    """How the roles of a type are read where its words alone tell it."""
    classifier: Classifier | None = None
    """Judges sentences by their words; without it frames alone decide."""
    told_by_negation: frozenset[str] = frozenset()
    """Types that a negation may tell: "no lorry has passed since"."""
    own_frames: frozenset[str] = frozenset()
    """Ids of a user's own frames: what they read, the classifier never refutes."""

    def lemmas(self, lower: str, parsed: str) -> tuple[str, ...]:
        """Return the lemmas that a word may have: the lexicon's own, else the parser's."""
        return self.lemmas_of.get(lower) or (parsed,)

    def members(self, name: str) -> frozenset[str]:
        """Return a word set; empty when it has no such name."""
        return self.sets.get(name, frozenset())
