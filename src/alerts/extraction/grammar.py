"""Who does what to whom, read from a dependency tree: with `syntax.py` the only code that knows a parser's labels.

Everything is an index of a token. A verb's roles come out the same in active and passive voice, in relative and
participle clauses, and over conjuncts; a noun's come from its `of`, `by`, possessor and modifiers.
"""

from __future__ import annotations

from alerts.extraction.remembering import once_a_token
from alerts.extraction.syntax import PASSIVE_SUBJECTS, SUBJECTS, Syntax

_COPULAS = frozenset("be remain stay become seem appear keep lie stand sit go grow get turn".split())
# Verbs whose object does what their infinitive says ("forced thousands to flee").
_OBJECT_CONTROL = frozenset(
    """force order urge tell ask allow help cause lead prompt send see leave compel push drive require instruct enable
    permit invite encourage persuade convince warn advise get let make prevent stop accuse blame charge suspect call
    expect find hear catch spot show""".split()
)


class Grammar(Syntax):
    """Roles of one tree."""

    @once_a_token
    def is_passive(self, index: int) -> bool:
        """Return whether a verb's grammatical subject is what it was done to."""
        if self.kids(index, "nsubjpass", "auxpass", "csubjpass"):
            return True
        tag, dep = self.tree.tag[index], self.tree.dep[index]
        if tag not in ("VBN", "VBD"):
            return False
        if dep in ("acl", "amod"):
            return tag == "VBN" and not self.kids(index, "nsubj", "aux")
        if self.kids(index, "agent") and not self.kids(index, "dobj"):
            return True
        return tag == "VBN" and self._reduced_passive(index)

    def _reduced_passive(self, index: int) -> bool:
        """Recognise "was shelled and captured", "left destroyed", and headlines: "Two killed in blast"."""
        if self.kids(index, "aux", "dobj"):
            return False
        head = self.tree.head[index]
        if self.tree.dep[index] == "conj" and head != index and self.is_verb(head):
            return self.is_passive(head) and not self.kids(index, "nsubj")
        return True

    @once_a_token
    def subjects(self, index: int) -> tuple[int, ...]:
        """Return who does it: the heads of the logical subject, conjuncts spread out."""
        return self._spread(self._subjects(index, 0))

    @once_a_token
    def objects(self, index: int) -> tuple[int, ...]:
        """Return what it is done to: the heads of the logical object, conjuncts spread out."""
        return self._spread(self._objects(index, 0))

    @once_a_token
    def grammatical_subjects(self, index: int) -> tuple[int, ...]:
        """Return the subject as it stands, whatever the voice: of "was closed" the crossing."""
        own = self.kids(index, *SUBJECTS, *PASSIVE_SUBJECTS)
        return self._spread(self._antecedents(index, own) if own else self._shared_subject(index, 0))

    def _subjects(self, index: int, depth: int) -> tuple[int, ...]:
        if self.is_passive(index):
            agents = tuple(self._prep_objects(by) for by in self.kids(index, "agent"))
            agents += tuple(self._prep_objects(by) for by in self.kids(index, "prep") if self.lower[by] == "by")
            return tuple(head for heads in agents for head in heads)
        own = self.kids(index, *SUBJECTS)
        if own:
            return self._antecedents(index, own)
        return self._shared_subject(index, depth)

    def _antecedents(self, index: int, subjects: tuple[int, ...]) -> tuple[int, ...]:
        """Put the noun in the place of "who", "which", "that"."""
        if self.tree.dep[index] in ("relcl", "acl") or self._conjoined_relative(index) is not None:
            antecedent = self._conjoined_relative(index)
            return tuple(antecedent if self._relative(s) and antecedent is not None else s for s in subjects)
        return subjects

    def _relative(self, index: int) -> bool:
        return self.tree.tag[index] in ("WDT", "WP") or (self.lower[index] == "that" and self.dep(index) != "det")

    def _conjoined_relative(self, index: int) -> int | None:
        """Return the noun that a relative clause, or the first of its conjoined verbs, hangs on."""
        seen = index
        for _ in range(6):
            dep, head = self.tree.dep[seen], self.tree.head[seen]
            if dep in ("relcl", "acl"):
                return head
            if dep != "conj" or head == seen:
                return None
            seen = head
        return None

    def _shared_subject(self, index: int, depth: int) -> tuple[int, ...]:
        dep, head = self.tree.dep[index], self.tree.head[index]
        if head == index or depth > 8:
            return ()
        if dep in ("amod", "acl", "relcl") and not self.is_verb(head):
            return self._noun_subject(index, head)
        if dep == "pcomp":
            return self._preposition_subject(head, depth)
        if dep in ("conj", "xcomp", "acomp", "advcl", "ccomp", "aux", "dep", "parataxis", "oprd") and self._governs(
            head
        ):
            return self._governor_subject(index, head, depth)
        return ()

    def _governs(self, head: int) -> bool:
        return self.tree.tag[head][:1] in "VMJ" or self.tree.dep[head] == "ROOT"

    def _noun_subject(self, index: int, noun: int) -> tuple[int, ...]:
        if self.tree.tag[index] == "VB" and self.is_noun(noun):
            return self._owner(noun)
        return (noun,)

    def _owner(self, noun: int) -> tuple[int, ...]:
        """Return whose plan, attempt or decision it is: the possessor, else the subject of the verb above."""
        possessors = self.kids(noun, "poss")
        if possessors:
            return possessors
        head = self.tree.head[noun]
        return self._subjects(head, 5) if head != noun and self.is_verb(head) else self.kids(noun, "compound")

    def _preposition_subject(self, preposition: int, depth: int) -> tuple[int, ...]:
        governor = self.tree.head[preposition]
        if governor == preposition:
            return ()
        if self.is_noun(governor):
            return self._owner(governor)
        if self.lemma[governor] in _OBJECT_CONTROL and self._objects(governor, depth + 1):
            return self._objects(governor, depth + 1)
        return self._subjects(governor, depth + 1)

    def _governor_subject(self, index: int, head: int, depth: int) -> tuple[int, ...]:
        dep = self.tree.dep[index]
        controls = dep in ("xcomp", "ccomp", "advcl") and self.lemma[head] in _OBJECT_CONTROL
        if controls and (objects := self._objects(head, depth + 1)):
            return objects
        if dep == "conj" and self.is_passive(head) and not self.is_passive(index):
            return self._objects(head, depth + 1)
        if self.is_passive(head):
            return self._objects(head, depth + 1) if dep != "advcl" else self._subjects(head, depth + 1)
        return self._subjects(head, depth + 1)

    def _objects(self, index: int, depth: int) -> tuple[int, ...]:
        if self.is_passive(index):
            return self._passive_object(index, depth)
        direct = self.kids(index, "dobj", "attr") if self.lemma[index] != "be" else ()
        if direct:
            return self._antecedents(index, direct)
        dep, head = self.tree.dep[index], self.tree.head[index]
        if dep == "relcl" and self.kids(index, *SUBJECTS) and not any(map(self._relative, self.kids(index, "nsubj"))):
            return (head,)
        return self._shared_object(index)

    def _passive_object(self, index: int, depth: int) -> tuple[int, ...]:
        own = self.kids(index, *PASSIVE_SUBJECTS, *SUBJECTS)
        if own:
            return self._antecedents(index, own)
        dep, head = self.tree.dep[index], self.tree.head[index]
        if dep in ("acl", "amod", "relcl") and head != index:
            return (head,)
        if dep == "conj" and head != index and depth < 8 and self.is_verb(head):
            return self._objects(head, depth + 1) if self.is_passive(head) else self._subjects(head, depth + 1)
        if dep in ("advcl", "xcomp", "ccomp") and head != index and depth < 8:
            return self._shared_subject(index, depth + 1)
        if dep == "pcomp" and (held := self._held_by_preposition(head)):
            return held
        return self.kids(index, "dobj")

    def _held_by_preposition(self, preposition: int) -> tuple[int, ...]:
        """Of "the nuns were freed after being seized" the nuns."""
        governor = self.tree.head[preposition]
        return self.kids(governor, *PASSIVE_SUBJECTS, *SUBJECTS) if self.is_verb(governor) else ()

    def _shared_object(self, index: int) -> tuple[int, ...]:
        """Recognise "shelled and then captured the town": an object that stands once, after the last verb."""
        for verb in self.kids(index, "conj"):
            between = range(index + 1, verb)
            if self.is_verb(verb) and not any(self.is_noun(i) for i in between):
                return self.kids(verb, "dobj")
        return ()

    def prepositional(self, index: int, name: str) -> tuple[int, ...]:
        """Return the heads after a preposition of a verb or noun: those of "in" in "fighting in Hama and Homs".

        The phrase may hang on the object instead ("captured the town in Homs province"), or be a pair ("out of").
        """
        return self._by_preposition(index).get(name, ())

    @once_a_token
    def _by_preposition(self, index: int) -> dict[str, tuple[int, ...]]:
        heads: dict[str, list[int]] = {}
        for preposition in self.prepositions(index):
            heads.setdefault(self.lower[preposition], []).extend(self._prep_objects(preposition))
        return {name: self._spread(tuple(found)) for name, found in heads.items()}

    def prepositions(self, index: int) -> tuple[int, ...]:
        """Return every preposition that belongs to a verb or noun, or to the verb's object."""
        if index not in self._prepositions:
            self._prepositions[index] = self._find_prepositions(index)
        return self._prepositions[index]

    def _find_prepositions(self, index: int) -> tuple[int, ...]:
        own = self.kids(index, "prep", "agent", "dative", "advmod", "prt")
        found = [p for p in own if self.tree.tag[p] in ("IN", "TO", "RP", "RB", "VBG")]
        nested = [q for p in found for q in self.kids(p, "prep") if self.tree.tag[q] in ("IN", "TO")]
        hung = [p for noun in self.kids(index, "dobj", "attr", "nsubjpass") for p in self.kids(noun, "prep")]
        return tuple(sorted({*found, *nested, *hung}))

    def _prep_objects(self, preposition: int) -> tuple[int, ...]:
        return self.kids(preposition, "pobj", "pcomp", "npadvmod")

    @once_a_token
    def modifiers(self, index: int) -> tuple[int, ...]:
        """Return what stands before a noun as part of it: "rebel" in "rebel attack", "Assad" in "Assad's army"."""
        return self.kids(index, "poss", "compound", "amod", "nmod", "npadvmod", "nummod")

    @once_a_token
    def possessors(self, index: int) -> tuple[int, ...]:
        """Return whose it is."""
        return self._spread(self.kids(index, "poss"))

    @once_a_token
    def compounds(self, index: int) -> tuple[int, ...]:
        """Return nouns and adjectives that make one name with a noun."""
        return self.kids(index, "compound", "amod", "nmod")

    def appositions(self, index: int) -> tuple[int, ...]:
        """Return nouns that say the same of it another way."""
        return self.kids(index, "appos")

    @once_a_token
    def governor(self, index: int) -> int | None:
        """Return the verb that a noun is subject, object or complement of, through "of"-less prepositions too."""
        seen = index
        for _ in range(4):
            head = self.tree.head[seen]
            if head == seen:
                return None
            if self.is_verb(head) or self.tree.tag[head] == "MD" or self.lemma[head] in _COPULAS:
                return head
            if self.tree.dep[seen] not in ("pobj", "prep", "conj", "appos", "pcomp"):
                return None
            seen = head
        return None

    def is_subject_of(self, index: int, verb: int) -> bool:
        """Return whether a noun is the subject, in whatever voice, of a verb."""
        return index in self.grammatical_subjects(verb)

    @once_a_token
    def holders(self, index: int) -> tuple[int, ...]:
        """Return what is in a state: of "shut" in "the crossing remains shut" the crossing."""
        dep, head = self.tree.dep[index], self.tree.head[index]
        if head == index:
            return self._spread(self.kids(index, "nsubj", "nsubjpass"))
        if dep == "amod":
            return (head,)
        own = self.kids(index, *SUBJECTS, *PASSIVE_SUBJECTS)
        if own:
            return self._spread(self._antecedents(index, own))
        if not (self.is_verb(head) or self.lemma[head] in _COPULAS):
            return (head,) if dep in ("prep", "acl", "relcl", "appos") and self.is_noun(head) else self._via(head, dep)
        if dep in ("oprd", "prep", "xcomp", "ccomp") and self.lemma[head] not in _COPULAS:
            objects = self.objects(head)
            if objects:
                return objects
        return self.grammatical_subjects(head)

    def _via(self, head: int, dep: str) -> tuple[int, ...]:
        return self.holders(head) if dep in ("conj", "prep", "pobj", "pcomp") and self.tree.head[head] != head else ()
