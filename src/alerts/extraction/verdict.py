"""What the words of a sentence tell, beside and against what frames read in it.

Frames know how things are said; the classifier knows which words go with which happening. A sentence that no frame
reads may tell an event all the same: its type is the classifier's, its trigger the word that speaks for it most, and
its roles, place and status are read like those of any other. And an event that a frame reads is dropped where the words
speak against it. The figures below were set on passages that neither frames nor classifier had been fitted to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cached_property

from alerts.domain.taxonomy import family
from alerts.extraction.classifier import NONE, Classifier, words_of
from alerts.extraction.cues import Effect
from alerts.extraction.frame import Frame, Part, Test
from alerts.extraction.reading import Reading
from alerts.extraction.triggers import Hit

_CONFIDENCE = 0.6
"""Of an event that words alone tell; a frame's is .85."""
_LEANS = 0.65
"""By how much a type must outweigh that nothing is told, for a sentence to tell it."""
_AROUND = 0.3
"""The same for the likeliest type of the whole paragraph: below it, no sentence tells anything by its words alone."""
_SPREAD = 0.3
"""How far a type may lie behind the likeliest one."""
_MOST = 2
"""The likeliest types of a sentence that are looked at."""
_CLEAR = 1.1
"""So sure that it stands however far it lies behind."""
_SURE = 1.0
"""So sure that it stands even where the text places it nowhere."""
_HEADS = 2
"""Words that may be the trigger of one event: where one says that it did not happen, it did not."""
_SHARE = 0.5
"""Of the pull of the word that speaks for a type most, what another must have."""
_REFUTED = -0.5
"""Below this the words speak against a type."""
_OUTDONE = 1.3
"""So far behind the likeliest type of its sentence, a frame has taken one thing for another."""
_TOLL = "casualties"
_TOLL_ALONE = 1.4
"""The same for deaths and injuries: any accident tells them."""
_ENDS = {
    "border_crossing_closed": "border_crossing_reopened",
    "route_severed": "route_reopened",
    "airspace_closed": "airspace_reopened",
    "port_closed": "port_reopened",
    "displacement": "return",
    "ceasefire": "ceasefire_violation",
}
_OPPOSITE = _ENDS | {end: begun for begun, end in _ENDS.items()}
_SPEAKS = frozenset({Effect.REPORTED, Effect.CLAIMED})


def model_frames(frames: Sequence[Frame], figures: tuple[Test, ...]) -> Mapping[tuple[str, Part], Frame]:
    """Return for each type and part of speech a frame without triggers, with the roles of the broadest one.

    Args:
        frames: Every frame.
        figures: The figures of speech, which no event may be.
    """
    broadest: dict[tuple[str, Part], Frame] = {}
    for frame in sorted(frames, key=lambda frame: -len(frame.patterns)):
        broadest.setdefault((frame.type, frame.part), frame)
    models = {key: _bare(frame, frame.part, figures) for key, frame in broadest.items()}
    for (event_type, _), frame in broadest.items():
        for part in Part:
            models.setdefault((event_type, part), _bare(frame, part, figures))
    return models


def _bare(frame: Frame, part: Part, figures: tuple[Test, ...]) -> Frame:
    return replace(
        frame,
        id=f"words/{frame.type}",
        part=part,
        patterns=(),
        require=(),
        forbid=figures,
        variants=(),
        besides=(),
        status=None,
        negated=False,
        spoken=False,
        confidence=_CONFIDENCE,
        priority=0,
    )


class Verdicts:
    """What the words of a block's sentences tell.

    Args:
        reading: The block.
        classifier: The judge.
    """

    def __init__(self, reading: Reading, classifier: Classifier) -> None:
        self._reading, self._classifier = reading, classifier

    def of(self, sentence: int) -> Verdict:
        """Return what a sentence tells."""
        return Verdict(self._reading, sentence, self._classifier, self)

    @cached_property
    def speak(self) -> bool:
        """Whether the block tells any event at all."""
        margins = self._classifier.margins(words_of(self._reading.grammar.tree.text))
        return bool(max(margins) >= _AROUND)


