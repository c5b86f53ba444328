"""Extractors that others install: found by entry point, asked with reports as JSON values.

A plug-in is a function without arguments in the entry point group `alerts.extractors`. It loads what it needs and
returns a function from a list of reports to a list of the same length, each member the events of one report.
docs/extractors.md has both schemas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points

from alerts.domain.errors import SettingsProblem
from alerts.pipeline.ports import BUILTIN

GROUP = "alerts.extractors"

_FAULT_MAX = 500

Read = Callable[[Sequence[Mapping[str, object]]], object]
"""What a plug-in's function returns: reports to a list of lists of events, all of them JSON values."""


def installed() -> tuple[str, ...]:
    """Return the names of the installed plug-ins, `builtin` aside: that name is ours."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)} - {BUILTIN}))


def check_installed(names: Sequence[str]) -> None:
    """Return when every name is `builtin` or an installed plug-in.

    Raises:
        SettingsProblem: Some are not; all of them are named, beside those that are.
    """
    known = installed()
    missing = [name for name in names if name != BUILTIN and name not in known]
    if missing:
        raise SettingsProblem(
            f"no extractor {' or '.join(missing)} is installed here; there is {', '.join((BUILTIN, *known))}. A "
            f"package offers one by an entry point in the group {GROUP}"
        )


def open_plugin(name: str) -> Read:
    """Import a plug-in, let it load, and return its function.

    Raises:
        SettingsProblem: It is not installed, cannot be loaded, or gives no function.
    """
    check_installed([name])
    try:
        read = _entry_point(name).load()()
    except Exception as fault:  # whatever a foreign package raises
        raise SettingsProblem(f"the extractor {name} cannot be loaded: {told_fault(fault)}") from fault
    if not callable(read):
        raise SettingsProblem(
            f"the extractor {name} gave {type(read).__name__}; it must give a function that takes a list of reports"
        )
    checked: Read = read
    return checked


def told_fault(fault: Exception) -> str:
    """Return what a plug-in raised, as a log line and a dead letter show it."""
    return f"{type(fault).__name__}: {fault}"[:_FAULT_MAX]


def _entry_point(name: str) -> EntryPoint:
    return next(iter(entry_points(group=GROUP, name=name)))
