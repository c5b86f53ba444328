"""Reports and structured events as clients write them: the schema of `POST /v1/reports`. docs/reports.md describes it.

Strict where a guess could change what a report says (a number is never read from a text), lenient where nothing hangs
on it: unknown keys and unknown languages are warnings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from alerts.domain.event import QUANTITY_KINDS
from alerts.domain.place import PLACE_KINDS
from alerts.domain.report import EVENTS_MAX
from alerts.domain.taxonomy import EVENT_TYPES, is_event_type
from alerts.ruleset.diagnostics import did_you_mean

TEXT_MAX = 1_048_576
"""Characters of a report's text."""

# What is older is a slip of the calendar, and dates at its very ends overflow arithmetic.
_YEAR_MIN = 1900
_YEAR_MAX = 2200


def _time(value: object) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("time", "a time is a text such as 2024-12-06T10:00:00Z, found {found}", _found(value))
    try:
        moment = datetime.fromisoformat(value.strip())
        aware = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("time", "no RFC 3339 time such as 2024-12-06T10:00:00Z") from None
    if not _YEAR_MIN <= aware.year <= _YEAR_MAX:
        said = {"first": _YEAR_MIN, "last": _YEAR_MAX}
        raise PydanticCustomError("time", "a year from {first} to {last} is expected", said)
    return aware


def _item_id(value: object) -> object:
    """Return an id as text; a whole number keeps all its digits, anything else is refused."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise PydanticCustomError("item-id", "an id is a text, found {found}; write it in quotes", _found(value))


def kind_of(value: object) -> str:
    """Return what a JSON value is, as a person would say it; short numbers as they are."""
    if isinstance(value, int | float) and not isinstance(value, bool) and len(repr(value)) <= 20:
        return repr(value)
    names = {type(None): "null", bool: "true or false", int: "a number", float: "a number", str: "a text"}
    return names.get(type(value), "a list" if isinstance(value, list) else "an object")


def _found(value: object) -> dict[str, object]:
    return {"found": kind_of(value)}


def _named(value: object) -> object:
    """Let a name stand for an object that has only a name."""
    return {"name": value} if isinstance(value, str) else value


def _identified(value: object) -> object:
    return {"id": value} if isinstance(value, str) else value


def _quoted(value: object) -> object:
    return {"quote": value} if isinstance(value, str) else value


def _known_type(value: str) -> str:
    if not is_event_type(value):
        hint = did_you_mean(value, EVENT_TYPES) or "see docs/reports.md for the types; custom/<name> for your own"
        raise PydanticCustomError("event-type", "no such event type; {hint}", {"hint": hint})
    return value


def _known_place_kind(value: str) -> str:
    if value not in PLACE_KINDS:
        raise PydanticCustomError(
            "place-kind", "no such kind of place; {hint}", {"hint": did_you_mean(value, PLACE_KINDS)}
        )
    return value


def _known_quantity(value: str) -> str:
    if value not in QUANTITY_KINDS:
        hint = did_you_mean(value, QUANTITY_KINDS)
        raise PydanticCustomError("quantity-kind", "no such kind of quantity; {hint}", {"hint": hint})
    return value


def _of_bearable_size(value: str) -> str:
    if len(value) > TEXT_MAX:
        said = {"found": f"{len(value):,}", "most": f"{TEXT_MAX:,}"}
        raise PydanticCustomError("text-too-large", "the text has {found} characters; at most {most} are taken", said)
    return value


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Time = Annotated[datetime, BeforeValidator(_time)]
Number = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]
Measure = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e15)]


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True, hide_input_in_errors=True)


class WireSource(_Wire):
    """Who published it; a text stands for an object with that id."""

    id: Annotated[Name, BeforeValidator(_item_id)]
    owner: Name | None = None
    kind: Word | None = None
    country: CountryCode | None = None
    language: Word | None = None
    reliability: Literal["A", "B", "C", "D", "E", "F"] | None = None


class WireParty(_Wire):
    """An actor or a target; a text stands for an object with that name."""

    name: Name
    kind: Word | None = None
    country: CountryCode | None = None
    member_of: Annotated[list[Name], Field(max_length=50)] = Field(default_factory=list)


class WirePlace(_Wire):
    """A place: a name to be looked up, or a point."""

    name: Name | None = None
    lat: Annotated[float, Field(allow_inf_nan=False, ge=-90, le=90)] | None = None
    lon: Annotated[float, Field(allow_inf_nan=False, ge=-180, le=180)] | None = None
    precision: Literal["site", "town", "admin2", "admin1", "country"] = "site"
    radius_km: Annotated[float, Field(allow_inf_nan=False, ge=0, le=20_038)] = 1.0
    kind: Annotated[Word, AfterValidator(_known_place_kind)] | None = None
    geonames_id: Annotated[int, Field(ge=1, le=2**53)] | None = None
    country: CountryCode | None = None
    other_countries: Annotated[list[CountryCode], Field(max_length=5)] = Field(default_factory=list)
    admin1: Name | None = None
    admin2: Name | None = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise PydanticCustomError("half-a-point", "lat and lon belong together; send both or neither")
        if self.lat is None and self.name is None:
            raise PydanticCustomError("no-place", "a place needs a name, or lat and lon")
        return self


class WireDistance(_Wire):
    """A distance that the source states."""

    km: Annotated[float, Field(allow_inf_nan=False, ge=0, le=20_038)]
    of: Name
    comparator: Literal["exactly", "about", "at_least", "more_than", "at_most", "less_than", "between"] = "exactly"
    bearing: Annotated[float, Field(allow_inf_nan=False, ge=0, le=360)] | None = None
    high_km: Annotated[float, Field(allow_inf_nan=False, ge=0, le=20_038)] | None = None


class WireQuantity(_Wire):
    """A number that belongs to an event."""

    kind: Annotated[Word, AfterValidator(_known_quantity)]
    value: Number
    high: Number | None = None
    comparator: Literal["exactly", "about", "at_least", "more_than", "at_most", "less_than", "between"] = "exactly"
    unit: Literal["people", "households", "homes"] | None = None
    scope: Literal["new", "total", "projection"] = "new"
    window_hours: Measure | None = None


class WireEvidence(_Wire):
    """A quote; a text stands for an object with that quote."""

    quote: Annotated[str, StringConstraints(min_length=1, max_length=5_000)]
    start: Annotated[int, Field(ge=0, le=TEXT_MAX)] | None = None


Party = Annotated[WireParty, BeforeValidator(_named)]
Quote = Annotated[WireEvidence, BeforeValidator(_quoted)]
Status = Literal["occurred", "ongoing", "possible", "planned", "denied", "historical"]


class WireEvent(_Wire):
    """An event that the source states in fields; nothing is extracted from the report's text then."""

    type: Annotated[Word, AfterValidator(_known_type)]
    status: Status = "occurred"
    occurred_at: Time | None = None
    time_precision: Literal["hour", "day", "week", "month", "year", "unknown"] | None = None
    starts_at: Time | None = None
    acled: Word | None = None
    plover: Word | None = None
    actors: Annotated[list[Party], Field(max_length=50)] = Field(default_factory=list)
    targets: Annotated[list[Party], Field(max_length=50)] = Field(default_factory=list)
    place: Annotated[WirePlace, BeforeValidator(_named)] | None = None
    place_role: Literal["at", "toward", "from", "about"] = "at"
    distance: WireDistance | None = None
    quantities: Annotated[list[WireQuantity], Field(max_length=100)] = Field(default_factory=list)
    claimed: bool = False
    disputed: bool = False
    attributed_to: Name | None = None
    confidence: Annotated[float, Field(allow_inf_nan=False, ge=0, le=1)] = 1.0
    evidence: Annotated[list[Quote], Field(max_length=50)] = Field(default_factory=list)
    attributes: Mapping[str, object] = {}


