"""Subscription files: who gets which alerts, where, signed with which secrets. docs/subscriptions.md describes them.

All faults of all files come at once; one that is bad keeps only itself out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alerts.adapters.subscription_fields import (
    ReadSubscription,
    SecretSources,
    read_subscription,
    written_id,
)
from alerts.delivery.signing import SecretRefused, SigningKey
from alerts.domain.ids import EndpointId
from alerts.domain.subscription import Subscription
from alerts.ruleset import reading
from alerts.ruleset.diagnostics import Problems, RuleProblem, in_order
from alerts.ruleset.nodes import Fields, Items, Node, Position, SourceFile, Text
from alerts.ruleset.source import read

SUFFIXES = frozenset({".yaml", ".yml"})
FILES_MAX = 1_000
SUBSCRIPTIONS_MAX = 10_000
_FILE_BYTES_MAX = 1_000_000
_SECRET_BYTES_MAX = 4_096

_FILE_KEYS = ("subscriptions",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionProblem:
    """One fault of one file: what is wrong, where, what to do. It never holds a secret or a URL."""

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.path}:{self.line}:{self.column}: {self.message} ({self.code}){hint}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSubscriptions:
    """What a folder holds. Two that are equal hold the same, secrets included: nothing has to be taken into force."""

    subscriptions: tuple[Subscription, ...] = ()
    keys: Mapping[EndpointId, tuple[SigningKey, ...]] = field(default_factory=dict)
    """By endpoint, newest first; an endpoint is never without one."""
    problems: tuple[SubscriptionProblem, ...] = ()


def read_subscriptions(folder: Path, env: Mapping[str, str]) -> LoadedSubscriptions:
    """Return the subscriptions of the YAML files of a folder, in the order of their ids.

    Args:
        folder: It need not exist; then there are none. Subfolders and hidden files are not read. `secret_file` is
            relative to it.
        env: The environment, for `secret_env`.
    """
    problems = Problems()
    secrets = SecretSources(file=lambda name: _secret_of(folder / name), variable=lambda name: _variable(env, name))
    nodes = [node for path in _paths(folder, problems) for node in _nodes(path, problems)]
    if len(nodes) > SUBSCRIPTIONS_MAX:
        message = f"{len(nodes):,} subscriptions; the first {SUBSCRIPTIONS_MAX:,} are read"
        problems.error(nodes[SUBSCRIPTIONS_MAX].at, "too-many", message)
    once = _without_twins(nodes[:SUBSCRIPTIONS_MAX], problems)
    found = [one for node in once if (one := read_subscription(node, secrets, problems))]
    return _loaded(found, problems)


def _loaded(found: list[ReadSubscription], problems: Problems) -> LoadedSubscriptions:
    found.sort(key=lambda one: one.subscription.id)
    return LoadedSubscriptions(
        subscriptions=tuple(one.subscription for one in found),
        keys={one.subscription.endpoint.id: one.keys for one in found},
        problems=tuple(_problem(problem) for problem in in_order(problems.found)),
    )


def _problem(problem: RuleProblem) -> SubscriptionProblem:
    return SubscriptionProblem(
        path=problem.path,
        line=problem.line,
        column=problem.column,
        code=problem.code,
        message="the file holds no subscription" if problem.code == "empty-file" else problem.message,
        hint=problem.hint,
    )


def _paths(folder: Path, problems: Problems) -> list[Path]:
    try:
        entries = sorted(folder.iterdir()) if folder.is_dir() else []
        paths = [path for path in entries if path.suffix in SUFFIXES and not path.name.startswith(".")]
    except OSError as fault:
        problems.error(Position(_shown(folder), 1, 1), "unreadable", f"the folder cannot be read: {fault.strerror}")
        return []
    if len(paths) > FILES_MAX:
        message = f"the folder holds {len(paths):,} files; the first {FILES_MAX:,} are read"
        problems.error(Position(_shown(paths[FILES_MAX]), 1, 1), "too-many", message)
    return paths[:FILES_MAX]


def _shown(path: Path) -> str:
    """Return a file's name as text; bytes that are no UTF-8 become question marks."""
    return path.name.encode("utf-8", "replace").decode()


def _nodes(path: Path, problems: Problems) -> Iterator[Node]:
    """Yield the subscriptions of one file: the file is one, or lists several under `subscriptions`."""
    shown = _shown(path)
    try:
        text = _bounded(path, _FILE_BYTES_MAX).decode("utf-8").removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError, SecretRefused) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else "it is not UTF-8 text of a bearable size"
        problems.error(Position(shown, 1, 1), "unreadable", f"the file cannot be read: {reason}")
        return
    root = read(SourceFile(path=shown, text=text), problems)
    if isinstance(root, Fields) and "subscriptions" in root.entries:
        reading.mapping(root, _FILE_KEYS, problems, what="a file of subscriptions")
        yield from _listed(root.entries["subscriptions"].value, problems)
    elif root is not None:
        yield root


def _listed(node: Node, problems: Problems) -> Iterator[Node]:
    if isinstance(node, Items):
        yield from node.items
    else:
        problems.error(node.at, "wrong-kind", f"subscriptions must be a list, found {reading.kind_of(node)}")


def _without_twins(nodes: list[Node], problems: Problems) -> list[Node]:
    """Leave out every subscription whose id stands twice: which of them is meant must not hang on file names."""
    bearers: dict[str, list[Text]] = {}
    for node in nodes:
        if named := written_id(node):
            bearers.setdefault(named.value, []).append(named)
    for name, twins in bearers.items():
        for twin in twins if len(twins) > 1 else ():
            others = [f"{other.at.path}:{other.at.line}" for other in twins if other is not twin]
            message = f"the id `{name[:64]}` stands also in {', '.join(others[:5])}; none of them is used"
            problems.error(twin.at, "duplicate-id", message)
    return [node for node in nodes if len(bearers.get(_name(node), ())) < 2]


def _name(node: Node) -> str:
    named = written_id(node)
    return named.value if named else ""


def _secret_of(path: Path) -> str:
    try:
        return _bounded(path, _SECRET_BYTES_MAX).decode("ascii")
    except OSError as fault:
        raise SecretRefused(f"it cannot be read ({fault.strerror})") from None
    except UnicodeDecodeError:
        raise SecretRefused("it holds bytes that no secret has") from None
    except ValueError:  # a NUL in the name
        raise SecretRefused("there is no such file") from None


def _variable(env: Mapping[str, str], name: str) -> str:
    if name not in env:
        raise SecretRefused("it is not set")
    return env[name]


def _bounded(path: Path, most_bytes: int) -> bytes:
    with path.open("rb") as file:
        held = file.read(most_bytes + 1)
    if len(held) > most_bytes:
        raise SecretRefused(f"it has more than {most_bytes:,} bytes")
    return held