class Verdict:
    """What the words of one sentence tell.

    Args:
        reading: The block.
        sentence: Its number.
        classifier: The judge.
        around: What the block tells.
    """

    def __init__(self, reading: Reading, sentence: int, classifier: Classifier, around: Verdicts) -> None:
        self._reading, self._classifier, self._around = reading, classifier, around
        tree = reading.grammar.tree
        self._first, self._last = reading.grammar.sentence_span(sentence)
        offset = tree.start[self._first]
        self._words = words_of(tree.text[offset : tree.end[self._last - 1]], offset)
        self._margins = classifier.margins(self._words)
        ranked = (classifier.labels[i] for i in (-self._margins).argsort(kind="stable")[: _MOST + 2])
        self._causes = tuple(label for label in ranked if label not in (NONE, _TOLL))[:_MOST]
        self._best = self._margin(self._causes[0])

    def _margin(self, event_type: str) -> float:
        return float(self._margins[self._classifier.places[event_type]])

    def refutes(self, event_type: str) -> bool:
        """Return whether the words of the sentence speak against a type that a frame read in it."""
        if event_type not in self._classifier.places:
            return False  # a type of the user's own, of which nothing was learned
        own = self._margin(event_type)
        return own < _REFUTED or (self._best >= _LEANS and self._best - own > _OUTDONE)

    def proposals(self, told: frozenset[str]) -> Iterator[tuple[Hit, ...]]:
        """Yield what the sentence tells beside what is told already: for each event the words that may be its trigger.

        Those that speak for it most come first.
        """
        known = set(told)
        for event_type in self._likeliest():
            margin = self._margin(event_type)
            if margin >= _LEANS and self._around.speak and not _is_excluded(event_type, known):
                known.add(event_type)
                yield tuple(self._triggers(event_type, sure=margin >= _SURE))

    def _likeliest(self) -> Iterator[str]:
        """Yield the types that lie ahead; a toll goes with any of them."""
        for event_type in self._causes:
            margin = self._margin(event_type)
            if margin >= _CLEAR or (margin >= _LEANS and self._best - margin <= _SPREAD):
                yield event_type
        if self._margin(_TOLL) >= _TOLL_ALONE:
            yield _TOLL

    def _triggers(self, event_type: str, *, sure: bool) -> Iterator[Hit]:
        reading, starts = self._reading, self._reading.grammar.tree.start
        pull = dict(zip(self._words.starts, self._classifier.emphasis(self._words, event_type), strict=True))
        telling = (i for i in range(self._first, self._last) if pull.get(starts[i], 0.0) > 0 and _can_tell(reading, i))
        ranked = sorted(telling, key=lambda i: -pull[starts[i]])
        for head in ranked[:_HEADS]:
            model = reading.words.lexicon.models.get((event_type, _part(reading, head)))
            if model is not None and pull[starts[head]] >= _SHARE * pull[starts[ranked[0]]]:
                yield Hit(replace(model, needs_place=False) if sure else model, head, (head,))


def _is_excluded(event_type: str, told: AbstractSet[str]) -> bool:
    """Nothing begins and ends in one sentence, and what a crowd calls for is what its protest is."""
    if event_type == "demand" and any(family(other) in ("protest", "riot") for other in told):
        return True
    return not told.isdisjoint((event_type, _OPPOSITE.get(event_type)))


def _can_tell(reading: Reading, index: int) -> bool:
    """A verb that does more than say, a common noun or an adjective: no name, no date, nobody who says something."""
    grammar = reading.grammar
    if index in reading.time_at or index in reading.toponym_at or reading.actors.named(index) is not None:
        return False
    if grammar.is_verb(index):
        return not _only_says(reading, index) and not _is_purpose(reading, index)
    return grammar.tree.tag[index] in ("NN", "NNS", "JJ") and not _speaks(reading, index)


def _is_purpose(reading: Reading, index: int) -> bool:
    """Tell "marched to demand a vote", "a place to sleep": what it is done for says nothing of whether it was done."""
    grammar = reading.grammar
    infinitive = any(grammar.lower[aux] == "to" for aux in grammar.kids(index, "aux"))
    return infinitive and grammar.dep(index) in ("advcl", "acl", "relcl")


def _speaks(reading: Reading, index: int) -> bool:
    """Return whether a noun, or the one that it is part of ("the air force said"), says something."""
    grammar = reading.grammar
    whole = grammar.tree.head[index] if grammar.dep(index) in ("compound", "amod") else index
    head = grammar.tree.head[whole]
    return grammar.is_verb(head) and _only_says(reading, head) and grammar.is_subject_of(whole, head)


def _only_says(reading: Reading, index: int) -> bool:
    verbs = reading.words.lexicon.cues.verbs
    return any(verbs.get(lemma) in _SPEAKS for lemma in reading.words.lemmas[index])


def _part(reading: Reading, index: int) -> Part:
    if reading.grammar.is_verb(index):
        return Part.VERB
    return Part.NOUN if reading.grammar.is_noun(index) else Part.STATE
