"""The bare tree: words, dependents, lists, clauses and sentences. With `grammar.py` the only code that knows labels."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from alerts.extraction.remembering import once_a_token
from alerts.extraction.tree import Tree

SUBJECTS = frozenset({"nsubj", "csubj", "expl"})
PASSIVE_SUBJECTS = frozenset({"nsubjpass", "csubjpass"})
_OPENS_CLAUSE = frozenset({"ccomp", "advcl", "relcl", "parataxis", "csubj", "csubjpass"})
_LIST_MAX = 24


class Syntax:
    """Dependents and scopes of one tree; everything is an index of a token."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.size = len(tree.start)
        self.words = tuple(tree.text[a:b] for a, b in zip(tree.start, tree.end, strict=True))
        self.lower = tuple(word.lower() for word in self.words)
        self.lemma = tuple(lemma.lower() for lemma in tree.lemma)
        children: list[list[int]] = [[] for _ in range(self.size)]
        for index, head in enumerate(tree.head):
            if head != index:
                children[head].append(index)
        self.children = tuple(map(tuple, children))
        self.memory: dict[str, dict[int, Any]] = {}
        self._clauses: dict[int, tuple[int, ...]] = {}
        self._prepositions: dict[int, tuple[int, ...]] = {}

    @cached_property
    def sentence_of(self) -> tuple[int, ...]:
        """The number of the sentence that each token stands in."""
        numbers: list[int] = []
        bounds = (*self.tree.sentence_start[1:], self.size)
        for number, end in enumerate(bounds):
            numbers.extend([number] * (end - len(numbers)))
        return tuple(numbers)

    def sentence_span(self, number: int) -> tuple[int, int]:
        """Return the tokens of a sentence as a half-open range."""
        starts = self.tree.sentence_start
        return starts[number], starts[number + 1] if number + 1 < len(starts) else self.size

    def dep(self, index: int) -> str:
        """Return the parser's label, for this module and its tests."""
        return self.tree.dep[index]

    def is_verb(self, index: int) -> bool:
        """Return whether a token is a verb form, an auxiliary aside."""
        return self.tree.tag[index].startswith("V") and self.tree.dep[index] not in ("aux", "auxpass")

    @once_a_token
    def is_misread_verb(self, index: int) -> bool:
        """Return whether a finite verb hangs on a noun after it as if it were part of its name."""
        head = self.tree.head[index]
        finite = self.tree.tag[index] in ("VBD", "VBZ", "VBP")
        return finite and self.tree.dep[index] in ("compound", "amod", "nmod") and head > index

    def is_noun(self, index: int) -> bool:
        """Return whether a token is a noun or a name."""
        return self.tree.tag[index].startswith("N")

    def kids(self, index: int, *deps: str) -> tuple[int, ...]:
        """Return the direct dependents that carry one of these labels."""
        below = self.children[index]
        dep = self.tree.dep
        return tuple([child for child in below if dep[child] in deps]) if below else ()

    def head(self, index: int) -> int | None:
        """Return the governor, None at a root."""
        head = self.tree.head[index]
        return None if head == index else head

    @once_a_token
    def conjuncts(self, index: int) -> tuple[int, ...]:
        """Return a token and everything that is listed after it ("Rastan and Talbiseh")."""
        found = [index]
        for member in found:
            found.extend(child for child in self.children[member] if self._listed(member, child))
            if len(found) > _LIST_MAX:
                break
        return tuple(sorted(found))

    def _listed(self, member: int, child: int) -> bool:
        """An apposition counts as listed only in "A, B and C", which parsers read as one."""
        if self.tree.dep[child] not in ("conj", "appos"):
            return False
        if self.tree.dep[child] == "conj":
            return self.is_verb(member) == self.is_verb(child) or not self.is_verb(child)
        return bool(self.kids(child, "conj")) and self.tree.tag[child].startswith("NNP")

    @once_a_token
    def subtree(self, index: int) -> tuple[int, ...]:
        """Return a token and all below it, in order of the text."""
        found = [index]
        for member in found:
            found.extend(self.children[member])
        return tuple(sorted(found))

    @once_a_token
    def clause_root(self, index: int) -> int:
        """Return the verb (or the fragment's head) of the clause that a token stands in."""
        seen = index
        for _ in range(40):
            head = self.tree.head[seen]
            if head == seen or self._ends_clause(seen):
                return seen
            seen = head
        return seen

    def _ends_clause(self, index: int) -> bool:
        dep = self.tree.dep[index]
        if dep in _OPENS_CLAUSE:
            return True
        if dep == "conj":
            return self.is_verb(index) and bool(self.kids(index, *SUBJECTS, *PASSIVE_SUBJECTS, "aux", "dobj", "prep"))
        return dep == "acl" and self.is_verb(index)

    def clause(self, index: int) -> tuple[int, ...]:
        """Return the tokens of the clause that a token stands in, without the clauses inside it."""
        root = self.clause_root(index)
        if root not in self._clauses:
            found = [root]
            for member in found:
                found.extend(child for child in self.children[member] if not self._ends_clause(child))
            self._clauses[root] = tuple(sorted(found))
        return self._clauses[root]

    @once_a_token
    def ancestors(self, index: int) -> tuple[int, ...]:
        """Return the governors, nearest first."""
        line: list[int] = []
        seen = index
        while self.tree.head[seen] != seen and len(line) < 60:
            seen = self.tree.head[seen]
            line.append(seen)
        return tuple(line)

    def _spread(self, heads: tuple[int, ...]) -> tuple[int, ...]:
        if len(heads) < 2:
            return self.conjuncts(heads[0]) if heads else ()
        return tuple(dict.fromkeys(member for head in heads for member in self.conjuncts(head)))