class WireReport(_Wire):
    """One version of one item."""

    id: Annotated[Name, BeforeValidator(_item_id)] | None = None
    source_item_id: Annotated[Name, BeforeValidator(_item_id)] | None = None
    source: Annotated[WireSource, BeforeValidator(_identified)] | None = None
    version: Annotated[int, Field(ge=0, le=2**53)] = 0
    kind: Literal["new", "update", "withdrawn"] = "new"
    url: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4_096)] | None = None
    language: Annotated[str, StringConstraints(strip_whitespace=True, max_length=35)] | None = None
    title: Annotated[str, StringConstraints(max_length=10_000)] | None = None
    text: Annotated[str, AfterValidator(_of_bearable_size)] = ""
    published_at: Time | None = None
    events: Annotated[list[WireEvent], Field(max_length=EVENTS_MAX)] = Field(default_factory=list)
    backfill: bool = False

    @property
    def item_id(self) -> str | None:
        """The source's own id of the item."""
        return self.id if self.id is not None else self.source_item_id

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.id is not None and self.source_item_id is not None and self.id != self.source_item_id:
            raise PydanticCustomError("two-ids", "id and source_item_id mean the same and differ; send one of them")
        if self.kind == "withdrawn" and self.item_id is None:
            raise PydanticCustomError("no-id", "a withdrawal must name its item by id")
        if self.kind != "withdrawn" and not (self.text.strip() or (self.title or "").strip() or self.events):
            raise PydanticCustomError("nothing-to-read", "a report needs a text, a title or events")
        return self
