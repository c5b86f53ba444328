"""Counts that figures are made of, and how they are printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self


@dataclass(slots=True)
class Share:
    """How many of some were right."""

    right: int = 0
    of: int = 0

    def add(self, right: int, of: int = 1) -> None:
        """Count in some more."""
        self.right += right
        self.of += of

    def __str__(self) -> str:
        return f"{self.right / self.of:.2f} ({self.right} of {self.of})" if self.of else "none to judge"


@dataclass(slots=True)
class Scored:
    """What was found against what there is."""

    hit: int = 0
    """Gold that was found."""
    gold: int = 0
    right: int = 0
    """Found that is gold. Differs from `hit` where one find may answer for several gold items."""
    found: int = 0

    def sets(self, gold: frozenset[str], found: frozenset[str]) -> Self:
        """Compare two sets of labels."""
        both = len(gold & found)
        self.hit, self.right = self.hit + both, self.right + both
        self.gold, self.found = self.gold + len(gold), self.found + len(found)
        return self

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.hit / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def __str__(self) -> str:
        counts = f"{self.gold} gold, {self.found} found"
        return f"F1 {self.f1:.2f} (P {self.precision:.2f}, R {self.recall:.2f}; {counts})"


@dataclass(slots=True)
class ByLabel:
    """Scores of sets of labels, in all and label by label, with what was found in a missed label's stead."""

    total: Scored = field(default_factory=Scored)
    labels: dict[str, Scored] = field(default_factory=dict)
    instead: dict[str, Counter[str]] = field(default_factory=dict)
    words: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, gold: frozenset[str], found: frozenset[str], words: Iterable[str] = ()) -> None:
        """Compare the labels of one text. `words` are those that carry the gold label, where the set names them."""
        self.total.sets(gold, found)
        for label in sorted(gold | found):
            own = frozenset({label})
            self.labels.setdefault(label, Scored()).sets(gold & own, found & own)
        for label in gold - found:
            self.instead.setdefault(label, Counter()).update(sorted(found - gold) or ["nothing"])
            self.words.setdefault(label, Counter()).update(words)

    def lines(self, *, misses: bool = False) -> list[str]:
        """Return a line for each label, the most missed first."""
        ordered = sorted(self.labels.items(), key=lambda item: item[1].hit - item[1].gold)
        return [f"  {label:12} {scored}{self._missed(label, misses)}" for label, scored in ordered]

    def _missed(self, label: str, misses: bool) -> str:  # noqa: FBT001
        instead = ", ".join(f"{name} {times}" for name, times in self.instead.get(label, Counter()).most_common(4))
        words = " ".join(f"{word}:{times}" for word, times in self.words.get(label, Counter()).most_common(60))
        return (f"; instead {instead}" if instead else "") + (f"\n      {words}" if misses and words else "")
