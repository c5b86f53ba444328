"""What a sentence tells by its words alone: a linear classifier whose weights were learned from sentences of our own.

A text is its distinct words and pairs of neighbouring words. With `idf` the inverse document frequency of each, its
score for a label is ``bias + sum(idf * weight) / sqrt(sum(idf ** 2) + 1600)``, both sums over those that are known: the
decision function of a ridge classifier on TF-IDF vectors, those of short texts shorter than 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

NONE = "none"
"""The label of a text that tells no event."""

FloatArray: TypeAlias = npt.NDArray[np.float32]

_WORD = re.compile(r"[a-z][a-z'-]*|\d[\d.,]*")
_NUMBER = "#"
_LITTLE = 1600.0
"""Added to the squared length of a text: about that of 25 words, so that three words are never sure of anything."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text as the classifier knows them, and where each begins: lower case, every number one word."""

    words: tuple[str, ...]
    starts: tuple[int, ...]

    def features(self) -> tuple[str, ...]:
        """Return the distinct words and pairs of neighbours."""
        pairs = (f"{first} {second}" for first, second in zip(self.words, self.words[1:], strict=False))
        return tuple(dict.fromkeys((*self.words, *pairs)))


def words_of(text: str, offset: int = 0) -> Words:
    """Return the words of a text that begins at `offset`."""
    found = [(match.group(), match.start()) for match in _WORD.finditer(text.lower())]
    words = tuple(_NUMBER if word[0].isdigit() else word for word, _ in found)
    return Words(words, tuple(offset + start for _, start in found))


def length_of(idf: npt.NDArray[np.floating[Any]]) -> float:
    """Return what the weights of a text are divided by, `idf` being those of its features: few words prove little."""
    return float(np.sqrt(np.square(idf).sum() + _LITTLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """Weights of words and word pairs for each label.

    `weights` is int8 of shape (features, labels) and stands for `weights * scale`, `scale` of shape (labels,);
    `idf` is of shape (features,) and `bias` of shape (labels,). `rows` finds a feature's row.
    """

    labels: tuple[str, ...]
    rows: Mapping[str, int]
    weights: npt.NDArray[np.int8]
    scale: FloatArray
    idf: FloatArray
    bias: FloatArray
    digest: str
    """A name for the sentences that it was learned from."""
    places: Mapping[str, int] = field(init=False)
    """Where each label stands among `labels`."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", {label: place for place, label in enumerate(self.labels)})

    def margins(self, text: Words) -> FloatArray:
        """Return for each label, in the order of `labels`, by how much it outweighs that the text tells nothing."""
        scores = self._scores(text)
        margins: FloatArray = scores - scores[self.places[NONE]]
        return margins

    def emphasis(self, text: Words, event_type: str) -> tuple[float, ...]:
        """Return for each word of a text how much it and its pairs speak for a type rather than for nothing."""
        label, nothing = self.places[event_type], self.places[NONE]
        found = [self._pull(word, label, nothing) for word in text.words]
        for number, (first, second) in enumerate(zip(text.words, text.words[1:], strict=False)):
            share = self._pull(f"{first} {second}", label, nothing) / 2
            found[number] += share
            found[number + 1] += share
        return tuple(found)

    def _scores(self, text: Words) -> FloatArray:
        rows = self._known(text.features())
        if not rows:
            return self.bias
        idf = self.idf[rows]
        total: FloatArray = (idf @ self.weights[rows].astype(np.float32)) * self.scale
        return self.bias + total / length_of(idf)

    def _known(self, features: Sequence[str]) -> list[int]:
        rows = self.rows
        return [rows[feature] for feature in features if feature in rows]

    def _pull(self, feature: str, label: int, nothing: int) -> float:
        row = self.rows.get(feature)
        if row is None:
            return 0.0
        own = self.weights[row].astype(np.float32) * self.scale
        return float((own[label] - own[nothing]) * self.idf[row])
