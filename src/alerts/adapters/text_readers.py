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
        self._names = settings.extractor_names
        check_installed(self._names)
        self._parser = ParserProcesses.of(settings, observer) if BUILTIN in self._names else None
        self._plugins = {name: _plugin(name, settings, observer) for name in self._names if name != BUILTIN}
        self._running = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as starting:
            for one in self._all():
                await starting.enter_async_context(one)
            self._running = starting.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    def _all(self) -> Sequence[ParserProcesses | PluginReader]:
        return [*([self._parser] if self._parser else []), *self._plugins.values()]

    async def loaded(self) -> None:
        """Return when every process can read.

        Raises:
            SettingsProblem: One ended, or did not load in time; what it had to say is on standard error.
        """
        for one in self._all():
            await one.loaded()

    def with_lexicon(self, extractor: Extractor) -> Sequence[TextReader]:
        """Return the extractors in the order in which they are believed.

        Args:
            extractor: What stands behind `builtin`.
        """
        return [self._plugins[name] if name != BUILTIN else self._builtin(extractor) for name in self._names]

    def _builtin(self, extractor: Extractor) -> TextReader:
        from alerts.pipeline.grammar_reader import GrammarReader  # noqa: PLC0415 - lexicon and grammar behind it

        assert self._parser is not None
        return GrammarReader(extractor, self._parser)


def _plugin(name: str, settings: Settings, observer: Observer) -> PluginReader:
    from alerts.adapters.plugin_process import PluginReader  # noqa: PLC0415 - the wire's schema behind it

    return PluginReader.of(name, settings, observer)
