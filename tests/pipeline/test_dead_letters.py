"""A dead letter keeps what reading it again needs, and says so when it could not."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from alerts.adapters import wire
from alerts.domain.alert import ChangeKind
from alerts.pipeline.dead_letters import KEPT_MAX_BYTES, content_of, dead_letter, unreadable_letter
from alerts.pipeline.ingest import record_key
from alerts.pipeline.messages import DeadLetter, Topic, Unreadable
from alerts.pipeline.ports import Output
from alerts.ruleset.rule import RuleSet
from tests.pipeline.test_detect_and_track import closed, kinds, ruleset  # noqa: F401 - a fixture
from tests.support.pipeline import Pipeline

NOON = datetime(2025, 1, 1, 12, tzinfo=UTC)
HEADERS = st.lists(st.tuples(st.sampled_from(["ce_id", "x-trace", "Content-Type"]), st.none() | st.binary())).map(tuple)


@given(st.binary() | st.text().map(str.encode), HEADERS)
def test_any_bytes_come_back_as_they_were(content: bytes, headers: tuple[tuple[str, bytes | None], ...]) -> None:
    """Through the wire and back: text, and what is none."""
    letter = dead_letter("reports/0@1", "why", NOON, content, key="wire/9", headers=headers)

    again = wire.decode(*wire.encode(letter))

    assert again == letter
    assert isinstance(again, DeadLetter)
    assert content_of(again) == content


def test_text_stays_readable_and_other_bytes_do_not_pose_as_text() -> None:
    assert dead_letter("http", "why", NOON, "Homs – حمص\n".encode()).content == "Homs – حمص\n"
    assert dead_letter("http", "why", NOON, b"\xff\xfe").is_base64
    assert dead_letter("http", "why", NOON, b"a\x00b").is_base64


def test_what_is_past_the_bound_is_cut_and_never_comes_back_as_if_whole() -> None:
    """A replay of half a report would be another report."""
    content = ("é" * KEPT_MAX_BYTES).encode()

    letter = dead_letter("http", "why", NOON, b"x" + content)

    assert letter.is_cut
    assert content_of(letter) is None
    assert letter.sha256 == sha256(b"x" + content).hexdigest()
    assert len(wire.encode(letter).value) < KEPT_MAX_BYTES + 2_000


def test_the_worst_text_takes_no_more_than_about_twice_the_bound() -> None:
    """Kafka bounds a record: a letter that passes it could not be written, and its partition would stand still."""
    worst = max(
        len(wire.encode(dead_letter("http", "why", NOON, unit * KEPT_MAX_BYTES)).value)
        for unit in (b'"', b"\n", b"\x00", b"\xff", b"\\")
    )

    assert worst < 2.01 * KEPT_MAX_BYTES


def test_headers_that_say_how_to_read_are_kept_and_others_are_not() -> None:
    headers = (("x-trace", None), ("ce_id", b"\xff"), ("Content-Type", b"application/json"))

    letter = unreadable_letter("reports/0@1", Unreadable(cause="why", content=b"", at=NOON, headers=headers))

    assert letter.headers == headers[1:]
    assert letter.at == NOON


def test_headers_without_end_are_cut_and_the_letter_says_so() -> None:
    many = tuple((f"ce_x{number}", b"1") for number in range(51))
    long = (("ce_id", b"1" * 5000),)

    assert dead_letter("o", "why", NOON, b"{}", headers=many).is_cut
    assert dead_letter("o", "why", NOON, b"{}", headers=long).is_cut
    assert not dead_letter("o", "why", NOON, b"{}", headers=many[:50]).is_cut


async def test_a_report_that_broke_the_reader_can_be_replayed(ruleset: RuleSet) -> None:  # noqa: F811
    """The same version again, once its fault is mended: it is not taken for a repeat."""
    pipeline = Pipeline(ruleset)
    await pipeline.post(closed(text="POISON"))
    (letter,) = pipeline.dead_letters()
    assert letter.report is not None

    pipeline.reader.is_mended = True
    await pipeline.store.append([Output(Topic.NOTICES, record_key(letter.report), letter.report)])
    await pipeline.tick("10:01")

    assert kinds(pipeline) == [ChangeKind.OPENED]


async def test_a_version_that_cannot_be_read_takes_nothing_back(ruleset: RuleSet) -> None:  # noqa: F811
    """Nobody knows what it says: the alert of the version before stands."""
    pipeline = Pipeline(ruleset)
    await pipeline.post(closed(version=1))

    await pipeline.post(closed(version=2, received="11:00", text="POISON"))

    assert kinds(pipeline) == [ChangeKind.OPENED]
