"""The HTTP port of either runtime: reports go to its log, operators see its state."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from alerts.adapters import http
from alerts.adapters.prometheus import Metrics
from alerts.config import Settings
from alerts.domain.errors import SettingsProblem
from alerts.domain.report import Report
from alerts.pipeline.dead_letters import dead_letter
from alerts.pipeline.ingest import accepted
from alerts.pipeline.messages import Topic
from alerts.pipeline.ports import Clock, Log, Output


@asynccontextmanager
async def taking_reports(
    settings: Settings,
    log: Log,
    *,
    clock: Clock,
    metrics: Metrics,
    ready: Callable[[], Mapping[str, bool]],
    alive: Callable[[], Mapping[str, bool]] = dict,
) -> AsyncIterator[str]:
    """Serve the HTTP port while the block runs; gives its URL.

    Raises:
        SettingsProblem: The port cannot be opened, or the token file cannot be used.
    """

    async def accept(reports: Sequence[Report]) -> None:
        await log.append(accepted(reports))

    async def set_aside(origin: str, cause: str, content: bytes) -> None:
        metrics.count("dead_letters", origin=origin)
        letter = dead_letter(origin, cause, clock.now(), content)
        await log.append([Output(Topic.DEAD_LETTERS, origin, letter)])

    app = http.application(
        accept=accept,
        dead_letter=set_aside,
        ready=ready,
        metrics=metrics.exposition,
        clock=clock,
        observer=metrics,
        token=_token(settings.token_file),
        alive=alive,
    )
    async with AsyncExitStack() as stack:
        try:
            port = await stack.enter_async_context(http.serving(app, host=settings.host, port=settings.port))
        except OSError as error:
            raise SettingsProblem(
                f"the HTTP port {settings.host}:{settings.port} cannot be opened ({error.strerror}): "
                "name another with --port"
            ) from error
        yield f"http://{settings.host}:{port}"


def _token(path: Path | None) -> str | None:
    """Return the bearer token of a file, without the newline that an editor leaves.

    Raises:
        SettingsProblem: The file cannot be read, or is empty.
    """
    if path is None:
        return None
    try:
        token = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsProblem(f"the token file {path} cannot be read: {error}") from error
    if not token:
        raise SettingsProblem(f"the token file {path} is empty: an empty token would let everybody in")
    return token
