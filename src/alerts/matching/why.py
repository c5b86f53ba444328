"""Why a match was made: each condition that holds, with what was asked and what was found."""

from __future__ import annotations

from alerts.domain.match import Reason
from alerts.matching.evaluate import Compiled
from alerts.matching.truth import Subject
from alerts.ruleset.conditions import Not, leaves


def reasons(tree: Compiled, subject: Subject) -> tuple[Reason, ...]:
    """Return the conditions that make a tree hold, in the order of the rule file."""
    return tuple(_reason(node, subject) for node in tree.holding(subject))


def _reason(node: Compiled, subject: Subject) -> Reason:
    if node.probe is not None:
        return Reason(condition=node.condition.key, expected=node.condition.expected, actual=node.probe.actual(subject))
    found = [leaf.probe.actual(subject) for leaf in _probes(node) if leaf.probe]
    return Reason(condition="not", expected=f"not {_said(node)}", actual="; ".join(dict.fromkeys(found)))


def _probes(node: Compiled) -> list[Compiled]:
    if node.probe is not None:
        return [node]
    return [leaf for part in node.parts for leaf in _probes(part)]


def _said(node: Compiled) -> str:
    condition = node.condition
    inner = condition.condition if isinstance(condition, Not) else condition
    return " and ".join(f"{leaf.key} {leaf.expected}" for leaf in leaves(inner))
