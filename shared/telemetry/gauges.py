"""Gauges: what was seen of a service at one look, as Prometheus reads it and as `pulih status` shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from shared.kafka.records import TopicPartition

_PARTITION = ("topic", "partition")


@dataclass(frozen=True)
class SqlGauge:
    """A gauge that one query answers: the name and help that Prometheus shows, and the query.

    The query's columns are the labels, in order, and then the number. It runs every 15 s, so it reads a partial index or
    a small table; a query that takes long runs less often. `:today` in it is the clock's day.
    """

    name: str
    help: str
    sql: str
    labels: tuple[str, ...] = ()


@dataclass
class Sight:
    """What was seen at one look; what could not be seen is None, or is not there."""

    trouble: str | None = "it is opening"
    backlog_rows: int | None = None
    backlog_seconds: float | None = None
    dead_letters: int | None = None
    leads: bool = False
    """Whether this process publishes the journal."""
    led: bool | None = None
    """Whether any process holds the lead."""
    relay_trouble: str | None = None
    gaps: int = 0
    behind: Mapping[TopicPartition, tuple[int, int]] = field(default_factory=dict)
    """For each partition, the offset up to which records were taken in, and how many come after it."""

    def as_json(self) -> dict[str, Any]:
        """Give it for an operator."""
        behind: dict[str, dict[str, int]] = {}
        for (topic, partition), (_, records) in sorted(self.behind.items()):
            behind.setdefault(topic, {})[str(partition)] = records
        return {
            "trouble": self.trouble,
            "relay": {"leads": self.leads, "led": self.led, "trouble": self.relay_trouble},
            "backlog": {"rows": self.backlog_rows, "seconds": self.backlog_seconds},
            "dead_letters": self.dead_letters,
            "behind": behind,
            "gaps": self.gaps,
        }


def of_sight(sight: Sight) -> Iterable[Metric]:
    """Make metrics of what was seen of the outbox and the inbox."""
    single = {
        "pulih_ready": ("1 where the service can do its work; its log has the reason where not.", not sight.trouble),
        "pulih_relay_leader": ("1 where this process publishes the journal.", sight.leads),
        "pulih_journal_backlog_rows": ("Journal rows that wait to be published.", sight.backlog_rows),
        "pulih_journal_backlog_age_seconds": ("Age of the oldest row that waits.", sight.backlog_seconds),
        "pulih_dead_letters_waiting": ("Dead letters that wait for an operator.", sight.dead_letters),
        "pulih_consumer_gaps": ("Partitions in which an event is missing.", sight.gaps),
    }
    for name, (help, value) in single.items():
        yield family(name, help, (), () if value is None else [((), float(value))])
    behind = {(topic, str(partition)): seen for (topic, partition), seen in sight.behind.items()}
    taken = [(labels, float(position)) for labels, (position, _) in behind.items()]
    after = [(labels, float(records)) for labels, (_, records) in behind.items()]
    yield family("pulih_consumer_position", "Offset up to which a partition is taken in.", _PARTITION, taken)
    yield family("pulih_consumer_lag", "Records of a partition that are not taken in yet.", _PARTITION, after)


def family(
    name: str, help: str, labels: Sequence[str], samples: Iterable[tuple[Sequence[str], float]]
) -> GaugeMetricFamily:
    """Make one metric family; it is named even without samples."""
    made = GaugeMetricFamily(name, help, labels=labels)
    for values, value in samples:
        made.add_metric(values, value)
    return made
