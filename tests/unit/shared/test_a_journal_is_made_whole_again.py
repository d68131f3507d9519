"""A journal whose database went back in time: it has again what others have of it, and no position has two events."""

from uuid import UUID, uuid4

import pytest

from contract.examples import example
from shared.events import WorkerRegistered
from shared.kafka.records import Said
from shared.outbox.history import Heard, History, WentBack
from shared.outbox.recovery import recover
from shared.refusals import Refusal
from tests.spoken import place_of
from tests.unit.shared.purses import SITI, grant
from tests.unit.shared.relaying import (
    EVERYBODY,
    assert_whole,
    cursor,
    marked,
    on_the_topic,
    published,
    relay,
    running,
    say,
    went_back,
)


async def journal(purses):
    return [tuple(row) for row in await purses.ask("SELECT position, id FROM journal ORDER BY position")]


def listeners(*held):
    async def ask():
        return list(held)

    return ask


async def compared(purses, settings, ask=None):
    async with purses.database.work() as work:
        await History(settings, "training", ask).assure(work)


async def test_what_it_lost_is_back_and_what_was_said_since_lies_behind(purses, settings):
    await published(purses, settings)
    before = await journal(purses)
    rows = await purses.ask("SELECT type, key, time, CAST(data AS text), trace FROM journal ORDER BY position")
    await went_back(purses, 6)
    await say(purses, *(grant(worker, 1_000) for worker in EVERYBODY))
    since = [id for _, id in await journal(purses)][6:]
    found = await recover(purses.database, settings, "training", None)
    assert (found.first, found.last, found.taken_back, found.renumbered, found.unknown) == (7, 9, 3, 3, [])
    assert found.forgotten == {}
    assert await journal(purses) == [*before, *zip((10, 11, 12), since, strict=True)]
    whole = await purses.ask("SELECT type, key, time, CAST(data AS text), trace FROM journal ORDER BY position")
    assert whole[:9] == rows
    await say(purses, grant(SITI, 2_000))
    async with running(relay(settings)):
        await marked(purses, 13)
    entries = await on_the_topic(settings, 13)
    assert len(entries) == 13
    assert_whole(entries, range(1, 14))


async def test_where_nothing_lacks_nothing_is_done(purses, settings):
    await published(purses, settings)
    before = await journal(purses)
    with pytest.raises(Refusal, match="has everything that others have of it"):
        await recover(purses.database, settings, "training", None)
    assert await journal(purses) == before
    assert await cursor(purses) == 9


async def test_a_database_that_lost_everything_has_it_all_again(purses, settings):
    await published(purses, settings)
    before = await journal(purses)
    await went_back(purses, 0)
    found = await recover(purses.database, settings, "training", None)
    assert (found.first, found.last, found.taken_back) == (1, 9, 9)
    assert await journal(purses) == before
    await compared(purses, settings)


async def test_what_listeners_alone_know_is_named_once_and_no_later_loss_hides_behind_it(purses, settings):
    """The topic was emptied, and the database lost its last events."""
    await say(purses, *(grant(worker, 1) for worker in EVERYBODY))
    ((id,),) = await purses.ask("SELECT id FROM journal WHERE position = 2")
    lost, ahead = Heard("placement", 1, Said(7, uuid4())), Heard("notification", 2, Said(2, id))
    ask = listeners(lost, ahead)
    found = await recover(purses.database, settings, "training", ask)
    assert (found.unknown, found.taken_back, found.last) == ([lost], 0, 7)
    assert [position for position, _ in await journal(purses)] == [1, 2, 8]
    await compared(purses, settings, ask)
    with pytest.raises(Refusal):
        await recover(purses.database, settings, "training", ask)
    later = Heard("placement", 1, Said(9, uuid4()))
    with pytest.raises(WentBack, match="event 9"):
        await compared(purses, settings, listeners(lost, ahead, later))


async def test_what_a_slower_listener_has_not_heard_is_published_again(purses, settings):
    """The topic was emptied; placement lags behind notification, which knows what the database lost."""
    await say(purses, *(grant(SITI, amount) for amount in range(1, 6)))
    ids = dict(await journal(purses))
    slow, lost = Heard("placement", 2, Said(2, ids[2])), Heard("notification", 2, Said(7, uuid4()))
    async with purses.database.work() as work:
        await work.run("UPDATE cursor SET position = 5, last_by_partition = '{0, 0, 5, 0}'")
    await recover(purses.database, settings, "training", listeners(slow, lost))
    assert await cursor(purses) == 2
    await say(purses, grant(SITI, 9))
    async with running(relay(settings, ask=listeners(slow, lost))):
        await marked(purses, 8)
    assert {entry.position for entry in await on_the_topic(settings, 4)} == {3, 4, 5, 8}


async def test_what_the_topic_forgot_is_named(purses, settings):
    """The dump is older than the first that the topic still has."""
    for amount in range(3):
        await say(purses, *(grant(worker, amount) for worker in EVERYBODY))
    partitions = [place_of(worker, 4)[1] for worker in EVERYBODY]
    last = [0, 0, 0, 0]
    for partition, position in zip(partitions, (4, 5, 6), strict=True):
        last[partition] = position
    async with purses.database.work() as work:
        await work.run("UPDATE cursor SET position = 6, last_by_partition = CAST(:last AS bigint[])", last=last)
    async with running(relay(settings)):
        await marked(purses, 9)
    await went_back(purses, 3)
    found = await recover(purses.database, settings, "training", None)
    assert (found.first, found.last, found.taken_back) == (7, 9, 3)
    assert found.forgotten == dict(zip(partitions, (4, 5, 6), strict=True))


async def test_what_is_taken_back_of_the_erased_is_blank(purses, settings):
    await say(purses, example(WorkerRegistered, worker=SITI, contact="sealed", birth_year=1990))
    async with running(relay(settings)):
        await marked(purses, 1)
    await went_back(purses, 0)
    async with purses.database.work() as work:
        await work.run("INSERT INTO erased VALUES (:worker, now())", worker=SITI)
    await recover(purses.database, settings, "training", None)
    ((data,),) = await purses.ask("SELECT data FROM journal")
    assert data["spell"] == 1
    assert not {"contact", "birth_year", "sex"} & data.keys()


async def test_it_is_written_down(purses, settings):
    await published(purses, settings)
    await went_back(purses, 6)
    await recover(purses.database, settings, "training", None)
    assert await purses.ask("SELECT first, last, taken_back, gone FROM restoration") == [(7, 9, 3, [])]
    assert isinstance((await journal(purses))[0][1], UUID)
