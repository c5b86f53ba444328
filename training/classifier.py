"""Learns the weights of the classifier from the sentences of `training/sentences`.

    python -m training.classifier

writes `src/alerts/data/classifier/weights.npz`. A ridge classifier (squared loss against +1 and -1, as scikit-learn's
`RidgeClassifier`, but with several labels a text) on TF-IDF vectors of words and word pairs. The figures that it gives
stand in `docs/extraction.md`, the reasons in `docs/decisions/0009-words-decide-beside-frames.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import Ridge

from alerts.extraction.classifier import NONE, length_of, words_of
from training.corpus import Sentence, digest_of, sentences

WEIGHTS = Path(__file__).parents[1] / "src/alerts/data/classifier/weights.npz"
_ALPHA = 0.4
"""Strength of the penalty; from .2 to .8 the figures stay within a hundredth."""
_BALANCE = 0.8
"""How far the rarity of a label makes up for itself: at 1 every label weighs the same in all, at 0 every sentence."""
_NOTHING = 3.0
"""How many times its share a sentence weighs that tells nothing: most sentences of the world do."""
_FEATURES = 100_000
"""Features kept: every word, and of the pairs those that pull most. More make no figure better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What the sentences taught, as arrays; see `alerts.extraction.classifier.Classifier` for their shapes."""

    labels: tuple[str, ...]
    features: tuple[str, ...]
    weights: npt.NDArray[np.int8]
    scale: npt.NDArray[np.float32]
    idf: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]
    digest: str

    def write(self, path: Path) -> None:
        """Write the file that the product reads."""
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            path,
            labels=np.array(self.labels),
            features=np.frombuffer("\n".join(self.features).encode("utf-8"), np.uint8),
            weights=self.weights,
            scale=self.scale,
            idf=self.idf,
            bias=self.bias,
            digest=np.array(self.digest),
        )


def learn(found: Sequence[Sentence], *, features_max: int = _FEATURES) -> Learned:
    """Return the weights that some sentences teach; the same sentences teach the same."""
    told = [words_of(sentence.text).features() for sentence in found]
    counts = Counter(feature for features in told for feature in features)
    names = sorted(counts)
    idf = np.array([np.log((1 + len(found)) / (1 + counts[name])) + 1 for name in names])
    labels = tuple(sorted({label for sentence in found for label in sentence.types}))
    ridge = Ridge(alpha=_ALPHA, solver="sparse_cg", tol=1e-3)
    ridge.fit(_vectors(told, names, idf), _targets(found, labels), sample_weight=_importance(found))
    weights = ridge.coef_.T
    kept = _strongest(names, np.abs(weights).max(axis=1) * idf, features_max)
    scale = np.abs(weights[kept]).max(axis=0) / 127
    return Learned(
        labels=labels,
        features=tuple(names[row] for row in kept),
        weights=np.round(weights[kept] / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        idf=idf[kept].astype(np.float32),
        bias=np.asarray(ridge.intercept_, np.float32),
        digest=digest_of(found),
    )


def _vectors(told: Sequence[Sequence[str]], names: Sequence[str], idf: npt.NDArray[np.float64]) -> csr_matrix:
    """Return the texts as rows, their length below 1 by how little they hold."""
    column = {name: number for number, name in enumerate(names)}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, features in enumerate(told):
        own = sorted(column[feature] for feature in features)
        rows.extend([row] * len(own))
        columns.extend(own)
        values.extend(idf[own] / length_of(idf[own]))
    return csr_matrix((values, (rows, columns)), shape=(len(told), len(names)))


def _targets(found: Sequence[Sentence], labels: Sequence[str]) -> npt.NDArray[np.float64]:
    return np.array([[1.0 if label in sentence.types else -1.0 for label in labels] for sentence in found])


def _importance(found: Sequence[Sentence]) -> npt.NDArray[np.float64]:
    chief = Counter(sentence.types[0] for sentence in found)
    rarity = [(len(found) / (len(chief) * chief[sentence.types[0]])) ** _BALANCE for sentence in found]
    return np.array(
        [share * (_NOTHING if sentence.types[0] == NONE else 1) for share, sentence in zip(rarity, found, strict=True)]
    )


def _strongest(names: Sequence[str], pull: npt.NDArray[np.float64], most: int) -> list[int]:
    """Return the rows of every word and of the strongest pairs, in order."""
    words = [row for row, name in enumerate(names) if " " not in name]
    pairs = [row for row, name in enumerate(names) if " " in name]
    strongest = sorted(pairs, key=lambda row: -pull[row])[: max(0, most - len(words))]
    return sorted((*words, *strongest))


def main() -> None:
    """Learn from every sentence and write the weights."""
    found = tuple(sentences())
    learned = learn(found)
    learned.write(WEIGHTS)
    size = WEIGHTS.stat().st_size / 1e6
    print(f"{len(found)} sentences, {len(learned.labels)} labels, {len(learned.features)} features, {size:.1f} MB")


if __name__ == "__main__":
    main()
