"""The contract's examples: one of each event, readable as it would come from Kafka."""

import msgspec
import pytest

from contract.examples import example
from shared.events import EVENTS


@pytest.mark.parametrize("kind", EVENTS.values(), ids=lambda kind: kind.__name__)
def test_it_is_read_back_as_it_was_written(kind):
    made = example(kind)
    assert msgspec.json.decode(msgspec.json.encode(made), type=kind) == made
