"""docs/subscriptions.md says what is so: its files load, its codes and limits are the code's."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from alerts.adapters.subscription_fields import KEYS, OWN_CODES
from alerts.delivery.signing import parse_secret
from alerts.domain.ids import EndpointId
from alerts.domain.match import Severity
from alerts.domain.subscription import Endpoint, RetryPolicy
from alerts.entrypoints.cli import build
from tests.subscriptions.folder import OTHER, SECRET, Folder

PAGE = (Path(__file__).parents[2] / "docs" / "subscriptions.md").read_text(encoding="utf-8")


def test_the_example_files_load_as_they_stand(folder: Folder) -> None:
    """Who copies one begins with something that works."""
    first, second = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    folder.write("one.yaml", first)
    folder.write("several.yaml", second)
    folder.write("mena-desk.secret", SECRET)
    folder.write("try.secret", OTHER)

    loaded = folder.read({"PAGER_SECRET": OTHER})

    assert loaded.problems == ()
    desk, pager, trying = loaded.subscriptions
    assert desk.wants.severity_at_least is Severity.WARNING
    assert pager.endpoint.retry.give_up_after == timedelta(days=1)
    assert trying.endpoint.allow_private_network


def test_the_secret_command_makes_a_secret_that_is_taken() -> None:
    """Two calls, two secrets."""
    runner = CliRunner()
    made = [runner.invoke(build(["secret"]), ["secret"]).stdout for _ in range(2)]

    keys = {parse_secret(secret) for secret in made}

    assert len(keys) == 2


def test_every_key_and_code_has_a_row() -> None:
    """A key that is taken and not described is a secret."""
    assert [name for name in (*KEYS, *sorted(OWN_CODES)) if f"`{name}" not in PAGE] == []


def test_the_limits_are_those_of_the_code() -> None:
    """What holds when a key is left out."""
    own, endpoint = RetryPolicy(), Endpoint(id=EndpointId("desk"), url="https://desk.example")
    rows = dict(re.findall(r"^\| (`[a-z_.`, ]+`) \|.*\| ([^|]+) \|$", PAGE, re.MULTILINE))

    assert rows["`timeout_seconds`"] == f"{endpoint.timeout.total_seconds():g}"
    assert rows["`retry.first_delay_seconds`, `max_delay`"] == (
        f"{own.delay_first.total_seconds():g}, `{own.delay_max.total_seconds() / 3600:g}h`"
    )
    assert rows["`retry.attempts`"] == str(own.attempts_max)
    assert rows["`retry.retry_after_max`"] == f"`{own.retry_after_max.total_seconds() / 3600:g}h`"
    assert rows["`retry.give_up_after`"] == f"`{own.give_up_after.days}d`"
