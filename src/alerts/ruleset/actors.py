"""What the rule compiler needs of the lexicon of actors."""

from __future__ import annotations

from typing import Protocol


class ActorNames(Protocol):
    """Resolves the names of actors that rule files hold."""

    def canonical(self, name: str) -> str | None:
        """Return the main name of an actor that `name` is a name or alias of, or None when it is unknown."""
        ...

    def suggest(self, name: str) -> str | None:
        """Return the known name that a misspelt one most likely was meant to be, or None when none is near."""
        ...
