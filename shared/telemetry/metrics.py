"""What a service counts while it works; Prometheus reads it at `/metrics`, beside what `shared/telemetry/observing.py` sees.

Every label is bounded: types are the contract's, routes are templates, and no label names a worker or an agency.
"""

import platform
from collections import Counter as Tally
from collections.abc import Iterable
from importlib.metadata import version

from prometheus_client import Counter, Histogram, Info, disable_created_metrics

from shared.events import EVENTS

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second series for each, which no dashboard uses

UNKNOWN = "unknown"
"""The label of every type that is not in the contract, however it is spelt."""

HEARD = Counter("pulih_events_heard", "Events taken in, by type.", ["type"])
SAID = Counter(
    "pulih_events_said", "Events published to Kafka, by type; one that is published again counts again.", ["type"]
)
REFUSED = Counter("pulih_events_refused", "Events that were answered with a no, by type.", ["type"])
DEAD_LETTERED = Counter("pulih_events_dead_lettered", "Records that went to the dead letters, by type.", ["type"])
REPEATED = Counter("pulih_events_repeated", "Events that were delivered again and dropped.")
POSTED = Counter("pulih_events_posted", "Events that agencies posted at the desk, by outcome.", ["outcome"])
HANDLING_SECONDS = Histogram(
    "pulih_batch_handling_seconds",
    "Seconds from a batch's first statement to its commit.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
REQUESTS = Counter(
    "pulih_http_requests", "Requests answered, by route, method and status.", ["route", "method", "status"]
)
REQUEST_SECONDS = Histogram(
    "pulih_http_request_seconds",
    "Seconds from a request's arrival to the end of its answer.",
    ["route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
BUILD = Info("pulih_build", "Which Pulih this is, and the Python that runs it.")
BUILD.info({"version": version("pulih"), "python": platform.python_version()})


def count(counter: Counter, types: Iterable[str | None]) -> None:
    """Count events by type: each type's sum is added at once."""
    for type, n in Tally(types).items():
        counter.labels(type if type in EVENTS else UNKNOWN).inc(n)


def is_refusal(type: str) -> bool:
    """Whether an event of this type is itself a service's no: `TrainingResultRefused` and its like."""
    return type in EVENTS and EVENTS[type].__name__.endswith("Refused")
