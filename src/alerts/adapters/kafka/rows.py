"""Rows of the changelogs: one key of a stage's state, its type in a header; no value deletes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alerts.adapters import wire
from alerts.adapters.records import RawRecord

# The row that says how far the input partition was worked; no stage's own key begins so.
POSITION_KEY = "##position"

_TYPE = "type"


def state_row(key: str, value: object | None) -> RawRecord:
    """Return the record that sets one key, or deletes it when there is no value."""
    name = key.encode("utf-8", "surrogatepass")
    if value is None:
        return RawRecord(key=name, value=None, headers=())
    encoded = wire.encode(value)
    return RawRecord(key=name, value=encoded.value, headers=((_TYPE, encoded.type.encode()),))


def position_row(position: int) -> RawRecord:
    """Return the record that says up to which offset the input was worked."""
    return RawRecord(key=POSITION_KEY.encode(), value=b"%d" % position, headers=())


def apply_row(state: dict[str, Any], key: bytes, value: bytes | None, headers: Iterable[tuple[str, bytes]]) -> None:
    """Bring a state up to date with one row.

    Raises:
        ValueError: The row is not one that this version writes.
    """
    name = key.decode("utf-8", "surrogatepass")
    if value is None:
        state.pop(name, None)
    elif name == POSITION_KEY:
        state[name] = int(value)
    else:
        types = [header.decode() for title, header in headers if title == _TYPE]
        if len(types) != 1:
            raise ValueError(f'the changelog row "{name}" does not name its type')
        state[name] = wire.decode(types[0], value)
