"""The peer with four queues in its outbox, by worker, and one relay worker for each: the order is kept, beyond its documentation."""

from functools import partial

from benchmarks.hop import peer
from benchmarks.hop.arguments import begin
from benchmarks.stacks import PARTITIONS

if __name__ == "__main__":
    begin(partial(peer.main, queues=PARTITIONS))
