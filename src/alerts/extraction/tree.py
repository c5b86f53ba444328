"""What a parser gives: one text's tokens with their places in a dependency tree, free of any library's types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The parse of one text as parallel tuples, one item a token; small to send between processes.

    `start[i]`, `end[i]` are code-point offsets into the text. `head[i]` is the index of the token's governor, its own
    index for a root. `dep` are ClearNLP labels and `tag` Penn Treebank tags, as spaCy's English pipelines give them;
    `pos` are Universal POS tags. `sentence_start` are the indices of tokens that begin a sentence.
    """

    text: str
    start: tuple[int, ...]
    end: tuple[int, ...]
    lemma: tuple[str, ...]
    tag: tuple[str, ...]
    pos: tuple[str, ...]
    dep: tuple[str, ...]
    head: tuple[int, ...]
    sentence_start: tuple[int, ...]


class Parser(Protocol):
    """Turns texts into trees, one each, in order."""

    def parse(self, texts: Sequence[str]) -> list[Tree]:
        """Return one tree for each text; an empty text gives a tree without tokens."""
        ...
