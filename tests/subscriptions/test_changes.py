"""Files that change under a running process."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from alerts.adapters.live_subscriptions import LiveSubscriptions
from alerts.delivery.signing import parse_secret
from alerts.domain.ids import EndpointId
from tests.ingestion.port import Noted
from tests.subscriptions.folder import OTHER, SECRET, Folder, ids

DESK = EndpointId("desk")


def test_a_fault_leaves_the_last_good_in_force(folder: Folder) -> None:
    """A slip of the editor must not cost a desk its alerts."""
    folder.subscription("desk")
    before = folder.read()
    folder.write("desk.yaml", "id: desk\nurl: nonsense\nsecret_file: desk.secret\n")

    loaded = folder.read().after(before)

    assert loaded.subscriptions == before.subscriptions
    assert loaded.keys == before.keys
    assert [problem.code for problem in loaded.problems] == ["bad-url"]


@pytest.mark.parametrize("text", ["id: [", "", "\ufffe"])
def test_a_file_that_cannot_be_read_leaves_all_it_said_in_force(folder: Folder, text: str) -> None:
    """An editor that saves in two steps shows an empty file for a moment."""
    folder.subscription("desk")
    before = folder.read()
    folder.write("desk.yaml", text)

    assert ids(folder.read().after(before)) == ["desk"]


def test_the_last_good_stays_over_several_bad_edits(folder: Folder) -> None:
    """The second look finds nothing good either."""
    folder.subscription("desk")
    first = folder.read()
    folder.write("desk.yaml", "id: [")
    second = folder.read().after(first)
    folder.write("desk.yaml", "id: desk\n")
    third = folder.read().after(second)

    assert third.subscriptions == first.subscriptions


def test_a_secret_that_turns_bad_leaves_the_old_key_in_force(folder: Folder) -> None:
    """A rotation that went wrong goes on with what receivers know."""
    folder.subscription("desk")
    before = folder.read()
    folder.write("desk.secret", "whsec_YWJj")

    assert folder.read().after(before).keys == {DESK: (parse_secret(SECRET),)}


def test_removal_is_removal(folder: Folder) -> None:
    """A file that goes, an entry that goes from its list, a list that is emptied: nothing of it stays."""
    folder.subscription("gone")
    folder.write("s", SECRET)
    entry = "  - {{id: {0}, url: 'https://{0}.example', secret_file: s}}\n"
    folder.write("list.yaml", "subscriptions:\n" + entry.format("a") + entry.format("b"))
    before = folder.read()
    (folder.path / "gone.yaml").unlink()
    folder.write("list.yaml", "subscriptions:\n" + entry.format("a"))
    shorter = folder.read().after(before)
    folder.write("list.yaml", "subscriptions: []\n")
    emptied = folder.read().after(shorter)

    assert ids(before) == ["a", "b", "gone"]
    assert ids(shorter) == ["a"]
    assert ids(emptied) == []
    assert emptied.keys == {}


def test_a_subscription_that_moves_to_another_file_is_the_new_one(folder: Folder) -> None:
    """The old file is broken and the new one good: the good one counts."""
    folder.subscription("desk")
    before = folder.read()
    folder.write("desk.yaml", "id: [")
    folder.write("new", OTHER)
    folder.write("moved.yaml", "id: desk\nurl: https://moved.example\nsecret_file: new\n")

    loaded = folder.read().after(before)

    assert [s.endpoint.url for s in loaded.subscriptions] == ["https://moved.example"]
    assert loaded.keys == {DESK: (parse_secret(OTHER),)}


@dataclass(slots=True)
class Steps:
    """A clock whose sleeper wakes when the test says so."""

    waking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    asleep: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    def now(self) -> datetime:
        return datetime(2025, 3, 1, tzinfo=UTC)

    async def sleep(self, wait: timedelta) -> None:
        self.asleep.release()
        await self.waking.acquire()

    async def look(self) -> None:
        """Let one look happen, and return when it is over."""
        self.waking.release()
        await self.asleep.acquire()


async def test_a_running_process_takes_changes_up_and_tells_of_faults_once(folder: Folder) -> None:
    """Rotation without restart; a fault that stays is told when it comes, not at every look."""
    folder.subscription("desk")
    noted, clock = Noted(), Steps()
    live = LiveSubscriptions(folder.path, observer=noted)
    live.start()
    following = asyncio.create_task(live.follow(clock, timedelta(seconds=2)))
    await clock.asleep.acquire()

    folder.subscription("desk", secret=OTHER)
    await clock.look()
    rotated = live.keys()
    folder.write("desk.yaml", "id: [")
    for _ in range(3):
        await clock.look()
    following.cancel()

    assert rotated == {DESK: (parse_secret(OTHER),)}
    assert [s.id for s in live.current()] == ["desk"]
    assert live.keys() == rotated
    assert len(noted.warnings) == 1
    assert "desk.yaml" in str(noted.warnings)
