"""Which place belongs to which event: by role, then clause, then sentence, then what was spoken of before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from alerts.domain.place import Place, PlaceRole
from alerts.extraction import finer_places
from alerts.extraction.finer_places import AREAS, is_coarse
from alerts.extraction.mentions import Toponym
from alerts.extraction.place_phrases import of_heads, phrase_toponyms
from alerts.extraction.reading import Reading
from alerts.extraction.roles import Roles
from alerts.extraction.toponym_containers import named_in
from alerts.extraction.toponym_words import HEADS

# How surely a place found this way is the event's; figures are judgement, kept in order.
BY_ROLE, BY_PRONOUN, BY_CLAUSE, BY_SENTENCE, INHERITED, BY_DATELINE, BY_COUNTRY = 1.0, 0.8, 0.85, 0.7, 0.6, 0.5, 0.45

_NAMING_ROLES = frozenset({"object", "in", "at", "near", "outside", "on", "against", "over", "into", "around"})
_SURE_ROLES = frozenset({"in", "at", "near", "outside", "into", "around"})
_SAID_TO_BE_AT = 0.1
"""How surely a name behind "at" or "in" is a place's, against 0 for what was attacked, which may be a person."""
_SPOKEN_AT = frozenset({"in", "at"})
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
        aside = avoid | _states_dealt_with(reading, roles)
        links = (
            tuple(self._by_role(reading, roles))
            or self._by_pronoun(reading, roles)
            or _unknown_name(reading, roles)
            or _by_clause(reading, roles, aside)
            or self._by_sentence(reading, roles, aside)
            or _by_capital(reading, roles)
            or _by_witness(reading, roles, avoid)
        )
        finer = tuple(self._refined(reading, roles, link, avoid) for link in _unlisted(reading, roles, links, avoid))
        return tuple(dict.fromkeys(self._named(link, finer) for link in finer))

    def _refined(self, reading: Reading, roles: Roles, link: Link, avoid: frozenset[int]) -> Link:
        if link.place is not None:
            return replace(link, toponym=finer_places.refined(reading, link.toponym, roles, avoid))
        outer = finer_places.around(reading, link.toponym)
        if outer is None or outer.place is None:
            return link
        spot = replace(link.toponym, place=named_in(link.toponym.text, _kind(link.toponym), outer.place))
        return Link(spot, link.role, min(link.certainty, BY_SENTENCE))

    def _named(self, link: Link, beside: Sequence[Link]) -> Link:
        """Return a link whose name no list holds as one to somewhere in the text's country, under its own name.

        In a list ("the towns of Shire and Axum") only if what is known of it lies in that country too.
        """
        land = self._country.place if self._country is not None else None
        known = next((other.place for other in beside if other.place is not None), land)
        is_name = link.place is None and link.toponym.confidence > 0
        if not is_name or land is None or known is None or known.country != land.country:
            return link
        spot = replace(link.toponym, place=named_in(link.toponym.text, _kind(link.toponym), land))
        return Link(spot, link.role, min(link.certainty, BY_SENTENCE))

    def note_topic(self, reading: Reading, sentence: int) -> None:
        """Note the place that a sentence is about, its subject: "it" and "the city" in the next one mean it."""
        grammar = reading.grammar
        first, last = grammar.sentence_span(sentence)
        if grammar.tree.tag[first] == "MD" and "?" in grammar.words[max(first, last - 2) : last]:
            return  # "Could Homs be next?": nothing that follows happened there for having been asked
        subjects = (i for i in range(first, last) if grammar.dep(i) in ("nsubj", "nsubjpass"))
        named = [t for i in subjects for t in phrase_toponyms(reading, i) if t.place is not None]
        finer = [t for t in named if not is_coarse(t)]
        if finer or named:
            self._topic = (finer or named)[0]
        tokens = [i for i in range(first, last) if i in reading.toponym_at and not _is_someone(reading, i)]
        seen = [t for i in tokens if (t := reading.toponym_at[i]).place is not None and not is_coarse(t)]
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
                toponyms = tuple(of_heads(reading, roles.fill(name)))
                if toponyms:
                    finer = self._finer_by_role(reading, roles, toponyms, names)
                    listed = tuple(one for toponym in finer for one in finer_places.listed_with(reading, toponym))
                    yield from (
                        Link(toponym, role, BY_ROLE)
                        for toponym in finer_places.without_areas(tuple(dict.fromkeys(listed)))
                    )
                    return

    def _finer_by_role(
        self, reading: Reading, roles: Roles, toponyms: tuple[Toponym, ...], names: Iterable[str]
    ) -> tuple[Toponym, ...]:
        """Return what other roles of the same trigger name inside an area: "crossed into Chad at Adre"."""
        area = toponyms[0].place
        if len(toponyms) > 1 or area is None or area.precision not in AREAS:
            return toponyms
        others = (tuple(of_heads(reading, roles.fill(name))) for name in names)
        named = (found for found in others if found)
        return next((t for t in named if t[0].place is None or finer_places.holds(area, t[0].place)), toponyms)

    def _by_sentence(self, reading: Reading, roles: Roles, avoid: frozenset[int]) -> tuple[Link, ...]:
        first, last = reading.grammar.sentence_span(reading.grammar.sentence_of[roles.hit.head])
        return _nearest(reading, roles.hit.head, range(first, last), avoid, BY_SENTENCE)


