"""What the words around an event say of it: warnings of fact, known deeds, what goes on since a day."""

from __future__ import annotations

import pytest

from alerts.domain.event import HAPPENING, Status
from alerts.domain.taxonomy import is_below
from tests.extraction.reader import events, told


def statuses(text: str, event_type: str) -> set[Status]:
    """Return the statuses of the events of a type."""
    return {event.status for event in events(text) if is_below(event.type, frozenset({event_type}))}


def happens(text: str, event_type: str) -> bool:
    """Return whether an event of a type is told, and only as one that happens."""
    found = statuses(text, event_type)
    return bool(found) and found <= HAPPENING


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("The mayor warned that the bridge in Izium had been destroyed.", "infrastructure_damaged"),
        ("The agency cautions that rebels have captured Goma.", "non_state_actor_overtakes_territory"),
    ],
)
def test_a_warning_of_what_is_so_reports_it(text: str, event_type: str) -> None:
    assert happens(text, event_type), told(events(text))


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("The mayor warned that the bridge in Izium could be destroyed.", "infrastructure_damaged"),
        ("The agency cautioned that rebels would capture Goma.", "non_state_actor_overtakes_territory"),
        ("A depression may grow into a cyclone off Chennai by Sunday.", "tropical_cyclone"),
        ("If the rebels were to capture Goma, the airport would close.", "non_state_actor_overtakes_territory"),
        ("Israel has not ruled out an air strike on Tyre.", "air_drone_strike"),
        ("Another earthquake in Istanbul is a matter of time.", "earthquake"),
        ("Rebels are within reach of capturing Goma.", "non_state_actor_overtakes_territory"),
        ("Once the rebels capture Goma, the airport will close.", "non_state_actor_overtakes_territory"),
        ("The minister vowed not to talk before the army had recaptured Goma.", "government_regains_territory"),
        ("The mayor has yet to confirm that rebels captured Goma.", "non_state_actor_overtakes_territory"),
        ("The mayor has not confirmed that rebels captured Goma.", "non_state_actor_overtakes_territory"),
        ("Fears are mounting of new clashes in Tripoli.", "armed_clash"),
    ],
)
def test_what_may_come_is_possible(text: str, event_type: str) -> None:
    assert statuses(text, event_type) == {Status.POSSIBLE}, told(events(text))


@pytest.mark.parametrize(
    "text",
    [
        "The group denied having carried out Sunday's car bombing in Mogadishu.",
        "The group denied that its fighters were behind the car bombing in Mogadishu.",
        "The group denied that it was responsible for the car bombing in Mogadishu.",
        "The group said it did not carry out the car bombing in Mogadishu.",
    ],
)
def test_who_denies_a_known_deed_denies_no_deed(text: str) -> None:
    assert happens(text, "explosion_remote_violence"), told(events(text))


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("The army denied that it had carried out an air strike on Idlib.", "air_drone_strike"),
        ("Egypt has ruled out reopening the Rafah crossing.", "border_crossing_reopened"),
        ("What was taken for a drone strike in Poltava was fireworks.", "air_drone_strike"),
        ("Ebola has not returned to Mubende, officials said.", "epidemic"),
        ("Kinshasa denies claims that its soldiers massacred villagers in Bunia.", "attack"),
        ("Kinshasa rejects claims that its soldiers massacred villagers in Bunia.", "attack"),
        ("Far from having seized Toretsk, the rebels have fled, the brigade said.", "battle"),
    ],
)
def test_a_deed_denied_is_denied(text: str, event_type: str) -> None:
    assert Status.DENIED in statuses(text, event_type), told(events(text))
    assert not statuses(text, event_type) & HAPPENING


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("Kidal remains under siege by jihadists, with no convoy let in since the end of August.", "siege"),
        ("Thousands have fled Minembwe since clashes began there in early August.", "armed_clash"),
        (
            "The army recaptured Maaret al-Numan on Monday, for the first time since 2012.",
            "government_regains_territory",
        ),
    ],
)
def test_since_a_day_dates_nothing_that_goes_on(text: str, event_type: str) -> None:
    assert happens(text, event_type), told(events(text))


def test_a_disaster_of_long_ago_stays_so_in_a_clause_with_since() -> None:
    found = statuses("Aceh has rebuilt its mosques since a tsunami struck in 2004.", "tsunami")

    assert found <= {Status.HISTORICAL}


def test_a_day_in_a_relative_clause_is_that_of_its_noun() -> None:
    found = statuses(
        "He took part in the siege of the mall in Nairobi that killed 67 people eleven years ago.", "siege"
    )

    assert not found & HAPPENING


@pytest.mark.parametrize(
    ("text", "event_type", "status"),
    [
        ("Wagner fighters to pull out of Kidal", "withdrawal", Status.PLANNED),
        ("Estonia is going to close its crossing with Russia at Narva.", "border_crossing_closed", Status.PLANNED),
        (
            "Rumours that rebels had captured Goma spread on Facebook.",
            "non_state_actor_overtakes_territory",
            Status.POSSIBLE,
        ),
    ],
)
def test_what_is_ahead_or_a_rumour_fires_no_alarm(text: str, event_type: str, status: Status) -> None:
    assert statuses(text, event_type) == {status}, told(events(text))


def test_a_former_minister_is_freed_today() -> None:
    found = statuses("Rebels abducted a former minister in Goma on Thursday.", "abduction_forced_disappearance")

    assert found == {Status.OCCURRED}


def test_the_dead_are_counted_in_a_strike_that_struck() -> None:
    found = statuses("The ministry puts the number of dead in the strike on Rafah at 19.", "air_drone_strike")

    assert found <= HAPPENING


@pytest.mark.parametrize(
    ("text", "event_type"),
    [
        ("Once the rebels captured Goma, the airport closed.", "non_state_actor_overtakes_territory"),
        ("Had Goma not been captured by rebels on Monday, the talks would have opened.", "battle"),
        ("The police in Nakuru had no choice but to fire tear gas at the marchers.", "protest_with_intervention"),
        ("Why rebels attacked Goma is unclear.", "attack"),
        ("It is not known how the rebels captured Goma.", "non_state_actor_overtakes_territory"),
        ("Egypt did not reopen the Rafah crossing until Friday.", "border_crossing_reopened"),
        ("It was the army that shelled Goma, not the rebels.", "shelling_artillery_missile_attack"),
        ("The council did not condemn the air strike on Tyre.", "air_drone_strike"),
        ("The driver did not survive the air strike on Tyre.", "air_drone_strike"),
    ],
)
def test_what_is_taken_for_granted_happened(text: str, event_type: str) -> None:
    """A negation above it leaves it standing."""
    assert happens(text, event_type), told(events(text))


def test_what_did_not_come_is_denied() -> None:
    found = statuses("The air strike on Tyre that everybody feared did not come.", "air_drone_strike")

    assert found == {Status.DENIED}


def test_what_was_never_seen_like_this_is_seen_now() -> None:
    assert happens("Manila has never seen floods like these.", "flood")
