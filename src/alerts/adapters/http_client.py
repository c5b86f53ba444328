"""Talking to a port of our own: for the demo."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp

_TIMEOUT = aiohttp.ClientTimeout(total=30)


class JsonClient:
    """Posts JSON and gets texts, over kept connections."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def post(self, url: str, body: Mapping[str, object]) -> tuple[int, str]:
        """Return the status and the body of the answer.

        Raises:
            OSError: Nobody answers.
            TimeoutError: No answer came within half a minute.
        """
        async with self._session.post(url, json=body) as answer:
            return answer.status, await answer.text()

    async def get(self, url: str) -> tuple[int, str]:
        """Return the status and the body of the answer.

        Raises:
            OSError: Nobody answers.
            TimeoutError: No answer came within half a minute.
        """
        async with self._session.get(url) as answer:
            return answer.status, await answer.text()


@asynccontextmanager
async def json_client() -> AsyncIterator[JsonClient]:
    """Give a client that takes no proxy and no credentials from the environment."""
    async with aiohttp.ClientSession(trust_env=False, timeout=_TIMEOUT) as session:
        yield JsonClient(session)
