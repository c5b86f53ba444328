"""What replaying a dead letter means: its bytes are read again by this version, as they were read when they came.

Nothing that still cannot be read goes back into the log.
"""

from __future__ import annotations

from collections.abc import Sequence

from alerts.adapters.records import read_record
from alerts.adapters.report_bodies import BodyRefused, read_body
from alerts.adapters.report_reading import Understood, read_report
from alerts.domain.errors import ReportRejected
from alerts.domain.report import Report
from alerts.pipeline.dead_letters import content_of
from alerts.pipeline.ingest import INPUT_TOPICS, accepted, record_key
from alerts.pipeline.messages import TOPICS, DeadLetter, Message, Tick, TimeMark, Unreadable
from alerts.pipeline.ports import Output


class ReplayRefused(ReportRejected):
    """A letter cannot be replayed; the sentence says why."""


def replayed(letter: DeadLetter) -> Sequence[Output]:
    """Return the records that replaying a letter appends: to the topic that it came from, under the key of its kind.

    A report keeps the time at which it was received first.

    Raises:
        ReplayRefused: The letter is not whole, or what it holds still cannot be read.
    """
    topic = letter.origin.split("/", 1)[0]
    if letter.report is not None:
        return [_output(topic if topic in INPUT_TOPICS else None, letter.report)]
    content = content_of(letter)
    if content is None:
        raise ReplayRefused("the letter does not hold all of what came; its sender has to send it again")
    if topic not in TOPICS:
        return _accepted_again(letter, content)
    message = read_record(
        topic,
        key=None if letter.key is None else letter.key.encode(),
        value=content,
        headers=letter.headers,
        timestamp=round(letter.at.timestamp() * 1000),
    )
    return [_record_again(topic, letter, message)]


def _record_again(topic: str, letter: DeadLetter, message: Message | Unreadable) -> Output:
    if isinstance(message, Unreadable):
        raise ReplayRefused(f"it still cannot be read: {message.cause}")
    if isinstance(message, Tick | TimeMark):
        raise ReplayRefused("it says what time it was; that time has passed")
    if isinstance(message, Report):
        return _output(topic, message)
    if letter.key is None:
        raise ReplayRefused("its key is not known, so neither is its partition")
    return Output(topic, letter.key, message)


def _accepted_again(letter: DeadLetter, content: bytes) -> Sequence[Output]:
    """Return the records of a report that was refused at the HTTP port."""
    try:
        (item,) = read_body(content, "").items
    except (BodyRefused, ValueError) as refused:
        raise ReplayRefused(f"it still cannot be read: {refused}") from refused
    outcome = read_report(item, received_at=letter.at)
    if not isinstance(outcome, Understood):
        causes = "; ".join(f"{fault.pointer or 'report'}: {fault.detail}" for fault in outcome[:5])
        raise ReplayRefused(f"it still cannot be read: {causes}")
    return accepted([outcome.report])


def _output(topic: str | None, report: Report) -> Output:
    (output, *_) = accepted([report])
    return Output(topic or output.topic, record_key(report), report)
