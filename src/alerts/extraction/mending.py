"""Mending what a parser misreads by rule: names it does not know, and past tenses it takes for nouns.

A small pipeline knows few of the places that this product is about. After a verb that lacks its object it reads such a
name as an adverb of time or place ("recaptured Wad Madani" like "recaptured Monday").
"""

from __future__ import annotations

from dataclasses import replace

from alerts.extraction.calendar_words import MONTHS, WEEKDAYS
from alerts.extraction.tree import Tree

_SUBJECTS = frozenset({"nsubj", "nsubjpass"})
_AUXILIARIES = frozenset({"aux", "auxpass"})
_HEADLINE_VERBS = frozenset({("pobj", "VBZ")})
_CLAUSE_LINKS = frozenset({"as", "after", "before", "when", "while"})
_FINITE = frozenset({"VBD", "VBN", "VBZ", "VBP"})
_LABEL_MAX = 5
"""Words of a label with its colon."""
_MISREAD_OBJECTS = frozenset({"npadvmod", "dative"})
_DAYS_AND_MONTHS = frozenset((*WEEKDAYS, *MONTHS))


def mended(tree: Tree) -> Tree:
    """Return a tree with five readings put right.

    A verb that a headline leaves without its article makes a clause, a subject is its main verb's, what stands before
    a semicolon hangs on nothing behind it, a label ("Arrests: On 3 March ...") governs nothing, and a name behind a
    verb without an object is its object.
    """
    arcs = _Arcs(tree)
    for mend in (_mend_headline_clauses, _mend_subjects, _mend_cut_clauses, _mend_labels, _mend_objects):
        mend(arcs)
    return arcs.tree()


class _Arcs:
    """The heads and labels of a tree while they are put right."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.tag = tree.tag
        self.head = list(tree.head)
        self.dep = list(tree.dep)
        self.sentence_start = tree.sentence_start
        self.text = tree.text

    def word(self, index: int) -> str:
        """Return a token as it is written."""
        return self.text[self._tree.start[index] : self._tree.end[index]]

    def tree(self) -> Tree:
        """Return the tree with these heads and labels; the same one where nothing was wrong."""
        head, dep = tuple(self.head), tuple(self.dep)
        is_same = head == self._tree.head and dep == self._tree.dep
        return self._tree if is_same else replace(self._tree, head=head, dep=dep)


def _mend_headline_clauses(arcs: _Arcs) -> None:
    """Make a clause of "as boat sinks", "after bomb explodes", which headlines leave without an article."""
    head, dep = tuple(arcs.head), tuple(arcs.dep)
    for index, pair in enumerate(zip(dep, arcs.tag, strict=True)):
        if pair not in _HEADLINE_VERBS or arcs.word(head[index]).lower() not in _CLAUSE_LINKS:
            continue
        link = head[index]
        arcs.head[index], arcs.dep[index] = head[link], "advcl"
        arcs.head[link], arcs.dep[link] = index, "mark"
        for noun in range(link + 1, index):
            if head[noun] == index and dep[noun] == "compound":
                arcs.dep[noun] = "nsubj"


def _mend_subjects(arcs: _Arcs) -> None:
    """Give the subject of "remains" in "the town remains surrounded" to the verb that the parser has it help."""
    head, dep = tuple(arcs.head), tuple(arcs.dep)
    for index, (above, name) in enumerate(zip(head, dep, strict=True)):
        if name in _SUBJECTS and dep[above] in _AUXILIARIES and head[above] != above:
            arcs.head[index] = head[above]
            arcs.dep[index] = "nsubjpass" if dep[above] == "auxpass" else name


def _mend_cut_clauses(arcs: _Arcs) -> None:
    """Free "Troops took the hill" of "Troops took the hill; the governor denied it", which the parser has denied."""
    if ";" not in arcs.text:
        return
    head = tuple(arcs.head)
    for index, (above, name) in enumerate(zip(head, tuple(arcs.dep), strict=True)):
        if name == "ccomp" and above > index and any(arcs.word(i) == ";" for i in range(index + 1, above)):
            over = head[above]
            arcs.head[index] = min(index, over)
            arcs.dep[index] = name if over < index else "ROOT"


def _mend_labels(arcs: _Arcs) -> None:
    """Let the verb behind a coder's label lead its sentence: of "Agreement: On 3 March, both sides agreed" agreed."""
    if ":" not in arcs.text:
        return
    for first in arcs.sentence_start:
        colon = _end_of_label(arcs, first)
        verb = _behind(arcs, first, colon) if colon is not None else None
        if colon is None or verb is None:
            continue
        for word in range(first, colon + 1):
            if not first <= arcs.head[word] < colon or arcs.head[word] == word:
                arcs.head[word], arcs.dep[word] = verb, "dep"
        arcs.head[verb], arcs.dep[verb] = verb, "ROOT"


def _mend_objects(arcs: _Arcs) -> None:
    """Make the name of "recaptured Wad Madani", "retook Goma" the verb's object."""
    has_object = {head for head, dep in zip(arcs.head, arcs.dep, strict=True) if dep == "dobj"}
    for index in range(len(arcs.dep)):
        if _is_misread_object(arcs, index) and arcs.head[index] not in has_object:
            arcs.dep[index] = "dobj"
            has_object.add(arcs.head[index])


def _end_of_label(arcs: _Arcs, first: int) -> int | None:
    """Return the colon after a few nouns that begin a sentence; None for other beginnings."""
    words = range(first, min(first + _LABEL_MAX, len(arcs.head)))
    colon = next((i for i in words if arcs.word(i) == ":"), None)
    if colon is None or not all(
        arcs.tag[i].startswith(("N", "J", "IN", "HYPH", "CC", "VBG")) for i in range(first, colon)
    ):
        return None
    return colon


def _behind(arcs: _Arcs, first: int, colon: int) -> int | None:
    """Return the verb behind a label that the parser hangs on it, or that it takes the label for the subject of."""
    label = range(first, colon)
    above = {arcs.head[i] for i in label}
    verbs = (i for i in range(colon + 1, len(arcs.head)) if arcs.tag[i] in _FINITE)
    return next((i for i in verbs if arcs.head[i] in label or (i in above and arcs.head[i] == i)), None)


def _is_misread_object(arcs: _Arcs, index: int) -> bool:
    head = arcs.head[index]
    return (
        arcs.dep[index] in _MISREAD_OBJECTS
        and arcs.tag[index] in {"NNP", "NNPS"}
        and arcs.tag[head].startswith("VB")
        and head < index
        and arcs.word(index).lower() not in _DAYS_AND_MONTHS
    )
