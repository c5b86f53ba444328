"""The lexicon that ships, as rule files see it: aliases mean their actor, misspelt names get a suggestion."""

from __future__ import annotations

import pytest

from alerts.adapters.actor_names import open_actor_names


@pytest.mark.parametrize("name", ["HTS", "hts", "Hayat Tahrir al-Sham", "Hay'at Tahrir al-Sham"])
def test_an_alias_means_its_actor(name: str) -> None:
    assert open_actor_names().canonical(name) == "Hayat Tahrir al-Sham"


@pytest.mark.parametrize(
    ("name", "meant"),
    [("Hayat Tahrir al-Shaam", "Hayat Tahrir al-Sham"), ("Syrian National Armee", "Syrian National Army")],
)
def test_a_misspelt_actor_gets_a_suggestion(name: str, meant: str) -> None:
    assert open_actor_names().canonical(name) is None
    assert open_actor_names().suggest(name) == meant


@pytest.mark.parametrize("name", ["SDP", "Some Village Guard"])
def test_a_name_that_is_like_no_other_gets_none(name: str) -> None:
    """Acronyms are all alike, and an actor need not be in the lexicon."""
    assert open_actor_names().suggest(name) is None
