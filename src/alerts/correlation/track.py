"""What TRACK keeps for one alert key: the evidence of the present life and what is left of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.domain.alert import Alert
from alerts.domain.ids import AlertId, EndpointId
from alerts.domain.match import AlertKey, Match

# One alert keeps at most this many matches: enough to count independent voices, small enough that folding them
# all at each change stays cheap. The earliest ones and the newest one stay; see `evidence.admit`.
SUPPORTS_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedLife:
    """What must be remembered of a life that is over, so that late reports and copies join it."""

    alert: Alert
    ended_by: datetime
    """The latest moment that the ending speaks of; what happened before it belongs to that life."""
    supports: tuple[Match, ...]
    end_match: Match | None = None
    """The match that resolved it; None when it expired or was retracted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """The state of one alert key. `alert` is None between two lives.

    `supports` and `disputes` are in order of `received_at`, then id: the same set in any order of arrival is the same
    tuple. `told` are the endpoints that got any change of the present life.
    """

    key: AlertKey
    state_digest: str
    lives: int = 0
    alert: Alert | None = None
    supports: tuple[Match, ...] = ()
    disputes: tuple[Match, ...] = ()
    told: tuple[EndpointId, ...] = ()
    notified_at: datetime | None = None
    """Stream time of the last change that was made public; reminders count from it."""
    last: EndedLife | None = None
    early_end: Match | None = None
    """The newest ending heard of while no life was open: what it ends may be on its way still."""
    shadow: bool = False
    """The rule is in its shadow stage: changes are recorded and not sent."""
    dropped_supports: int = 0


def previous_id(track: Track) -> AlertId | None:
    """Return the id of the life before the present one."""
    return track.last.alert.id if track.last else None
