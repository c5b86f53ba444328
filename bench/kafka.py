"""What one worker takes on a real broker, beside the client alone and beside a Faust agent that does nothing.

    python -m bench.kafka throughput [--events 20000] [--rules 1000 10000 100000] [--texts 200] [--skewed] [--profile]
    python -m bench.kafka latency [--singles 200]
    python -m bench.kafka state [--keys 1000000]

`throughput`: structured events (and text reports) a second from the input topics to the `alerts` topic, DETECT and
TRACK of four partitions in one process; `bare` reads the same records and writes them on in transactions of the same
size; `faust` is a stock agent that reads them and does nothing. `latency`: from the acknowledgement of a produced
notice to its webhook, one worker, idle otherwise. `state`: how long a partition with so many keys takes to restore.
The broker is the one that KAFKA_BOOTSTRAP names, else one that is started here.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import logging
import os
import pstats
import re
import resource
import secrets
import sys
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from uuid import uuid4

from aiokafka.structs import TopicPartition
from tests.support.days import closing, pack
from tests.support.kafka_process import kafka_installation
from tests.support.pipeline import Subscribed

from alerts.adapters.clock import WallClock
from alerts.adapters.gazetteer import open_gazetteer
from alerts.adapters.kafka import topics
from alerts.adapters.kafka.batches import Batches
from alerts.adapters.kafka.clients import all_of, stopped
from alerts.adapters.kafka.cluster import Cluster
from alerts.adapters.kafka.group import StageGroup
from alerts.adapters.kafka.local_broker import LocalBroker
from alerts.adapters.kafka.session import KafkaSession
from alerts.adapters.kafka.store import KafkaLog, KafkaStore
from alerts.adapters.lexicon import open_lexicon
from alerts.adapters.local_receiver import receiving
from alerts.adapters.logs import Log
from alerts.adapters.memory import settle
from alerts.adapters.prometheus import Metrics
from alerts.adapters.records import RawRecord
from alerts.adapters.text_readers import TextReaders
from alerts.config import KafkaSettings, Settings
from alerts.delivery.signing import parse_secret
from alerts.extraction.extractor import Extractor
from alerts.extraction.geocode import Geocoder
from alerts.matching.matcher import Matcher
from alerts.pipeline.detect import DetectStage
from alerts.pipeline.embedded import STAGE_TOPICS
from alerts.pipeline.ingest import accepted, origins
from alerts.pipeline.marking import MarkingMatcher
from alerts.pipeline.messages import Topic
from alerts.pipeline.ports import Effective, Epoch, StateChange
from alerts.pipeline.reader import ReportReader
from alerts.pipeline.state import ReportMemory
from alerts.pipeline.track import TrackStage
from alerts.ruleset.rule import RuleSet
from bench import rules as rule_load
from bench.kafka_load import BEGIN, fill, reports

EPOCH = 512
_QUIET_SECONDS = 3.0
TEXT = (
    "Fighters shut the crossing at Jaber on Friday after rockets landed nearby, the interior ministry said. Trucks "
    "waited in a long line on the Jordanian side, and traders in Amman said that prices would rise within days. A "
    "spokesman for the customs office said the gates had been closed at noon. Residents heard explosions in the night."
)


class FixedRules:
    """Rules that were always in force."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._matcher = Matcher(ruleset)

    def timeline(self) -> Sequence[Effective]:
        return [Effective(BEGIN, self._ruleset)]

    def current(self) -> RuleSet:
        return self._ruleset

    def matcher_at(self, _moment: datetime) -> Matcher:
        return self._matcher


@asynccontextmanager
async def installation(bootstrap: str) -> AsyncIterator[Cluster]:
    cluster = Cluster(KafkaSettings(bootstrap=bootstrap, prefix=f"bench-{uuid4().hex[:8]}-"))
    await topics.create(cluster)
    yield cluster
    await topics.delete(cluster)


