"""What is left to chance in a simulated history, all of it drawn from one seed."""

from __future__ import annotations

from collections import Counter
from random import Random

# How often each fault happens where it can. A history is short: some of everything in most of them.
CHANCES = {
    "crash": 0.003,
    "store_full": 0.01,
    "commit_unknown": 0.02,
    "commit_unknown_is_applied": 0.5,
    "begin_at_position": 0.5,
    "slow_reader": 0.05,
    "append_unknown": 0.1,
    "slow_receiver": 0.2,
    "receiver_refuses": 0.2,
    "answer_is_lost": 0.1,
}


class Dice:
    """Seeded chance, which counts what happened."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.happened: Counter[str] = Counter()
        self.is_calm = False
        """No fault happens any more: the history comes to its end."""

    def happens(self, fault: str) -> bool:
        """Return whether a fault happens now."""
        if self.is_calm or self.random.random() >= CHANCES[fault]:
            return False
        self.happened[fault] += 1
        return True

    def batch(self) -> int:
        """Return how many records a read gives at most."""
        return (1, 2, 5, 50)[int(self.random.random() * 4)]

    def pause(self) -> float:
        """Return how many seconds a call takes."""
        chance = self.random.random()
        return 0.0 if chance < 0.5 else 0.1 * (2 * chance - 1) ** 4
