"""The topics: how each must be, making them, and saying what is not as it must be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from alerts.adapters.kafka.cluster import RECORD_MAX_BYTES, Cluster
from alerts.domain.errors import SettingsProblem
from alerts.pipeline.embedded import STAGE_TOPICS
from alerts.pipeline.ingest import INPUT_TOPICS
from alerts.pipeline.messages import TOPICS, Topic

RULES = "rules"
SUBSCRIPTIONS = "subscriptions"
CONTROL = "control"

_DAY_MS = 24 * 60 * 60 * 1000
_KEPT_MS = 7 * _DAY_MS
_DEAD_LETTERS_KEPT_MS = 28 * _DAY_MS


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """How a topic must be. `config` are Kafka's own names and values."""

    name: str
    partitions: int
    config: Mapping[str, str]


def changelog(stage: str, topic: str) -> str:
    """Return the topic that keeps a stage's state over an input topic."""
    return f"{stage}-{topic}-changelog"


def specs(cluster: Cluster) -> tuple[TopicSpec, ...]:
    """Return every topic of an installation."""
    shared = {
        "max.message.bytes": str(RECORD_MAX_BYTES + (1 << 20)),
        "min.insync.replicas": "2" if cluster.settings.replication > 2 else "1",
    }
    compacted = {**shared, "cleanup.policy": "compact", "segment.ms": str(_DAY_MS), "segment.bytes": str(64 << 20)}
    flowing = [TopicSpec(name, cluster.partitions, {**shared, **_flow_config(name)}) for name in TOPICS]
    states = [
        TopicSpec(changelog(stage, topic), cluster.partitions, {**compacted, "min.cleanable.dirty.ratio": "0.2"})
        for stage, topics in STAGE_TOPICS.items()
        for topic in topics
    ]
    # Former versions stay for as long as reports that they were in force for can be read again.
    broadcast = [
        TopicSpec(name, 1, {**compacted, "min.compaction.lag.ms": str(_KEPT_MS)}) for name in (RULES, SUBSCRIPTIONS)
    ]
    control = TopicSpec(CONTROL, 1, {**shared, "cleanup.policy": "delete", "retention.ms": str(_DAY_MS)})
    return (*flowing, *states, *broadcast, control)


def _flow_config(name: str) -> Mapping[str, str]:
    kept = _DEAD_LETTERS_KEPT_MS if name == Topic.DEAD_LETTERS else _KEPT_MS
    config = {"cleanup.policy": "delete", "retention.ms": str(kept)}
    if name in INPUT_TOPICS:
        # A foreign producer's clock is not to be trusted: the broker stamps when a report was received.
        config["message.timestamp.type"] = "LogAppendTime"
    return config


async def create(cluster: Cluster) -> tuple[str, ...]:
    """Create the topics that are missing; return their names. Those that exist are left as they are.

    Raises:
        SettingsProblem: The cluster cannot be reached, or refuses.
    """
    wanted = [
        NewTopic(cluster.topic(spec.name), spec.partitions, cluster.settings.replication, topic_configs=spec.config)
        for spec in specs(cluster)
    ]
    async with _Admin(cluster) as admin:
        answer = await admin.create_topics(wanted)
    made = []
    for name, code, *rest in answer.topic_errors:
        fault = for_code(code)
        if code == 0:
            made.append(name)
        elif fault is not TopicAlreadyExistsError:
            said = rest[0] if rest and rest[0] else fault.__name__
            raise SettingsProblem(f"topic {name} could not be created: {said}")
    return tuple(made)


async def delete(cluster: Cluster) -> None:
    """Delete every topic of an installation, with all that it holds."""
    async with _Admin(cluster) as admin:
        there = await _partition_counts(admin)
        await admin.delete_topics([name for spec in specs(cluster) if (name := cluster.topic(spec.name)) in there])


async def faults(cluster: Cluster) -> tuple[str, ...]:
    """Return everything about the topics that is not as it must be, as sentences with what to do.

    Raises:
        SettingsProblem: The cluster cannot be reached.
    """
    wanted = specs(cluster)
    async with _Admin(cluster) as admin:
        there = await _partition_counts(admin)
        present = [spec for spec in wanted if cluster.topic(spec.name) in there]
        configs = await _configs(admin, [cluster.topic(spec.name) for spec in present])
    return tuple(
        fault
        for spec in wanted
        for fault in _faults_of(cluster.topic(spec.name), spec, there, configs.get(cluster.topic(spec.name), {}))
    )


def _faults_of(name: str, spec: TopicSpec, there: Mapping[str, int], config: Mapping[str, str]) -> Iterator[str]:
    if name not in there:
        yield f"{name}: missing; `alerts topics create` makes it"
        return
    if there[name] != spec.partitions:
        yield (
            f"{name}: has {there[name]} partitions, this installation works with {spec.partitions}. Keys would be "
            "looked for in other partitions than those that hold their state: set ALERTS_KAFKA_PARTITIONS back, or "
            "move to topics of another prefix"
        )
    for key, value in spec.config.items():
        if key in {"segment.ms", "segment.bytes", "min.cleanable.dirty.ratio", "retention.ms"}:
            continue  # an operator's to choose
        if key in config and config[key] != value and not _is_enough(key, config[key], value):
            yield f"{name}: {key} is {config[key]}, must be {value}; change it with kafka-configs"


def _is_enough(key: str, found: str, wanted: str) -> bool:
    return key in {"max.message.bytes", "min.insync.replicas", "min.compaction.lag.ms"} and int(found) >= int(wanted)


async def partition_counts(cluster: Cluster) -> Mapping[str, int]:
    """Return the number of partitions of each topic of this installation that exists, by its own name.

    Raises:
        SettingsProblem: The cluster cannot be reached.
    """
    async with _Admin(cluster) as admin:
        there = await _partition_counts(admin)
    return {spec.name: there[cluster.topic(spec.name)] for spec in specs(cluster) if cluster.topic(spec.name) in there}


async def _partition_counts(admin: AIOKafkaAdminClient) -> dict[str, int]:
    return {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}


async def _configs(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in names])
    return {
        name: {entry[0]: entry[1] for entry in entries}
        for answer in answers
        for _code, _message, _type, name, entries in answer.resources
    }


class _Admin:
    """An admin client as a context, its faults in our words."""

    def __init__(self, cluster: Cluster) -> None:
        self._bootstrap = cluster.settings.bootstrap
        self._client = cluster.admin()

    async def __aenter__(self) -> AIOKafkaAdminClient:
        try:
            await self._client.start()
        except (KafkaError, OSError) as error:
            await self._client.close()
            raise SettingsProblem(
                f"no Kafka answers at {self._bootstrap} ({error}): set ALERTS_KAFKA_BOOTSTRAP and the security settings"
            ) from error
        return self._client

    async def __aexit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        await self._client.close()
        if isinstance(error, KafkaError | OSError):
            raise SettingsProblem(f"Kafka at {self._bootstrap} did not answer: {error!r}") from error
