"""What must hold of every history, whatever went wrong in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from alerts.domain.alert import AlertChange
from alerts.domain.subscription import Delivery
from alerts.pipeline.ingest import INPUT_TOPICS
from alerts.pipeline.messages import DeadLetter, EventsOfReport, Topic
from tests.simulation.history import History
from tests.support.reference import Life, expected, lives


def broken_laws(history: History) -> list[str]:
    """Return what does not hold, in words; empty when everything does."""
    return [
        *_everything_is_worked_off(history),
        *_once_each(history),
        *_revisions_rise(history),
        *_alerts_are_what_the_log_says(history),
        *_the_last_word_was_received(history),
    ]


def found_lives(history: History) -> dict[str, Life]:
    """Return the life of each alert as the alerts topic tells it."""
    return lives(one for one in history.setting.log.messages(Topic.ALERTS) if isinstance(one, AlertChange))


def expected_lives(history: History) -> dict[str, Life]:
    """Return the life of each alert as the reference works it out from the input."""
    log, rules = history.setting.log, history.setting.rules
    inputs = [
        [message for _key, message in log.records[topic, number]]
        for topic in INPUT_TOPICS
        for number in range(log.partitions)
    ]
    return expected(inputs, rules.timeline(), rules)


def _everything_is_worked_off(history: History) -> Iterator[str]:
    if not history.is_worked_off:
        yield "the calm cluster did not work everything off"


def _once_each(history: History) -> Iterator[str]:
    log = history.setting.log
    events = Counter(
        f"{one.report.id} version {one.report.version}"
        for one in log.messages(Topic.EVENTS)
        if isinstance(one, EventsOfReport)
    )
    deliveries = Counter(one.id for one in log.messages(Topic.DELIVERIES) if isinstance(one, Delivery))
    letters = Counter(
        one.origin for one in log.messages(Topic.DEAD_LETTERS) if isinstance(one, DeadLetter) and one.cause == "no JSON"
    )
    for what, counted in (("events of", events), ("delivery", deliveries), ("letter of", letters)):
        yield from (f"{what} {name} came {count} times" for name, count in counted.items() if count > 1)
    if len(letters) != history.garbled:
        yield f"{history.garbled} records could not be decoded, and {len(letters)} dead letters were written"


def _revisions_rise(history: History) -> Iterator[str]:
    for alert, life in found_lives(history).items():
        revisions = [change.alert.revision for change in life]
        if revisions != list(range(1, len(life) + 1)):
            yield f"{alert} has the revisions {revisions}"
    told: dict[tuple[str, str], list[int]] = defaultdict(list)
    for one in history.setting.log.messages(Topic.DELIVERIES):
        if isinstance(one, Delivery):
            told[one.endpoint_id, one.change.alert.id].append(one.change.alert.revision)
    for (endpoint, alert), revisions in told.items():
        if revisions != sorted(revisions):
            yield f"{endpoint} is to be told of {alert} in the order {revisions}"


def _alerts_are_what_the_log_says(history: History) -> Iterator[str]:
    found, wanted = found_lives(history), expected_lives(history)
    if history.plan.order_wait:
        # Who does not wait for a slower partition may count lives otherwise; what it is about stays the same.
        yield from _differences({_about(life): [] for life in found.values()}, {_about(x): [] for x in wanted.values()})
    else:
        yield from _differences(found, wanted)


def _about(life: Life) -> str:
    return life[0].alert.key.text


def _differences(found: dict[str, Life], wanted: dict[str, Life]) -> Iterator[str]:
    for alert in sorted(found.keys() | wanted.keys()):
        if alert not in found:
            yield f"{alert} is lost: {_told(wanted[alert])}"
        elif alert not in wanted:
            yield f"{alert} should not be: {_told(found[alert])}"
        elif found[alert] != wanted[alert]:
            yield f"{alert} is {_told(found[alert])}, and should be {_told(wanted[alert])}"


def _told(life: Life) -> str:
    return ", ".join(f"{change.kind} at {change.at:%H:%M:%S.%f}" for change in life)


def _the_last_word_was_received(history: History) -> Iterator[str]:
    received: dict[tuple[str, str], dict[int, AlertChange]] = defaultdict(dict)
    for delivery in history.setting.received:
        change = delivery.change
        known = received[delivery.endpoint_id, change.alert.id].setdefault(change.alert.revision, change)
        if known != change:
            yield f"revision {change.alert.revision} of {change.alert.id} was received with two contents"
    for alert, life in found_lives(history).items():
        for subscription in history.setting.subscriptions:
            got = received[subscription.endpoint.id, alert]
            if got.get(life[-1].alert.revision) != life[-1]:
                yield f"{subscription.id} did not hear the last word of {alert}: {_told(life)}"
