"""One history: reports come in, workers work, everything goes wrong that the seed says, and then it calms down."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from alerts.delivery.pending import PendingDelivery
from alerts.domain.subscription import RetryPolicy, Subscription
from alerts.pipeline.ingest import INPUT_TOPICS, ticks
from alerts.pipeline.messages import Topic, Unreadable
from tests.simulation.dice import Dice
from tests.simulation.log import SimLog, Where
from tests.simulation.loop import run
from tests.simulation.worker import Setting, Worker
from tests.support.pipeline import RulesOverTime, a_subscription
from tests.support.world import BEGIN, Posted, last_moment, posted, rules_over_time, versions

_MINUTES = versions(expire="3min", shorter="2min", repeat="1min", other="4min")
_GAPS = tuple(timedelta(seconds=gap) for gap in (0, 0.3, 5, 20, 60))

# A worker that is silent for so long loses its partitions.
_SESSION_SECONDS = 8.0

# Virtual time within which a calm cluster must have worked everything off.
_CALM_SECONDS = 1800

_PATIENT = RetryPolicy(delay_first=timedelta(seconds=1), delay_max=timedelta(seconds=4), attempts_max=10_000)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a history is made of; the rest is chance."""

    seed: int
    order_wait: timedelta = timedelta(0)
    log: Callable[[int], SimLog] = SimLog


class Cluster:
    """Workers, and the coordinator that gives them partitions."""

    def __init__(self, setting: Setting, size: int) -> None:
        self._setting = setting
        numbers = range(setting.log.partitions)
        self.wheres = [Where("detect", topic, number) for topic in INPUT_TOPICS for number in numbers]
        self.wheres += [Where("track", Topic.MATCHES, number) for number in numbers]
        self.wheres += [Where("deliver", Topic.DELIVERIES, number) for number in numbers]
        self.workers = [Worker(setting) for _ in range(size)]
        self._gone: list[Worker] = []
        self._believed_alive = list(self.workers)

    def rebalance(self) -> None:
        """Give every partition to somebody who is believed alive. Who stands still does not hear of it."""
        alive = self._believed_alive or self.workers
        owners = {where: self._setting.dice.random.choice(alive) for where in self.wheres}
        for worker in alive:
            if not worker.life.is_paused and not worker.life.is_dead:
                worker.assign([where for where in self.wheres if owners[where] is worker])

    async def watch(self) -> None:
        """Notice the dead and the silent, as a coordinator does: late."""
        while True:
            await asyncio.sleep(self._setting.dice.random.uniform(0.5, 1.0) * _SESSION_SECONDS)
            self.reconcile()

    def reconcile(self) -> None:
        """Replace the dead, drop the silent, take back those that woke."""
        for number, worker in enumerate(self.workers):
            if worker.life.is_dead:
                self._gone.append(worker)
                self.workers[number] = Worker(self._setting)
        alive = [worker for worker in self.workers if not worker.life.is_paused]
        if alive != self._believed_alive:
            self._believed_alive = alive
            self.rebalance()

    def calm(self) -> None:
        """Wake everybody, and stop the clocks from being written."""
        for worker in self.workers:
            worker.life.wake()
            worker.stop_ticking()
        self.reconcile()
        for worker in self.workers:
            worker.stop_ticking()

    async def stop(self) -> None:
        tasks = [task for worker in (*self.workers, *self._gone) for task in worker.tasks()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class History:
    """What came of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.dice = Dice(plan.seed)
        dice = self.dice.random
        self.reports = posted(dice, dice.randrange(3, 16), gaps=_GAPS)
        self.setting = Setting(
            log=plan.log(dice.randrange(1, 4)),
            dice=self.dice,
            rules=RulesOverTime(*rules_over_time(dice, self.reports, _MINUTES)),
            subscriptions=[_patient(a_subscription("desk")), _patient(a_subscription("ops"))],
            order_wait=plan.order_wait,
        )
        self.garbled = 0
        """Records that cannot be decoded."""
        self.is_worked_off = False

    async def happen(self) -> None:
        """Let everything happen."""
        cluster = Cluster(self.setting, self.dice.random.randrange(1, 4))
        cluster.rebalance()
        watching = asyncio.create_task(cluster.watch())
        trouble = asyncio.create_task(self._trouble(cluster))
        await self._post()
        trouble.cancel()
        await asyncio.gather(trouble, return_exceptions=True)
        await self._calm_down(cluster)
        watching.cancel()
        await cluster.stop()

    async def _post(self) -> None:
        """Accept each report at about its time; some are posted twice, some records are no reports at all."""
        loop = asyncio.get_running_loop()
        for one in self.reports:
            due = (one.report.received_at - BEGIN).total_seconds()
            await asyncio.sleep(max(due - loop.time(), 0) + self.dice.pause())
            self.setting.log.append([one.output] * (2 if self.dice.happens("append_unknown") else 1))
            self._maybe_garble(one)

    def _maybe_garble(self, one: Posted) -> None:
        if self.dice.random.random() < 0.1:
            self.garbled += 1
            number = self.dice.random.randrange(self.setting.log.partitions)
            self.setting.log.put(one.topic, number, "k", Unreadable(cause="no JSON", content=b"{"))

    async def _trouble(self, cluster: Cluster) -> None:
        dice = self.dice.random
        while True:
            await asyncio.sleep(dice.uniform(1, 30))
            worker = dice.choice(cluster.workers)
            kind = dice.choice(("kill", "pause", "rebalance", "storm", "stall"))
            self.dice.happened[kind] += 1
            if kind == "kill":
                worker.life.die()
            elif kind == "pause":
                worker.life.pause()
                await asyncio.sleep(dice.uniform(0.1, 3 * _SESSION_SECONDS))
                worker.life.wake()
            elif kind == "stall":
                await self._stall(dice.uniform(1, 40))
            else:
                for _ in range(1 if kind == "rebalance" else 6):
                    cluster.rebalance()
                    await asyncio.sleep(dice.uniform(0, 1))

    async def _stall(self, seconds: float) -> None:
        log, dice = self.setting.log, self.dice.random
        place = (dice.choice((*INPUT_TOPICS, Topic.MATCHES, Topic.DELIVERIES)), dice.randrange(log.partitions))
        log.stalled.add(place)
        await asyncio.sleep(seconds)
        log.stalled.clear()

    async def _calm_down(self, cluster: Cluster) -> None:
        """Let time come to where everything is over, and wait until everything is worked off."""
        log = self.setting.log
        self.dice.is_calm = True
        log.stalled.clear()
        cluster.calm()
        end = last_moment(self.reports)
        for look in range(_CALM_SECONDS // 5):
            if look % 6 == 0:
                # Time goes on, slowly: a mark that a restart made a stage forget is followed by another.
                log.append(ticks(end + timedelta(seconds=look), log.partitions))
            await asyncio.sleep(5)
            if log.is_worked_through(cluster.wheres) and not self._waits():
                self.is_worked_off = True
                return

    def _waits(self) -> bool:
        kept = self.setting.log.kept
        return any(isinstance(value, PendingDelivery) for one in kept.values() for value in one.state.values())


def happened(plan: Plan) -> History:
    """Return the history of a plan."""

    async def happening() -> History:
        history = History(plan)
        await history.happen()
        return history

    return run(happening())


def _patient(subscription: Subscription) -> Subscription:
    return replace(subscription, endpoint=replace(subscription.endpoint, retry=_PATIENT))
