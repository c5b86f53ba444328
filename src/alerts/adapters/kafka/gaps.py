"""Records of an input partition that are gone before they were read: told of, and caught up with."""

from __future__ import annotations

from alerts.pipeline.ports import Observer


class Gaps:
    """The gaps that one session has met in its input."""

    def __init__(self, observer: Observer, *, stage: str, topic: str, partition: int) -> None:
        self._observer = observer
        self._stage = stage
        self._topic = topic
        self._at = f"{topic}/{partition}"
        # Where the input ended when the last gap was met.
        self._end = 0

    def met(self, position: int, first: int, *, end: int) -> None:
        """Tell of a gap.

        Args:
            position: The next offset that was to be read.
            first: The first offset that is left.
            end: Where the partition ends now.
        """
        if first <= position:
            return self._made_anew(position, end)
        self._end = end
        self._observer.count("input_gap_records", first - position, topic=self._topic)
        self._observer.error(
            "Records were deleted before they were read: they are lost. Raise the topic's retention, or add workers.",
            stage=self._stage,
            at=self._at,
            first_lost=position,
            last_lost=first - 1,
        )
        return None

    def are_past(self, position: int) -> bool:
        """Return whether all that was there when the last gap was met has been worked."""
        return position >= self._end

    def read_to_the_end(self) -> None:
        """Take note that nothing is left to read: what lies before the end may be no more than a transaction's mark."""
        self._end = 0

    def _made_anew(self, position: int, end: int) -> None:
        self._observer.error(
            "The topic ends before what was read of it: it was made anew, or its last records were lost. "
            "Reading goes on from its first record.",
            stage=self._stage,
            at=self._at,
            read_up_to=position,
            end=end,
        )
