"""What waits for one endpoint: order, superseding, bounds, and what survives a kill."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.delivery.health import EndpointHealth
from alerts.delivery.outcomes import Answer
from alerts.delivery.queue import due, enqueue, new_queue, next_due_at, started, with_url
from alerts.domain.alert import ChangeKind
from alerts.domain.match import Severity
from alerts.domain.subscription import Delivery, Outcome, RetryPolicy
from tests.delivery.builders import (
    DOWN,
    GONE,
    NOON,
    OK,
    REFUSED,
    UNREACHABLE,
    a_change,
    a_delivery,
    after,
    an_endpoint,
    answer,
    opened,
    resolved,
    updated,
)
from tests.delivery.queue_world import AT_ONCE, Desk, always, down_until, in_turn


def test_c20_the_last_word_of_a_reborn_alert_is_that_it_is_open() -> None:
    """C20: closed, reopened, closed again while the endpoint was down: it ends up knowing of the second closing."""
    first, end, second = opened(), resolved(), opened(life=2)
    desk = Desk(down_until(after(10), UNREACHABLE, OK))

    desk.put(first)
    desk.run_until(after(3))
    desk.put(end)
    desk.run_until(after(6))
    desk.put(second)
    desk.run_dry()

    assert desk.received == [first, end, second]
    assert desk.received[-1].change.alert.previous == first.change.alert.id
    assert not desk.waiting


def test_the_end_waits_while_the_opening_is_in_flight() -> None:
    """One delivery of an alert is in flight at a time, however many may be in flight to the endpoint."""
    queue = new_queue(an_endpoint().id)
    queue = enqueue(queue, opened(), NOON).queue
    queue = enqueue(queue, resolved(), NOON).queue

    assert [row.kind for row in due(queue, NOON, at_once=AT_ONCE)] == [ChangeKind.OPENED]
    queue = started(queue, opened().id)
    assert due(queue, NOON, at_once=AT_ONCE) == ()


def test_other_alerts_do_not_wait_for_one_that_is_refused() -> None:
    """A body that the endpoint will not take holds up its own alert only."""
    desk = Desk(lambda delivery, _now: REFUSED if delivery == opened("Jaber") else OK)

    desk.put(opened("Jaber"), opened("Nasib"), opened("Bab al-Hawa"))
    desk.work()

    assert desk.received == [opened("Nasib"), opened("Bab al-Hawa")]
    assert desk.waiting == [opened("Jaber")]


def test_an_update_gives_way_to_a_newer_one_and_is_put_on_record() -> None:
    """A receiver that was away gets the newest snapshot, not each step of the way; the record names the rest."""
    older, newer = updated(revision=2), updated(revision=3)
    desk = Desk(always(OK))

    desk.put(opened(), older, newer)
    desk.run_dry()

    assert desk.received == [opened(), newer]
    assert desk.outcomes(older) == [Outcome.SUPERSEDED]


def test_an_update_that_fails_gives_way_to_what_came_meanwhile() -> None:
    """What is in flight is not called back, but when it fails the newer word goes instead."""
    older, newer = updated(revision=2), updated(revision=3)
    desk = Desk(in_turn(DOWN, OK))
    desk.put(older)
    (row,) = due(desk.queue, desk.now, at_once=AT_ONCE)
    desk.queue = started(desk.queue, row.delivery.id)
    desk.put(newer)

    assert desk.waiting == [older, newer]
    desk._try(older)
    desk.run_dry()

    assert desk.received == [newer]
    assert desk.outcomes(older) == [Outcome.RETRY, Outcome.SUPERSEDED]


def test_a_reminder_never_replaces_an_update() -> None:
    """A reminder says nothing new: what changed must still be told as a change."""
    change = updated(revision=2)
    reminder = a_delivery(a_change(ChangeKind.REMINDED, revision=3))
    desk = Desk(always(OK))

    desk.put(change, reminder)
    desk.run_dry()

    assert desk.received == [change, reminder]


def test_a_delivery_is_taken_in_once() -> None:
    """The same delivery read twice from its topic is sent once."""
    desk = Desk(always(OK))

    desk.put(opened(), opened())
    desk.run_dry()

    assert desk.received == [opened()]


def test_a_kill_keeps_due_times_attempts_and_order() -> None:
    """After kill -9 the rows say what is due when; what was in flight goes again under the same id."""
    desk = Desk(in_turn(DOWN, OK))
    desk.put(opened(), resolved())
    desk.work()
    due_before = next_due_at(desk.queue, at_once=AT_ONCE)

    desk.crash()

    assert next_due_at(desk.queue, at_once=AT_ONCE) == due_before == after(seconds=5)
    desk.run_dry()
    assert desk.received == [opened(), resolved()]
    assert [one.number for one in desk.attempts if one.delivery_id == opened().id] == [1, 2]


def test_an_endpoint_that_answers_410_is_left_alone_until_its_url_changes() -> None:
    """410 ends all that waits, on record; a new URL starts afresh."""
    desk = Desk(always(GONE))
    desk.put(opened("Jaber"))
    desk.work()
    desk.put(opened("Nasib"))
    desk.responder = always(OK)

    assert desk.run_dry() == 0
    assert desk.outcomes(opened("Jaber")) == desk.outcomes(opened("Nasib")) == [Outcome.GONE]
    assert with_url(desk.queue, desk.endpoint.url) == desk.queue

    desk.queue = with_url(desk.queue, "https://desk.example/new")
    desk.put(opened("Bab al-Hawa"))
    desk.run_dry()
    assert desk.received == [opened("Bab al-Hawa")]


def test_410_ends_what_waits_beside_what_was_answered() -> None:
    """Every delivery of a dead endpoint has an end on record; none vanishes."""
    desk = Desk(in_turn(GONE, OK))

    desk.put(*(opened(f"crossing {number}") for number in range(AT_ONCE + 3)))
    ready = due(desk.queue, desk.now, at_once=1)
    desk.queue = started(desk.queue, ready[0].delivery.id)
    desk._try(ready[0].delivery)

    assert not desk.waiting
    assert [one.outcome for one in desk.attempts] == [Outcome.GONE] * (AT_ONCE + 3)


def test_a_refused_delivery_is_tried_three_times() -> None:
    """404 is seldom a passing mood: a short ladder, then an end on record."""
    desk = Desk(always(REFUSED))

    desk.put(opened())
    desk.run_dry()

    assert desk.outcomes(opened()) == [Outcome.RETRY, Outcome.RETRY, Outcome.REFUSED]
    assert desk.health.failures == 0


def test_a_dead_endpoint_gets_each_delivery_up_to_its_limit_and_then_an_end() -> None:
    """attempts_max counts tries: the last of them is recorded as given up."""
    desk = Desk(always(DOWN), endpoint=an_endpoint(retry=RetryPolicy(attempts_max=4)))

    desk.put(opened())
    desk.run_dry()

    assert desk.outcomes(opened()) == [*[Outcome.RETRY] * 3, Outcome.GAVE_UP]
    assert not desk.waiting


def test_a_delivery_of_three_days_ago_is_given_up_however_few_its_tries() -> None:
    """Yesterday's breaking news is not kept for ever by a breaker that lets few tries through."""
    policy = RetryPolicy(give_up_after=timedelta(hours=1), attempts_max=1000, delay_max=timedelta(minutes=30))
    desk = Desk(always(DOWN), endpoint=an_endpoint(retry=policy))

    desk.put(opened())
    desk.run_dry()

    assert desk.outcomes(opened())[-1] is Outcome.GAVE_UP
    assert after(60) <= desk.sent_at[-1] <= after(95)


