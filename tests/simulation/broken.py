"""Logs that break a promise, to show that the laws notice."""

from __future__ import annotations

import asyncio

from alerts.pipeline.ports import Epoch
from tests.simulation.log import SimLog, SimSession, Where

# Long enough for a crash, a take-over or a read in the middle of what should be one step.
_MOMENT = 0.05


class PositionFirst(SimLog):
    """Position and state are durable before the results are: a crash between the two loses results."""

    async def commit(self, session: SimSession, epoch: Epoch) -> None:
        self.fence(session)
        self.keep(session.where, epoch)
        await asyncio.sleep(_MOMENT)
        self.append(epoch.outputs)


class ResultsFirst(SimLog):
    """Results are seen before position and state are durable: a crash between the two makes them twice."""

    async def commit(self, session: SimSession, epoch: Epoch) -> None:
        self.fence(session)
        self.append(epoch.outputs)
        await asyncio.sleep(_MOMENT)
        self.keep(session.where, epoch)


class Unfenced(SimLog):
    """Whoever once owned a partition may go on committing to it."""

    def fence(self, session: SimSession) -> None:
        return


class Forgetful(SimLog):
    """The changelog keeps positions and loses deletions of state."""

    def keep(self, where: Where, epoch: Epoch) -> None:
        kept = self.kept[where]
        deleted = {change.key: kept.state.get(change.key) for change in epoch.state_changes if change.value is None}
        super().keep(where, epoch)
        kept.state.update({key: value for key, value in deleted.items() if value is not None})


class Stale(SimLog):
    """The changelog loses what was written to it last."""

    def keep(self, where: Where, epoch: Epoch) -> None:
        state = dict(self.kept[where].state)
        super().keep(where, epoch)
        if self.kept[where].commits % 3 == 0:
            self.kept[where].state = state
