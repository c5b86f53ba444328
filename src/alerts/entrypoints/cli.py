"""The `alerts` command. Each verb lives in a module of its own, imported only when it is called for."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

# Verb -> the module whose `register` adds it. `alerts check` must not wait for the parser to load.
_VERBS: dict[str, str] = {
    "demo": "alerts.entrypoints.demo",
    "run": "alerts.entrypoints.run",
    "worker": "alerts.entrypoints.worker",
    "topics": "alerts.entrypoints.topics",
    "rules": "alerts.entrypoints.pushing",
    "subscriptions": "alerts.entrypoints.pushing",
    "check": "alerts.entrypoints.check",
    "test": "alerts.entrypoints.rule_tests",
    "explain": "alerts.entrypoints.explain",
    "schema": "alerts.entrypoints.schema",
    "extract": "alerts.entrypoints.extract",
    "place": "alerts.entrypoints.place",
    "secret": "alerts.entrypoints.secret",
    "ping": "alerts.entrypoints.ping",
    "dead-letters": "alerts.entrypoints.dead_letters",
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """Return the application with the verb that `arguments` name; with all verbs when they name none."""
    app = typer.Typer(
        name="alerts",
        help="Alerts on what happens in the world: news in, rules over it, signed webhooks out.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_no_options)
    wanted = [name for name in arguments if name in _VERBS][:1] or list(_VERBS)
    for module in dict.fromkeys(_VERBS[name] for name in wanted):
        import_module(module).register(app)
    return app


def _no_options() -> None:
    """Alerts on what happens in the world: news in, rules over it, signed webhooks out."""


def main() -> None:
    """Run the command line."""
    build(sys.argv[1:])()
