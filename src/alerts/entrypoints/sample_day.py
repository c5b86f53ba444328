"""The sample day that the demo plays: reports in our own words, with times of one day moved to end just now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files

import msgspec

# The day's first report is older than its last by eleven hours; the newest is a minute old.
_LAST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Post:
    """One request body of the day: a report as `POST /v1/reports` takes it."""

    clock: str
    """When it was published, as hours and minutes of the sample day."""
    body: Mapping[str, object]


def sample_day(now: datetime) -> Iterator[Post]:
    """Yield the day's posts in order, published so that the last one is a minute old at `now`."""
    lines = (files("alerts") / "data" / "demo" / "day.ndjson").read_text("utf-8").splitlines()
    items = [msgspec.json.decode(line, type=dict[str, object]) for line in lines]
    last = _offset(str(items[-1]["at"]))
    for item in items:
        clock = str(item.pop("at"))
        published = now - _LAST - (last - _offset(clock))
        yield Post(clock, {**item, "published_at": published.isoformat()})


def _offset(clock: str) -> timedelta:
    hours, minutes = clock.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
