"""Alert changes, deliveries and endpoints, with what a test does not care about filled in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts.delivery.outcomes import Answer
from alerts.domain.alert import ENDINGS, Alert, AlertChange, AlertEvidence, AlertState, ChangeKind, ChangeReason
from alerts.domain.ids import EndpointId, RuleId, alert_id, delivery_id
from alerts.domain.match import AlertKey, Reason, Severity
from alerts.domain.place import Place, Precision
from alerts.domain.subscription import AlertFilter, Delivery, Endpoint, Outcome, RetryPolicy, Subscription

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
JABER = Place(
    name="Jaber",
    lat=32.502,
    lon=36.199,
    precision=Precision.SITE,
    radius_km=1.0,
    kind="border_crossing",
    country="JO",
    other_countries=("SY",),
)


def after(minutes: float = 0, *, seconds: float = 0) -> datetime:
    """Return a moment after noon."""
    return NOON + timedelta(minutes=minutes, seconds=seconds)


def an_alert(
    about: str = "Jaber",
    *,
    rule: str = "borders/crossing-closed",
    life: int = 1,
    revision: int = 1,
    severity: Severity = Severity.WARNING,
    labels: dict[str, str] | None = None,
    state: AlertState = AlertState.OPEN,
    title: str = "Border crossing closed: Jaber",
) -> Alert:
    rule_id, by = RuleId(rule), (("place.site", about),)
    return Alert(
        id=alert_id(rule_id, (about,), life),
        key=AlertKey(rule_id=rule_id, by=by),
        rule_version="f00d",
        life=life,
        revision=revision,
        state=state,
        severity=severity,
        title=title,
        summary="Jordan shut the Jaber crossing",
        labels=labels if labels is not None else {"region": "mena"},
        opened_at=NOON,
        first_seen_at=NOON,
        last_seen_at=NOON,
        place=JABER,
        event_type="border_crossing_closed",
        status="occurred",
        evidence=(
            AlertEvidence(
                quote="Jordan shut the Jaber crossing.",
                source="wire",
                report_id="r_1",
                published_at=NOON,
                url="https://news.example/jaber",
            ),
        ),
        why=(Reason(condition="type", expected="border_crossing_closed", actual="border_crossing_closed"),),
        expires_at=after(48 * 60),
        previous=alert_id(rule_id, (about,), life - 1) if life > 1 else None,
    )


def a_change(
    kind: ChangeKind = ChangeKind.OPENED,
    about: str = "Jaber",
    *,
    life: int = 1,
    revision: int = 1,
    severity: Severity = Severity.WARNING,
    labels: dict[str, str] | None = None,
    rule: str = "borders/crossing-closed",
) -> AlertChange:
    state = AlertState(kind.value) if kind in ENDINGS else AlertState.OPEN
    alert = an_alert(about, rule=rule, life=life, revision=revision, severity=severity, labels=labels, state=state)
    return AlertChange(kind=kind, reason=ChangeReason.FIRST_MATCH, at=NOON, alert=alert)


def a_delivery(change: AlertChange | None = None, *, endpoint: str = "desk") -> Delivery:
    change = change or a_change()
    to = EndpointId(endpoint)
    return Delivery(
        id=delivery_id(change.alert.id, change.alert.revision, to),
        endpoint_id=to,
        subscription_id=endpoint,
        change=change,
    )


def opened(about: str = "Jaber", *, life: int = 1, severity: Severity = Severity.WARNING) -> Delivery:
    return a_delivery(a_change(ChangeKind.OPENED, about, life=life, severity=severity))


def updated(about: str = "Jaber", *, life: int = 1, revision: int = 2) -> Delivery:
    return a_delivery(a_change(ChangeKind.UPDATED, about, life=life, revision=revision))


def resolved(about: str = "Jaber", *, life: int = 1, revision: int = 9) -> Delivery:
    return a_delivery(a_change(ChangeKind.RESOLVED, about, life=life, revision=revision))


def an_endpoint(
    url: str = "https://desk.example/hook",
    *,
    name: str = "desk",
    retry: RetryPolicy | None = None,
    timeout_seconds: float = 15,
    allow_private_network: bool = False,
) -> Endpoint:
    return Endpoint(
        id=EndpointId(name),
        url=url,
        timeout=timedelta(seconds=timeout_seconds),
        retry=retry or RetryPolicy(),
        allow_private_network=allow_private_network,
    )


def a_subscription(
    name: str = "desk", wants: AlertFilter | None = None, *, endpoint: str | None = None
) -> Subscription:
    return Subscription(id=name, endpoint=an_endpoint(name=endpoint or name), wants=wants or AlertFilter())


def answer(outcome: Outcome = Outcome.DELIVERED, *, status: int | None = 200, retry_after: str | None = None) -> Answer:
    return Answer(outcome=outcome, duration=timedelta(milliseconds=20), status=status, retry_after=retry_after)


OK = answer()
DOWN = answer(Outcome.RETRY, status=500)
UNREACHABLE = answer(Outcome.RETRY, status=None)
REFUSED = answer(Outcome.REFUSED, status=404)
GONE = answer(Outcome.GONE, status=410)
