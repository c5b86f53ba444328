"""Rule files on disk: what is read, as what text, and within which bounds."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.adapters import files
from alerts.adapters.files import read_packs
from alerts.domain.errors import SettingsProblem
from alerts.ruleset.compiler import compile_packs
from tests.ruleset.world import SmallGazetteer


def test_subfolders_are_read_in_order_with_slashes(tmp_path: Path) -> None:
    for name in ("b/2.yaml", "b/1.yml", "a/sites.csv", "zone.geojson", "notes.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name, encoding="utf-8")

    assert [file.path for file in read_packs(tmp_path)] == ["a/sites.csv", "b/1.yml", "b/2.yaml", "zone.geojson"]
    assert read_packs(tmp_path, shown_as="rules")[0].path == "rules/a/sites.csv"


def test_a_folder_that_links_to_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x", encoding="utf-8")
    (tmp_path / "loop").symlink_to(tmp_path)

    assert [file.path for file in read_packs(tmp_path)] == ["a.yaml"]


def test_a_link_without_a_file_behind_it_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere.yaml")

    assert read_packs(tmp_path) == ()


def test_a_byte_that_is_not_utf8_is_refused_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"pack: p\nowner: caf\xe9\n")

    (problem,) = compile_packs(read_packs(tmp_path), SmallGazetteer()).problems

    assert (problem.code, problem.line, problem.column) == ("bad-character", 2, 11)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfpack: p\n")

    assert read_packs(tmp_path)[0].text == "pack: p\n"


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsProblem, match="there is no folder"):
        read_packs(tmp_path / "nowhere")


def test_a_file_that_is_too_large_is_refused_by_name(tmp_path: Path) -> None:
    with (tmp_path / "a.yaml").open("wb") as file:
        file.truncate(files.FILE_MAX_BYTES + 1)

    with pytest.raises(SettingsProblem, match=r"a\.yaml has more than"):
        read_packs(tmp_path)
