"""Subscription files: who gets which alerts, where, signed with which secrets. docs/subscriptions.md describes them.

All faults of all files come at once; one that is bad keeps only itself out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from alerts.adapters.subscription_fields import OWN_CODES, SecretSources, read_subscription, written_id
from alerts.delivery.signing import SecretRefused, SigningKey
from alerts.domain.errors import SettingsProblem
from alerts.domain.ids import EndpointId
from alerts.domain.subscription import Subscription
from alerts.ruleset import reading
from alerts.ruleset.codes import CODES
from alerts.ruleset.diagnostics import Problems, RuleProblem, in_order
from alerts.ruleset.nodes import Fields, Items, Node, Position, SourceFile, Text
from alerts.ruleset.source import read

SUFFIXES = frozenset({".yaml", ".yml"})
FILES_MAX = 1_000
SUBSCRIPTIONS_MAX = 10_000
_FILE_BYTES_MAX = 1_000_000
_SECRET_BYTES_MAX = 4_096

_REVEALING = re.compile(r"(whsec_|https?://)[^\s`]*")

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
    files: Mapping[str, str] = field(default_factory=dict)
    """The file of each subscription, by its id."""
    named: frozenset[str] = frozenset()
    """Every id that the files name, good or bad."""
    unread: frozenset[str] = frozenset()
    """Files that could not be read at all: which ids they would name is not known."""

    def after(self, before: LoadedSubscriptions) -> LoadedSubscriptions:
        """Return what is in force when `before` was: what a fault now keeps out stays as it last was.

        A slip of the editor must not cost a desk its alerts. A subscription goes by being removed from its file.
        """
        good = {subscription.id for subscription in self.subscriptions}
        kept = [old for old in before.subscriptions if old.id not in good and self._is_broken(old.id, before)]
        if not kept:
            return self
        return replace(
            self,
            subscriptions=tuple(sorted((*self.subscriptions, *kept), key=lambda one: one.id)),
            keys={**self.keys, **{old.endpoint.id: before.keys[old.endpoint.id] for old in kept}},
            files={**self.files, **{old.id: before.files[old.id] for old in kept}},
        )

    def _is_broken(self, subscription_id: str, before: LoadedSubscriptions) -> bool:
        return subscription_id in self.named or before.files[subscription_id] in self.unread


def read_subscriptions(folder: Path, env: Mapping[str, str]) -> LoadedSubscriptions:
    """Return the subscriptions of the YAML files of a folder, in the order of their ids.

    Args:
        folder: It need not exist; then there are none. Subfolders and hidden files are not read. `secret_file` is
            relative to it.
        env: The environment, for `secret_env`.

    Raises:
        SettingsProblem: The folder is there and cannot be read.
    """
    problems = Problems(codes=OWN_CODES | CODES.keys())
    read_files = {path.name: _nodes_of_file(path, problems) for path in _paths(folder, problems)}
    return _loaded(read_files, folder, env, problems)


def subscriptions_of(texts: Mapping[str, str], folder: Path, env: Mapping[str, str]) -> LoadedSubscriptions:
    """Return the subscriptions of files that came another way than through a folder.

    Args:
        texts: The files' texts by their names.
        folder: What `secret_file` is relative to: secrets never travel.
        env: The environment, for `secret_env`.
    """
    problems = Problems(codes=OWN_CODES | CODES.keys())
    read_files = {name: _nodes(Position(name, 1, 1), text, problems) for name, text in sorted(texts.items())}
    return _loaded(read_files, folder, env, problems)


def _loaded(
    read_files: Mapping[str, Sequence[Node] | None], folder: Path, env: Mapping[str, str], problems: Problems
) -> LoadedSubscriptions:
    secrets = SecretSources(file=lambda name: _secret_of(folder / name), variable=lambda name: _variable(env, name))
    nodes = [node for found in read_files.values() for node in found or ()]
    if len(nodes) > SUBSCRIPTIONS_MAX:
        message = f"{len(nodes):,} subscriptions; the first {SUBSCRIPTIONS_MAX:,} are read"
        problems.error(nodes[SUBSCRIPTIONS_MAX].at, "too-many", message)
    once = _without_twins(nodes[:SUBSCRIPTIONS_MAX], problems)
    read_ones = [(node.at.path, one) for node in once if (one := read_subscription(node, secrets, problems))]
    found = sorted(read_ones, key=lambda pair: pair[1].subscription.id)
    return LoadedSubscriptions(
        subscriptions=tuple(one.subscription for _, one in found),
        keys={one.subscription.endpoint.id: one.keys for _, one in found},
        problems=tuple(_problem(problem) for problem in in_order(problems.found)),
        files={one.subscription.id: path for path, one in found},
        named=frozenset(_name(node) for node in nodes),
        unread=frozenset(_shown(name) for name, found_in in read_files.items() if found_in is None),
    )


def _problem(problem: RuleProblem) -> SubscriptionProblem:
    return SubscriptionProblem(
        path=problem.path,
        line=problem.line,
        column=problem.column,
        code=problem.code,
        message="the file holds no subscription" if problem.code == "empty-file" else _unrevealing(problem.message),
        hint=_unrevealing(problem.hint),
    )


def _unrevealing(text: str) -> str:
    """Return a message without what it may quote of a misplaced secret or URL."""
    return _REVEALING.sub(lambda found: f"{found[1]}...", text)


def _paths(folder: Path, problems: Problems) -> list[Path]:
    try:
        entries = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as fault:
        raise SettingsProblem(f"the folder of subscriptions {folder} cannot be read: {fault.strerror}") from fault
    paths = [path for path in entries if path.suffix in SUFFIXES and not path.name.startswith(".")]
    if len(paths) > FILES_MAX:
        message = f"the folder holds {len(paths):,} files; the first {FILES_MAX:,} are read"
        problems.error(Position(_shown(paths[FILES_MAX].name), 1, 1), "too-many", message)
    return paths[:FILES_MAX]


def _shown(name: str) -> str:
    """Return a file's name as text; bytes that are no UTF-8 become question marks."""
    return name.encode("utf-8", "replace").decode()


