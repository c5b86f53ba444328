"""The figures of a block: numbers bound to what they count, and the victims of a sentence added up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from alerts.domain.event import Comparator, Quantity, Scope
from alerts.extraction.count_kinds import (
    counted_noun,
    harm_beside,
    is_people,
    is_people_at_large,
    kind_and_unit,
    own_kind,
    unit_of,
)
from alerts.extraction.grammar import Grammar
from alerts.extraction.mentions import NumberPhrase
from alerts.extraction.reading import Reading
from alerts.extraction.victims import Suffering, is_ahead, kind_of_deed, persons_in, sufferings

_PARTITIVE = frozenset({"them", "whom", "those", "which"})
_EARLIER = frozenset("first previous earlier last latter second other similar".split())
_GRAVELY = frozenset("seriously critically severely badly gravely lightly slightly fatally moderately".split())
_ASIDE = frozenset({"including", "among", "amongst", "include", "with"})


@dataclass(frozen=True, slots=True)
class Count:
    """A figure with what it counts, and the token that it stands at; a kind of "" where only the event can tell."""

    quantity: Quantity
    token: int
    sentence: int
    start: int
    heads: frozenset[int]
    """The number and the noun it counts."""
    partial: bool = False
    """It counts some of those that another figure counts: "12, including three children"."""


@dataclass(frozen=True, slots=True)
class _Counted:
    """A number with its tokens and the noun that it counts."""

    phrase: NumberPhrase
    tokens: tuple[int, ...]
    noun: int

    @property
    def number(self) -> int:
        return self.tokens[-1]


def counts_of(reading: Reading) -> tuple[Count, ...]:
    """Return the figures of a block that count something an event can have, in order."""
    numbers = tuple(_numbers(reading))
    by_token = {token: counted for counted in numbers for token in (counted.noun, *counted.tokens)}
    grouped = [count for told in sufferings(reading) if (count := _sum(reading, told, by_token)) is not None]
    done = frozenset(token for count in grouped for token in count.heads)
    alone = [count for number in numbers if number.number not in done for count in _count(reading, number)]
    known = (*_one_by_one(reading, grouped), *alone)
    found = sorted((*known, *_as_many(reading, known)), key=lambda count: count.token)
    return tuple(count for count in _without_parts(found) if not _is_of_another(reading, count.token))


def _numbers(reading: Reading) -> Iterator[_Counted]:
    seen: set[NumberPhrase] = set()
    for token, phrase in reading.number_at.items():
        if phrase not in seen and token not in reading.distance_at:
            seen.add(phrase)
            tokens = reading.tokens_of(phrase)
            if tokens:
                yield _Counted(phrase, tokens, counted_noun(reading, tokens))


def _sum(reading: Reading, told: Suffering, numbers: dict[int, _Counted]) -> Count | None:
    """Add up those that one thing was done to; None where the text counts none of them."""
    grammar = reading.grammar
    named = tuple(dict.fromkeys((*told.members, *(i for m in told.members for i in _listed_after(grammar, m)))))
    members = [i for n, i in enumerate(named) if n == 0 or _is_of_kind(reading, i, told.kind, numbers)]
    counted = [numbers.get(i) for i in members]
    values = [
        c.phrase.value if c is not None else persons_in(reading, i) for i, c in zip(members, counted, strict=True)
    ]
    listed = [c for c in counted if c is not None]
    members, counted, values = _without_breakdown(reading, members, counted, values)
    known = [value for value in values if value is not None]
    if not known or any(c is not None and not _is_countable(reading, c) for c in counted):
        return None
    numbered = [c for c in counted if c is not None]
    if told.kind == "killed" and any(unit_of(reading, c.noun) == "households" for c in numbered):
        return None
    if not numbered and (len(known) < len(values) or is_ahead(reading.grammar, members[0])):
        return None
    count = _summed(reading, told, members, numbered, sum(known), whole=len(known) == len(values))
    return replace(count, heads=count.heads | {i for c in listed for i in (c.noun, *c.tokens)})


def _listed_after(grammar: Grammar, member: int) -> tuple[int, ...]:
    """Return what the parser takes for an apposition: of "a nurse, her husband and three patients" the rest."""
    return tuple(i for other in grammar.appositions(member) for i in grammar.conjuncts(other) if i > member)


def _summed(
    reading: Reading,
    told: Suffering,
    members: Sequence[int],
    numbered: Sequence[_Counted],
    value: float,
    *,
    whole: bool,
) -> Count:
    first = numbered[0] if numbered else None
    token = first.number if first else members[0]
    quantity = Quantity(
        kind=told.kind,
        value=value,
        comparator=_comparator([c.phrase for c in numbered], whole=whole),
        high=_high(numbered, value),
        unit=unit_of(reading, first.noun) if first else "people",
        scope=(first.phrase.scope if first else None) or _scope(reading, token, first.noun if first else token),
        window_hours=_window(reading, token),
    )
    heads = frozenset((*members, *(i for c in numbered for i in (*c.tokens, c.noun))))
    start = first.phrase.start if first else reading.span(token, token)[0]
    partial = first is not None and _is_part(reading, first)
    return Count(quantity, token, reading.grammar.sentence_of[token], start, heads, partial)


def _is_of_kind(reading: Reading, member: int, kind: str, numbers: dict[int, _Counted]) -> bool:
    """Tell "ten civilians and two soldiers" from "ten killed and two injured"."""
    counted = numbers.get(member)
    own = own_kind(reading, counted.number, counted.noun) if counted else own_kind(reading, member, member)
    return own in (None, kind)


def _without_breakdown(
    reading: Reading, members: list[int], counted: list[_Counted | None], values: list[float | None]
) -> tuple[list[int], list[_Counted | None], list[float | None]]:
    """Of "nine people - five children and four women" keep the nine."""
    rest = [value for value in values[1:] if value is not None]
    first = counted[0]
    whole = first is not None and len(rest) > 1 and is_people_at_large(reading, first.noun) and sum(rest) == values[0]
    if len(members) > 1 and values[0] is not None and (whole or _says_more(reading, members)):
        return members[:1], counted[:1], values[:1]
    return members, counted, values


def _says_more(reading: Reading, members: Sequence[int]) -> bool:
    """Tell "killed a nurse, a mother of two", "ten people: six men and four women" from a list."""
    grammar = reading.grammar
    between = grammar.lower[members[0] + 1 : members[1]]
    renamed = members[1] in grammar.appositions(members[0]) and not grammar.kids(members[1], "conj")
    return renamed or any(mark in between for mark in (":", "–", "—", "-", "(", ";", "including", "among", "mostly"))


def _is_countable(reading: Reading, counted: _Counted) -> bool:
    return unit_of(reading, counted.noun) in ("people", "households")


def _comparator(phrases: Sequence[NumberPhrase], *, whole: bool) -> Comparator:
    vague = next((p.comparator for p in phrases if p.comparator is not Comparator.EXACTLY), Comparator.EXACTLY)
    return vague if whole or vague is not Comparator.EXACTLY else Comparator.AT_LEAST


def _high(numbered: Sequence[_Counted], value: float) -> float | None:
    more = [c.phrase.high - c.phrase.value for c in numbered if c.phrase.high is not None]
    return value + sum(more) if more else None


def _count(reading: Reading, counted: _Counted) -> Iterator[Count]:
    number, noun, phrase = counted.number, counted.noun, counted.phrase
    kind, unit = kind_and_unit(reading, number, noun)
    if _is_whole_of(reading, counted) or unit is None or (kind is None and unit == "homes"):
        return
    if kind in (None, "affected") and unit == "people" and not is_people(reading, noun):
        return
    quantity = Quantity(
        kind=kind or "",
        value=phrase.value,
        comparator=phrase.comparator,
        high=phrase.high,
        unit=unit,
        scope=phrase.scope or _scope(reading, number, noun),
        window_hours=_window(reading, number),
    )
    heads = frozenset((*counted.tokens, noun))
    yield Count(quantity, number, reading.grammar.sentence_of[number], phrase.start, heads, _is_part(reading, counted))


def _is_whole_of(reading: Reading, counted: _Counted) -> bool:
    """Read "killed 14 of the 20 guests": the 20 are not the killed."""
    grammar = reading.grammar
    preposition = grammar.head(counted.noun) if counted.noun != counted.number else None
    above = grammar.head(preposition) if preposition is not None else None
    of = preposition is not None and grammar.lower[preposition] == "of"
    return of and above is not None and above in reading.number_at and above not in counted.tokens


def _one_by_one(reading: Reading, counts: Sequence[Count]) -> Iterator[Count]:
    """Add up what clauses of one sentence tell of single people: "A nurse was killed; a patient died later"."""
    seen: dict[tuple[int, str], Count] = {}
    for count in counts:
        single = count.heads.isdisjoint(reading.number_at) and len(count.heads) == 1
        if not single:
            yield count
            continue
        key = (count.sentence, count.quantity.kind)
        before = seen.get(key)
        if before is None or _is_same_person(reading, before, count):
            seen[key] = before or count
        else:
            added = replace(before.quantity, value=before.quantity.value + count.quantity.value)
            seen[key] = replace(before, quantity=added, heads=before.heads | count.heads)
    yield from seen.values()


def _is_same_person(reading: Reading, before: Count, count: Count) -> bool:
    """Take "the man" after "a man" for the same; "a" brings in another."""
    grammar = reading.grammar
    new = any(grammar.lower[i] in ("a", "an", "another") for head in count.heads for i in grammar.kids(head, "det"))
    return not new or {grammar.lemma[i] for i in before.heads} == {grammar.lemma[i] for i in count.heads}


def _as_many(reading: Reading, counts: Sequence[Count]) -> Iterator[Count]:
    """Read "ten were killed and as many wounded", "wounded as many civilians"."""
    grammar = reading.grammar
    for i in range(1, grammar.size):
        if (grammar.lower[i - 1], grammar.lower[i]) != ("as", "many"):
            continue
        verb = grammar.governor(i if grammar.is_noun(i) else grammar.tree.head[i])
        kind = harm_beside(reading, i) or (kind_of_deed(reading, verb) if verb is not None else None)
        before = [c for c in counts if c.sentence == grammar.sentence_of[i] and c.token < i]
        if kind is not None and before and tuple(grammar.lower[i + 1 : i + 2]) != ("as",):
            last = before[-1]
            yield replace(last, quantity=replace(last.quantity, kind=kind), token=i, heads=frozenset({i}))


def _is_of_another(reading: Reading, token: int) -> bool:
    """Read "the first had left two dead", "an earlier blast had killed nine": no figure of what is told."""
    grammar = reading.grammar
    verb = grammar.clause_root(token)
    if not any(grammar.lower[i] == "had" for i in grammar.kids(verb, "aux")):
        return False
    subjects = grammar.kids(verb, "nsubj", "nsubjpass")
    return any(grammar.lower[i] in _EARLIER for s in subjects for i in (s, *grammar.kids(s, "amod")))


def _is_part(reading: Reading, counted: _Counted) -> bool:
    """Read "14 of them", "seven of whom", "including three children", "among them a nurse"."""
    grammar = reading.grammar
    number = counted.number
    if any(grammar.lower[i] in _PARTITIVE for i in grammar.prepositional(number, "of")):
        return True
    if any(grammar.lower[i] == "whom" for i in grammar.clause(number)):
        return True
    if counted.noun == number and number + 1 < grammar.size and grammar.lower[number + 1] in _GRAVELY:
        return True
    for i in (number, *grammar.ancestors(number)[:6]):
        if grammar.lower[i] in _ASIDE:
            return True
        if grammar.is_verb(i):
            break
    return False


def _without_parts(counts: Sequence[Count]) -> Iterator[Count]:
    """Leave out what counts some of those that another figure of the sentence counts."""
    for count in counts:
        whole = any(
            other.sentence == count.sentence
            and not other.partial
            and other.quantity.unit == count.quantity.unit
            and count.quantity.kind in ("", other.quantity.kind)
            for other in counts
        )
        if not (count.partial and whole):
            yield count


def _scope(reading: Reading, number: int, noun: int) -> Scope:
    grammar = reading.grammar
    words = reading.words
    around = {*_own_line(grammar, number), *_own_line(grammar, noun)}
    below = [i for head in around for i in grammar.children[head] if not grammar.is_verb(i)]
    lexicon = words.lexicon
    verbs = [i for i in around if grammar.is_verb(i)]
    if any(
        grammar.lower[aux] in ("could", "may", "might", "would", "will")
        for i in verbs
        for aux in grammar.kids(i, "aux")
    ):
        return Scope.PROJECTION
    total = any(words.is_one_of(i, lexicon.members("total_words")) for i in (*around, *below))
    if total or any(words.is_one_of(i, lexicon.members("nation_words")) for i in grammar.clause(number)):
        return Scope.TOTAL
    return Scope.NEW


def _own_line(grammar: Grammar, token: int) -> Iterator[int]:
    """Yield what governs a figure up to its first finite verb: "280,000 fled; the number could rise" are two."""
    for head in grammar.ancestors(token)[:4]:
        yield head
        helpers = [i for i in grammar.kids(head, "aux", "auxpass") if grammar.lower[i] != "to"]
        if grammar.tree.tag[head] in ("VBD", "VBZ", "VBP") or helpers:
            return


def _window(reading: Reading, number: int) -> float | None:
    clause = reading.grammar.clause(number)
    hours = (reading.time_at[i].window_hours for i in clause if i in reading.time_at)
    return next((value for value in hours if value is not None), None)
