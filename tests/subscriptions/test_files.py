"""Subscription files: what they say, and what is wrong with them."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from alerts.domain.errors import SettingsProblem
from alerts.domain.match import Severity
from alerts.domain.subscription import AlertFilter, Endpoint, RetryPolicy
from tests.subscriptions.folder import OTHER, SECRET, Folder, codes, ids


def test_a_file_says_who_gets_which_alerts_where(folder: Folder) -> None:
    """Every key arrives in the value that the stages use."""
    folder.write("desk.secret", SECRET)
    folder.write(
        "desk.yaml",
        """\
        id: desk
        url: https://desk.example/hook
        secret_file: desk.secret
        severity: warning
        rules: [syria/*, access/border-crossing-closed]
        labels: {region: [mena, caucasus], theme: conflict}
        timeout_seconds: 2.5
        retry: {first_delay_seconds: 1, max_delay: 30min, attempts: 6, retry_after_max: 2h, give_up_after: 1d}
        allow_private_network: true
        """,
    )

    loaded = folder.read()

    (subscription,) = loaded.subscriptions
    assert loaded.problems == ()
    assert subscription.endpoint == Endpoint(
        id=subscription.endpoint.id,
        url="https://desk.example/hook",
        timeout=timedelta(seconds=2.5),
        retry=RetryPolicy(
            delay_first=timedelta(seconds=1),
            delay_max=timedelta(minutes=30),
            attempts_max=6,
            retry_after_max=timedelta(hours=2),
            give_up_after=timedelta(days=1),
        ),
        allow_private_network=True,
    )
    assert subscription.wants == AlertFilter(
        rules=("syria/*", "access/border-crossing-closed"),
        severity_at_least=Severity.WARNING,
        labels={"region": ("mena", "caucasus"), "theme": ("conflict",)},
    )


def test_a_file_that_says_little_gets_the_products_own_limits(folder: Folder) -> None:
    """Id, URL and secret are enough; everything is wanted then."""
    folder.subscription("desk")

    (subscription,) = folder.read().subscriptions
    assert subscription.wants == AlertFilter()
    assert subscription.endpoint.retry == RetryPolicy()
    assert subscription.endpoint.allow_private_network is False


def test_a_file_may_list_several_and_the_order_is_by_id(folder: Folder) -> None:
    """Nothing hangs on file names."""
    folder.subscription("m")
    folder.write("z.secret", OTHER)
    entry = "  - {{id: {0}, url: 'https://{0}.example', secret_file: z.secret}}\n"
    folder.write("a.yml", "subscriptions:\n" + entry.format("z") + entry.format("b"))

    assert ids(folder.read()) == ["b", "m", "z"]


def test_a_rotation_signs_with_both_secrets_newest_first(folder: Folder) -> None:
    """Receivers that know the old one and those that know the new one both verify."""
    folder.write("new", OTHER)
    folder.write("old", SECRET)
    folder.subscription("desk", "secret_file: [new, old]", "secret_env: OLDEST", secret=None)

    loaded = folder.read({"OLDEST": SECRET})

    folder.subscription("desk", "secret_file: [new, old]", secret=None)
    two = folder.read()
    assert [len(keys) for keys in loaded.keys.values()] == [2]  # the same secret twice signs once
    assert loaded.keys == two.keys
    folder.subscription("desk", "secret_file: [old, new]", secret=None)
    assert folder.read().keys != two.keys


def test_a_changed_secret_makes_another_load_and_a_touched_file_does_not(folder: Folder) -> None:
    """That is how a running process knows that something must be taken into force."""
    folder.subscription("desk")
    first = folder.read()
    folder.subscription("desk")
    again = folder.read()
    folder.subscription("desk", secret=OTHER)

    assert again == first
    assert folder.read() != first


def test_other_files_hidden_files_and_no_folder_are_no_faults(folder: Folder) -> None:
    """Secrets lie beside the files; a first start has no folder yet."""
    folder.write("README.md", "about")
    folder.write(".hidden.yaml", "nonsense")

    assert folder.read().problems == ()
    assert Folder(folder.path / "absent").read().problems == ()


def test_a_folder_that_is_a_file_is_the_operators_problem(folder: Folder) -> None:
    """Nothing read is not the same as nothing there."""
    folder.write("file", "x")

    with pytest.raises(SettingsProblem, match="cannot be read"):
        Folder(folder.path / "file").read()


def test_a_file_name_of_odd_bytes_is_read_and_shown(folder: Folder) -> None:
    """C34's file name: quotes, a backslash, and a byte that is no UTF-8."""
    folder.write("s", SECRET)
    odd = os.fsencode(folder.path) + b"/" + 'Ж"\\'.encode() + b"\xff.yaml"
    with open(odd, "wb") as file:  # noqa: PTH123 (a name that is no text)
        file.write(b"id: desk\nurl: https://desk.example\nsecret_file: s\nextra: 1\n")

    loaded = folder.read()

    assert codes(loaded) == [('Ж"\\?.yaml', "unknown-key")]
    str(loaded.problems[0]).encode("utf-8")


def test_all_faults_of_all_files_come_at_once_and_the_good_ones_work(folder: Folder) -> None:
    """One round of mending, and nobody else's alerts wait for it."""
    folder.subscription("good")
    folder.write("a.yaml", "id: a b\nurl: ftp://x.example\nsecret_env: NOT_SET\nseverity: high\nretry: {attempts: 0}\n")
    folder.write("b.yaml", "id: [\n")
    folder.write("c.yaml", "- 1\n")
    (folder.path / "d.yaml").write_bytes(b"id: \xff\n")
    folder.write("e.yaml", "")
    folder.write("f.yaml", "subscriptions: {}\n")

    loaded = folder.read()

    assert ids(loaded) == ["good"]
    assert codes(loaded) == [
        *(("a.yaml", code) for code in ("bad-id", "bad-url", "bad-secret", "unknown-word", "out-of-range")),
        ("b.yaml", "yaml-syntax"),
        ("c.yaml", "wrong-kind"),
        ("d.yaml", "unreadable"),
        ("e.yaml", "empty-file"),
        ("f.yaml", "wrong-kind"),
    ]
    assert str(loaded.problems[0]).startswith("a.yaml:1:5: ")


def test_an_id_that_stands_twice_is_used_by_neither(folder: Folder) -> None:
    """Which of two was meant must not hang on which file is read first."""
    folder.subscription("one")
    folder.write("s", SECRET)
    folder.write("two.yaml", "id: one\nurl: https://evil.example\nsecret_file: s\n")

    loaded = folder.read()

    assert ids(loaded) == []
    assert codes(loaded) == [("one.yaml", "duplicate-id"), ("two.yaml", "duplicate-id")]
    assert "two.yaml:1" in loaded.problems[0].message


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("severty: warning", "unknown-key"),
        ("severity: [info, critical]", "wrong-kind"),
        ("rules: syria", "bad-rule"),
        ("rules: []", "out-of-range"),
        ("rules: ['*']", "bad-rule"),
        ("labels: [region]", "wrong-kind"),
        ("labels: {region: []}", "empty-list"),
        ("timeout_seconds: 15s", "not-a-number"),
        ("timeout_seconds: 600", "out-of-range"),
        ("timeout_seconds: -1", "out-of-range"),
        ("retry: {attempts: 1.5}", "out-of-range"),
        ("retry: {attempts: many}", "not-a-number"),
        ("retry: {max_delay: 24:00}", "not-a-duration"),
        ("retry: {max_delay: 9d}", "out-of-range"),
        ("retry: {first_delay_seconds: 600, max_delay: 1min}", "out-of-range"),
        ("retry: {give_up: 1d}", "unknown-key"),
        ("retry: never", "wrong-kind"),
        ("allow_private_network: yes", "not-a-boolean"),
        ("id: other", "duplicate-key"),
    ],
)
def test_a_key_that_is_wrong_keeps_the_subscription_out(folder: Folder, line: str, code: str) -> None:
    """No limit is guessed at: a desk would find out from the alert that did not come."""
    folder.write("desk.secret", SECRET)
    folder.write("desk.yaml", f"id: desk\nurl: https://desk.example\nsecret_file: desk.secret\n{line}\n")

    loaded = folder.read()

    assert ids(loaded) == []
    assert code in [problem.code for problem in loaded.problems]


@pytest.mark.parametrize("missing", ["id", "url"])
def test_a_key_that_is_missing_is_named(folder: Folder, missing: str) -> None:
    """The file says what it needs."""
    lines = {"id": "id: desk", "url": "url: https://desk.example", "secret": "secret_env: S"}
    folder.write("desk.yaml", "\n".join(line for key, line in lines.items() if key != missing) + "\n")

    loaded = folder.read({"S": SECRET})

    assert codes(loaded) == [("desk.yaml", "missing-key")]
    assert f"`{missing}`" in loaded.problems[0].message
