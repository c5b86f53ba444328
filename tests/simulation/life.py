"""The life of one worker process: at each await it may be paused, or die with everything that it remembers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.simulation.dice import Dice


class Life:
    """Alive, paused or dead. Every call that a worker makes to the world goes through a point of its life."""

    def __init__(self, dice: Dice, on_death: Callable[[], None]) -> None:
        self._dice = dice
        self._on_death = on_death
        self._awake = asyncio.Event()
        self._awake.set()
        self.is_dead = False

    @property
    def is_paused(self) -> bool:
        """Whether the process stands still, and does not know it."""
        return not self._awake.is_set()

    def pause(self) -> None:
        """Stop the process where it stands."""
        self._awake.clear()

    def wake(self) -> None:
        """Let it go on as if nothing had been."""
        self._awake.set()

    def die(self) -> None:
        """Kill the process: nothing that it had begun is ever heard of."""
        if not self.is_dead:
            self.is_dead = True
            self._on_death()

    async def point(self, _where: str) -> None:
        """Take a moment; die here, or stand still, when it is so decided."""
        if seconds := self._dice.pause():
            await asyncio.sleep(seconds)
        if self._dice.happens("crash"):
            self.die()
        await self._awake.wait()
        if self.is_dead:
            await asyncio.Future()
