"""The cursor is sent back to publish a journal again, or halted while the topic grows; each step refuses what is not safe."""

import pytest

from shared.inbox import bookmarks
from shared.outbox import repartitioning
from shared.refusals import Refusal
from tests.spoken import place_of
from tests.unit.shared.purses import BUDI, SITI, WAYAN, grant


async def said(purses, count):
    async with purses.database.work() as work:
        work.announce(*(grant(worker, n) for n in range(count) for worker in (SITI, BUDI, WAYAN)))


async def published(purses, position, last_by_partition):
    async with purses.database.work() as work:
        await work.run(
            "UPDATE cursor SET position = :position, last_by_partition = :last_by_partition",
            position=position,
            last_by_partition=last_by_partition,
        )


async def the_cursor(purses):
    ((position, last_by_partition, halt_at),) = await purses.ask(
        "SELECT position, last_by_partition, halt_at FROM cursor"
    )
    return position, list(last_by_partition), halt_at


async def send_back(purses, position):
    async with purses.database.work() as work:
        return await repartitioning.send_back(work, position, 4)


def last_by_partition_of(positions, partitions=4):
    """The last of each partition, told from the workers in turn."""
    last_by_partition = [0] * partitions
    for position in positions:
        worker = (SITI, BUDI, WAYAN)[(position - 1) % 3]
        last_by_partition[place_of(worker, partitions)[1]] = position
    return last_by_partition


async def test_from_the_start_every_partition_begins_anew(purses):
    await said(purses, 4)
    await published(purses, 12, last_by_partition_of(range(1, 13)))
    assert await send_back(purses, 0) == 12
    assert await the_cursor(purses) == (0, [0, 0, 0, 0], None)


async def test_from_the_middle_each_partition_knows_its_last(purses):
    await said(purses, 4)
    await published(purses, 12, last_by_partition_of(range(1, 13)))
    assert await send_back(purses, 7) == 5
    assert await the_cursor(purses) == (7, last_by_partition_of(range(1, 8)), None)


async def test_the_last_of_a_partition_is_found_however_far_back(purses, monkeypatch):
    monkeypatch.setattr(repartitioning, "PAGE", 2)
    await said(purses, 1)
    async with purses.database.work() as work:
        work.announce(*(grant(SITI, n) for n in range(20)))
    await published(purses, 23, [0, 0, 0, 0])
    await send_back(purses, 22)
    expected = last_by_partition_of(range(1, 4))
    expected[place_of(SITI, 4)[1]] = 22
    assert await the_cursor(purses) == (22, expected, None)


async def test_what_is_not_published_cannot_be_said_again(purses):
    await said(purses, 4)
    await published(purses, 6, last_by_partition_of(range(1, 7)))
    with pytest.raises(Refusal, match="It has published 6 only"):
        await send_back(purses, 7)


async def test_halted_it_is_not_sent_back_and_does_not_move_its_halt(purses):
    await said(purses, 2)
    await published(purses, 3, last_by_partition_of(range(1, 4)))
    await repartitioning.halt(purses.database)
    await said(purses, 1)
    await repartitioning.halt(purses.database)
    assert (await the_cursor(purses))[2] == 6
    with pytest.raises(Refusal, match="halted"):
        await send_back(purses, 0)


async def test_an_interrupted_halt_is_made_whole(purses):
    await said(purses, 2)
    async with purses.database.work() as work:
        await work.run(f"UPDATE cursor SET halt_at = {repartitioning.HALTING}")
    await repartitioning.halt(purses.database)
    assert (await the_cursor(purses))[2] == 6


async def go_on(purses, partitions):
    async with purses.database.work() as work:
        await repartitioning.go_on(work, partitions)


async def test_it_goes_on_only_when_all_is_published_and_each_partition_names_the_halt(purses):
    await said(purses, 2)
    await published(purses, 3, last_by_partition_of(range(1, 4)))
    with pytest.raises(Refusal):
        await go_on(purses, 8)
    await repartitioning.halt(purses.database)
    with pytest.raises(Refusal):
        await go_on(purses, 8)
    await published(purses, 6, last_by_partition_of(range(1, 7)))
    for _ in range(2):
        await go_on(purses, 8)
        assert await the_cursor(purses) == (6, [6] * 8, None)


async def raised(purses, position, last_by_partition, partitions):
    async with purses.database.work() as work:
        await repartitioning.raise_bookmarks(work, "registration", position, last_by_partition, partitions)


async def heard(purses):
    async with purses.database.work() as work:
        found = await bookmarks.read(work)
    return [position for place, (position, _) in found.items() if place.topic == "registration"]


async def test_bookmarks_are_raised_only_when_everything_is_heard(purses):
    async with purses.database.work() as work:
        await work.run("UPDATE bookmark SET position = 5 WHERE topic = 'registration' AND partition < 3")
    with pytest.raises(Refusal, match=r"Not all of registration is heard yet: partitions \[1, 3\]"):
        await raised(purses, 9, [5, 6, 0, 1], 8)
    assert await heard(purses) == [5, 5, 5, 0]
    for _ in range(2):
        await raised(purses, 9, [5, 5, 0, 0], 8)
        assert await heard(purses) == [9] * 8


async def test_a_bookmark_is_never_moved_back(purses):
    async with purses.database.work() as work:
        await work.run("UPDATE bookmark SET position = 12 WHERE topic = 'registration' AND partition = 2")
    await raised(purses, 9, [0, 0, 9, 0], 4)
    assert await heard(purses) == [9, 9, 12, 9]
