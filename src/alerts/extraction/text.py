"""A report's text made ready: boilerplate out, headlines, datelines and paragraphs told apart, offsets kept.

Every change keeps the length, so that an offset into `Cleaned.text` is the same offset into `Report.text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

# Characters that mean the same to a reader and not to a parser. One for one: offsets stay.
_SAME = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛´`ʼʻ′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒−", "-"),
        **dict.fromkeys("–—―", "—"),
        **dict.fromkeys("\u00a0\u2007\u202f\u2002\u2003\u2009\u200a\t\u3000\u00ad\u200b\u200c\u200d\u2060\ufeff", " "),
        **dict.fromkeys("\r\v\f\x85\u2028\u2029", "\n"),
        **dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", " "),
    }
)

_BOILERPLATE = re.compile(
    r"""\s*(?:
      (?i:also\ read|read\ also|read\ more|read\ next|see\ also|related(?:\ (?:stories|articles|coverage))?|recommended
        |more\ on\ this|watch|listen|photos?|images?|pictures?|file\ photo|photograph|video|caption|credit
        |sources?
        |via|tags?|topics?|keywords|editing\ by|reporting\ by|writing\ by|contact)\s*[:|»>]
     |(?i:share\ this|share\ on|follow\ us|subscribe|sign\ up|click\ here|advertisement|sponsored|copyright|all\ rights
        |©|newsletter|cookie|skip\ to|loading|comments?\s*\(|print\ this|listen\ to\ this)\b
     |\((?i:reporting|additional\ reporting|editing|writing|photo|file\ photo|with\ (?:inputs|agency))\b
     |(?:https?://|www\.)\S{1,300}\s*$
     |ALSO\ READ\b|READ\ MORE\b|WATCH\b|RELATED\b
     |(?i:(?:facebook|twitter|x|whatsapp|telegram|email|e-mail|linkedin|reddit|print|copy\ link|share|tweet|pinterest)
        (?:[\s|,/•·]{1,3}|\s*$)){2,}\s*$
    )""",
    re.VERBOSE,
)
_DATELINE = re.compile(
    r"""\s*(?P<place>[A-Z][\w.'-]{1,30}(?:[ -][A-Z][\w.'-]{0,30}){0,3}
          (?:,\ [A-Z][\w.]{1,30}(?:\ [A-Z][\w.]{1,30}){0,2})?)
        (?:,?\ (?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?\ \d{1,2}
          |\d{1,2}\ [A-Z][a-z]{2,8}))?
        (?:\ \([A-Za-z][\w/&. ]{1,30}\))?\s?(?:—|--|-\s|:\s?—)\s?""",
    re.VERBOSE,
)
_SENTENCE_END = re.compile(r"""[.!?…]["')\]]{0,2}\s*$""")
# No English word or name is this long; a tokenizer's cost grows with the square of what is (measured: 6 kB, 9 s).
_UNBROKEN = re.compile(r"\S{81,}")
_HEADLINE_MAX = 140
# Longest piece that is parsed at once: about 60 sentences, so that no text can cost more than a bounded time.
_PIECE_MAX = 6_000
_PIECE_END = re.compile(r"[.!?]\s|\s")
_HEADING_WORDS_MAX = 7


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that a sentence never leaves: a paragraph or a headline. Offsets into the whole text."""

    start: int
    end: int
    headline: bool
    paragraph: int
    """Number of the paragraph, from 0: what a dated sentence says of time holds for the rest of it."""
    dateline: tuple[int, int] | None = None
    """Span of the place that a dateline names, where the paragraph begins with one."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text with typographic variety levelled, and the blocks of it that are worth reading."""

    text: str
    blocks: tuple[Block, ...]


def clean(text: str) -> Cleaned:
    """Return the levelled text and its blocks in order; boilerplate lines are in no block."""
    levelled = _UNBROKEN.sub(_blanks, text.translate(_SAME))
    lines = [line for run in _runs(levelled) for line in run]
    # A line break inside a paragraph is a blank to the parser.
    flat = levelled.replace("\n", " ")
    blocks = tuple(_block(flat, start, end, number) for number, (start, end) in enumerate(lines))
    return Cleaned(flat, tuple(piece for block in _without_headings(flat, blocks) for piece in _pieces(flat, block)))


def _pieces(text: str, block: Block) -> Iterator[Block]:
    """Yield a block, one that no parser should get whole in pieces."""
    start = block.start
    while (end := piece_end(text, start, block.end)) < block.end:
        yield replace(block, start=start, end=end, dateline=block.dateline if start == block.start else None)
        start = end
    yield replace(block, start=start) if start > block.start else block


def piece_end(text: str, start: int, end: int) -> int:
    """Return where to cut a stretch of text that is too long to be parsed at once; its end if it is not.

    The cut is after a sentence where one ends in the second half of 6,000 characters, else at a blank, else anywhere.
    """
    limit = start + _PIECE_MAX
    if limit >= end:
        return end
    ends = list(_PIECE_END.finditer(text, start + _PIECE_MAX // 2, limit))
    sentence_ends = [match.end() for match in ends if len(match.group()) == 2]
    return (sentence_ends or [match.end() for match in ends] or [limit])[-1]


def _without_headings(text: str, blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Leave out short headings between paragraphs: they name what follows and report nothing themselves."""
    paragraphs = sum(not block.headline for block in blocks)
    for number, block in enumerate(blocks):
        words = text.count(" ", block.start, block.end) + 1
        if number == 0 or not block.headline or words > _HEADING_WORDS_MAX or 2 * paragraphs < len(blocks):
            yield block


def _blanks(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _runs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Yield, for each run of lines without a blank line between, the spans that belong together."""
    run: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if not line.strip():
            yield _unwrapped(text, run)
            run = []
        elif not _BOILERPLATE.match(line):
            run.append((start, end))
        start = end + 1
    yield _unwrapped(text, run)


def _unwrapped(text: str, run: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join lines that an editor's hard wrap cut apart."""
    wrapped = _is_wrapped(text, run)
    joined: list[tuple[int, int]] = []
    for start, end in run:
        goes_on = joined and not _SENTENCE_END.search(text, max(joined[-1][0], joined[-1][1] - 6), joined[-1][1])
        if goes_on and (wrapped or text[start:end].lstrip()[:1].islower()):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _is_wrapped(text: str, run: list[tuple[int, int]]) -> bool:
    """Return whether lines end by width, not by sense: three or more of about one length, most without a full stop."""
    if len(run) < 3:
        return False
    longest = max(end - start for start, end in run)
    inner = run[:-1]
    alike = sum(end - start >= 0.7 * longest for start, end in inner)
    unfinished = sum(not _SENTENCE_END.search(text, max(start, end - 6), end) for start, end in inner)
    return 40 <= longest <= 110 and alike >= 0.7 * len(inner) and unfinished >= 0.5 * len(inner)


def _block(text: str, start: int, end: int, number: int) -> Block:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    headline = end - start <= _HEADLINE_MAX and not _SENTENCE_END.search(text, max(start, end - 6), end)
    dateline = _DATELINE.match(text, start, min(end, start + 120))
    if dateline is None or dateline.end() >= end:
        return Block(start, end, headline, number)
    return Block(dateline.end(), end, headline, number, dateline.span("place"))
