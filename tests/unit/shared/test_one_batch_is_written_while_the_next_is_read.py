"""The batches in hand: reading ahead, offsets that are never ahead, and an end that loses nothing."""

import asyncio
from contextvars import ContextVar
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError

from shared.hearing import Interrupted
from shared.in_hand import InHand

HERE = TopicPartition("registration", 0)
DELIVERED = ContextVar("DELIVERED", default=None)


class Ear:
    """Settles a batch when it is let: `go[first offset]`."""

    def __init__(self):
        self.writing = asyncio.Event()
        self.writing.set()
        self.done = []
        self.log = []
        self.go = {}
        self.faults = {}
        self.saw = None

    async def read(self, batch):
        self.log.append(("read", batch[0].offset))
        return batch

    async def settle(self, entries):
        first = entries[0].offset
        await asyncio.sleep(0)
        self.saw = DELIVERED.get()
        self.writing.set()
        self.log.append(("written", first))
        await self.go.setdefault(first, asyncio.Event()).wait()
        if first in self.faults:
            raise self.faults[first]
        self.log.append(("settled", first))


class Consumer:
    def __init__(self, fault=None):
        self.committed = []
        self.fault = fault

    async def commit(self, offsets):
        await asyncio.sleep(0)
        if self.fault:
            raise self.fault
        self.committed.append(offsets)


def batch(first, n=10):
    return [SimpleNamespace(topic=HERE.topic, partition=HERE.partition, offset=first + nth) for nth in range(n)]


@pytest.fixture
def ear():
    return Ear()


@pytest.fixture
def consumer():
    return Consumer()


@pytest.fixture
def in_hand(ear):
    return InHand(ear)


async def a_while():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_next_batch_is_read_while_one_is_written_and_taken_in_after_it(in_hand, ear, consumer):
    await in_hand.take(batch(0), consumer)
    following = asyncio.create_task(in_hand.take(batch(10), consumer))
    await a_while()
    assert ear.log == [("read", 0), ("written", 0), ("read", 10)]
    assert in_hand.first_of(HERE) == 0
    ear.go[0].set()
    await following
    assert ear.log[3:] == [("settled", 0), ("written", 10)]
    assert in_hand.first_of(HERE) == 10


async def test_a_batch_is_not_fetched_before_the_one_in_hand_comes_to_be_written(in_hand, ear, consumer):
    taking = asyncio.create_task(in_hand.take(batch(0), consumer))
    await asyncio.sleep(0)
    assert not taking.done()
    await taking
    assert ear.writing.is_set()


async def test_offsets_are_committed_after_each_batch(in_hand, ear, consumer):
    for first in (0, 10):
        ear.go[first] = asyncio.Event()
        ear.go[first].set()
        await in_hand.take(batch(first), consumer)
    await in_hand.close()
    assert consumer.committed[-1] == {HERE: 20}
    assert in_hand.first_of(HERE) is None


@pytest.mark.parametrize("fault", [Interrupted(), RuntimeError("a fault of the program")])
async def test_nothing_is_taken_in_after_a_failure_and_nothing_beyond_it_is_committed(in_hand, ear, consumer, fault):
    ear.faults[0] = fault
    await in_hand.take(batch(0), consumer)
    ear.go[0].set()
    with pytest.raises(Interrupted):
        await in_hand.take(batch(10), consumer)
    await in_hand.close()
    assert in_hand.failed
    assert consumer.committed == []
    assert ("written", 10) not in ear.log


async def test_closing_finishes_the_batch_that_is_being_taken_in_and_takes_none_after_it(in_hand, ear, consumer):
    await in_hand.take(batch(0), consumer)
    following = asyncio.create_task(in_hand.take(batch(10), consumer))
    await a_while()
    closing = asyncio.create_task(in_hand.close())
    await a_while()
    assert not closing.done()
    ear.go[0].set()
    await closing
    with pytest.raises(Interrupted):
        await following
    assert consumer.committed == [{HERE: 10}]


async def test_offsets_that_are_not_committed_stop_nobody(in_hand, ear, caplog):
    taken = Consumer(CommitFailedError())
    ear.go[0] = asyncio.Event()
    ear.go[0].set()
    await in_hand.take(batch(0), taken)
    await in_hand.close()
    assert not in_hand.failed
    assert "offsets are not committed: repeats may come" in caplog.messages


async def test_a_timer_set_while_a_batch_is_taken_in_does_not_keep_its_records(in_hand, ear, consumer):
    delivery = batch(0)
    # as FastStream does, in the context that every timer set in it keeps until its time comes
    DELIVERED.set(delivery)
    await in_hand.take(delivery, consumer)
    assert ear.log[-1] == ("written", 0)
    assert ear.saw is None