def _unknown_name(reading: Reading, roles: Roles) -> tuple[Link, ...]:
    """Return a place without a spot where a role holds a name that the gazetteer lacks, never a neighbour of it."""
    grammar = reading.grammar
    for name in [name for name in roles.hit.frame.place.get(PlaceRole.AT, ()) if name in _NAMING_ROLES]:
        for head in roles.fill(name):
            is_name = grammar.tree.tag[head].startswith("NNP") and head not in reading.time_at
            if is_name and reading.actors.named(head) is None and reading.actors.country_of(head) is None:
                first, last = finer_places.full_name(reading, head)
                start, end = reading.span(first, last)
                text = " ".join(grammar.words[first : last + 1])
                sureness = _SAID_TO_BE_AT if name in _SURE_ROLES else 0.0
                unknown = Toponym(start=start, end=end, text=text, place=None, confidence=sureness)
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
        resolved = [i for i in known if not is_coarse(reading.toponym_at[i]) and not reading.actors.is_capital(i)]
    best = min(resolved, key=lambda i: (*_rank(reading, i, resolved), i < head, abs(i - head)), default=None)
    if best is None:
        return ()
    role = PlaceRole.ABOUT if _is_topic(grammar.lower, best) else PlaceRole.AT
    return (Link(reading.toponym_at[best], role, certainty),)


def _rank(reading: Reading, index: int, others: Sequence[int]) -> tuple[bool, bool, bool]:
    """Return how little a name suits as where it happened: a country, an area around another name, an anchor."""
    toponym = reading.toponym_at[index]
    is_around = finer_places.holds_another(reading, index, others)
    return is_coarse(toponym), is_around, finer_places.is_anchor(reading, index)


def _states_dealt_with(reading: Reading, roles: Roles) -> frozenset[int]:
    """Return the names of states that an act is done to: what Kigali does to Belgium is not done in Belgium."""
    heads = (head for name in roles.hit.frame.target for head in roles.fill(name))
    return frozenset(i for i in heads if _is_state(reading, i)) if _is_act_of_state(roles) else frozenset()


def _is_state(reading: Reading, index: int) -> bool:
    toponym = reading.toponym_at.get(index)
    return toponym is not None and (is_coarse(toponym) or reading.actors.is_capital(index))


def _is_act_of_state(roles: Roles) -> bool:
    """Return whether a frame tells of words and treaties: it has no object that it happens at."""
    return _SPOKEN_AT.issuperset(roles.hit.frame.place.get(PlaceRole.AT, ()))


def _by_capital(reading: Reading, roles: Roles) -> tuple[Link, ...]:
    """Return the capitals that stand for the governments which act by word: "Chisinau blamed Moscow"."""
    if not _is_act_of_state(roles):
        return ()
    heads = next((found for name in roles.hit.frame.actor if (found := roles.fill(name))), ())
    capitals = [reading.toponym_at[i] for i in heads if i in reading.toponym_at and reading.actors.is_capital(i)]
    return tuple(Link(capital, PlaceRole.AT, BY_SENTENCE) for capital in capitals[:1] if not is_coarse(capital))


def _by_witness(reading: Reading, roles: Roles, avoid: frozenset[int]) -> tuple[Link, ...]:
    """Return where those who tell it are, if no capital: "hospital sources in Parachinar said"."""
    grammar = reading.grammar
    first, last = grammar.sentence_span(grammar.sentence_of[roles.hit.head])
    named = [i for i in range(first + 1, last) if i in avoid and grammar.lower[i - 1] in ("in", "at", "from")]
    found = [reading.toponym_at[i] for i in named if i in reading.toponym_at and not reading.actors.is_capital(i)]
    known = [t for t in found if t.place is not None and t.place.precision not in AREAS]
    return tuple(Link(toponym, PlaceRole.AT, INHERITED) for toponym in known[:1])


def _unlisted(reading: Reading, roles: Roles, links: tuple[Link, ...], avoid: frozenset[int]) -> tuple[Link, ...]:
    """Return a name of the sentence that no list holds, where nothing better than a country is known."""
    if any(link.place is None or not is_coarse(link.toponym) or link.certainty == BY_ROLE for link in links):
        return links
    first, last = reading.grammar.sentence_span(reading.grammar.sentence_of[roles.hit.head])
    named = [i for i in range(first, last) if i in reading.toponym_at and i not in avoid]
    unknown = [i for i in named if reading.toponym_at[i].place is None and reading.grammar.dep(i) != "nsubj"]
    best = min(unknown, key=lambda i: abs(i - roles.hit.head), default=None)
    return links if best is None else (Link(reading.toponym_at[best], PlaceRole.AT, BY_SENTENCE),)


def _kind(toponym: Toponym) -> str:
    return HEADS.get(toponym.text.rpartition(" ")[2].lower(), ("site",))[0]


def _stands_for_place(reading: Reading, head: int) -> bool:
    grammar = reading.grammar
    if grammar.lower[head] == "it":
        return True
    definite = any(grammar.lower[det] in ("the", "this", "that") for det in grammar.kids(head, "det"))
    return definite and grammar.lemma[head] in _PLACE_NOUNS and not phrase_toponyms(reading, head)


def _is_topic(lower: tuple[str, ...], index: int) -> bool:
    return index > 0 and lower[index - 1] in ("about", "regarding", "concerning")


def _is_someone(reading: Reading, index: int) -> bool:
    """Return whether a place name stands for its government or people: a subject, a possessor of a force, an agent."""
    grammar = reading.grammar
    dep = grammar.dep(index)
    toponym = reading.toponym_at[index]
    if is_coarse(toponym):
        return dep in ("nsubj", "poss", "agent", "compound", "npadvmod", "dobj", "dative")
    return dep == "nsubj" and grammar.is_verb(grammar.tree.head[index])
