"""Which stage works what, and how far its input goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Where:
    """Which stage works which partition of which topic."""

    stage: str
    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.stage} of {self.topic}/{self.partition}"


class Offsets(NamedTuple):
    """Where an input partition stands: what can be read, and what open transactions hold back behind that."""

    lag: int
    last_stable: int
    uncommitted: int
