"""Events in the making: what one trigger gives, before mentions of one happening are merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.domain.event import HAPPENING, Distance, Evidence, Party, Quantity, Status, TimePrecision
from alerts.domain.place import Place, PlaceRole, Precision
from alerts.domain.taxonomy import family
from alerts.extraction.mentions import Toponym
from alerts.extraction.quantities import most_specific


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One trigger's event. `certainty` says how surely the place is its own; below `OWN_PLACE` it is inherited."""

    type: str
    frame_id: str
    status: Status
    actors: tuple[Party, ...]
    targets: tuple[Party, ...]
    place: Place | None
    place_role: PlaceRole
    certainty: float
    distance: Distance | None
    quantities: tuple[Quantity, ...]
    occurred_at: datetime
    time_precision: TimePrecision
    starts_at: datetime | None
    claimed: bool
    attributed_to: str | None
    confidence: float
    evidence: tuple[Evidence, ...]
    sentence: tuple[int, int]
    """Number of the block and of the sentence in it."""
    head: int
    party_heads: frozenset[int] = frozenset()
    """Tokens of its actors and targets: a bare figure on one of them counts what the event is about."""
    by_words: bool = False
    """Told by the words of its sentence, where no frame tells it."""
    weak: bool = False
    toll: bool = False
    """Deaths that may be those of an event told before."""
    disputed: bool = False
    partial: bool = False
    """An end that holds for some only ("reopened to lorries")."""
    toponym: Toponym | None = None
    """The mention of its place."""
    failed: bool = False
    """Tried in vain: denied, but nobody's denial of what else the text tells."""


OWN_PLACE = 0.65


