"""How many numbers and dates are read right, on the specifications of Recognizers-Text, and how fast.

Run: `python -m bench.quantities FOLDER`, where FOLDER holds NumberModel.json and DateParser.json (microsoft's
Recognizers-Text, Specs/Number/English and Specs/DateTime/English; MIT). A file that is absent is skipped.

Odd entries may be looked at while the code is written (`--show` prints their misses); even ones are only scored.
A number is right when some phrase has its value and overlaps its span; a date when it is the specification's past
reading, or its future one where our phrase says that it lies ahead.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from alerts.extraction.numbers import find_numbers
from alerts.extraction.times import find_times


class Resolved(msgspec.Struct):
    """A date as the specification resolves it."""

    date: str = ""


class Value(msgspec.Struct, rename="pascal"):
    """What a date stands for, read back and ahead."""

    future_resolution: Resolved = msgspec.field(default_factory=Resolved)
    past_resolution: Resolved = msgspec.field(default_factory=Resolved)


class Result(msgspec.Struct, rename="pascal"):
    """One thing that should be found."""

    text: str = ""
    start: int = 0
    length: int = 0
    end: int = -1
    value: Value | None = None
    resolution: dict[str, str | None] | None = None


class Context(msgspec.Struct, rename="pascal"):
    """What a text is read against."""

    reference_date_time: str = "2016-11-07T00:00:00"


class Spec(msgspec.Struct, rename="pascal"):
    """One text with what should be found in it."""

    input: str
    results: list[Result] = []
    context: Context = msgspec.field(default_factory=Context)


def number_right(spec: Spec, wanted: Result) -> bool:
    """Return whether the number is found with its value."""
    value = float((wanted.resolution or {}).get("value") or "nan")
    end = wanted.end + 1 if wanted.end >= 0 else wanted.start + wanted.length
    return any(
        abs(found.value - value) < 1e-6 and found.start < end and wanted.start < found.end
        for found in find_numbers(spec.input)
    )


def date_right(spec: Spec, wanted: Result) -> bool:
    """Return whether the date is found, on the day that it names."""
    reference = datetime.fromisoformat(spec.context.reference_date_time.replace("Z", "")).replace(tzinfo=UTC)
    assert wanted.value is not None, spec
    days = {False: wanted.value.past_resolution.date, True: wanted.value.future_resolution.date}
    return any(
        found.at.date().isoformat() == days[found.future]
        and found.start < wanted.start + wanted.length
        and wanted.start < found.end
        for found in find_times(spec.input, reference)
    )


def score(name: str, specs: list[Spec], is_right: Callable[[Spec, Result], bool], *, show: bool) -> None:
    """Print the share that is right among odd and among even entries."""
    for parity, label in ((1, "odd"), (0, "even")):
        pairs = [(s, r) for number, s in enumerate(specs) if number % 2 == parity for r in s.results]
        began = time.perf_counter()
        right = [is_right(spec, wanted) for spec, wanted in pairs]
        took = (time.perf_counter() - began) / (len(pairs) or 1) * 1e6
        print(f"{name} {label}: {sum(right)} of {len(pairs)} right, {took:.0f} microseconds each")
        if show and parity:
            for (spec, wanted), is_good in zip(pairs, right, strict=True):
                if not is_good:
                    print(f"  missed {wanted.text!r} in {spec.input!r}")


def main() -> None:
    """Score each specification of a folder."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--show"]
    if len(arguments) != 1:
        sys.exit("usage: python -m bench.quantities FOLDER [--show]")
    for file, is_right in (("NumberModel.json", number_right), ("DateParser.json", date_right)):
        path = Path(arguments[0]) / file
        if path.is_file():
            text = path.read_text(encoding="utf-8-sig")
            specs = msgspec.json.decode(text.encode(), type=list[Spec])
            score(file, specs, is_right, show="--show" in sys.argv)
        else:
            print(f"{file}: skipped, {path} is not there")


if __name__ == "__main__":
    main()
