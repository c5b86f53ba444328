"""The extractors that settings name, with the processes behind them.

What is imported here is light: the processes are to run before the caller has imported the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from alerts.adapters.parser_process import ParserProcesses
from alerts.adapters.plugins import check_installed
from alerts.config import Settings
from alerts.pipeline.ports import BUILTIN, Observer, TextReader

if TYPE_CHECKING:
    from alerts.adapters.plugin_process import PluginReader
    from alerts.extraction.extractor import Extractor


class TextReaders:
    """An async context manager that is entered as soon as the processes run; `loaded` waits until they can read.

    Raises:
        SettingsProblem: An extractor that the settings name is not installed.
    """

    def __init__(self, settings: Settings, observer: Observer) -> None:
        check_installed(settings.extractor_names)
        self.pools = {name: _pool(name, settings, observer) for name in settings.extractor_names}
        """The processes behind each extractor, in the order in which the extractors are believed."""
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as starting:
            for pool in self.pools.values():
                await starting.enter_async_context(pool)
            self._running = starting.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    async def loaded(self) -> None:
        """Return when every process can read.

        Raises:
            SettingsProblem: One ended, or did not load in time; what it had to say is on standard error.
        """
        for pool in self.pools.values():
            await pool.loaded()

    def with_lexicon(self, extractor: Extractor) -> Sequence[TextReader]:
        """Return the extractors in the order in which they are believed.

        Args:
            extractor: What stands behind `builtin`.
        """
        from alerts.pipeline.grammar_reader import GrammarReader  # noqa: PLC0415 - lexicon and grammar behind it

        return [
            GrammarReader(extractor, pool) if isinstance(pool, ParserProcesses) else pool
            for pool in self.pools.values()
        ]


def _pool(name: str, settings: Settings, observer: Observer) -> ParserProcesses | PluginReader:
    if name == BUILTIN:
        return ParserProcesses.of(settings, observer)
    from alerts.adapters.plugin_process import PluginReader  # noqa: PLC0415 - the wire's schema behind it

    return PluginReader.of(name, settings, observer)
