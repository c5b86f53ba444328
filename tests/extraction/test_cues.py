"""Each cue example is a promise: what a sentence says of whether it happened."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

import pytest
import yaml

from alerts.domain.event import Event
from alerts.domain.taxonomy import expand, is_below
from tests.extraction.reader import events, told

Example = Mapping[str, str]


def _examples() -> tuple[Example, ...]:
    text = (files("alerts") / "data" / "cues" / "examples.yaml").read_text(encoding="utf-8")
    return tuple(yaml.safe_load(text)["examples"])


@pytest.mark.parametrize("example", _examples(), ids=lambda example: example["text"][:60])
def test_a_sentence_says_whether_it_happened(example: Example) -> None:
    """The event of the example's type has the example's status, claimed or not; `nothing` gives no such event."""
    found = events(example["text"])

    own = [event for event in found if is_below(event.type, expand([example["type"]]))]
    if example["status"] == "nothing":
        assert not own, told(found)
    else:
        assert any(_fits(event, example) for event in own), told(found)
        assert all(event.status.value in example["status"].split("|") for event in own), told(found)


def _fits(event: Event, example: Example) -> bool:
    return "claimed" not in example or event.claimed == (example["claimed"] == "true")
