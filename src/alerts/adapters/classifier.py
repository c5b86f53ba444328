"""The classifier that ships, read from the file that its training wrote."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np

from alerts.extraction.classifier import Classifier

_FILE = "classifier/weights.npz"


@cache
def open_classifier() -> Classifier:
    """Return the classifier that ships."""
    return read_classifier((files("alerts") / "data" / _FILE).read_bytes())


def read_classifier(content: bytes) -> Classifier:
    """Return the classifier that a file holds: arrays of numpy, named as `Classifier` names them."""
    with np.load(BytesIO(content), allow_pickle=False) as arrays:
        features = arrays["features"].tobytes().decode("utf-8").split("\n")
        return Classifier(
            labels=tuple(str(label) for label in arrays["labels"]),
            rows={feature: row for row, feature in enumerate(features)},
            weights=arrays["weights"],
            scale=arrays["scale"],
            idf=arrays["idf"],
            bias=arrays["bias"],
            digest=str(arrays["digest"]),
        )