def _nodes_of_file(path: Path, problems: Problems) -> Sequence[Node] | None:
    """Return the subscriptions of one file; None when it cannot be read."""
    at = Position(_shown(path.name), 1, 1)
    try:
        text = _bounded(path, _FILE_BYTES_MAX).decode("utf-8").removeprefix("\ufeff")
    except OSError as fault:
        problems.error(at, "unreadable", f"the file cannot be read: {fault.strerror}")
    except UnicodeDecodeError as fault:
        problems.error(at, "unreadable", f"the file is not UTF-8: byte {fault.start} is no character")
    except _TooLarge as fault:
        problems.error(at, "unreadable", f"the file cannot be read: {fault}")
    else:
        return _nodes(at, text, problems)
    return None


def _nodes(at: Position, text: str, problems: Problems) -> Sequence[Node] | None:
    """Return the subscriptions of a text, which is one or lists several; None when it cannot be read."""
    before = len(problems.found)
    root = read(SourceFile(path=at.path, text=text), problems)
    # Where YAML itself is at fault (a key twice, a value cut by ` #`) nothing of the file is sure.
    return None if root is None or len(problems.found) > before else _listed(root, problems)


def _listed(root: Node, problems: Problems) -> Sequence[Node] | None:
    if not isinstance(root, Fields) or "subscriptions" not in root.entries:
        return (root,)
    reading.mapping(root, _FILE_KEYS, problems, what="a file of subscriptions")
    several = root.entries["subscriptions"].value
    if isinstance(several, Items):
        return several.items
    problems.error(several.at, "wrong-kind", f"subscriptions must be a list, found {reading.kind_of(several)}")
    return None


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


class _TooLarge(Exception):
    """A file that is larger than any of its kind."""


def _secret_of(path: Path) -> str:
    try:
        return _bounded(path, _SECRET_BYTES_MAX).decode("ascii")
    except OSError as fault:
        raise SecretRefused(f"it cannot be read ({fault.strerror})") from None
    except UnicodeDecodeError:
        raise SecretRefused("it holds bytes that no secret has") from None
    except _TooLarge as fault:
        raise SecretRefused(str(fault)) from None
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
        raise _TooLarge(f"it has more than {most_bytes:,} bytes")
    return held
