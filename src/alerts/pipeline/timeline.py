"""Rules over time: which version was in force at a moment, and which one follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alerts.pipeline.ports import Effective


def in_force(timeline: Sequence[Effective], moment: datetime | None) -> Effective:
    """Return the newest version in force at a moment; the oldest one known, when none was or no moment is given."""
    if moment is not None:
        for effective in reversed(timeline):
            if effective.since <= moment:
                return effective
    return timeline[0]


def following(timeline: Sequence[Effective], effective: Effective) -> Effective | None:
    """Return the version that takes force next after one of the timeline; None when that is the newest.

    Of several from one moment on only the newest ever is in force.
    """
    later = next((one for one in timeline if one.since > effective.since), None)
    return in_force(timeline, later.since) if later else None
