from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.ingestion.port import Port, running


@pytest.fixture
async def port() -> AsyncIterator[Port]:
    async with running() as started:
        yield started