def merge(drafts: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """Return one draft for each happening that the text tells of, in order of first mention.

    Only drafts of one type and one standing merge, and only where neither names another place or another actor: two
    crossings in a list stay two. Every span of evidence is kept; of figures the most specific later one, never a sum.
    """
    merged: list[Draft] = []
    for draft in drafts:
        twin = next((i for i, before in enumerate(merged) if _same(before, draft)), None)
        if twin is None:
            merged.append(draft)
        else:
            merged[twin] = _joined(merged[twin], draft)
    return tuple(map(_disputed_by(merged), merged))


def _same(a: Draft, b: Draft) -> bool:
    return (
        a.type == b.type
        and _standing(a) == _standing(b)
        and a.place_role == b.place_role
        and _same_place(a, b)
        and _same_actors(a, b)
        and _same_day(a, b)
        and _same_forecast(a, b)
    )


def _standing(draft: Draft) -> str:
    return "happening" if draft.status in HAPPENING else draft.status.value


def _same_place(a: Draft, b: Draft) -> bool:
    if a.place is None or b.place is None:
        return a.place is b.place or min(a.certainty, b.certainty) < OWN_PLACE
    return a.place.key == b.place.key or _is_somewhere_in(a.place, b.place) or _is_somewhere_in(b.place, a.place)


def _is_somewhere_in(land: Place, place: Place) -> bool:
    """Return whether a country is all that is known of a named place: "in Guzang", and then "in Cameroon"."""
    return land.kind == "country" and place.precision is Precision.COUNTRY and land.point == place.point


def _same_actors(a: Draft, b: Draft) -> bool:
    """Unknown actors may be the same; two of known and different names are not."""
    if not a.actors or not b.actors:
        return True
    names_a, names_b = {p.name for p in a.actors}, {p.name for p in b.actors}
    if names_a & names_b:
        return True
    generic = any(p.country is None and not p.member_of for p in (*a.actors, *b.actors))
    return generic and not {p.kind for p in a.actors}.isdisjoint(p.kind for p in b.actors)


def _same_day(a: Draft, b: Draft) -> bool:
    unknown = TimePrecision.UNKNOWN in (a.time_precision, b.time_precision)
    return unknown or a.occurred_at.date() == b.occurred_at.date()


def _same_forecast(a: Draft, b: Draft) -> bool:
    """A forecast beside a count ("280,000 fled, could rise to 1.5 million") is another event."""
    return {q.scope for q in a.quantities if q.scope == "projection"} == {
        q.scope for q in b.quantities if q.scope == "projection"
    } or not (a.quantities and b.quantities)


def _better_placed(a: Draft, b: Draft) -> Draft:
    """Return the draft whose place is the surer; a named one before the country that it lies in."""
    if a.place is None or b.place is None:
        return b if b.place is not None and b.certainty > a.certainty else a
    if a.place.kind != b.place.kind and "country" in (a.place.kind, b.place.kind):
        return b if a.place.kind == "country" else a
    return b if b.certainty > a.certainty else a


def _joined(a: Draft, b: Draft) -> Draft:
    better = _better_placed(a, b)
    dated = a if a.time_precision is not TimePrecision.UNKNOWN else b
    quantities = most_specific((*a.quantities, *b.quantities))
    return replace(
        a,
        status=b.status if _figures(b) and not _figures(a) else a.status,
        actors=a.actors if _named(a) >= _named(b) else b.actors,
        targets=a.targets or b.targets,
        place=better.place,
        certainty=better.certainty,
        distance=a.distance or b.distance,
        quantities=quantities,
        occurred_at=dated.occurred_at,
        time_precision=dated.time_precision,
        starts_at=a.starts_at or b.starts_at,
        claimed=a.claimed and b.claimed,
        partial=a.partial or b.partial,
        attributed_to=a.attributed_to or b.attributed_to,
        confidence=max(a.confidence, b.confidence),
        evidence=_ordered_evidence(a, b, quantities),
    )


def _ordered_evidence(a: Draft, b: Draft, kept: tuple[Quantity, ...]) -> tuple[Evidence, ...]:
    """Return the evidence of both, first the clause that holds the figures: an alert quotes its first."""
    later_holds = any(q in b.quantities for q in kept) and not any(q in a.quantities for q in kept)
    first, second = (b, a) if later_holds else (a, b)
    return tuple(dict.fromkeys((*first.evidence, *second.evidence)))


def _figures(draft: Draft) -> int:
    return sum(quantity.high is None for quantity in draft.quantities)


def _named(draft: Draft) -> int:
    return sum(1 + bool(p.country or p.member_of) for p in draft.actors)


def _disputed_by(drafts: list[Draft]) -> _Disputes:
    return _Disputes(tuple(draft for draft in drafts if draft.status is Status.DENIED and not draft.failed))


@dataclass(frozen=True, slots=True)
class _Disputes:
    """Marks what somebody else in the same text denies."""

    denials: tuple[Draft, ...]

    def __call__(self, draft: Draft) -> Draft:
        if draft.status not in HAPPENING:
            return draft
        contested = any(_deals_with(denial, draft) for denial in self.denials)
        return replace(draft, disputed=True) if contested else draft


def _deals_with(denial: Draft, draft: Draft) -> bool:
    same_ground = denial.type in _TAKEN and draft.type in _TAKEN
    return (denial.type == draft.type or same_ground) and _same_place(denial, draft)


_TAKEN = frozenset(
    {"government_regains_territory", "non_state_actor_overtakes_territory", "non_violent_transfer_of_territory"}
)
_CAUSES = frozenset(
    {
        "battle",
        "explosion_remote_violence",
        "violence_against_civilians",
        "protest",
        "riot",
        "hazard",
        "access",
        "strategic_development",
    }
)


def without_weak(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """Leave out what another event of the same sentence already tells: deaths where the attack is there too."""
    drafts = tuple(drafts)
    strong = {d.sentence for d in drafts if not d.weak and not d.by_words and family(d.type) in _CAUSES}
    for draft in drafts:
        if not (draft.weak and draft.sentence in strong):
            yield draft
