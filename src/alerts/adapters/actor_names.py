"""The lexicon of actors as the rule compiler needs it: any known spelling to the main name."""

from __future__ import annotations

from functools import cache

from alerts.adapters.lexicon import open_lexicon
from alerts.extraction.actor_names import ActorNames as LexiconNames
from alerts.extraction.actor_names import words
from alerts.ruleset.words import fold


class LexiconActors:
    """Main names by folded spelling."""

    def __init__(self, names: LexiconNames) -> None:
        """Index the named actors of a lexicon."""
        every = (name for found in names.names.values() for name in found)
        self._main = {fold(" ".join(name.exact or name.words)): name.party.name for name in every}

    def canonical(self, name: str) -> str | None:
        """Return the main name of an actor that `name` is a spelling of, or None when it is unknown."""
        return self._main.get(fold(" ".join(words(name))))


@cache
def open_actor_names() -> LexiconActors:
    """Return the actors of the lexicon that ships."""
    return LexiconActors(open_lexicon().actors)
