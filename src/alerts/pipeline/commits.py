"""Committing an epoch when the store may have no room."""

from __future__ import annotations

import asyncio

from alerts.pipeline.ports import Epoch, Observer, PartitionSession, StoreFull

# How long to wait for room in a full store before the next try.
_ROOM_WAIT_SECONDS = 1.0


async def commit_patiently(session: PartitionSession, epoch: Epoch, observer: Observer) -> None:
    """Commit, and while the store has no room try again: work stands still, nothing is lost.

    Raises:
        SessionLost: The partition is another's.
    """
    while True:
        try:
            await session.commit(epoch)
        except StoreFull as fault:
            observer.gauge("store_full", 1)
            observer.warn("The store is full: work stands still until there is room.", cause=str(fault))
            await asyncio.sleep(_ROOM_WAIT_SECONDS)
        else:
            return
