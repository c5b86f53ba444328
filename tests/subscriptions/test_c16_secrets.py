"""C16: a secret is good, or the subscription is refused with a reason that does not show it."""

from __future__ import annotations

import pytest

from alerts.delivery.signing import parse_secret
from tests.subscriptions.folder import OTHER, SECRET, Folder, codes, ids

BODY = SECRET.removeprefix("whsec_")


def test_c16_the_editors_newline_is_passed_over(folder: Folder) -> None:
    """The first file of the case works, and its key is the 24 bytes it stands for."""
    folder.subscription("desk", secret=SECRET + "\n")

    loaded = folder.read()

    assert loaded.problems == ()
    assert loaded.keys == {loaded.subscriptions[0].endpoint.id: (parse_secret(SECRET),)}


@pytest.mark.parametrize(
    ("secret", "reason"),
    [
        (f"v1,{SECRET}", "signature scheme"),
        ("whsec_!!!!", "base64"),
        ("whsec_", "nothing follows"),
        ("whsec_YWJj", "3 bytes"),
        ("", "empty"),
        ("\n", "empty"),
        (f" {SECRET}", "whsec_"),
        (f"{SECRET}\n{OTHER}\n", "base64"),
        (f'"{SECRET}"', "whsec_"),
        ("x" * 5_000, "more than 4,096 bytes"),
    ],
)
def test_c16_a_bad_secret_is_refused_by_file_and_reason(folder: Folder, secret: str, reason: str) -> None:
    """At load, with the secret's own file named; the other subscriptions stay up; nothing gets a key that is empty."""
    folder.subscription("good", secret=OTHER)
    folder.subscription("desk", secret=secret)

    loaded = folder.read()

    assert ids(loaded) == ["good"]
    assert list(loaded.keys) == ["good"]
    assert codes(loaded) == [("desk.yaml", "bad-secret")]
    assert "`desk.secret`" in loaded.problems[0].message
    assert reason in loaded.problems[0].message


def test_c16_an_unset_variable_is_refused_by_name(folder: Folder) -> None:
    """The operator sees which one to set."""
    folder.subscription("desk", "secret_env: DESK_SECRET", secret=None)

    loaded = folder.read()

    assert ids(loaded) == []
    assert "`DESK_SECRET` is refused: it is not set" in loaded.problems[0].message


def test_c16_a_variable_that_is_set_works(folder: Folder) -> None:
    """Containers hand secrets in by environment."""
    folder.subscription("desk", "secret_env: DESK_SECRET", secret=None)

    assert ids(folder.read({"DESK_SECRET": SECRET})) == ["desk"]


def test_c16_a_secret_file_that_is_missing_or_no_file_is_refused(folder: Folder) -> None:
    """Not sent unsigned until someone looks."""
    folder.subscription("a", "secret_file: absent", secret=None)
    folder.subscription("b", "secret_file: .", secret=None)
    folder.subscription("c", 'secret_file: "a\\0b"', secret=None)

    loaded = folder.read()

    assert ids(loaded) == []
    assert [problem.path for problem in loaded.problems] == ["a.yaml", "b.yaml", "c.yaml"]


def test_c16_one_bad_secret_of_a_rotation_keeps_the_subscription_out(folder: Folder) -> None:
    """Half a rotation would look done and fail at the receivers that already moved."""
    folder.write("new", "whsec_YWJj")
    folder.write("old", SECRET)
    folder.subscription("desk", "secret_file: [new, old]", secret=None)

    assert ids(folder.read()) == []


def test_c16_without_a_secret_there_is_no_subscription(folder: Folder) -> None:
    """Nothing is ever sent unsigned."""
    folder.subscription("desk", secret=None)

    assert codes(folder.read()) == [("desk.yaml", "no-secret")]


def test_more_secrets_than_a_header_bears_are_refused(folder: Folder) -> None:
    """Ten sign at once; an eleventh is a rotation that nobody ended."""
    folder.write("s", SECRET)
    folder.subscription("desk", f"secret_file: [{', '.join(['s'] * 11)}]", secret=None)

    assert codes(folder.read()) == [("desk.yaml", "too-many-secrets")]


@pytest.mark.parametrize(
    "text",
    [
        f"id: desk\nurl: https://d.example\nsecret: {SECRET}\n",
        f"id: desk\nurl: https://d.example\nsecret_env: {SECRET}\n",
        f"id: desk\nurl: https://d.example\nsecret_file: {SECRET}\n",
        f"id: desk\nurl: https://d.example\nsecret_file: [{SECRET}]\n",
        f"id: {SECRET}\nurl: https://d.example\nsecret_env: S\n",
        f"id: desk\nurl: {SECRET}\nsecret_env: S\n",
        f"id: desk\nurl: https://d.example\nsecret_env: S\nseverity: {SECRET}\n",
        f"id: desk\nurl: https://d.example\nsecret_env: S\nrules: {SECRET}\n",
        f"id: desk\nurl: https://d.example\nsecret_env: S\ntimeout_seconds: {SECRET}\n",
        f"id: desk\nurl: https://d.example\nsecret_env: S\n{SECRET}: 1\n",
        f"id: desk\nurl: https://d.example\nsecret_env: S\n{SECRET}: 1\n{SECRET}: 2\n",
        f"{SECRET}\n",
        f"- {SECRET}\n",
        f"secret: {SECRET}: x\n",
        f"secret: [{SECRET}\n",
        f"secret: *{SECRET}\n",
        f"secret: !{SECRET} x\n",
        f"subscriptions: {SECRET}\n",
    ],
)
def test_c16_a_secret_in_the_wrong_place_is_never_shown(folder: Folder, text: str) -> None:
    """Problems land in logs and in chats with colleagues."""
    folder.write("desk.yaml", text)

    loaded = folder.read({"S": OTHER})

    assert ids(loaded) == []
    shown = " ".join(f"{problem} {problem!r}" for problem in loaded.problems)
    assert loaded.problems
    assert BODY[:8] not in shown


def test_keys_and_urls_show_nothing_of_themselves(folder: Folder) -> None:
    """A value that is logged by accident holds no secret."""
    folder.subscription("desk")

    assert BODY[:8] not in repr(folder.read())
    assert "desk.example/hook" not in repr(folder.read())
