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


def mended(tree: Tree) -> Tree:
    """Return a tree with four readings put right.

    A name behind a verb without an object is its object, a subject is its main verb's, and what stands before a
    semicolon hangs on nothing behind it; a label ("Arrests: On 3 March ...") governs nothing.
    """
    tree = _without_labels(_with_clauses(_with_subjects(_with_verbs(tree))))
    has_object = {head for head, dep in zip(tree.head, tree.dep, strict=True) if dep == "dobj"}
    dep = list(tree.dep)
    for index in range(len(dep)):
        if _is_misread_object(tree, index) and tree.head[index] not in has_object:
            dep[index] = "dobj"
            has_object.add(tree.head[index])
    return replace(tree, dep=tuple(dep)) if dep != list(tree.dep) else tree


def _with_verbs(tree: Tree) -> Tree:
    """Make a clause of "as boat sinks", "after bomb explodes", which headlines leave without an article."""
    if not _HEADLINE_VERBS.intersection(zip(tree.dep, tree.tag, strict=True)):
        return tree
    head, dep = list(tree.head), list(tree.dep)
    for index, pair in enumerate(zip(tree.dep, tree.tag, strict=True)):
        link = tree.head[index]
        if pair not in _HEADLINE_VERBS or tree.text[tree.start[link] : tree.end[link]].lower() not in _CLAUSE_LINKS:
            continue
        head[index], dep[index] = tree.head[link], "advcl"
        head[link], dep[link] = index, "mark"
        for noun in range(link + 1, index):
            if tree.head[noun] == index and tree.dep[noun] == "compound":
                dep[noun] = "nsubj"
    return replace(tree, head=tuple(head), dep=tuple(dep))


def _with_subjects(tree: Tree) -> Tree:
    """Give the subject of "remains" in "the town remains surrounded" to the verb that the parser has it help."""
    head = list(tree.head)
    dep = list(tree.dep)
    for index, (above, name) in enumerate(zip(tree.head, tree.dep, strict=True)):
        if name in _SUBJECTS and tree.dep[above] in _AUXILIARIES and tree.head[above] != above:
            head[index] = tree.head[above]
            dep[index] = "nsubjpass" if tree.dep[above] == "auxpass" else name
    return replace(tree, head=tuple(head), dep=tuple(dep)) if head != list(tree.head) else tree


def _with_clauses(tree: Tree) -> Tree:
    """Free "Troops took the hill" of "Troops took the hill; the governor denied it", which the parser has denied."""
    if ";" not in tree.text:
        return tree
    head = list(tree.head)
    dep = list(tree.dep)
    for index, (above, name) in enumerate(zip(tree.head, tree.dep, strict=True)):
        if name == "ccomp" and above > index and _is_cut(tree, index, above):
            over = tree.head[above]
            head[index] = min(index, over)
            dep[index] = name if over < index else "ROOT"
    return replace(tree, head=tuple(head), dep=tuple(dep)) if head != list(tree.head) else tree


def _without_labels(tree: Tree) -> Tree:
    """Let the verb behind a coder's label lead its sentence: of "Agreement: On 3 March, both sides agreed" agreed."""
    if ":" not in tree.text:
        return tree
    head = list(tree.head)
    dep = list(tree.dep)
    for first in tree.sentence_start:
        colon = _end_of_label(tree, first)
        verb = _behind(tree, first, colon) if colon is not None else None
        if colon is None or verb is None:
            continue
        for word in (i for i in range(first, colon + 1) if not first <= head[i] < colon or head[i] == i):
            head[word], dep[word] = verb, "dep"
        head[verb], dep[verb] = verb, "ROOT"
    return replace(tree, head=tuple(head), dep=tuple(dep)) if head != list(tree.head) else tree


def _end_of_label(tree: Tree, first: int) -> int | None:
    """Return the colon after a few nouns that begin a sentence; None for other beginnings."""
    words = range(first, min(first + _LABEL_MAX, len(tree.head)))
    colon = next((i for i in words if tree.text[tree.start[i] : tree.end[i]] == ":"), None)
    if colon is None or not all(
        tree.tag[i].startswith(("N", "J", "IN", "HYPH", "CC", "VBG")) for i in words[: colon - first]
    ):
        return None
    return colon


def _behind(tree: Tree, first: int, colon: int) -> int | None:
    """Return the verb behind a label that the parser hangs on it, or that it takes the label for the subject of."""
    label = range(first, colon)
    above = {tree.head[i] for i in label}
    verbs = (i for i in range(colon + 1, len(tree.head)) if tree.tag[i] in _FINITE)
    return next((i for i in verbs if tree.head[i] in label or (i in above and tree.head[i] == i)), None)


def _is_cut(tree: Tree, first: int, last: int) -> bool:
    return any(tree.text[tree.start[i] : tree.end[i]] == ";" for i in range(first + 1, last))


def _is_misread_object(tree: Tree, index: int) -> bool:
    head = tree.head[index]
    word = tree.text[tree.start[index] : tree.end[index]]
    return (
        tree.dep[index] in _MISREAD_OBJECTS
        and tree.tag[index] in {"NNP", "NNPS"}
        and tree.tag[head].startswith("VB")
        and head < index
        and word.lower() not in WEEKDAYS
        and word.lower() not in MONTHS
    )
