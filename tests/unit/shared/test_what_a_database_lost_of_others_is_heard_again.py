"""A listener whose database went back in time hears again what it had taken in; what the topic lost, the speaker must publish."""

import asyncio
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaProducer

from shared.inbox.consumer import Consumer
from shared.kafka.records import TopicPartition
from tests.spoken import place_of, spoken
from tests.unit.shared.purses import BUDI, SITI, WAYAN, grant

EVERYBODY = (SITI, BUDI, WAYAN)


class Speaker:
    """Registration, which grants each worker the amounts 1, 2, 3, …"""

    def __init__(self, settings):
        self._topic, self._kafka = settings.topic("registration"), settings.kafka
        self._last, self._position = {}, 0

    async def says(self, *amounts, lacking=()):
        """Publish what is said; of it, the amounts that are `lacking` reach the journal and not the topic."""
        producer = AIOKafkaProducer(bootstrap_servers=self._kafka)
        await producer.start()
        for amount in amounts:
            for worker in EVERYBODY:
                self._position += 1
                _, partition = place_of(worker, 4)
                record = spoken(grant(worker, amount), self._position, previous=self._last.get(partition, 0))
                self._last[partition] = self._position
                if amount not in lacking:
                    await producer.send_and_wait(
                        self._topic, record.value, record.key, partition, headers=record.headers
                    )
        await producer.stop()


@asynccontextmanager
async def running(purses, settings):
    made = Consumer(purses.inbox, settings, service="training", hears=["registration"])
    task = asyncio.create_task(made.run())
    yield made
    await made.stop()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    purses.inbox.stopping.clear()


async def held(purses, amount, seconds=40):
    """Wait until everybody holds this."""
    async with asyncio.timeout(seconds):
        while await purses.held() != dict.fromkeys(EVERYBODY, amount):
            await asyncio.sleep(0.05)


async def went_back(purses, *, to=0):
    """Let the database be what it was when everybody held this, each from one event."""
    async with purses.database.work() as work:
        await work.run("UPDATE purse SET amount = :to", to=to)
        if not to:
            await work.run("DELETE FROM purse")
        for worker, position in zip(EVERYBODY, (1, 2, 3), strict=True):
            _, partition = place_of(worker, 4)
            await work.run(
                "UPDATE bookmark SET position = :position WHERE partition = :partition",
                position=position if to else 0,
                partition=partition,
            )


async def test_what_was_taken_in_and_is_lost_is_heard_again_although_nothing_new_is_said(purses, settings):
    speaker = Speaker(settings)
    async with running(purses, settings):
        await speaker.says(1, 2)
        await held(purses, 3)
    await went_back(purses)
    async with running(purses, settings) as consumer:
        async with asyncio.timeout(20):
            while "its database went back in time: it hears registration-" not in (consumer.why_not_ready() or ""):
                await asyncio.sleep(0.01)
        await held(purses, 3)
        async with asyncio.timeout(20):
            while consumer.why_not_ready():
                await asyncio.sleep(0.05)


async def test_a_running_listener_hears_again_what_lies_before_a_gap(purses, settings):
    speaker = Speaker(settings)
    async with running(purses, settings):
        await speaker.says(1, 2)
        await held(purses, 3)
        await went_back(purses, to=1)
        await speaker.says(3)
        await held(purses, 6)
    assert await purses.buried() == []


async def test_what_the_topic_has_not_is_still_missing_and_not_looked_for_again_and_again(purses, settings):
    speaker, starts = Speaker(settings), []
    async with running(purses, settings) as consumer:
        await speaker.says(1)
        await held(purses, 1)
        begin = consumer._rewinding.begin_anew
        consumer._rewinding.begin_anew = lambda assigned: starts.append(begin(assigned)) or starts[-1]
        await speaker.says(2, 3, lacking=[2])
        async with asyncio.timeout(40):
            while not starts or "events are missing" not in (consumer.why_not_ready() or ""):
                await asyncio.sleep(0.05)
        await asyncio.sleep(3)
        assert len(starts) == 1
        assert {place.topic for place in starts[0]} == {settings.topic("registration")}
        assert set(purses.inbox.gaps) == {TopicPartition("registration", place_of(each, 4)[1]) for each in EVERYBODY}
    assert await purses.held() == dict.fromkeys(EVERYBODY, 1)
