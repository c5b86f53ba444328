"""ConText's checked sentences of clinical notes: negated or affirmed, recent or historical (chapmanbe/negex, Apache-2).

Only the reach of our cues is tried: a phrase takes the place of a trigger, and the reader of status says whether it is
denied or history. The cues are those of news: that a ward round says "negative for" or "status post" is not in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.extraction.reader import parser

from alerts.adapters.lexicon import open_lexicon
from alerts.domain.event import Status
from alerts.extraction.frame import Frame, Part
from alerts.extraction.grammar import Grammar
from alerts.extraction.lexicon import Lexicon
from alerts.extraction.mending import mended
from alerts.extraction.status import judge
from alerts.extraction.triggers import BlockWords, Hit
from bench.corpora.figures import Scored

PATH = "negex/genConText/ContextFeatureCheckResults.txt"
# Characters; a few items are whole reports run together.
_LONGEST = 600
_FRAME = Frame(id="bench", type="attack", part=Part.NOUN, patterns=(), actor=(), target=(), place={})


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence with the span of the phrase that was judged."""

    text: str
    start: int
    end: int
    negated: bool
    historical: bool


@dataclass(slots=True)
class Figures:
    """The figures of the set."""

    items: int = 0
    negated: Scored = field(default_factory=Scored)
    historical: Scored = field(default_factory=Scored)

    def lines(self, *, misses: bool) -> Iterator[str]:
        yield f"phrases: {self.items} (those in sentences of up to {_LONGEST} characters)"
        yield f"negated: {self.negated}"
        yield f"historical: {self.historical}"


def items_of(path: Path) -> Iterator[Item]:
    """Yield the file's items; one whose phrase is not in its sentence, or whose sentence is too long, is left out.

    A row is: number, nothing, phrase, sentence with the phrase in capitals, then negation, time and who has it, by hand
    and by another program.
    """
    for line in path.read_text(encoding="latin-1").splitlines():
        columns = line.split("\t")
        if len(columns) < 7:
            continue
        phrase, sentence = columns[2].strip().lower(), columns[3]
        start = sentence.lower().find(phrase)
        if phrase and start >= 0 and len(sentence) <= _LONGEST:
            end = start + len(phrase)
            text = sentence[:start] + phrase + sentence[end:]
            yield Item(text, start, end, columns[4] == "Negated", columns[5] == "Historical")


def score(path: Path) -> Figures:
    """Score the set."""
    figures = Figures()
    items, lexicon = list(items_of(path)), open_lexicon()
    for item, tree in zip(items, parser().parse([item.text for item in items]), strict=True):
        grammar = Grammar(mended(tree))
        status = _status(grammar, item, lexicon)
        figures.items += 1
        _count(figures.negated, gold=item.negated, found=status in (Status.DENIED, None))
        _count(figures.historical, gold=item.historical, found=status is Status.HISTORICAL)
    return figures


def _status(grammar: Grammar, item: Item, lexicon: Lexicon) -> Status | None:
    tree = grammar.tree
    own = [i for i in range(grammar.size) if tree.start[i] < item.end and item.start < tree.end[i]]
    # The phrase's head: the word that hangs on none of its others.
    head = next(i for i in own if tree.head[i] not in own or tree.head[i] == i)
    hit = Hit(_FRAME, head, (head,))
    return judge(BlockWords(grammar, lexicon), hit, headline=False).status


def _count(scored: Scored, *, gold: bool, found: bool) -> None:
    both = gold and found
    scored.gold, scored.found = scored.gold + gold, scored.found + found
    scored.hit, scored.right = scored.hit + both, scored.right + both
