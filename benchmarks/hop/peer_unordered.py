"""The peer with eight relay workers, as its documentation shows where more throughput is wanted: the order is lost."""

from functools import partial

from benchmarks.hop import peer
from benchmarks.hop.arguments import begin

if __name__ == "__main__":
    begin(partial(peer.main, workers=8))
