"""Kafka delivers at least once; what a service does about it happens exactly once."""

import asyncio

import pytest

from shared.faults import Misconfigured
from shared.inbox import bookmarks
from shared.inbox.inbox import Interrupted
from shared.kafka.records import TopicPartition
from tests.spoken import all_spoken, spoken
from tests.unit.shared.purses import BUDI, SITI, WAYAN, grant


async def test_what_is_heard_is_answered(purses):
    await purses.inbox.take_in(all_spoken([grant(SITI, 100), grant(BUDI, 50), grant(SITI, 1)]))
    assert await purses.held() == {SITI: 101, BUDI: 50}
    assert sorted(await purses.said()) == [SITI, SITI, BUDI]


async def test_a_batch_delivered_again_changes_nothing(purses):
    batch = all_spoken([grant(SITI, 100), grant(BUDI, 50)])
    await purses.inbox.take_in(batch)
    before = await purses.positions()
    await purses.inbox.take_in(batch)
    assert await purses.held() == {SITI: 100, BUDI: 50}
    assert len(await purses.said()) == 2
    assert await purses.positions() == before


async def test_repeats_inside_one_batch_and_before_new_events_are_dropped(purses):
    first, second, third = all_spoken([grant(SITI, 1), grant(SITI, 10), grant(SITI, 100)])
    await purses.inbox.take_in([first, second])
    await purses.inbox.take_in([first, second, first, second, third, third])
    assert await purses.held() == {SITI: 111}


async def test_two_members_who_both_believe_they_own_a_partition_take_turns(purses):
    """Without the lock on the bookmarks, taken before state is read, each would add to what it read."""
    batch = all_spoken([grant(SITI, n) for n in range(101, 151)])
    await asyncio.gather(*(purses.inbox.take_in(batch) for _ in range(4)))
    assert await purses.held() == {SITI: sum(range(101, 151))}
    assert len(await purses.said()) == 50


async def test_the_count_of_what_was_heard_leaves_repeats_out(purses):
    batch = all_spoken([grant(SITI, 1), grant(BUDI, 1), grant(WAYAN, 1)])
    await purses.inbox.take_in(batch)
    await purses.inbox.take_in(batch)
    async with purses.database.work() as work:
        assert sum(heard for _, heard in (await bookmarks.read(work)).values()) == 3


async def test_what_comes_after_a_gap_waits_until_the_gap_is_filled(purses):
    first, second, third = all_spoken([grant(SITI, 1), grant(SITI, 10), grant(SITI, 100)])
    await purses.inbox.take_in([first, third])
    assert await purses.held() == {SITI: 1}
    assert list(purses.inbox.gaps.values()) == [1]
    await purses.inbox.take_in([first, second, third])
    assert await purses.held() == {SITI: 111}
    assert purses.inbox.gaps == {}


async def test_a_partition_nobody_declared_halts_the_work_and_buries_nothing(purses):
    async with purses.database.work() as work:
        with pytest.raises(Misconfigured, match="PULIH_PARTITIONS"):
            await bookmarks.lock(work, [TopicPartition("registration", 7)])
    purses.inbox.stopping.set()
    with pytest.raises(Interrupted):
        await purses.inbox.take_in([spoken(grant(SITI, 1), 1, partition=7)])
    assert await purses.buried() == []
    assert "PULIH_PARTITIONS" in purses.inbox.trouble
