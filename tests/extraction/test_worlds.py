"""Words of war in other worlds are no events; real ones in the midst of sport, arts and money are."""

from __future__ import annotations

import pytest

from alerts.adapters.lexicon import open_lexicon
from alerts.domain.event import HAPPENING
from alerts.domain.taxonomy import is_below
from alerts.extraction.surroundings import Setting, World
from alerts.extraction.text import clean
from tests.extraction.reader import events, told


@pytest.mark.parametrize(
    "text",
    [
        "The Springboks laid siege to the line in Dublin and the home pack surrendered the scrum.",
        "Shares plunged in Milan as investors fled the lender; traders were caught in a crossfire of rumours.",
        "The guitarist's new album explodes with noise: its second track, Siege of Aleppo, ends in a hail of drums.",
        "Aphids have invaded gardens in Kent and lay siege to the roses; a chef suggests garlic.",
        "Cadets stormed a mock village near Almaty on the drill's second day and evacuated dummies.",
        "Edith Marlow, who was shelled out of her house in Dover as a nurse, died at 98.",
    ],
)
def test_a_figure_of_speech_of_its_world_happens_nowhere(text: str) -> None:
    found = events(text)

    assert not [event for event in found if event.status in HAPPENING], told(found)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("A suicide bomber killed nine fans at a football stadium in Kano.", "suicide_bomb"),
        ("A missile hit the concert hall in Sumy during the opera, killing a singer.", "explosion_remote_violence"),
        ("A car bomb killed a theatre director outside his home in Kazan.", "explosion_remote_violence"),
        ("A drone struck the oil company's refinery in Tuapse; its shares fell.", "explosion_remote_violence"),
    ],
)
def test_what_its_own_sentence_proves_happens_in_any_world(text: str, wanted: str) -> None:
    found = events(text)

    own = [event for event in found if is_below(event.type, frozenset({wanted}))]
    assert any(event.status in HAPPENING for event in own), told(found)


@pytest.mark.parametrize(
    "text",
    [
        "The rebels said they had taken Hama. The claim could not be independently verified.",
        "Unconfirmed reports spoke of an air strike on Hama.",
    ],
)
def test_what_nobody_could_verify_is_a_claim(text: str) -> None:
    found = events(text)

    assert found, text
    assert all(event.claimed for event in found), told(found)


def test_a_long_report_is_not_of_a_world_by_two_words_of_it() -> None:
    """Feeds send articles as one paragraph: a witness who is a coach, a match called off, and it is still a bombing."""
    spoken = "The striker scored after the goalkeeper slipped. "
    told = "Smoke rose over the centre and people walked home across the bridges because no trains ran that night. "

    assert World.SPORT in _worlds(spoken + told)
    assert World.SPORT not in _worlds(spoken + told * 24)


def _worlds(text: str) -> frozenset[World]:
    (block,) = clean(text).blocks
    return Setting(text, open_lexicon(), 2024).worlds(block)
