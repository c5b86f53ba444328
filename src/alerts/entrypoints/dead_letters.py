"""`alerts dead-letters list|show|replay`: what could not be read, and reading it again."""

from __future__ import annotations

import asyncio
import heapq
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from alerts.domain.errors import SettingsProblem
from alerts.entrypoints.dead_letters_text import as_json_line, line, replay_line, shown
from alerts.pipeline.letters import DeadLetterSource, KeptLetter, Place
from alerts.pipeline.messages import DeadLetter
from alerts.pipeline.ports import Log, StoreFull

LEFT = 1
USAGE = 2

_DATA = Path("data")

_T = TypeVar("_T")

Data = Annotated[Path, typer.Option("--data", envvar="ALERTS_DATA", help="Folder of the store.")]
Origin = Annotated[str, typer.Option(help="Only those whose origin begins so: http, reports, notices/2 ...")]
Cause = Annotated[str, typer.Option(help="Only those whose cause has this in it.")]
Since = Annotated[datetime | None, typer.Option(help="Only those set aside since then (UTC).")]
Kafka = Annotated[
    bool, typer.Option("--kafka", help="Those of the cluster that ALERTS_KAFKA_BOOTSTRAP and its like name.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a letter.")]


def register(app: typer.Typer) -> None:
    """Add the verb."""
    verb = typer.Typer(no_args_is_help=True, help="Look at what could not be read, and have it read again.")
    verb.command(name="list", epilog="Exit codes: 0, 2 wrong usage.")(list_letters)
    verb.command(name="show", epilog="Exit codes: 0, 2 wrong usage or no such letter.")(show)
    verb.command(name="replay", epilog="Exit codes: 0 all were replayed, 1 some were not, 2 wrong usage.")(replay)
    app.add_typer(verb, name="dead-letters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which letters are asked for."""

    origin: str = ""
    cause: str = ""
    since: datetime | None = None

    async def of(self, source: DeadLetterSource) -> AsyncIterator[KeptLetter]:
        """Return those of a source."""
        async for kept in source.letters(since=self.since):
            if kept.letter.origin.startswith(self.origin) and self.cause.lower() in kept.letter.cause.lower():
                yield kept


def list_letters(
    *,
    data: Data = _DATA,
    kafka: Kafka = False,
    origin: Origin = "",
    cause: Cause = "",
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Show the newest so many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List letters, the newest last. The runtime may be at work meanwhile.

    Examples: alerts dead-letters list · alerts dead-letters list --origin reports --cause UTF-8
    """
    newest, total = _run("list", _list(_folder(data, kafka=kafka), _wanted(origin, cause, since), limit))
    for kept in newest:
        print(as_json_line(kept) if as_json else line(kept))
    if not as_json:
        print(_summary(len(newest), total))


def show(
    place: Annotated[str, typer.Argument(help="A letter's place, as `list` gives it: 2@41.")],
    data: Data = _DATA,
    kafka: Kafka = False,
    as_json: AsJson = False,
) -> None:
    """Show one letter whole: where it came from, why it was set aside, what it holds.

    Example: alerts dead-letters show 2@41
    """
    wanted = _place(place, "show")
    letter = _run("show", _show(_folder(data, kafka=kafka), wanted))
    if letter is None:
        _fail("show", f"there is no dead letter {wanted}; `alerts dead-letters list` names those there are")
    print(as_json_line(KeptLetter(wanted, letter)) if as_json else shown(KeptLetter(wanted, letter)))


def replay(
    *,
    places: Annotated[list[str] | None, typer.Argument(help="Places of letters, as `list` gives them.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All letters, or those that the filters leave.")] = False,
    data: Data = _DATA,
    kafka: Kafka = False,
    origin: Origin = "",
    cause: Cause = "",
    since: Since = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be replayed; write nothing.")] = False,
) -> None:
    """Have letters read again, once their fault is mended: by this version, with what it knows now.

    What still cannot be read stays where it is. A report that was replayed before is a repeat, and adds nothing. The
    workers of a cluster go on meanwhile; no `alerts run` may be at work on the folder, unless with --dry-run.

    Examples: alerts dead-letters replay 2@41 · alerts dead-letters replay --all --cause timeout --dry-run
    """
    if bool(places) == every:
        _fail("replay", "name the places of letters, or say --all (with --origin, --cause, --since as you like)")
    chosen = [_place(place, "replay") for place in places or ()]
    replaying = _replay(_folder(data, kafka=kafka), chosen, _wanted(origin, cause, since), dry_run=dry_run)
    outcomes = _run("replay", replaying)
    done = "would be replayed" if dry_run else "replayed"
    print(f"{outcomes[True]} {done}, {outcomes[False]} left.")
    if outcomes[False]:
        raise typer.Exit(LEFT)


async def _list(data: Path | None, wanted: Wanted, limit: int) -> tuple[list[KeptLetter], int]:
    from alerts.entrypoints.dead_letter_sources import looking  # noqa: PLC0415 - `--help` needs none of it

    async with looking(data) as source:
        return await _newest(source, wanted, limit)


async def _show(data: Path | None, place: Place) -> DeadLetter | None:
    from alerts.entrypoints.dead_letter_sources import looking  # noqa: PLC0415 - as above

    async with looking(data) as source:
        return await source.letter(place)


async def _replay(data: Path | None, chosen: Sequence[Place], wanted: Wanted, *, dry_run: bool) -> Counter[bool]:
    from alerts.entrypoints.dead_letter_sources import looking, replaying  # noqa: PLC0415 - as above

    if dry_run:
        async with looking(data) as source:
            return await _replay_from(source, None, chosen, wanted)
    async with replaying(data) as (source, log):
        return await _replay_from(source, log, chosen, wanted)


async def _replay_from(
    source: DeadLetterSource, log: Log | None, chosen: Sequence[Place], wanted: Wanted
) -> Counter[bool]:
    """Replay letters one by one, so that each is told of when it is done; return how many were, and were not."""
    outcomes: Counter[bool] = Counter()
    async for kept in _chosen(source, chosen) if chosen else wanted.of(source):
        outcomes[await _replay_one(kept, log)] += 1
    return outcomes


async def _replay_one(kept: KeptLetter, log: Log | None) -> bool:
    from alerts.adapters.replays import ReplayRefused, replayed  # noqa: PLC0415 - as above

    try:
        outputs = replayed(kept.letter)
    except ReplayRefused as refused:
        print(replay_line(kept.place, str(refused)))
        return False
    if log is not None:
        await log.append(outputs)
    print(replay_line(kept.place, "to " + ", ".join(f"{output.topic} as {output.key}" for output in outputs)))
    return True


async def _chosen(source: DeadLetterSource, places: Sequence[Place]) -> AsyncIterator[KeptLetter]:
    for place in places:
        letter = await source.letter(place)
        if letter is None:
            raise SettingsProblem(f"there is no dead letter {place}; `alerts dead-letters list` names those there are")
        yield KeptLetter(place, letter)


async def _newest(source: DeadLetterSource, wanted: Wanted, limit: int) -> tuple[list[KeptLetter], int]:
    """Return the newest letters in order of time, and how many there are; no more than those are ever held."""
    newest: list[tuple[datetime, Place, KeptLetter]] = []
    total = 0
    async for kept in wanted.of(source):
        total += 1
        item = (kept.letter.at, kept.place, kept)
        if len(newest) < limit:
            heapq.heappush(newest, item)
        else:
            heapq.heappushpop(newest, item)
    return [kept for _, _, kept in sorted(newest)], total


def _summary(shown_now: int, total: int) -> str:
    if not total:
        return "No dead letters."
    older = f"; {total - shown_now} older ones with --limit" if total > shown_now else ""
    return f"{total} dead letter{'s' if total > 1 else ''}{older}."


def _wanted(origin: str, cause: str, since: datetime | None) -> Wanted:
    return Wanted(origin=origin, cause=cause, since=since and since.replace(tzinfo=since.tzinfo or UTC))


def _place(text: str, verb: str) -> Place:
    place = Place.of(text)
    if place is None:
        _fail(verb, f'"{text[:40]}" is no place of a letter; one looks like 2@41')
    return place


def _folder(data: Path, *, kafka: bool) -> Path | None:
    return None if kafka else data


def _run(verb: str, work: Coroutine[Any, Any, _T]) -> _T:
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # what went wrong is said in one sentence
    try:
        return asyncio.run(work)
    except (SettingsProblem, StoreFull) as problem:
        _fail(verb, str(problem))
    except ImportError as error:
        _fail(verb, f'a Kafka client is missing ({error.name}): pip install "alerts[kafka]"')


def _fail(verb: str, sentence: str) -> NoReturn:
    print(f"alerts dead-letters {verb}: {sentence}", file=sys.stderr)
    raise typer.Exit(USAGE)
