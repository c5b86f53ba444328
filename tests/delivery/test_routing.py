"""Who is told of a change."""

from __future__ import annotations

import pytest

from alerts.delivery.routing import deliveries, recipients
from alerts.domain.alert import ENDINGS, ChangeKind
from alerts.domain.ids import EndpointId
from alerts.domain.match import Severity
from alerts.domain.subscription import AlertFilter
from tests.delivery.builders import a_change, a_subscription


@pytest.mark.parametrize(
    ("wants", "told"),
    [
        (AlertFilter(), True),
        (AlertFilter(rules=("borders/crossing-closed",)), True),
        (AlertFilter(rules=("borders/*",)), True),
        (AlertFilter(rules=("border/*",)), False),
        (AlertFilter(rules=("borders/crossing",)), False),
        (AlertFilter(rules=("quakes/*", "borders/*")), True),
        (AlertFilter(severity_at_least=Severity.WARNING), True),
        (AlertFilter(severity_at_least=Severity.CRITICAL), False),
        (AlertFilter(labels={"region": ("mena", "asia")}), True),
        (AlertFilter(labels={"region": ("asia",)}), False),
        (AlertFilter(labels={"region": ("mena",), "desk": ("night",)}), False),
    ],
)
def test_a_filter_lets_through_what_all_its_parts_want(wants: AlertFilter, told: bool) -> None:  # noqa: FBT001
    """Rules, severity and labels must all agree; lists mean any-of; a label that is absent agrees with nothing."""
    assert bool(recipients(a_change(), [a_subscription(wants=wants)])) is told


@pytest.mark.parametrize("end", sorted(ENDINGS))
def test_who_was_told_hears_the_end_whatever_its_filter_says_since(end: ChangeKind) -> None:
    """A filter that was narrowed meanwhile leaves nobody with an alert that looks open for ever."""
    narrowed = a_subscription(wants=AlertFilter(rules=("quakes/*",)))

    assert recipients(a_change(end), [narrowed], [EndpointId("desk")]) == (narrowed,)


@pytest.mark.parametrize("end", sorted(ENDINGS))
def test_nobody_hears_the_end_of_what_it_never_heard_of(end: ChangeKind) -> None:
    """A subscription made after an alert opened is not told that it is over."""
    assert recipients(a_change(end), [a_subscription("late")], [EndpointId("desk")]) == ()


def test_a_subscription_made_late_hears_of_the_next_update() -> None:
    """An update is a whole snapshot: who wants it can start with it."""
    late = a_subscription("late")

    assert recipients(a_change(ChangeKind.UPDATED), [late]) == (late,)


def test_an_endpoint_is_told_once() -> None:
    """Two subscriptions of one endpoint make one delivery."""
    both = [a_subscription("a", endpoint="desk"), a_subscription("b", endpoint="desk")]

    assert [one.subscription_id for one in deliveries(a_change(), both)] == ["a"]


def test_the_same_change_makes_the_same_delivery_ids() -> None:
    """A replay cannot make a receiver see a second message; another revision or endpoint is another message."""
    subscriptions = [a_subscription("a"), a_subscription("b")]

    ids = [one.id for one in deliveries(a_change(), subscriptions)]
    again = [one.id for one in deliveries(a_change(), subscriptions)]
    next_revision = [one.id for one in deliveries(a_change(ChangeKind.UPDATED, revision=2), subscriptions)]

    assert ids == again
    assert len({*ids, *next_revision}) == 4
    assert not any("." in one for one in ids)
