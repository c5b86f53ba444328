"""Actors in a text: named ones, forces of a country, generic nouns and pronouns, as Parties."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from alerts.domain.event import Party
from alerts.extraction.actor_names import ARMED, GROUP_KINDS, NONSTATE, STATE, WORD, ActorNames, Name
from alerts.extraction.grammar import Grammar
from alerts.extraction.lexicon import Lexicon
from alerts.extraction.remembering import once_a_token

_NAME_MAX = 80
_RECENT_MAX = 60
_THEIRS = frozenset({"they", "it", "he", "she", "their", "its", "his", "her", "them", "who", "which", "that"})
_DEFINITE = frozenset({"the", "these", "those", "both", "this", "that"})
_GROUP_NOUNS = frozenset("group organisation organization movement faction alliance coalition outfit militia".split())
_FOLLOWER = frozenset(
    """fighter member militant commander leader forces force gunman operative soldier spokesman spokesperson unit cell
    troop official supporter loyalist militiaman combatant wing brigade rebel insurgent guerrilla terrorist group
    movement drone rocket missile warplane jet aircraft artillery tank warship vessel navy army military plane
    helicopter bomber attacker insurgency militia government regime authority president minister""".split()
)


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A span of the text that names a known actor."""

    start: int
    end: int
    party: Party


def find_names(text: str, names: ActorNames) -> tuple[NamedSpan, ...]:
    """Return the named actors of a text in order, the longest name where several begin at one word."""
    tokens = [(match.group(), match.start(), match.end()) for match in WORD.finditer(text)]
    found: list[NamedSpan] = []
    index = 0
    while index < len(tokens):
        name = _name_at(tokens, index, names)
        if name is None:
            index += 1
            continue
        last = index + len(name.words) - 1
        found.append(NamedSpan(tokens[index][1], tokens[last][2], name.party))
        index = last + 1
    return tuple(found)


def _name_at(tokens: list[tuple[str, int, int]], index: int, names: ActorNames) -> Name | None:
    word = tokens[index][0]
    for name in names.names.get(word.lower(), ()):
        written = tuple(token[0] for token in tokens[index : index + len(name.words)])
        if name.exact is not None:
            if written == name.exact:
                return name
        elif word[:1].isupper() and tuple(w.lower() for w in written) == name.words:
            return name
    return None


