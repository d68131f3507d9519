"""What a service counts for its operators; Prometheus reads it at `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

HEARD = Counter("pulih_events_heard", "Events taken in, by type.", ["type"])
SAID = Counter("pulih_events_published", "Journal rows published to Kafka.")
REPEATS = Counter("pulih_events_repeated", "Events that were delivered again and dropped.")
BURIED = Counter("pulih_events_buried", "Records that went to the dead letters.")
POSTED = Counter("pulih_posts", "Events that agencies posted, by outcome.", ["outcome"])
BATCH_SECONDS = Histogram("pulih_batch_seconds", "Seconds from a batch's first statement to its commit.")
LEADER = Gauge("pulih_relay_leader", "1 where this process publishes the journal.")
MARK = Gauge("pulih_relay_mark", "Position up to which the journal is published, where this process publishes it.")
GAPS = Gauge("pulih_partitions_with_gap", "Partitions in which an event is missing.")
