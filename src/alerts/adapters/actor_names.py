"""The lexicon of actors as the rule compiler needs it: any known spelling to the main name."""

from __future__ import annotations

from functools import cache

from rapidfuzz import fuzz, process

from alerts.adapters.lexicon import open_lexicon
from alerts.extraction.actor_names import ActorNames as LexiconNames
from alerts.extraction.actor_names import words
from alerts.ruleset.words import fold

# Share of equal letters, 0 to 100; acronyms are all alike, so that short names get no suggestion.
_LIKENESS_MIN = 85
_SUGGESTED_LENGTH_MIN = 6


class LexiconActors:
    """Main names by folded spelling."""

    def __init__(self, names: LexiconNames) -> None:
        """Index the named actors of a lexicon."""
        every = (name for found in names.names.values() for name in found)
        self._main = {fold(" ".join(name.exact or name.words)): name.party.name for name in every}

    def canonical(self, name: str) -> str | None:
        """Return the main name of an actor that `name` is a spelling of, or None when it is unknown."""
        return self._main.get(fold(" ".join(words(name))))

    def suggest(self, name: str) -> str | None:
        """Return the known name that a misspelt one most likely was meant to be, or None when none is near."""
        if len(name) < _SUGGESTED_LENGTH_MIN:
            return None
        spelt = fold(" ".join(words(name)))
        found = process.extractOne(spelt, list(self._main), scorer=fuzz.ratio, score_cutoff=_LIKENESS_MIN)
        return self._main[found[0]] if found else None


@cache
def open_actor_names() -> LexiconActors:
    """Return the actors of the lexicon that ships."""
    return LexiconActors(open_lexicon().actors)
