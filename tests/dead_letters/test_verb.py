"""`alerts dead-letters`: what operators see of what could not be read, and how they have it read again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from alerts.adapters.folder_lock import locked
from alerts.adapters.sqlite import STORE_FILE, SqliteStore
from alerts.adapters.sqlite_view import StoreView
from alerts.domain.report import Report
from alerts.entrypoints.cli import build
from alerts.pipeline.dead_letters import dead_letter, report_letter
from alerts.pipeline.messages import DeadLetter, Message, Topic, Unreadable
from alerts.pipeline.ports import Output
from tests.golden.compare import assert_golden
from tests.support.builders import a_report, at

LETTERS = (
    dead_letter("http", "/text: must be a valid string, found 5", at("09:00"), b'{"id": "1", "text": 5}'),
    report_letter(
        "reports/1", "the parser did not finish by its deadline", a_report("HANG", item="9", received="10:00")
    ),
    dead_letter(
        "reports/2@41",
        "header ce_id (number 2) has no value",
        at("11:00"),
        '{"text": "Clashes \x1b[31mred\x9b \u202eHama"}'.encode(),
        key="wire/\x07",
        headers=(("ce_specversion", b"1.0"), ("ce_id", None), ("ce_type", b"\xff")),
    ),
    dead_letter("notices/0@7", "not UTF-8: byte 0 is 0xff", at("12:00"), b"\xff\xfe" + b"\x00" * 9),
    dead_letter(
        "reports/3@2", "the value has 20,000,000 bytes; at most 16,777,216 are read", at("13:00"), b"x" * 2_000_000
    ),
    dead_letter(
        "http", "an older version could not", at("14:00"), b'{"source": "wire", "id": "8", "text": "Now it can."}'
    ),
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(build(["dead-letters"]), ["dead-letters", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A data folder with letters, which nobody works on."""
    asyncio.run(_kept(tmp_path, LETTERS))
    return str(tmp_path)


async def _kept(folder: Path, letters: Sequence[DeadLetter]) -> None:
    async with SqliteStore(folder / STORE_FILE, now=lambda: at("15:00"), partitions=1) as store:
        await store.append([Output(Topic.DEAD_LETTERS, letter.origin, letter) for letter in letters])


def messages(folder: str, topic: str) -> list[Message | Unreadable]:
    async def read() -> list[Message | Unreadable]:
        async with SqliteStore(Path(folder) / STORE_FILE, now=lambda: at("16:00")) as store:
            return await StoreView(store).messages(topic)

    return asyncio.run(read())


def test_what_is_shown_is_the_page_that_was_reviewed(folder: str) -> None:
    """Control characters of others, and those that turn the direction of text, are written out."""
    shown = [
        ("list", run("list", "--data", folder)),
        ("list --origin reports --limit 1", run("list", "--data", folder, "--origin", "reports", "--limit", "1")),
        ("show 0@1", run("show", "0@1", "--data", folder)),
        ("show 0@2", run("show", "0@2", "--data", folder)),
        ("show 0@3", run("show", "0@3", "--data", folder)),
        ("replay --all --dry-run", run("replay", "--all", "--dry-run", "--data", folder)),
        ("replay --all", run("replay", "--all", "--data", folder)),
    ]

    assert_golden(
        "dead_letters.txt",
        "\n".join(f"$ alerts dead-letters {line}\n{result.stdout}[{result.exit_code}]\n" for line, result in shown),
    )


def test_no_control_character_of_others_reaches_the_terminal(folder: str) -> None:
    out = "".join(run("show", f"0@{number}", "--data", folder).stdout for number in range(len(LETTERS)))

    assert {char for char in out if not char.isprintable()} == {"\n"}


def test_a_replay_puts_into_the_log_what_can_be_read_and_nothing_else(folder: str) -> None:
    result = run("replay", "--all", "--data", folder)

    texts = {message.text for message in messages(folder, Topic.REPORTS) if isinstance(message, Report)}
    assert result.exit_code == 1
    assert texts == {"HANG", "Now it can."}
    assert len(messages(folder, Topic.DEAD_LETTERS)) == len(LETTERS)


def test_a_dry_run_writes_nothing(folder: str) -> None:
    result = run("replay", "0@1", "0@5", "--dry-run", "--data", folder)

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "2 would be replayed, 0 left.")
    assert messages(folder, Topic.REPORTS) == []


def test_filters_choose_by_origin_cause_and_time(folder: str) -> None:
    assert run("list", "--data", folder, "--cause", "utf-8", "--json").stdout.count("\n") == 1
    assert run("list", "--data", folder, "--origin", "http", "--json").stdout.count("\n") == 2
    assert run("list", "--data", folder, "--since", "2025-03-01T15:00:00").stdout.endswith("6 dead letters.\n")
    assert run("list", "--data", folder, "--since", "2025-03-01T15:00:01").stdout == "No dead letters.\n"


def test_letters_are_shown_while_a_process_works_on_the_folder(folder: str) -> None:
    """And a replay, which must write, says what to do."""
    with locked(Path(folder)):
        assert run("list", "--data", folder).exit_code == 0
        assert run("show", "0@0", "--data", folder).exit_code == 0
        assert run("replay", "0@1", "--data", folder, "--dry-run").exit_code == 0
        result = run("replay", "0@1", "--data", folder)

    assert result.exit_code == 2
    assert "stop `alerts run` for it, and start it again afterwards" in result.stderr


def test_json_holds_all_of_a_letter(folder: str) -> None:
    lines = [json.loads(line) for line in run("list", "--data", folder, "--json").stdout.splitlines()]

    assert [line["place"] for line in lines] == [f"0@{number}" for number in range(len(LETTERS))]
    assert lines[3]["is_base64"] is True
    assert lines[4]["is_cut"] is True
    assert lines[2]["headers"] == [["ce_specversion", "1.0"], ["ce_id", None], ["ce_type", "\\xff"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "--data", "nowhere"), "there is no store"),
        (("show", "1", "--data", "."), '"1" is no place of a letter; one looks like 2@41'),
        (("replay", "--data", "."), "name the places of letters, or say --all"),
        (("replay", "0@1", "--all", "--data", "."), "name the places of letters, or say --all"),
    ],
)
def test_wrong_usage_says_what_to_do(arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_letter_that_is_not_there_is_named(folder: str) -> None:
    for verb in ("show", "replay"):
        result = run(verb, "0@99", "--data", folder)
        assert result.exit_code == 2
        assert "there is no dead letter 0@99" in result.stderr


def test_another_file_in_the_stores_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / STORE_FILE).write_bytes(b"no database, but long enough to look like the head of one" * 9)

    result = run("list", "--data", str(tmp_path))

    assert result.exit_code == 2
    assert "cannot be read as a store" in result.stderr
