"""Rules that follow their files: a changed pack is taken whole, a bad one leaves its last good in force."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.adapters.live_files import LiveRules
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.rules_in_force import VERSIONS_MAX
from tests.support.builders import at
from tests.support.pipeline import Counts, KnownPlaces, VirtualClock

PACK = """
pack: {pack}
rules:
  - id: closed
    title: {title}
    match: {{type: border_crossing_closed}}
    alert: {{by: [place.site], expire_after: 4h}}
    examples: {{quiet: [{{text: "It may close.", because: status}}]}}
"""


class NoActors:
    def canonical(self, name: str) -> str | None:
        return None

    def suggest(self, name: str) -> str | None:
        return None


def write(folder: Path, pack: str, *, title: str = "Closed") -> None:
    (folder / f"{pack}.yaml").write_text(PACK.format(pack=pack, title=title))


@pytest.fixture
def observer() -> Counts:
    return Counts()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def rules(tmp_path: Path, clock: VirtualClock, observer: Counts) -> LiveRules:
    write(tmp_path, "east")
    write(tmp_path, "west")
    live = LiveRules(tmp_path, clock=clock, observer=observer)
    live.start(KnownPlaces(), NoActors())
    return live


def titles(live: LiveRules) -> dict[str, str]:
    return {rule.id: rule.title for rule in live.current().rules.values()}


def test_an_edit_takes_force_and_has_another_version(rules: LiveRules, tmp_path: Path) -> None:
    before = rules.current().version
    write(tmp_path, "east", title="Shut")

    assert rules.reload()
    assert titles(rules) == {"east/closed": "Shut", "west/closed": "Closed"}
    assert rules.current().version != before


def test_files_that_did_not_change_are_not_compiled_again(rules: LiveRules, tmp_path: Path) -> None:
    (tmp_path / "east.yaml").touch()

    assert not rules.reload()


@pytest.mark.parametrize("spoilt", ["pack: east\nrules: [{id: closed", "pack: east\nrules: [{id: closed}]\n", "half a"])
def test_a_spoilt_pack_leaves_its_last_good_and_the_others_in_force(
    rules: LiveRules, tmp_path: Path, observer: Counts, spoilt: str
) -> None:
    (tmp_path / "east.yaml").write_text(spoilt)
    write(tmp_path, "west", title="Shut")

    rules.reload()

    assert titles(rules) == {"east/closed": "Closed", "west/closed": "Shut"}
    assert observer.counted["rules_reloads fault"] == 1


def test_a_deleted_pack_goes(rules: LiveRules, tmp_path: Path) -> None:
    (tmp_path / "east.yaml").unlink()

    rules.reload()

    assert list(titles(rules)) == ["west/closed"]


def test_a_folder_that_goes_away_is_a_fault_and_not_an_empty_rule_set(rules: LiveRules, tmp_path: Path) -> None:
    for path in tmp_path.iterdir():
        path.unlink()
    tmp_path.rmdir()

    with pytest.raises(SettingsProblem, match="there is no folder"):
        rules.reload()
    assert len(titles(rules)) == 2


def test_c38_a_swapped_link_is_seen(rules: LiveRules, tmp_path: Path) -> None:
    """A mounted config map changes by its `..data` link."""
    for version, title in (("..v1", "Closed"), ("..v2", "Shut")):
        (tmp_path / version).mkdir()
        write(tmp_path / version, "east", title=title)
    (tmp_path / "east.yaml").unlink()
    (tmp_path / "..data").symlink_to("..v1")
    (tmp_path / "east.yaml").symlink_to("..data/east.yaml")
    rules.reload()

    (tmp_path / "..new").symlink_to("..v2")
    (tmp_path / "..new").rename(tmp_path / "..data")
    rules.reload()

    assert titles(rules)["east/closed"] == "Shut"


def test_an_edit_is_in_force_from_when_it_was_taken_and_the_version_before_stays_known(
    rules: LiveRules, tmp_path: Path, clock: VirtualClock
) -> None:
    """A report that was received before and is read late is matched by the rules of its time."""
    clock.at = at("10:30")
    before = rules.matcher_at(at("10:29"))
    write(tmp_path, "east", title="Shut")
    rules.reload()

    assert [one.since for one in rules.timeline()] == [at("10:00"), at("10:30")]
    assert rules.matcher_at(at("10:29")) is before
    assert rules.matcher_at(at("10:30")) is not before
    assert rules.matcher_at(at("09:00")) is before, "the oldest one known stands for all time before it"


def test_versions_are_kept_up_to_a_bound(rules: LiveRules, tmp_path: Path) -> None:
    for number in range(VERSIONS_MAX + 3):
        write(tmp_path, "east", title=f"Title {number}")
        rules.reload()

    assert len(rules.timeline()) == VERSIONS_MAX
    assert titles(rules)["east/closed"] == f"Title {VERSIONS_MAX + 2}"


async def test_a_followed_folder_takes_force_by_itself(
    rules: LiveRules, tmp_path: Path, clock: VirtualClock, observer: Counts
) -> None:
    write(tmp_path, "east", title="Shut")
    following = asyncio.create_task(rules.follow(timedelta(seconds=2)))
    async with asyncio.timeout(20):
        while observer.counted["rules_reloads ok"] < 2:
            await asyncio.to_thread(clock.now)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)

    assert titles(rules)["east/closed"] == "Shut"
    assert rules.timeline()[-1].since >= at("10:00") + timedelta(seconds=2)
