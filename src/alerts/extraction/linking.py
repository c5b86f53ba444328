"""Which place belongs to which event: by role, then clause, then sentence, then what was spoken of before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from alerts.domain.place import PRECISIONS, Place, PlaceRole, Precision
from alerts.extraction.mentions import Toponym
from alerts.extraction.reading import Reading
from alerts.extraction.remembering import once_a_token
from alerts.extraction.roles import Roles

# How surely a place found this way is the event's; figures are judgement, kept in order.
BY_ROLE, BY_PRONOUN, BY_CLAUSE, BY_SENTENCE, INHERITED, BY_DATELINE, BY_COUNTRY = 1.0, 0.8, 0.85, 0.7, 0.6, 0.5, 0.45

_CONTAINERS = (
    "in",
    "near",
    "at",
    "on",
    "outside",
    "with",
    "between",
    "inside",
    "around",
    "from",
    "across",
    "to",
    "along",
)
_AREAS = frozenset({Precision.COUNTRY, Precision.ADMIN1, Precision.ADMIN2})
# What may stand between a place and the area that it is said to lie in.
_DIRECTIONS = frozenset(
    """north south east west north-east north-west south-east south-west northeast northwest southeast southwest
    """.split()
)
_SAID_OF = _DIRECTIONS | frozenset(
    """, ( in of on at the a an 's ’s its far northern southern eastern western central northeastern northwestern
    southeastern southwestern part corner tip edge district province region state county town city village port camp
    base township municipality commune governorate prefecture oblast raion locality area hospital airport market
    """.split()
)
_NAMING_ROLES = frozenset({"object", "in", "at", "near", "outside", "on", "against", "over", "into", "around"})
_PLACE_NOUNS = frozenset("town city village province region capital area settlement port crossing bridge camp".split())


@dataclass(frozen=True, slots=True)
class Link:
    """A place of an event: how it belongs to it, and how surely."""

    toponym: Toponym
    role: PlaceRole
    certainty: float

    @property
    def place(self) -> Place | None:
        """The resolved spot; None for a name that the gazetteer lacks."""
        return self.toponym.place


class Linker:
    """Links places to triggers over one document, block after block.

    Args:
        dateline: The place that the report was filed from.
        country: The country that the text is about.
    """

    def __init__(self, dateline: Toponym | None = None, country: Toponym | None = None) -> None:
        self._last: Link | None = None
        self._topic: Toponym | None = None
        self._seen: Toponym | None = None
        self._dateline = dateline
        self._country = country

    def link(self, reading: Reading, roles: Roles, avoid: frozenset[int]) -> tuple[Link, ...]:
        """Return the places of one trigger: several for "Rastan and Talbiseh", none when the text names none.

        Args:
            reading: The block.
            roles: The trigger's roles.
            avoid: Tokens of actors and speakers, whose names are not where it happened.
        """
        links = (
            tuple(self._by_role(reading, roles))
            or self._by_pronoun(reading, roles)
            or _unknown_name(reading, roles)
            or _by_clause(reading, roles, avoid)
            or self._by_sentence(reading, roles, avoid)
        )
        return tuple(_refined(reading, link) for link in links)

    def note_topic(self, reading: Reading, sentence: int) -> None:
        """Note the place that a sentence is about, its subject: "it" and "the city" in the next one mean it."""
        grammar = reading.grammar
        first, last = grammar.sentence_span(sentence)
        if grammar.tree.tag[first] == "MD" and "?" in grammar.words[max(first, last - 2) : last]:
            return  # "Could Homs be next?": nothing that follows happened there for having been asked
        subjects = (i for i in range(first, last) if grammar.dep(i) in ("nsubj", "nsubjpass"))
        named = [t for i in subjects for t in phrase_toponyms(reading, i) if t.place is not None]
        finer = [t for t in named if not _coarse(t)]
        if finer or named:
            self._topic = (finer or named)[0]
        tokens = [i for i in range(first, last) if i in reading.toponym_at and not _is_someone(reading, i)]
        seen = [t for i in tokens if (t := reading.toponym_at[i]).place is not None and not _coarse(t)]
        self._seen = seen[0] if seen else self._seen

    def _by_pronoun(self, reading: Reading, roles: Roles) -> tuple[Link, ...]:
        names = roles.hit.frame.place.get(PlaceRole.AT, ())
        heads = (head for name in names for head in roles.fill(name))
        meant = any(_stands_for_place(reading, head) for head in heads)
        known = self._topic or (self._last.toponym if self._last is not None else None)
        return (Link(known, PlaceRole.AT, BY_PRONOUN),) if meant and known is not None else ()

    def inherited(self) -> Link | None:
        """Return the place of the event before, else the dateline's, else the country that the text is about."""
        if self._last is not None:
            return Link(self._last.toponym, PlaceRole.AT, INHERITED)
        if self._seen is not None:
            return Link(self._seen, PlaceRole.AT, BY_DATELINE)
        if self._dateline is not None and self._dateline.place is not None:
            return Link(self._dateline, PlaceRole.AT, BY_DATELINE)
        return self.country()

    def country(self) -> Link | None:
        """Return the country that the text is about, for an event at a place that the gazetteer lacks."""
        return Link(self._country, PlaceRole.AT, BY_COUNTRY) if self._country is not None else None

    def remember(self, link: Link) -> None:
        """Note the place of an event, for those after it that name none."""
        if link.place is not None and link.certainty >= BY_SENTENCE:
            self._last = link

    def _by_role(self, reading: Reading, roles: Roles) -> Iterator[Link]:
        for role, names in roles.hit.frame.place.items():
            for name in names:
                toponyms = tuple(_of_heads(reading, roles.fill(name)))
                if toponyms:
                    yield from (Link(toponym, role, BY_ROLE) for toponym in toponyms)
                    return

    def _by_sentence(self, reading: Reading, roles: Roles, avoid: frozenset[int]) -> tuple[Link, ...]:
        first, last = reading.grammar.sentence_span(reading.grammar.sentence_of[roles.hit.head])
        return _nearest(reading, roles.hit.head, range(first, last), avoid, BY_SENTENCE)


def _refined(reading: Reading, link: Link) -> Link:
    """Return the link to what the named area is said of: in "in Bure, in Ethiopia's Amhara region" that is Bure."""
    area = link.place
    tokens = _tokens_of(reading, link.toponym)
    if area is None:
        return _contained(reading, link, tokens)
    if area.precision not in _AREAS or not tokens:
        return link
    between = min(tokens) - 1
    while between >= 0 and _is_said_of(reading, between, area):
        between -= 1
    finer = reading.toponym_at.get(between)
    if finer is None or finer.place is None or between == min(tokens) - 1 or not _holds(area, finer.place):
        return link
    return _refined(reading, replace(link, toponym=finer))


def _tokens_of(reading: Reading, toponym: Toponym) -> Sequence[int]:
    own = [i for i, other in reading.toponym_at.items() if other == toponym]
    if own:
        return own
    # A name that only a role takes for a place is no mention: it is found by where it stands.
    size = reading.grammar.size
    return [i for i in range(size) if reading.span(i, i)[0] == toponym.start]


def _contained(reading: Reading, link: Link, tokens: Sequence[int]) -> Link:
    """Return the link to what an unknown name is said to lie in: "at Halane camp in Mogadishu"; else itself."""
    grammar = reading.grammar
    after = max(tokens, default=grammar.size) + 1
    first = after
    while after < grammar.size and (grammar.lower[after] in _SAID_OF) and after not in reading.toponym_at:
        after += 1
    around = reading.toponym_at.get(after)
    if (
        around is None
        or around.place is None
        or _coarse(around)
        or not _lies_in(around.place, grammar.lower[first:after])
    ):
        return link
    return Link(around, link.role, min(link.certainty, BY_SENTENCE))


def _lies_in(place: Place, between: tuple[str, ...]) -> bool:
    """Tell "a camp in Homs", "Foo, Homs province" from "Foo, Homs and Hama" and "Foo, north of Homs"."""
    words = frozenset(between)
    return "in" in words or (bool(words) and place.precision in _AREAS and words.isdisjoint(_DIRECTIONS))


def _is_said_of(reading: Reading, index: int, area: Place) -> bool:
    """Return whether a token may stand between a place and its area: "in the north of", "in Ethiopia's"."""
    toponym = reading.toponym_at.get(index)
    if toponym is None:
        return reading.grammar.lower[index] in _SAID_OF or reading.grammar.tree.tag[index].startswith("JJ")
    return area.precision is not Precision.COUNTRY and _coarse(toponym)


def _holds(area: Place, place: Place) -> bool:
    """Return whether an area is one that a place is known to lie in, or another name of one around it."""
    if area.country not in place.countries or PRECISIONS.index(place.precision) >= PRECISIONS.index(area.precision):
        return False
    return area.precision is not Precision.ADMIN1 or area.admin1 == place.admin1


def _unknown_name(reading: Reading, roles: Roles) -> tuple[Link, ...]:
    """Return a place without a spot where a role holds a name that the gazetteer lacks, never a neighbour of it."""
    grammar = reading.grammar
    for name in _NAMING_ROLES & frozenset(roles.hit.frame.place.get(PlaceRole.AT, ())):
        for head in roles.fill(name):
            is_name = grammar.tree.tag[head].startswith("NNP") and head not in reading.time_at
            if is_name and reading.actors.named(head) is None and reading.actors.country_of(head) is None:
                start, end = reading.span(head, head)
                unknown = Toponym(start=start, end=end, text=grammar.words[head], place=None, confidence=0.0)
                return (Link(unknown, PlaceRole.AT, BY_ROLE),)
    return ()


def _by_clause(reading: Reading, roles: Roles, avoid: frozenset[int]) -> tuple[Link, ...]:
    return _nearest(reading, roles.hit.head, reading.grammar.clause(roles.hit.head), avoid, BY_CLAUSE)


def _nearest(
    reading: Reading, head: int, tokens: Iterable[int], avoid: frozenset[int], certainty: float
) -> tuple[Link, ...]:
    """Return the nearest place that could be where it is, those after the trigger first."""
    grammar = reading.grammar
    named = [i for i in tokens if i in reading.toponym_at and i not in avoid]
    known = [i for i in named if reading.toponym_at[i].place is not None]
    resolved = [i for i in known if not _is_someone(reading, i)]
    if not resolved and certainty == BY_SENTENCE:
        # "Culiacán woke up to gun battles": a town that is no seat of a government does not act.
        resolved = [i for i in known if not _coarse(reading.toponym_at[i]) and not reading.actors.is_capital(i)]
    best = min(resolved, key=lambda i: (_coarse(reading.toponym_at[i]), i < head, abs(i - head)), default=None)
    if best is None:
        return ()
    role = PlaceRole.ABOUT if _is_topic(grammar.lower, best) else PlaceRole.AT
    return (Link(reading.toponym_at[best], role, certainty),)


def _stands_for_place(reading: Reading, head: int) -> bool:
    grammar = reading.grammar
    if grammar.lower[head] == "it":
        return True
    definite = any(grammar.lower[det] in ("the", "this", "that") for det in grammar.kids(head, "det"))
    return definite and grammar.lemma[head] in _PLACE_NOUNS and not phrase_toponyms(reading, head)


def _is_topic(lower: tuple[str, ...], index: int) -> bool:
    return index > 0 and lower[index - 1] in ("about", "regarding", "concerning")


def _coarse(toponym: Toponym) -> bool:
    return toponym.place is not None and toponym.place.precision is Precision.COUNTRY


def _is_someone(reading: Reading, index: int) -> bool:
    """Return whether a place name stands for its government or people: a subject, a possessor of a force, an agent."""
    grammar = reading.grammar
    dep = grammar.dep(index)
    toponym = reading.toponym_at[index]
    if _coarse(toponym):
        return dep in ("nsubj", "poss", "agent", "compound", "npadvmod", "dobj", "dative")
    return dep == "nsubj" and grammar.is_verb(grammar.tree.head[index])


def _of_heads(reading: Reading, heads: Iterable[int]) -> Iterator[Toponym]:
    seen: set[tuple[int, int]] = set()
    for head in heads:
        for toponym in phrase_toponyms(reading, head):
            if (toponym.start, toponym.end) not in seen:
                seen.add((toponym.start, toponym.end))
                yield toponym


@once_a_token
def phrase_toponyms(reading: Reading, head: int) -> tuple[Toponym, ...]:
    """Return the places that a noun phrase names: itself, else its parts, else what it is said to lie in."""
    grammar = reading.grammar
    if head in reading.toponym_at:
        return (reading.toponym_at[head],)
    parts = [
        i
        for child in grammar.kids(head, "compound", "nmod", "poss", "appos")
        for i in (child, *grammar.kids(child, "compound"))
    ]
    inside = _at(reading, parts)
    if inside:
        return inside
    of = _at(reading, grammar.prepositional(head, "of"))
    if of:
        return of
    deeper = [found for below in grammar.prepositional(head, "of") for found in phrase_toponyms_shallow(reading, below)]
    if deeper:
        return tuple(deeper)
    for name in _CONTAINERS if grammar.kids(head, "prep") else ():
        found = [
            t for below in _own_prepositional(reading, head, name) for t in phrase_toponyms_shallow(reading, below)
        ]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def phrase_toponyms_shallow(reading: Reading, head: int) -> tuple[Toponym, ...]:
    """Return the places that a noun phrase names itself or by its parts."""
    if head in reading.toponym_at:
        return (reading.toponym_at[head],)
    grammar = reading.grammar
    found = _at(reading, grammar.kids(head, "compound", "nmod", "poss", "appos"))
    return found or _at(reading, grammar.prepositional(head, "of"))


def _own_prepositional(reading: Reading, head: int, name: str) -> tuple[int, ...]:
    grammar = reading.grammar
    return tuple(
        member
        for preposition in grammar.kids(head, "prep")
        if grammar.lower[preposition] == name
        for below in grammar.kids(preposition, "pobj")
        for member in grammar.conjuncts(below)
    )


def _at(reading: Reading, tokens: Iterable[int]) -> tuple[Toponym, ...]:
    return tuple(dict.fromkeys(reading.toponym_at[i] for i in tokens if i in reading.toponym_at))
