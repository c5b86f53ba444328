"""Cues: words that say whether what they govern happened. The tables live in `data/cues`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a cue does to an event in its scope."""

    HAPPENED = "happened"
    """Implicative or factive: "managed to", "forced to", "regret that"."""
    BEGUN = "begun"
    """Going on: "began to", "kept", "continued"."""
    REPORTED = "reported"
    """Said by someone; happened as far as the text goes."""
    CLAIMED = "claimed"
    """Said by someone whom the text does not vouch for."""
    POSSIBLE = "possible"
    PLANNED = "planned"
    DENIED = "denied"
    FAILED = "failed"
    """Tried in vain, or foiled by others: denied."""
    NOTHING = "nothing"
    """It did not happen and nobody says it did: "stopped short of", "nearly"; no event at all."""
    HISTORICAL = "historical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """Effects by lemma, for each way a word can govern an event.

    `verbs` govern their complement, `nouns` what hangs on them ("fears of"), `adjectives` their infinitive, the noun
    they modify or, as predicates, their subject; `adverbs` the verb or noun they modify; `markers` open a clause
    ("if");
    `objects` are verbs that undo only their direct object ("called off the strike"); `verdicts` are adjectives that
    judge a statement ("the report was false"). A verb with a particle is written "call off".
    """

    verbs: Mapping[str, Effect]
    objects: Mapping[str, Effect]
    nouns: Mapping[str, Effect]
    adjectives: Mapping[str, Effect]
    adverbs: Mapping[str, Effect]
    markers: Mapping[str, Effect]
    verdicts: Mapping[str, Effect]
    modals: Mapping[str, Effect]
