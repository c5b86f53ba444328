"""Conditions: tests of one event and its report. The tree that a rule's `match` compiles to."""

from __future__ import annotations


class Condition:
    """One test."""
