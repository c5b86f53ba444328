"""How alike two texts are, by their MinHash signatures. How a signature is made is `extraction.fingerprint`'s."""

from __future__ import annotations

from collections.abc import Sequence

# Share of equal MinHash rows from which two texts count as copies. A verbatim reprint with a new headline measured
# .92, two newsrooms' own versions of one event .04; .5 lies far from both.
COPY_RESEMBLANCE = 0.5

# Share of the shorter text that stands in the longer one from which it counts as quoted. A wire story quoted in part
# measured .85. Below so many shingles a text is a sentence that many newsrooms write alike.
COPY_CONTAINMENT = 0.8
_QUOTED_SHINGLES_MIN = 12


def resemblance(a: Sequence[int], b: Sequence[int]) -> float:
    """Return the share of equal rows of two signatures, an estimate of their texts' Jaccard index.

    Signatures of no text, or of different lengths, resemble nothing. With n rows the standard error is at most
    0.5 / sqrt(n).
    """
    if not a or len(a) != len(b):
        return 0.0
    return sum(x == y for x, y in zip(a, b, strict=True)) / len(a)


def containment(jaccard: float, *, size_a: int, size_b: int) -> float:
    """Return how much of the smaller text is in the larger, from their Jaccard similarity and shingle counts."""
    if min(size_a, size_b) == 0:
        return 0.0
    shared = jaccard * (size_a + size_b) / (1 + jaccard)
    return min(1.0, shared / min(size_a, size_b))


def are_copies(a: Sequence[int], b: Sequence[int], *, size_a: int = 0, size_b: int = 0) -> bool:
    """Return whether one text is a copy of the other, whole or in good part.

    Args:
        a: A signature.
        b: A signature of the same length.
        size_a: Shingles of the first text; 0 when unknown, and then only whole copies are seen.
        size_b: Shingles of the second text.
    """
    alike = resemblance(a, b)
    if alike >= COPY_RESEMBLANCE:
        return True
    quoted = min(size_a, size_b) >= _QUOTED_SHINGLES_MIN
    return quoted and containment(alike, size_a=size_a, size_b=size_b) >= COPY_CONTAINMENT
