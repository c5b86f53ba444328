"""Logs for operators: one sentence with its values as fields; for people on a terminal, JSON lines otherwise."""

from __future__ import annotations

import logging
import sys

import structlog

Logger = structlog.stdlib.BoundLogger


def configure_logs(level: str = "info", *, json_lines: bool | None = None) -> None:
    """Send logs to standard error, from `level` up. JSON lines unless standard error is a terminal."""
    as_json = not sys.stderr.isatty() if json_lines is None else json_lines
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def configure_library_logs(*, json_lines: bool | None = None) -> None:
    """Send what libraries log to standard error as well: warnings, and of the Kafka client errors only.

    The client warns at every rebalance and of every refused first produce (Kafka 4 verifies transactions), which its
    retries mend.
    """
    as_json = not sys.stderr.isatty() if json_lines is None else json_lines
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
            foreign_pre_chain=[
                structlog.stdlib.add_logger_name,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("aiokafka").setLevel(logging.ERROR)


class Log:
    """Writes operators' sentences. A repeated sentence with equal fields is written once until it changes."""

    def __init__(self) -> None:
        self._logger = structlog.get_logger()
        self._last: tuple[str, dict[str, object]] | None = None

    def info(self, sentence: str, **fields: object) -> None:
        """Tell what went as meant."""
        self._logger.info(sentence, **fields)

    def warn(self, sentence: str, **fields: object) -> None:
        """Tell that something needs attention; nothing was lost."""
        if self._is_news(sentence, fields):
            self._logger.warning(sentence, **fields)

    def error(self, sentence: str, **fields: object) -> None:
        """Tell that something was lost or set aside."""
        if self._is_news(sentence, fields):
            self._logger.error(sentence, **fields)

    def _is_news(self, sentence: str, fields: dict[str, object]) -> bool:
        news = self._last != (sentence, fields)
        self._last = (sentence, fields)
        return news