def test_a_down_endpoint_is_probed_one_delivery_at_a_time() -> None:
    """Failures in a row pause the whole endpoint; then one probe, and on its success everything goes."""
    desk = Desk(down_until(after(20), UNREACHABLE, OK))
    desk.put(*(opened(f"crossing {number}") for number in range(12)))

    tries = desk.run_until(after(19))

    assert desk.health.probing
    assert tries < 12 * 3
    desk.run_until(after(30))
    assert len(desk.received) == 12
    assert not desk.health.probing


def test_what_was_in_flight_when_the_pause_began_does_not_lengthen_it() -> None:
    """Four tries that fail together are one outage, not four."""
    desk = Desk(always(UNREACHABLE))
    desk.put(*(opened(f"crossing {number}") for number in range(AT_ONCE)))

    desk.work()

    assert desk.health.failures == 3
    assert desk.health.paused_until == after(seconds=5)


def test_the_most_severe_goes_first_when_an_endpoint_is_back() -> None:
    """After an outage the critical alert does not wait behind an hour of minor ones."""
    desk = Desk(down_until(after(20), UNREACHABLE, OK))
    desk.put(*(opened(f"minor {number}", severity=Severity.INFO) for number in range(6)))
    desk.run_until(after(19))
    critical = opened("major", severity=Severity.CRITICAL)
    desk.put(critical)

    desk.run_until(after(40))

    assert desk.received[0] == critical
    assert len(desk.received) == 7


_STEPS = st.lists(
    st.sampled_from(["update", "end", "begin", "tick", "crash"]),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(
    steps=_STEPS,
    answers=st.lists(st.sampled_from([OK, DOWN, UNREACHABLE, answer(Outcome.RETRY, status=429)]), max_size=25),
)
def test_a_receiver_never_hears_an_older_word_after_a_newer_one(steps: list[str], answers: list[Answer]) -> None:
    """Whatever fails, whenever we are killed: an alert's words come in order, the last one said is the last heard."""
    patient = RetryPolicy(attempts_max=100, give_up_after=timedelta(days=100))
    desk = Desk(in_turn(*answers, OK), endpoint=an_endpoint(retry=patient))
    said: list[Delivery] = []
    life, revision, is_open = 0, 0, False
    for step in steps:
        if step == "begin" and not is_open:
            life, revision, is_open = life + 1, 1, True
            said.append(opened(life=life))
        elif step == "update" and is_open:
            revision += 1
            said.append(updated(life=life, revision=revision))
        elif step == "end" and is_open:
            revision, is_open = revision + 1, False
            said.append(resolved(life=life, revision=revision))
        elif step == "crash":
            desk.crash()
            continue
        else:
            desk.run_until(desk.now + timedelta(seconds=20))
            continue
        desk.put(said[-1])
    desk.run_dry()

    order = [said.index(delivery) for delivery in desk.received]
    assert order == sorted(order)
    assert desk.received[-1:] == said[-1:]
    ended = {one.delivery_id for one in desk.attempts if one.outcome is not Outcome.RETRY}
    assert ended == {delivery.id for delivery in said}


def test_health_shows_no_url() -> None:
    """A URL can be a credential: what is kept of one that answered 410 is a digest."""
    desk = Desk(always(GONE), endpoint=an_endpoint("https://desk.example/T0/secret-token"))
    desk.put(opened())
    desk.work()

    assert isinstance(desk.health, EndpointHealth)
    assert desk.health.gone_url is not None
    assert "secret-token" not in repr(desk.health)
