"""A full queue: what is dropped, and that it is the least loss."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.delivery.overflow import least_loss
from alerts.delivery.queue import PENDING_MAX
from alerts.domain.alert import ChangeKind
from alerts.domain.match import Severity
from alerts.domain.subscription import Outcome
from tests.delivery.builders import (
    OK,
    UNREACHABLE,
    opened,
    resolved,
)
from tests.delivery.queue_world import Desk, always, in_turn


@settings(max_examples=60, deadline=None)
@given(
    lives=st.lists(
        st.tuples(st.sampled_from(["opened", "over", "told"]), st.sampled_from(list(Severity))), min_size=5, max_size=40
    ),
)
def test_overflow_never_leaves_a_wrong_last_word_while_it_can_choose(lives: list[tuple[str, Severity]]) -> None:
    """Ends of what was told outlive everything unheard; an opening is never dropped without the end behind it."""
    desk = Desk(always(OK))
    told = [opened(f"{number}", severity=severity) for number, (how, severity) in enumerate(lives) if how == "told"]
    desk.put(*told)
    desk.run_dry()
    desk.responder = always(UNREACHABLE)
    for number, (how, severity) in enumerate(lives):
        if how != "told":
            desk.put(opened(f"{number}", severity=severity))
        if how != "opened":
            desk.put(resolved(f"{number}"))

    pending, dropped = desk.queue.pending, set[str]()
    while len(pending) > len(told):
        lost = least_loss(pending, frozenset())
        dropped |= {row.delivery.id for row in lost}
        pending = tuple(row for row in pending if row.delivery.id not in dropped)

    assert {row.kind for row in pending} <= {ChangeKind.RESOLVED}
    assert {row.lane for row in pending} == {one.change.alert.key for one in told}


def test_a_full_queue_drops_the_least_loss_and_says_so() -> None:
    """Past the bound, alerts that began and ended unheard go first, then the least severe ones never heard of."""
    desk = Desk(always(UNREACHABLE))
    passing = [opened("passing"), resolved("passing")]
    minor = opened("minor", severity=Severity.INFO)
    major = [opened(f"major {number}", severity=Severity.CRITICAL) for number in range(PENDING_MAX - 3)]
    desk.put(minor, *passing, *major)
    assert len(desk.waiting) == PENDING_MAX

    desk.put(opened("one more", severity=Severity.CRITICAL))
    assert desk.outcomes(passing[0]) == desk.outcomes(passing[1]) == [Outcome.DROPPED]
    desk.put(opened("two more", severity=Severity.CRITICAL), opened("three more", severity=Severity.CRITICAL))

    assert desk.outcomes(minor) == [Outcome.DROPPED]
    assert len(desk.waiting) == PENDING_MAX


def test_a_full_queue_keeps_the_end_of_what_was_told() -> None:
    """An end that a receiver must hear outlives an alert that it never heard of."""
    desk = Desk(in_turn(OK, UNREACHABLE))
    desk.put(opened("told", severity=Severity.INFO))
    desk.work()
    desk.put(resolved("told"))

    desk.put(*(opened(f"unheard {number}", severity=Severity.CRITICAL) for number in range(PENDING_MAX)))

    assert resolved("told") in desk.waiting
    assert desk.outcomes(opened("unheard 0", severity=Severity.CRITICAL)) == [Outcome.DROPPED]
