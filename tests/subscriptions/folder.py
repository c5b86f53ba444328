"""A folder of subscription files, written by a test."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from alerts.adapters.subscriptions import LoadedSubscriptions, read_subscriptions

# The secret of case C16: 24 bytes, "0123456789abcdef01234567".
SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"
OTHER = "whsec_" + b64encode(b"another key of some 32 bytes ...").decode()


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the files are."""

    path: Path

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(dedent(text), encoding="utf-8")

    def subscription(self, name: str, *lines: str, secret: str | None = SECRET) -> None:
        """Write `name`.yaml, and its secret beside it."""
        written = [f"id: {name}", f"url: https://{name}.example/hook"] if "id:" not in "".join(lines) else []
        if secret is not None:
            (self.path / f"{name}.secret").write_text(secret, encoding="utf-8")
            written.append(f"secret_file: {name}.secret")
        self.write(f"{name}.yaml", "\n".join((*written, *lines)) + "\n")

    def read(self, env: Mapping[str, str] | None = None) -> LoadedSubscriptions:
        return read_subscriptions(self.path, env or {})


def ids(loaded: LoadedSubscriptions) -> list[str]:
    return [subscription.id for subscription in loaded.subscriptions]


def codes(loaded: LoadedSubscriptions) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in loaded.problems]
