"""The wall clock."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class WallClock:
    """The machine's clock; implements the Clock port."""

    def now(self) -> datetime:
        """Return the present as aware UTC."""
        return datetime.now(UTC)

    async def sleep(self, wait: timedelta) -> None:
        """Return after `wait`."""
        await asyncio.sleep(max(0.0, wait.total_seconds()))