class Actors:
    """Reads the parties of one document, block after block, and remembers who was named.

    Args:
        lexicon: Where names and nouns come from.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._recent: dict[tuple[int, int], Party] = {}
        self._blocks = 0

    def read(self, grammar: Grammar, spans: Iterable[NamedSpan]) -> BlockActors:
        """Return the actors of one block; `spans` are in the offsets of its tree."""
        self._blocks += 1
        named = _by_token(grammar, spans)
        for token, party in named.items():
            self.remember(party, (self._blocks, token))
        return BlockActors(self, self._blocks, grammar, named)

    @property
    def lexicon(self) -> Lexicon:
        """The lexicon that names come from."""
        return self._lexicon

    def remember(self, party: Party, at: tuple[int, int]) -> None:
        """Note who is spoken of at a place: the number of the block and the token in it."""
        if party.kind in GROUP_KINDS or party.kind == "government":
            self._recent[at] = party
            if len(self._recent) > _RECENT_MAX:
                del self._recent[min(self._recent)]

    def last(self, kinds: frozenset[str], before: tuple[int, int]) -> Party | None:
        """Return who of some kinds was spoken of last before a place."""
        places = (at for at, party in self._recent.items() if at < before and party.kind in kinds)
        found = max(places, default=None)
        return self._recent[found] if found is not None else None


def _by_token(grammar: Grammar, spans: Iterable[NamedSpan]) -> dict[int, Party]:
    found: dict[int, Party] = {}
    ordered = iter(sorted(spans, key=lambda span: span.start))
    span = next(ordered, None)
    for index, (start, end) in enumerate(zip(grammar.tree.start, grammar.tree.end, strict=True)):
        while span is not None and span.end <= start:
            span = next(ordered, None)
        if span is not None and start < span.end and end > span.start:
            found[index] = span.party
    return found


class BlockActors:
    """The parties that the words of one block name."""

    def __init__(self, document: Actors, number: int, grammar: Grammar, named: dict[int, Party]) -> None:
        self._document = document
        self._number = number
        self._grammar = grammar
        self._named = named
        self._names = document.lexicon.actors
        self.memory: dict[str, dict[int, Any]] = {}

    def named(self, index: int) -> Party | None:
        """Return the known actor whose name covers a token."""
        return self._named.get(index)

    @once_a_token
    def country_of(self, index: int) -> str | None:
        """Return the country that a word names or is the demonym of ("Syrian", "Syria", "Saudi")."""
        grammar = self._grammar
        word = grammar.lower[index]
        before = f"{grammar.lower[index - 1]} {word}" if index else word
        for table in (self._names.demonyms, self._names.countries):
            if code := table.get(before) or table.get(word):
                return code if grammar.words[index][:1].isupper() else None
        return None

    def is_capital(self, index: int) -> bool:
        """Return whether a word is a capital that may stand for its government."""
        return self._grammar.lower[index] in self._names.capitals

    @once_a_token
    def noun_kind(self, index: int) -> str | None:
        """Return the kind that a generic noun has by itself."""
        grammar = self._grammar
        for lemma in self._document.lexicon.lemmas(grammar.lower[index], grammar.lemma[index]):
            two_words = f"{grammar.lower[index - 1]} {lemma}" if index else lemma
            if kind := self._names.nouns.get(two_words) or self._names.nouns.get(lemma):
                return kind
        return None

    def party(self, head: int) -> Party | None:
        """Return who or what a noun phrase names; None for a bare number, date or empty word."""
        party = self._resolve(head)
        if party is not None:
            self._document.remember(party, (self._number, head))
        return party

    def _resolve(self, head: int) -> Party | None:
        grammar = self._grammar
        if grammar.lower[head] in _THEIRS:
            kinds = GROUP_KINDS | STATE
            return self._document.last(kinds, (self._number, head))
        if (counted := self._counted(head)) is not None:
            return self._resolve(counted)
        party, kind = self._by_words(head)
        if kind is not None:
            compatible = _compatible(kind, grammar.lemma[head])
            return self._document.last(compatible, (self._number, head)) or party
        return party

    @once_a_token
    def _by_words(self, head: int) -> tuple[Party | None, str | None]:
        """Return the party that a noun's own phrase names; for a noun that may mean who was named before, its kind."""
        kind = self.noun_kind(head)
        owner = self._owner(head)
        if (own := self._named.get(head)) is not None and (kind is None or owner == own):
            return own, None
        if owner is not None and (kind is not None or self._follows(head)):
            return self._member(head, owner, kind), None
        if (country := self._country(head)) is not None:
            return self._of_country(head, country, kind), None
        if kind is not None:
            return self._generic(head, kind)
        return self._unknown(head), None

    @once_a_token
    def _counted(self, head: int) -> int | None:
        """Return the noun behind a count: of "hundreds of opposition fighters" the fighters."""
        grammar = self._grammar
        lemma = grammar.lemma[head]
        is_count = grammar.tree.tag[head] == "CD" or lemma in self._document.lexicon.members("counts")
        below = grammar.prepositional(head, "of") if is_count else ()
        return next((index for index in below if index != head), None)

    @once_a_token
    def _owner(self, head: int) -> Party | None:
        """Return the known actor inside a phrase: "Hezbollah fighters", "Assad's forces", "fighters led by HTS"."""
        grammar = self._grammar
        led = [
            agent
            for verb in grammar.kids(head, "acl", "relcl")
            if grammar.lemma[verb] in ("lead", "head", "dominate", "belong", "call", "know", "name")
            for agent in (*grammar.subjects(verb), *grammar.prepositional(verb, "as"), *grammar.kids(verb, "oprd"))
            if agent != head
        ]
        backers = self._backers(head)
        near = [i for i in (*grammar.modifiers(head), *grammar.appositions(head), *led) if i not in backers]
        of = grammar.prepositional(head, "of") if self._follows(head) else ()
        from_ = grammar.prepositional(head, "from") if self.noun_kind(head) else ()
        return next((self._named[i] for i in (*near, *of, *from_) if i in self._named), None)

    @once_a_token
    def _backers(self, head: int) -> frozenset[int]:
        """Return the tokens of "US" in "US-backed forces": who backs is not who acts."""
        grammar = self._grammar
        return frozenset(
            inner
            for modifier in grammar.modifiers(head)
            if grammar.tree.tag[modifier] in ("VBN", "JJ") and grammar.children[modifier]
            for inner in grammar.subtree(modifier)
        )

    @once_a_token
    def _follows(self, head: int) -> bool:
        lemmas = self._document.lexicon.lemmas(self._grammar.lower[head], self._grammar.lemma[head])
        return not _FOLLOWER.isdisjoint(lemmas)

    def _member(self, head: int, owner: Party, kind: str | None) -> Party:
        if owner.kind in NONSTATE or owner.kind in ("state_forces", "police") or kind is None:
            return owner
        if kind in ARMED and owner.kind in ("government", "politician", "country", None):
            return Party(name=self.phrase(head), kind="state_forces", country=owner.country, member_of=owner.member_of)
        return owner if owner.kind not in ("government", "country") else replace(owner, kind=kind)

    @once_a_token
    def _country(self, head: int) -> str | None:
        grammar = self._grammar
        backers = self._backers(head)
        for index in (*grammar.modifiers(head), head):
            if index not in backers and index not in self._named and (code := self.country_of(index)):
                return code
        capital = self._names.capitals.get(grammar.lower[head])
        return capital if grammar.words[head][:1].isupper() and not grammar.kids(head, "det") else None

    def _of_country(self, head: int, country: str, kind: str | None) -> Party:
        name = self.phrase(head)
        if kind is None:
            is_self = self.country_of(head) or self._names.capitals.get(self._grammar.lower[head])
            kind = "government" if is_self or self._follows(head) else None
        if kind == "armed_group" and self._grammar.lemma[head] in ("force", "fighter", "unit"):
            kind = "state_forces"
        return Party(name=name, kind=kind, country=country)

    def _generic(self, head: int, kind: str) -> tuple[Party, str | None]:
        grammar = self._grammar
        modified = next((self.noun_kind(i) for i in grammar.compounds(head) if self.noun_kind(i)), None)
        if modified in NONSTATE | STATE and kind in ("armed_group", "state_forces"):
            kind = "state_forces" if modified == "government" else modified
        definite = any(grammar.lower[i] in _DEFINITE for i in grammar.kids(head, "det"))
        back = kind if definite and self._refers_back(head, kind) else None
        return Party(name=self.phrase(head), kind=kind), back

    def _refers_back(self, head: int, kind: str) -> bool:
        """Take "the rebels", "the troops" for those spoken of; "the ministry", "the police" are bodies of their own."""
        lemma = self._grammar.lemma[head]
        return kind in NONSTATE or kind == "armed_group" or lemma in ("troop", "force", "soldier")

    @once_a_token
    def _unknown(self, head: int) -> Party | None:
        grammar = self._grammar
        tag = grammar.tree.tag[head]
        if tag.startswith("NNP"):
            title = any(self.noun_kind(i) == "politician" for i in grammar.compounds(head))
            return Party(name=self.phrase(head), kind="politician" if title else None)
        kind = self._thing_kind(head)
        return Party(name=self.phrase(head), kind=kind) if kind is not None or tag.startswith("N") else None

    @once_a_token
    def _thing_kind(self, head: int) -> str | None:
        grammar = self._grammar
        lexicon = self._document.lexicon
        for lemma in lexicon.lemmas(grammar.lower[head], grammar.lemma[head]):
            two_words = f"{grammar.lower[head - 1]} {lemma}" if head else lemma
            for kind in _THING_KINDS:
                members = lexicon.members(kind)
                if two_words in members or lemma in members:
                    return kind
        return None

    @once_a_token
    def phrase(self, head: int) -> str:
        """Return a noun with what stands before it as part of its name, articles and numbers left out."""
        grammar = self._grammar
        first = min(self._name_tokens(head), default=head)
        text = grammar.tree.text[grammar.tree.start[first] : grammar.tree.end[head]]
        return " ".join(text.split())[-_NAME_MAX:]

    def _name_tokens(self, head: int) -> Iterator[int]:
        grammar = self._grammar
        for child in grammar.modifiers(head):
            if child < head and grammar.tree.dep[child] != "nummod":
                yield from (i for i in grammar.subtree(child) if grammar.tree.tag[i] not in ("DT", "CD", "PRP$"))


def _compatible(kind: str, lemma: str) -> frozenset[str]:
    if lemma in _GROUP_NOUNS:
        return NONSTATE
    if kind in ("armed_group", "militia"):
        return NONSTATE
    return frozenset({kind})


_THING_KINDS: tuple[str, ...] = (
    "border_crossing", "bridge", "dam", "port", "airport", "airbase", "military_base", "road", "railway", "pipeline",
    "power_plant", "refinery", "oil_field", "mine", "factory", "hospital", "school", "university", "embassy", "prison",
    "place_of_worship", "market", "camp", "vehicle", "ship", "aircraft", "home",
)  # fmt: skip
