"""One subscription of a file: from a tree with positions to values, every fault noted where it stands.

No message here shows what a secret or a URL is: either may have been written where the other belongs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from alerts.adapters.subscription_urls import url_fault
from alerts.delivery.signing import KEYS_MAX, PREFIX, SecretRefused, SigningKey, parse_secret
from alerts.domain.ids import EndpointId
from alerts.domain.match import Severity
from alerts.domain.subscription import AlertFilter, Endpoint, RetryPolicy, Subscription
from alerts.ruleset import reading
from alerts.ruleset.diagnostics import Problems
from alerts.ruleset.nodes import Entry, Fields, Node, Text

_SECRET_KEYS = ("secret_file", "secret_env")
KEYS = (
    *("id", "url", *_SECRET_KEYS, "rules", "severity", "labels"),
    *("timeout_seconds", "retry", "allow_private_network"),
)
_RETRY_KEYS = ("first_delay_seconds", "max_delay", "attempts", "retry_after_max", "give_up_after")

RULES_MAX = 1_000

OWN_CODES: frozenset[str] = frozenset(
    """bad-id bad-rule bad-secret bad-url duplicate-id empty-list inline-secret no-secret too-many too-many-secrets
    unreadable""".split()
)
"""Codes of faults that only subscription files have; docs/subscriptions.md explains them."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_RULE = re.compile(r"[^\s/*]{1,100}/(?:\*|[^\s/*]{1,100})")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")
_SEVERITIES = {severity.word: severity for severity in Severity}

_NOT_INLINE = "a secret never stands in this file: name a file that holds it (secret_file), or a variable"

Lookup = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSources:
    """Where secrets come from: the text of a file by its name, and of a variable; both raise SecretRefused."""

    file: Lookup
    variable: Lookup


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSubscription:
    """A subscription with the keys that its deliveries are signed with, newest first."""

    subscription: Subscription
    keys: tuple[SigningKey, ...]


def read_subscription(node: Node, secrets: SecretSources, problems: Problems) -> ReadSubscription | None:
    """Return what a mapping says, or None when it has a fault; all its faults go to `problems`."""
    if isinstance(node, Fields) and "secret" in node.entries:
        problems.error(node.entries["secret"].key.at, "inline-secret", _NOT_INLINE)
        node = Fields(entries={k: v for k, v in node.entries.items() if k != "secret"}, at=node.at)
    before = len(problems.found)
    entries = reading.mapping(node, KEYS, problems, what="a subscription", required=("id", "url"))
    if entries is None:
        return None
    identity = _identity(entries, problems)
    endpoint = _endpoint(entries, identity or "-", problems)
    wanted = _filter(entries, problems)
    keys = _keys(entries, node, secrets, problems)
    if identity is None or endpoint is None or len(problems.found) > before:
        return None
    return ReadSubscription(subscription=Subscription(id=identity, endpoint=endpoint, wants=wanted), keys=keys)


def written_id(node: Node) -> Text | None:
    """Return the id that a mapping gives itself, good or bad, for finding ids that stand twice."""
    found = node.get("id") if isinstance(node, Fields) else None
    return found if isinstance(found, Text) else None


def _identity(entries: Mapping[str, Entry], problems: Problems) -> str | None:
    if "id" not in entries:
        return None
    node = entries["id"].value
    if isinstance(node, Text) and _ID.fullmatch(node.value) and not node.value.startswith(PREFIX):
        return node.value
    problems.error(node.at, "bad-id", "an id is 1 to 64 letters, digits, dots, dashes, underscores; it begins with one")
    return None


def _endpoint(entries: Mapping[str, Entry], identity: str, problems: Problems) -> Endpoint | None:
    allow_private = _flag(entries, "allow_private_network", problems)
    url = _url(entries, problems, allow_private_network=allow_private)
    timeout = _seconds(entries, "timeout_seconds", problems, least=0.1, most=60) or timedelta(seconds=15)
    retry = _retry(entries["retry"].value, problems) if "retry" in entries else RetryPolicy()
    if url is None:
        return None
    return Endpoint(id=EndpointId(identity), url=url, timeout=timeout, retry=retry, allow_private_network=allow_private)


def _flag(entries: Mapping[str, Entry], name: str, problems: Problems) -> bool:
    return name in entries and bool(reading.boolean(entries[name].value, problems, what=name))


def _url(entries: Mapping[str, Entry], problems: Problems, *, allow_private_network: bool) -> str | None:
    if "url" not in entries:
        return None
    node = entries["url"].value
    if not isinstance(node, Text) or not node.value:
        problems.error(node.at, "bad-url", "the URL must be a text such as https://desk.example/alerts")
        return None
    fault = url_fault(node.value, allow_private_network=allow_private_network)
    if fault:
        problems.error(node.at, "bad-url", fault)
        return None
    return node.value


def _retry(node: Node, problems: Problems) -> RetryPolicy:
    """Return the limits given, the product's own where none is."""
    entries = reading.mapping(node, _RETRY_KEYS, problems, what="retry") or {}
    own = RetryPolicy()
    first = _seconds(entries, "first_delay_seconds", problems, least=0.1, most=3600) or own.delay_first
    longest = _span(entries, "max_delay", problems, most=timedelta(days=1)) or max(own.delay_max, first)
    if longest < first:
        problems.error(node.at, "out-of-range", "max_delay is shorter than first_delay_seconds")
    return RetryPolicy(
        delay_first=first,
        delay_max=longest,
        attempts_max=_attempts(entries, problems) or own.attempts_max,
        retry_after_max=_span(entries, "retry_after_max", problems, most=timedelta(days=1)) or own.retry_after_max,
        give_up_after=_span(entries, "give_up_after", problems, most=timedelta(days=30)) or own.give_up_after,
    )


def _attempts(entries: Mapping[str, Entry], problems: Problems) -> int | None:
    if "attempts" not in entries:
        return None
    node = entries["attempts"].value
    value = reading.count(node, problems)
    if value is None:
        return None
    if not value.is_integer() or not 1 <= value <= 100:
        problems.error(node.at, "out-of-range", f"attempts must be a whole number from 1 to 100, found {value:g}")
        return None
    return int(value)


def _seconds(
    entries: Mapping[str, Entry], name: str, problems: Problems, *, least: float, most: float
) -> timedelta | None:
    if name not in entries:
        return None
    value = reading.count(entries[name].value, problems)
    if value is None:
        return None
    if not least <= value <= most:
        problems.error(entries[name].value.at, "out-of-range", f"{name} must be {least:g} to {most:g}, found {value:g}")
        return None
    return timedelta(seconds=value)


def _span(entries: Mapping[str, Entry], name: str, problems: Problems, *, most: timedelta) -> timedelta | None:
    if name not in entries:
        return None
    value = reading.duration(entries[name].value, problems)
    if value is not None and value > most:
        problems.error(entries[name].value.at, "out-of-range", f"{name} must be at most {most.days} d")
        return None
    return value


def _filter(entries: Mapping[str, Entry], problems: Problems) -> AlertFilter:
    return AlertFilter(
        rules=_rules(entries["rules"].value, problems) if "rules" in entries else (),
        severity_at_least=_severity(entries, problems),
        labels=_labels(entries["labels"].value, problems) if "labels" in entries else {},
    )


def _rules(node: Node, problems: Problems) -> tuple[str, ...]:
    named = [reading.text(item, problems, what="a rule") for item in reading.one_or_more(node)]
    if not named or len(named) > RULES_MAX:
        problems.error(node.at, "out-of-range", f"rules must name 1 to {RULES_MAX:,} rules; leave it out for all")
    for rule in named:
        if rule and not _RULE.fullmatch(rule.value):
            hint = "a rule is pack/id, a whole pack is pack/*; leave `rules` out for all"
            problems.error(rule.at, "bad-rule", f"`{rule.value[:40]}` names no rule", hint)
    return tuple(rule.value for rule in named if rule)


def _severity(entries: Mapping[str, Entry], problems: Problems) -> Severity:
    if "severity" not in entries:
        return Severity.INFO
    node = entries["severity"].value
    found = reading.words(node, _SEVERITIES, problems, what="severity")
    if len(found) > 1:
        problems.error(node.at, "wrong-kind", "severity is the lowest that is wanted: one word")
    return min(found, default=Severity.INFO)


def _labels(node: Node, problems: Problems) -> dict[str, tuple[str, ...]]:
    if not isinstance(node, Fields):
        found = reading.kind_of(node)
        problems.error(node.at, "wrong-kind", f"labels must be a mapping (`region: mena`), found {found}")
        return {}
    labels = {}
    for name, entry in node.entries.items():
        values = [reading.text(item, problems, what=f"label {name}") for item in reading.one_or_more(entry.value)]
        if not values:
            problems.error(entry.value.at, "empty-list", f"label {name} has no value, so nothing would ever fit")
        labels[name] = tuple(value.value for value in values if value)
    return labels


def _keys(
    entries: Mapping[str, Entry], node: Node, secrets: SecretSources, problems: Problems
) -> tuple[SigningKey, ...]:
    """Return the signing keys: those of files first, each in the order written, so that the newest leads."""
    named = [(kind, item) for kind in _SECRET_KEYS if kind in entries for item in _names(entries[kind])]
    if not named:
        message = "nothing is ever sent unsigned: a subscription needs secret_file or secret_env"
        problems.error(node.at, "no-secret", message, "make one with `alerts secret`")
    if len(named) > KEYS_MAX:
        problems.error(node.at, "too-many-secrets", f"{len(named)} secrets; at most {KEYS_MAX} sign at once")
    keys = [_key(kind, item, secrets, problems) for kind, item in named]
    return tuple(dict.fromkeys(key for key in keys if key))


def _names(entry: Entry) -> Sequence[Node]:
    return reading.one_or_more(entry.value)


def _key(kind: str, node: Node, secrets: SecretSources, problems: Problems) -> SigningKey | None:
    if not isinstance(node, Text) or not node.value.strip():
        problems.error(node.at, "wrong-kind", f"{kind} must be a name, or a list of names")
        return None
    if PREFIX in node.value or (kind == "secret_env" and not _VARIABLE.fullmatch(node.value)):
        what = "the name of a file" if kind == "secret_file" else "the name of a variable"
        problems.error(node.at, "inline-secret", f"{kind} takes {what}, found something else (not shown)")
        return None
    lookup = secrets.file if kind == "secret_file" else secrets.variable
    try:
        return parse_secret(lookup(node.value))
    except SecretRefused as refused:
        where = f"the secret file `{node.value}`" if kind == "secret_file" else f"the variable `{node.value}`"
        problems.error(node.at, "bad-secret", f"{where} is refused: {refused}", "make one with `alerts secret`")
        return None
