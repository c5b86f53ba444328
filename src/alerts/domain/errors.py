"""Faults by the party at fault: the rule's author, the report's source, the operator. Ours are AssertionErrors."""

from __future__ import annotations


class AlertsError(Exception):
    """Any fault that this product reports in its own words."""


class ReportRejected(AlertsError):
    """A source sent something that cannot be read; the message says where, what was found and what to do."""


class SettingsProblem(AlertsError):
    """The operator's settings or files do not fit; the message says which, and what to do."""
