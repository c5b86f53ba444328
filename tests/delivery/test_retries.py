"""Waits: backoff, Retry-After, and the whole endpoint's pause."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.delivery.queue import next_due_at
from alerts.delivery.retries import next_delay, pause_after, read_retry_after, spread
from alerts.domain.subscription import Outcome, RetryPolicy
from tests.delivery.builders import NOON, OK, after, an_endpoint, answer, opened
from tests.delivery.queue_world import AT_ONCE, Desk, always, in_turn

_POLICIES = st.builds(
    RetryPolicy,
    delay_first=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(hours=1)),
    delay_max=st.timedeltas(min_value=timedelta(hours=1), max_value=timedelta(days=7)),
    attempts_max=st.integers(1, 100),
    retry_after_max=st.timedeltas(min_value=timedelta(seconds=1), max_value=timedelta(days=7)),
)


def unavailable(header: str | None) -> Desk:
    """Return a desk whose endpoint answers 503 with a Retry-After once, and is well again after."""
    return Desk(in_turn(answer(Outcome.RETRY, status=503, retry_after=header), OK))


def in_minutes(minutes: float) -> str:
    return format_datetime(after(minutes), usegmt=True)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("9999999999", 3600),
        ("9" * 60, 3600),
        ("-3", 5),
        ("1.5", 5),
        ("120junk", 5),
        ("", 5),
        ("120, 240", 5),
        ("٣", 5),
        (in_minutes(-365 * 24 * 60), 5),
        (in_minutes(3), 180),
        (in_minutes(-1) + ", " + in_minutes(3), 5),
        (None, 5),
    ],
)
def test_c19_what_a_retry_after_comes_to(header: str | None, seconds: float) -> None:
    """C19: huge is cut, malformed is our own backoff, past is soon, a date is kept."""
    desk = unavailable(header)

    desk.put(opened())
    desk.run_dry()

    assert desk.sent_at == [NOON, after(seconds=seconds)]
    assert desk.received == [opened()]


def test_c19_a_date_is_kept_after_a_kill() -> None:
    """C19: the endpoint's date outlives kill -9."""
    desk = unavailable(in_minutes(3))
    desk.put(opened())
    desk.work()

    desk.crash()

    assert next_due_at(desk.queue, at_once=AT_ONCE) == after(3)


def test_c19_the_whole_endpoint_waits() -> None:
    """C19: an alert that comes meanwhile is not sent into the pause."""
    desk = unavailable("180")
    desk.put(opened("Jaber"))
    desk.work()

    desk.put(opened("Nasib"))

    assert desk.run_until(after(2.9)) == 0
    assert desk.run_until(after(3)) == 2


@pytest.mark.parametrize(("header", "shown"), [("9999999999", "cut to 3600 s"), ("-3", "not understood")])
def test_c19_what_was_not_done_as_asked_is_shown(header: str, shown: str) -> None:
    """C19: the attempt's record says what became of the header."""
    desk = unavailable(header)

    desk.put(opened())
    desk.work()

    assert shown in (desk.attempts[0].error or "")


@pytest.mark.parametrize("header", ["0", "-1", in_minutes(-10), "junk", "1"])
def test_c19_no_header_makes_a_hot_loop(header: str) -> None:
    """C19: CPU idle: an endpoint that answers 503 for an hour is asked a few dozen times at most."""
    policy = RetryPolicy(attempts_max=10_000)
    desk = Desk(always(answer(Outcome.RETRY, status=503, retry_after=header)), endpoint=an_endpoint(retry=policy))

    desk.put(opened())

    assert desk.run_until(after(60)) < 40


def test_the_default_ladder() -> None:
    """5 s, doubling to two hours: fourteen tries within half a day."""
    policy = RetryPolicy()

    waits = [next_delay(policy, attempts=attempts) for attempts in range(1, 15)]

    seconds = [wait.total_seconds() for wait in waits if wait is not None]
    assert seconds == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 7200, 7200]
    assert waits[-1] is None


@given(policy=_POLICIES, attempts=st.integers(1, 10_000), jitter=st.floats(0, 1))
def test_a_wait_is_never_negative_nor_past_its_cap(policy: RetryPolicy, attempts: int, jitter: float) -> None:
    """Whatever the policy and however many tries: more than nothing, and not past delay_max."""
    wait = next_delay(policy, attempts=attempts)
    if wait is None:
        assert attempts >= policy.attempts_max
        return

    assert timedelta(0) < spread(wait, jitter=jitter, longest=policy.delay_max) <= policy.delay_max


@given(policy=_POLICIES, failures=st.integers(0, 10_000))
def test_a_pause_grows_and_is_bounded(policy: RetryPolicy, failures: int) -> None:
    """More failures never pause for less, and a pause never passes delay_max."""
    shorter, longer = pause_after(policy, failures=failures), pause_after(policy, failures=failures + 1)

    assert (shorter or timedelta(0)) <= (longer or timedelta(0)) <= policy.delay_max


@given(header=st.text(max_size=60) | st.integers().map(str) | st.datetimes().map(lambda d: d.strftime("%c")))
def test_any_header_is_read_or_left(header: str) -> None:
    """No header raises, moves us into the past or beyond the bound."""
    policy = RetryPolicy()

    asked = read_retry_after(header, policy, now=NOON)

    assert asked is None or NOON < asked.until <= NOON + policy.retry_after_max


@given(moment=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001 - made aware below
def test_each_http_date_is_understood(moment: datetime) -> None:
    """All three forms of RFC 9110 mean the same moment."""
    aware = moment.replace(microsecond=0, tzinfo=NOON.tzinfo)
    policy = RetryPolicy(retry_after_max=timedelta(days=100_000))
    expected = max(aware, NOON + policy.delay_first)

    forms = (format_datetime(aware, usegmt=True), aware.strftime("%a %b %e %H:%M:%S %Y"))

    for form in forms:
        asked = read_retry_after(form, policy, now=NOON)
        assert asked is not None
        assert asked.until == expected
