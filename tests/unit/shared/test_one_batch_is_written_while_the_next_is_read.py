"""The batch pipeline: reading ahead, offsets that are never ahead, and an end that loses nothing."""

import asyncio
from contextvars import ContextVar
from types import SimpleNamespace

import pytest
from aiokafka.errors import CommitFailedError

from shared.inbox.batch_pipeline import BatchPipeline
from shared.inbox.inbox import Interrupted
from shared.kafka.records import TopicPartition

HERE = TopicPartition("registration", 0)
DELIVERED = ContextVar("DELIVERED", default=None)


class InboxToHold:
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


class Offsets:
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
def inbox():
    return InboxToHold()


@pytest.fixture
def consumer():
    return Offsets()


@pytest.fixture
def pipeline(inbox):
    return BatchPipeline(inbox)


async def a_while():
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_next_batch_is_read_while_one_is_written_and_taken_in_after_it(pipeline, inbox, consumer):
    await pipeline.take(batch(0), consumer.commit)
    following = asyncio.create_task(pipeline.take(batch(10), consumer.commit))
    await a_while()
    assert inbox.log == [("read", 0), ("written", 0), ("read", 10)]
    assert pipeline.first_offset(HERE) == 0
    inbox.go[0].set()
    await following
    assert inbox.log[3:] == [("settled", 0), ("written", 10)]
    assert pipeline.first_offset(HERE) == 10


async def test_a_batch_is_not_fetched_before_the_one_pipeline_comes_to_be_written(pipeline, inbox, consumer):
    taking = asyncio.create_task(pipeline.take(batch(0), consumer.commit))
    await asyncio.sleep(0)
    assert not taking.done()
    await taking
    assert inbox.writing.is_set()


async def test_offsets_are_committed_after_each_batch(pipeline, inbox, consumer):
    for first in (0, 10):
        inbox.go[first] = asyncio.Event()
        inbox.go[first].set()
        await pipeline.take(batch(first), consumer.commit)
    await pipeline.close()
    assert consumer.committed[-1] == {HERE: 20}
    assert pipeline.first_offset(HERE) is None


@pytest.mark.parametrize("fault", [Interrupted(), RuntimeError("a fault of the program")])
async def test_nothing_is_taken_in_after_a_failure_and_nothing_beyond_it_is_committed(pipeline, inbox, consumer, fault):
    inbox.faults[0] = fault
    await pipeline.take(batch(0), consumer.commit)
    inbox.go[0].set()
    with pytest.raises(Interrupted):
        await pipeline.take(batch(10), consumer.commit)
    await pipeline.close()
    assert pipeline.failed
    assert consumer.committed == []
    assert ("written", 10) not in inbox.log


async def test_closing_finishes_the_batch_that_is_being_taken_in_and_takes_none_after_it(pipeline, inbox, consumer):
    await pipeline.take(batch(0), consumer.commit)
    following = asyncio.create_task(pipeline.take(batch(10), consumer.commit))
    await a_while()
    closing = asyncio.create_task(pipeline.close())
    await a_while()
    assert not closing.done()
    inbox.go[0].set()
    await closing
    with pytest.raises(Interrupted):
        await following
    assert consumer.committed == [{HERE: 10}]


async def test_offsets_that_are_not_committed_stop_nobody(pipeline, inbox, caplog):
    taken = Offsets(CommitFailedError())
    inbox.go[0] = asyncio.Event()
    inbox.go[0].set()
    await pipeline.take(batch(0), taken.commit)
    await pipeline.close()
    assert not pipeline.failed
    assert "offsets are not committed: repeats may come" in caplog.messages


async def test_a_timer_set_while_a_batch_is_taken_in_does_not_keep_its_records(pipeline, inbox, consumer):
    delivery = batch(0)
    # as FastStream does, in the context that every timer set in it keeps until its time comes
    DELIVERED.set(delivery)
    await pipeline.take(delivery, consumer.commit)
    assert inbox.log[-1] == ("written", 0)
    assert inbox.saw is None
