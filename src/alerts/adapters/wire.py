"""Messages and state as JSON: one name a type, one version for all, strict reading.

The only module that encodes what the product keeps. msgspec reads dataclasses of the core as they are, so there is no
second tree of wire types to keep in step.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import msgspec

from alerts.correlation.track import Track
from alerts.delivery.health import EndpointHealth
from alerts.delivery.payload import SOURCE
from alerts.delivery.pending import PendingDelivery
from alerts.domain.alert import AlertChange, Suppression
from alerts.domain.match import Match, MatchRetraction
from alerts.domain.report import Report
from alerts.domain.subscription import Attempt, Delivery
from alerts.pipeline.messages import (
    DeadLetter,
    EventsOfReport,
    Headers,
    Message,
    PushedFiles,
    Tick,
    TimeMark,
    Unreadable,
)
from alerts.pipeline.state import LastTick, Marks, ReportMemory

_TYPES: dict[str, type] = {
    "report": Report,
    "tick": Tick,
    "time_mark": TimeMark,
    "events": EventsOfReport,
    "match": Match,
    "match_retraction": MatchRetraction,
    "alert_change": AlertChange,
    "suppression": Suppression,
    "delivery": Delivery,
    "attempt": Attempt,
    "dead_letter": DeadLetter,
    "pushed_files": PushedFiles,
    "report_memory": ReportMemory,
    "track": Track,
    "last_tick": LastTick,
    "marks": Marks,
    "pending_delivery": PendingDelivery,
    "endpoint_health": EndpointHealth,
}
_NAMES = {cls: name for name, cls in _TYPES.items()}
_DECODERS: dict[str, msgspec.json.Decoder[object]] = {name: msgspec.json.Decoder(cls) for name, cls in _TYPES.items()}
_ENCODER = msgspec.json.Encoder()


OWN_TYPES = "alerts."
"""What the `ce_type` of our own records begins with, and nobody else's may; the wire name and a version follow."""
OWN_VERSION = ".v1"


class Encoded(NamedTuple):
    """A value on the wire: the name of its type and its JSON."""

    type: str
    value: bytes


def encode(value: object) -> Encoded:
    """Return a message or a piece of state as JSON."""
    return Encoded(_NAMES[type(value)], _ENCODER.encode(value))


def decode(type_name: str, value: bytes) -> object:
    """Return what `encode` was given.

    Raises:
        ValueError: The type is not known here, or the JSON is not of that type.
    """
    decoder = _DECODERS.get(type_name)
    if decoder is None:
        raise ValueError(f'no message type is called "{type_name}"')
    try:
        return decoder.decode(value)
    except msgspec.MsgspecError as error:
        raise ValueError(f"not a {type_name}: {error}") from error
    except RecursionError as error:  # msgspec's word for nesting past its depth
        raise ValueError(f"not a {type_name}: nested too deep") from error


def own_headers(type_name: str) -> Headers:
    """Return the CloudEvents headers that every record of ours of this type has."""
    return (
        ("ce_specversion", b"1.0"),
        ("ce_source", SOURCE.encode()),
        ("ce_type", f"{OWN_TYPES}{type_name}{OWN_VERSION}".encode()),
        ("content-type", b"application/json"),
    )


def decode_message(type_name: str, value: bytes) -> Message | Unreadable:
    """Return a message, or what is wrong with it as an `Unreadable`: one bad record never stops its partition."""
    try:
        return cast("Message", decode(type_name, value))
    except ValueError as error:
        # As a Kafka record would name its type, so that a replay reads it alike in both runtimes.
        return Unreadable(cause=str(error), content=value, headers=own_headers(type_name))