async def worked(cluster: Cluster, rules: FixedRules, reader: ReportReader, metrics: Metrics) -> float:
    """Work all that lies in the input topics through DETECT and TRACK; return the seconds from ready to done."""

    def detect(session: KafkaSession) -> DetectStage:
        matcher = MarkingMatcher(rules)
        return DetectStage(session, reader=reader, matcher=matcher, observer=metrics, partitions=cluster.partitions)

    def track(session: KafkaSession) -> TrackStage:
        return TrackStage(
            session,
            origins=origins(cluster.partitions),
            rules=rules,
            subscriptions=Subscribed(),
            clock=WallClock(),
            observer=metrics,
            order_wait=timedelta(0),
        )

    groups = [
        StageGroup(cluster, "detect", STAGE_TOPICS["detect"], make=detect, observer=metrics),
        StageGroup(cluster, "track", STAGE_TOPICS["track"], make=track, observer=metrics),
    ]
    tasks = [asyncio.create_task(group.run()) for group in groups]
    while not all(group.is_ready for group in groups):  # noqa: ASYNC110 - the cluster's to say
        await asyncio.sleep(0.01)
    ready = time.perf_counter()
    before, last = 0, 0.0
    # Done when nothing was committed for a while, which is not counted.
    while not last or time.perf_counter() - last < _QUIET_SECONDS:
        await asyncio.sleep(0.05)
        positions = sum(work.session.position for group in groups for work in group.works.values())
        if positions != before:
            before, last = positions, time.perf_counter()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return last - ready


async def bare(cluster: Cluster, topic: str) -> float:
    """Read a topic and write each record on, in transactions of the size of an epoch; return the seconds."""
    start = time.perf_counter()
    await asyncio.gather(*(_bare(cluster, TopicPartition(cluster.topic(topic), n)) for n in range(cluster.partitions)))
    return time.perf_counter() - start


async def _bare(cluster: Cluster, where: TopicPartition) -> None:
    consumer, producer = cluster.consumer(), cluster.producer(f"bare-{where.topic}-{where.partition}")
    await asyncio.gather(consumer.start(), producer.start())
    try:
        consumer.assign([where])
        await consumer.seek_to_beginning(where)
        end = (await consumer.end_offsets([where]))[where]
        while await consumer.position(where) < end:
            fetched = await consumer.getmany(where, timeout_ms=200, max_records=EPOCH)
            batches = Batches()
            for raw in fetched.get(where, ()):
                batches.add(
                    cluster.topic(Topic.SUPPRESSIONS), where.partition, RawRecord(raw.key, raw.value, raw.headers)
                )
            async with producer.transaction():
                await all_of(await batches.send(producer))
    finally:
        await asyncio.gather(stopped(consumer), stopped(producer))


async def faust(cluster: Cluster, topic: str, count: int) -> float:
    """Let a stock Faust agent read the topic and do nothing; return the seconds that it says it took."""
    command = (sys.executable, "-m", "bench.kafka_faust", cluster.settings.bootstrap, cluster.topic(topic), str(count))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    # Faust hides and shows the cursor, whatever it is told.
    return float(re.findall(r"\d+\.\d+", out.decode())[-1])


async def throughput(bootstrap: str, wanted: argparse.Namespace) -> None:
    metrics = Metrics(Log())
    gazetteer, lexicon = open_gazetteer(), open_lexicon()
    async with AsyncExitStack() as stack:
        readers = await stack.enter_async_context(TextReaders(Settings(), metrics))
        await readers.loaded()
        extractors = readers.with_lexicon(Extractor(gazetteer, lexicon))
        reader = ReportReader(extractors, Geocoder(gazetteer), metrics)
        for count in wanted.rules:
            rules = FixedRules(rule_load.rules(count, selective=not wanted.skewed)[0])
            settle()
            async with installation(bootstrap) as cluster:
                size = await fill(cluster, reports(wanted.events))
                with profiled(wanted.profile):
                    cpu = time.process_time()
                    seconds = await worked(cluster, rules, reader, metrics)
                    cpu = time.process_time() - cpu
                alone = await bare(cluster, Topic.NOTICES)
                idle = await faust(cluster, Topic.NOTICES, wanted.events)
            rate, of_bare, of_faust = (wanted.events / took for took in (seconds, alone, idle))
            print(
                f"{count:>7,} rules, {wanted.events:,} events of {size // wanted.events} bytes: {rate:,.0f} events/s "
                f"({cpu / wanted.events * 1e6:.0f} us of processor each); bare client {of_bare:,.0f}/s "
                f"(ratio {rate / of_bare:.2f}), idle Faust agent {of_faust:,.0f}/s (ratio {rate / of_faust:.1f})",
                flush=True,
            )
        if wanted.texts:
            async with installation(bootstrap) as cluster:
                await fill(cluster, reports(wanted.texts, texts=[TEXT]))
                rules = FixedRules(rule_load.rules(1_000)[0])
                seconds = await worked(cluster, rules, reader, metrics)
            print(f"texts of {len(TEXT)} characters, one parser process: {wanted.texts / seconds:,.1f} reports/s")


