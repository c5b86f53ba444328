"""When a delivery is tried again, and when not: waits, pauses, Retry-After. No clock, no dice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from alerts.domain.subscription import RetryPolicy

# Tries of a delivery that the endpoint says it will never take: once more in case of a bad moment of its own, and
# once for a deployment in between.
REFUSED_ATTEMPTS_MAX = 3

# After this many failures in a row the endpoint itself is taken to be down, and all its deliveries wait.
FAILURES_BEFORE_PAUSE = 3

# A pause grows up to this, so that an endpoint that is back is found out within minutes.
PAUSE_MAX = timedelta(minutes=5)

# Waits are spread by this share both ways, so that endpoints that failed together don't come back together.
_JITTER_SHARE = 0.2

_DELAY_SECONDS = re.compile(r"[0-9]{1,64}")
# The three forms of an HTTP date begin with the day's name (RFC 9110, 5.6.7).
_HTTP_DATE = re.compile(r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[A-Za-z]{0,6},? [A-Za-z0-9: -]{10,40}")


def next_delay(policy: RetryPolicy, *, attempts: int) -> timedelta | None:
    """Return the wait before the next attempt, or None when it is time to give up.

    Args:
        policy: The limits of this endpoint.
        attempts: Attempts already made, 1 after the first. Never 0: a delivery that was not tried has nothing to
            wait for.

    The wait doubles from `delay_first` and stops growing at `delay_max`. Jitter is the caller's (`spread`), so that
    this function gives the same answer twice.
    """
    assert attempts >= 1, attempts
    if attempts >= policy.attempts_max:
        return None
    return min(_doubled(policy.delay_first, attempts - 1), policy.delay_max)


def spread(delay: timedelta, *, jitter: float, longest: timedelta) -> timedelta:
    """Return a wait moved by up to a fifth both ways, never past `longest`.

    Args:
        delay: The wait.
        jitter: A random number in [0, 1], the caller's; 0.5 leaves the wait as it is.
        longest: The most that may come out.
    """
    assert 0 <= jitter <= 1, jitter
    return min(delay * (1 + _JITTER_SHARE * (2 * jitter - 1)), longest)


def pause_after(policy: RetryPolicy, *, failures: int) -> timedelta | None:
    """Return how long a whole endpoint waits after failures in a row, or None while only the delivery waits."""
    if failures < FAILURES_BEFORE_PAUSE:
        return None
    return min(_doubled(policy.delay_first, failures - FAILURES_BEFORE_PAUSE), policy.delay_max, PAUSE_MAX)


def _doubled(delay: timedelta, times: int) -> timedelta:
    factor: int = 2 ** min(times, 20)  # 2**20 s are 12 days, past any sane bound, and no policy overflows by it
    return delay * factor


class AskedWait(NamedTuple):
    """A Retry-After that is honoured. `note` says what was changed of it, for the attempt's record."""

    until: datetime
    note: str | None = None


def read_retry_after(header: str | None, policy: RetryPolicy, *, now: datetime) -> AskedWait | None:
    """Return until when the endpoint asks to be left alone; None when it does not say, or says it malformed.

    A wait past the policy's `retry_after_max` is cut to it. A date that is over, or a wait of nothing, means the
    first delay of the policy: soon, and never a loop.
    """
    asked = _asked_for(header or "", now)
    if asked is None:
        return None
    longest = policy.retry_after_max
    if asked > longest:
        note = f"Retry-After {(header or '')[:40]!r} is cut to {longest.total_seconds():g} s"
        return AskedWait(now + longest, note)
    return AskedWait(now + max(asked, min(policy.delay_first, longest)))


def _asked_for(header: str, now: datetime) -> timedelta | None:
    """Return the wait that a Retry-After names; a wait too long to be computed is the longest there is."""
    written = header.strip(" \t")
    if _DELAY_SECONDS.fullmatch(written):
        # Ten digits are 317 years already; more would only overflow.
        return timedelta(seconds=min(int(written), 9_999_999_999))
    if not _HTTP_DATE.fullmatch(written):
        return None
    try:
        moment = parsedate_to_datetime(written)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware - now
