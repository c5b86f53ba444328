"""The events of one sentence: what frames read in it, less what its words refute, and what its words tell beside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from alerts.domain.event import HAPPENING, Status
from alerts.extraction.draft import Draft
from alerts.extraction.frame_tests import Filled, admits
from alerts.extraction.reading import Reading
from alerts.extraction.roles import Roles
from alerts.extraction.triggers import Hit
from alerts.extraction.verdict import Verdicts


@dataclass(slots=True)
class Judge:
    """Judges the sentences of one block.

    Args:
        reading: The block.
        drafts: Reads the events of one trigger, often one, sometimes none.
        note: Takes note of an event that stands, for what the text says of it further on.
    """

    reading: Reading
    drafts: Callable[[Hit], Iterable[Draft]]
    note: Callable[[Draft], None]
    _verdicts: Verdicts | None = field(init=False)

    def __post_init__(self) -> None:
        classifier = self.reading.words.lexicon.classifier
        self._verdicts = None if classifier is None else Verdicts(self.reading, classifier)

    def events(self, sentence: int, hits: Sequence[Hit]) -> Iterator[Draft]:
        """Yield the events of a sentence, whose triggers by the frames are `hits`."""
        verdict = None if self._verdicts is None else self._verdicts.of(sentence)
        told: list[Draft] = []
        kept: list[Draft] = []
        for draft in (draft for hit in hits for draft in self.drafts(hit)):
            told.append(draft)
            if verdict is None or self._is_given(draft) or not verdict.refutes(draft.type):
                kept.append(draft)
                yield self._noted(draft)
        if verdict is None:
            return
        # What a frame found and took for unreal is not told by other words of its sentence either.
        looked_at = frozenset(hit.frame.type for hit in hits) if not told else frozenset[str]()
        clauses = frozenset(self.reading.grammar.clause_root(draft.head) for draft in kept)
        for triggers in verdict.proposals(looked_at | {draft.type for draft in kept}):
            yield from map(self._noted, self._proposed(hit for hit in triggers if self._is_free(hit, clauses)))

    def _noted(self, draft: Draft) -> Draft:
        self.note(draft)
        return draft

    def _is_given(self, draft: Draft) -> bool:
        """What a user's own frame reads stands; and nobody is alarmed by what did not happen."""
        return draft.frame_id in self.reading.words.lexicon.own_frames or draft.status not in HAPPENING

    def _is_free(self, hit: Hit, clauses: frozenset[int]) -> bool:
        """A clause tells one event, and none by a figure of speech."""
        filled = Filled(reading=self.reading, roles=Roles(self.reading.words, hit))
        return self.reading.grammar.clause_root(hit.head) not in clauses and admits(hit.frame, filled)

    def _proposed(self, triggers: Iterable[Hit]) -> tuple[Draft, ...]:
        """Return the event of the first trigger, or of one that says that it did not happen.

        None that its sentence makes merely possible: words that no frame knows are too weak a ground for a fear.
        """
        first: tuple[Draft, ...] = ()
        for hit in triggers:
            read = self._by_words(hit)
            if any(draft.status is Status.POSSIBLE for draft in read):
                return ()
            if any(draft.status not in HAPPENING for draft in read):
                return read
            first = first or read
        return first

    def _by_words(self, hit: Hit) -> tuple[Draft, ...]:
        """Return the events of a proposed trigger; "no lorry has passed since" denies no closure, it tells one."""
        if hit.frame.type in self.reading.words.lexicon.told_by_negation:
            turned = tuple(self.drafts(replace(hit, frame=replace(hit.frame, negated=True))))
            if turned:
                return turned
        return tuple(self.drafts(hit))
