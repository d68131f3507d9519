"""A dump, a snapshot or a standby may lack the last events: the journal is compared with what others hold of it."""

import asyncio
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from shared.database.unit_of_work import UnitOfWork
from shared.kafka.records import Said
from shared.outbox.history import Heard, History, ListenerAway, WentBack
from tests.spoken import spoken
from tests.unit.shared.purses import SITI, grant
from tests.unit.shared.relaying import (
    EVERYBODY,
    cursor,
    marked,
    on_the_topic,
    published,
    relay,
    running,
    say,
    went_back,
)


async def lost(made, seconds=15):
    async with asyncio.timeout(seconds):
        while made.history.lost is None:
            await asyncio.sleep(0.05)
    return made.history.lost


async def test_what_the_topic_has_and_the_journal_has_not_is_named(purses, settings):
    await published(purses, settings)
    ((id,),) = await purses.ask("SELECT id FROM journal WHERE position = 9")
    await went_back(purses, 6)
    made = relay(settings)
    async with running(made):
        why = await lost(made)
        assert not made.leads
    assert f"its topic has event 9 ({id}) in partition " in why
    assert why.endswith(", and the journal has not: pulih restore training")
    assert made.trouble == why


async def test_a_position_is_never_published_with_two_events(purses, settings):
    await published(purses, settings)
    await went_back(purses, 6)
    await say(purses, *(grant(worker, 1_000) for worker in EVERYBODY))
    made = relay(settings)
    async with running(made):
        await lost(made)
        await asyncio.sleep(1)
    assert await cursor(purses) == 6
    said = [(entry.position, entry.id) for entry in await on_the_topic(settings, 9)]
    assert len(said) == len(set(said)) == 9


async def test_it_publishes_again_once_the_journal_has_what_others_have(purses, settings):
    await published(purses, settings)
    lacking = await purses.ask(
        "SELECT position, id, type, key, time, CAST(data AS text) FROM journal WHERE position > 6"
    )
    await went_back(purses, 6)
    made = relay(settings)
    async with running(made):
        await lost(made)
        async with purses.database.work() as work:
            for position, id, type, key, time, data in lacking:
                await work.run(
                    "INSERT INTO journal (position, id, type, key, time, data) OVERRIDING SYSTEM VALUE "
                    "VALUES (:position, :id, :type, :key, :time, CAST(:data AS json))",
                    position=position, id=id, type=type, key=key, time=time, data=data,
                )  # fmt: skip
        await marked(purses, 9)
    assert made.history.lost is None


async def test_what_somebody_else_wrote_to_the_topic_is_no_sign(purses, settings):
    await published(purses, settings)
    foreign = spoken(grant(SITI, 1), 500, by="training", partition=0)
    unchecked = [(name, b"00000000" if name == "ce_check" else value) for name, value in foreign.headers]
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka)
    await producer.start()
    for partition in range(4):
        for headers in (unchecked, [], [("ce_id", None)]):
            await producer.send_and_wait(settings.topic("training"), b"{}", b"x", partition, headers=headers)
    await producer.stop()
    await say(purses, grant(SITI, 9))
    async with running(relay(settings)):
        await marked(purses, 10)


class Listeners:
    """They hold this; the first so many times one of them does not answer."""

    def __init__(self, *held, away=0):
        self.held, self.away, self.asked = held, away, 0

    async def ask(self):
        self.asked += 1
        if self.asked <= self.away:
            raise ListenerAway("A listener does not answer.")
        return self.held


async def test_where_the_topic_was_emptied_the_listeners_know(purses, settings):
    await say(purses, grant(SITI, 1))
    made = relay(settings, ask=Listeners(Heard("placement", 1, Said(7, uuid4()))).ask)
    async with running(made):
        assert "placement has event 7 (" in await lost(made)
    assert await cursor(purses) == 0


async def test_a_listener_that_is_away_is_no_sign_and_is_waited_for(purses, settings):
    await say(purses, grant(SITI, 1))
    ((id,),) = await purses.ask("SELECT id FROM journal")
    listeners = Listeners(Heard("placement", 1, Said(1, id)), away=2)
    made = relay(settings, ask=listeners.ask)
    async with running(made):
        await marked(purses, 1)
    assert listeners.asked == 3
    assert made.history.lost is None


async def test_nothing_is_taken_in_and_nothing_buried_meanwhile(purses, settings):
    await published(purses, settings)
    await went_back(purses, 6)
    purses.inbox.history = History(settings, "training")
    taking = asyncio.create_task(purses.inbox.take_in([spoken(grant(SITI, 5), 1)]))
    async with asyncio.timeout(15):
        while not purses.inbox.trouble:
            await asyncio.sleep(0.05)
    assert "went back in time" in purses.inbox.trouble
    purses.inbox.stopping.set()
    await asyncio.wait([taking])
    assert await purses.held() == {}
    assert await purses.buried() == []
    assert await purses.positions() == {}


async def test_it_is_compared_once_and_again_behind_another_server(purses, settings, monkeypatch):
    history, compared = History(settings, "training"), []
    purses.inbox.history = history

    async def compare(*_):
        compared.append(1)

    monkeypatch.setattr(history, "compare", compare)
    first, second = spoken(grant(SITI, 1), 1), spoken(grant(SITI, 2), 2, previous=1)
    await purses.inbox.take_in([first])
    await purses.inbox.take_in([second])
    assert len(compared) == 1
    monkeypatch.setattr(UnitOfWork, "marks", "another server's")
    await purses.inbox.take_in([spoken(grant(SITI, 3), 3, previous=2)])
    assert len(compared) == 2


async def test_each_connection_has_the_marks_of_its_server(purses):
    async with purses.database.work() as work, purses.database.work() as other:
        assert work.marks == other.marks
        ((system,),) = await work.rows("SELECT system_identifier FROM pg_control_system()")
        assert work.marks[0] == system


async def test_the_history_of_a_new_service_is_whole(purses, settings):
    listeners = Listeners()
    history = History(settings, "training", listeners.ask)
    async with purses.database.work() as work:
        await history.assure(work)
    assert (history.lost, listeners.asked) == (None, 1)


@pytest.mark.parametrize("position", [0, 3])
async def test_a_database_that_lost_all_or_much_is_seen_whatever_its_cursor_says(purses, settings, position):
    await published(purses, settings)
    await went_back(purses, position)
    async with purses.database.work() as work:
        await work.run("UPDATE cursor SET last_by_partition = '{}'")
    with pytest.raises(WentBack):
        async with purses.database.work() as work:
            await History(settings, "training").assure(work)
