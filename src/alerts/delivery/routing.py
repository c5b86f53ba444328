"""Who is told of an alert change: by the subscription's filter, and by what its endpoint was told before."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.domain.alert import ENDINGS, Alert, AlertChange
from alerts.domain.ids import EndpointId, delivery_id
from alerts.domain.subscription import AlertFilter, Delivery, Subscription


def recipients(
    change: AlertChange, subscriptions: Sequence[Subscription], told: Sequence[EndpointId] = ()
) -> tuple[Subscription, ...]:
    """Return the subscriptions that get a change, at most one an endpoint, in the order given.

    Args:
        change: The step to tell of.
        subscriptions: All that are in force.
        told: Endpoints that got a change of this same life. They get its later steps and its end whatever their
            filter says by now, because an alert that never ends at a receiver is worse than one it no longer wants.

    An end goes to nobody else: a subscription made meanwhile does not hear the end of what it never heard of.
    """
    chosen: dict[EndpointId, Subscription] = {}
    for subscription in subscriptions:
        endpoint = subscription.endpoint.id
        if endpoint not in chosen and (endpoint in told or _is_news_to(subscription, change)):
            chosen[endpoint] = subscription
    return tuple(chosen.values())


def _is_news_to(subscription: Subscription, change: AlertChange) -> bool:
    return change.kind not in ENDINGS and wants(subscription.wants, change.alert)


def deliveries(
    change: AlertChange, subscriptions: Sequence[Subscription], told: Sequence[EndpointId] = ()
) -> tuple[Delivery, ...]:
    """Return one delivery for each recipient; the same change always makes the same ids."""
    alert = change.alert
    return tuple(
        Delivery(
            id=delivery_id(alert.id, alert.revision, subscription.endpoint.id),
            endpoint_id=subscription.endpoint.id,
            subscription_id=subscription.id,
            change=change,
        )
        for subscription in recipients(change, subscriptions, told)
    )


def wants(filtered: AlertFilter, alert: Alert) -> bool:
    """Return whether a filter lets an alert through."""
    return (
        alert.severity >= filtered.severity_at_least
        and (not filtered.rules or any(_names(pattern, alert.key.rule_id) for pattern in filtered.rules))
        and all(alert.labels.get(name) in values for name, values in filtered.labels.items())
    )


def _names(pattern: str, rule_id: str) -> bool:
    if pattern.endswith("/*"):
        return rule_id.startswith(pattern[:-1])
    return rule_id == pattern