async def latency(bootstrap: str, wanted: argparse.Namespace) -> None:
    """Produce notices one by one to a worker that is idle otherwise; wait for each one's webhook."""
    secret = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    with TemporaryDirectory() as folder:
        async with (
            kafka_installation(bootstrap, Path(folder)) as place,
            receiving(parse_secret(secret), lambda: datetime.now(UTC)) as (url, came),
            KafkaLog(place.cluster) as log,
        ):
            await place.push_rules(pack(expire="7d"))
            await place.push_subscription(url, secret)
            worker = await place.start_worker("w0")
            await worker.ready()
            took = []
            for number in range(wanted.singles + 20):
                await log.append(accepted([closing(f"Post {number}", datetime.now(UTC))]))
                acknowledged = time.perf_counter()
                await asyncio.wait_for(came.get(), 30)
                took.append(time.perf_counter() - acknowledged)
                while not came.empty():
                    came.get_nowait()
            # The first ones open connections.
            took = sorted(one * 1000 for one in took[20:])
    p99 = quantiles(took, n=100)[98]
    print(f"produced to webhook, {len(took)} notices one by one: {median(took):.0f} ms median, {p99:.0f} ms p99")


async def state(bootstrap: str, wanted: argparse.Namespace) -> None:
    """Write keys of DETECT's state into one partition, then restore it."""
    metrics = Metrics(Log())
    async with installation(bootstrap) as cluster:
        async with KafkaStore(cluster, observer=metrics) as store:
            session = store.session("detect", Topic.NOTICES, 0)
            await session.restore()
            start = time.perf_counter()
            for begin in range(0, wanted.keys, 5_000):
                rows = [
                    StateChange(
                        f"r_{number:024x}", ReportMemory(version=1, content_hash=f"{number:032x}", received_at=BEGIN)
                    )
                    for number in range(begin, min(begin + 5_000, wanted.keys))
                ]
                await session.commit(Epoch(position=begin, state_changes=rows))
            wrote = time.perf_counter() - start
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        async with KafkaStore(cluster, observer=metrics) as store:
            start = time.perf_counter()
            restored = await store.session("detect", Topic.NOTICES, 0).restore()
            took = time.perf_counter() - start
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert len(restored.state) == wanted.keys
    print(
        f"{wanted.keys:,} keys of one partition: written at {wanted.keys / wrote:,.0f}/s, restored in {took:.1f} s "
        f"({wanted.keys / took:,.0f}/s), {grown:,.0f} MiB of memory"
    )


@contextmanager
def profiled(wanted: bool) -> Iterator[None]:  # noqa: FBT001
    """Print where the time went, when that is asked for."""
    if not wanted:
        yield
        return
    profile = cProfile.Profile()
    with profile:
        yield
    pstats.Stats(profile).sort_stats("tottime").print_stats(30)


@contextmanager
def broker() -> Iterator[str]:
    if given := os.environ.get("KAFKA_BOOTSTRAP"):
        yield given
        return
    with TemporaryDirectory() as folder, LocalBroker(Path(folder)) as one:
        yield one.bootstrap


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("throughput", "latency", "state"))
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--rules", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--skewed", action="store_true", help="one rule in a hundred names a country only")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--singles", type=int, default=200)
    parser.add_argument("--keys", type=int, default=1_000_000)
    wanted = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    verbs: dict[str, Callable[[str, argparse.Namespace], object]] = {
        "throughput": throughput,
        "latency": latency,
        "state": state,
    }
    with broker() as bootstrap:
        asyncio.run(verbs[wanted.what](bootstrap, wanted))  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
