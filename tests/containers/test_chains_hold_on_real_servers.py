"""Chains of hashes through three services, on real Kafka and PostgreSQL, while everything goes wrong."""

import asyncio
from contextlib import suppress
from time import monotonic

import asyncpg
import pytest

from cli.client import Services
from cli.errors import Unreachable
from cli.growing_topics import grow
from shared.kafka import topics
from shared.kafka.settings import KafkaSettings
from tests.chain import HEARS
from tests.databases import order
from tests.faults.ring import OPERATOR_KEY

pytestmark = pytest.mark.containers

HEARD_BY = {speaker: [name for name, hears in HEARS.items() if speaker in hears] for speaker in HEARS}


async def test_every_service_is_killed_again_and_again(ring, chance):
    """kill -9, five times each, at random moments."""
    services = await ring(pause=0.05)
    victims = services.names * 5
    chance.shuffle(victims)
    for victim in victims:
        await asyncio.sleep(chance.uniform(0.3, 2.5))
        services.kill(victim)
    await enough(services)


EVENTS_AT_LEAST = 2_000


async def enough(services) -> None:
    """Stop the speaker once there are enough events to judge, and judge what has arrived."""
    async with asyncio.timeout(60):
        while (await services.lengths())["registration"] <= EVENTS_AT_LEAST:
            await asyncio.sleep(0.1)
    await services.enough()
    await services.settled()
    await services.assert_nothing_lost_doubled_or_reordered()


async def test_one_of_two_sleeps_on_an_open_transaction_and_wakes_as_a_zombie(ring, chance, container_postgres):
    """Beyond its session's end: the others go on within 10 s, and what it does when it wakes changes nothing.

    Meanwhile the leading relays' connections are cut, as they publish.
    """
    services = await ring(pause=0.04, instances=dict.fromkeys(HEARS, 2))
    for victim in ("training", "training-2"):
        for name in services.names:
            await services.ready(name, 40)
        await fall_asleep_in_a_transaction(services, victim)
        before, slept = await bookmarks_of(services), monotonic()
        while sum(await bookmarks_of(services)) == sum(before):
            assert monotonic() - slept < 10, "the other does not go on"
            await asyncio.sleep(0.1)
        for _ in range(3):
            await asyncio.sleep(chance.uniform(0.5, 2))
            await cut_the_leaders(container_postgres)
        while not all(now > then for now, then in zip(await bookmarks_of(services), before, strict=True)):
            assert monotonic() - slept < 25, "nobody took over what was the sleeper's"
            await asyncio.sleep(0.2)
        services.wake(victim)
    await enough(services)


async def bookmarks_of(services) -> list[int]:
    asks = "SELECT position FROM bookmark WHERE topic = 'registration' ORDER BY partition"
    return [row.position for row in await services.ask("training", asks)]


async def fall_asleep_in_a_transaction(services, victim) -> None:
    """Freeze a service that waits for its bookmarks within a transaction; it gets them while it is frozen."""
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' "
        "AND application_name = 'pulih training'"
    )
    connection = await asyncpg.connect(services.database_url("training"))
    async with asyncio.timeout(30), connection.transaction():
        await connection.fetch("SELECT * FROM bookmark ORDER BY topic, partition FOR UPDATE")
        while await connection.fetchval(waits) < 2:
            await asyncio.sleep(0.05)
        services.freeze(victim)
    asleep = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction' "
        "AND application_name = 'pulih training' AND now() - state_change > interval '0.5 s'"
    )
    async with asyncio.timeout(4):
        while not await connection.fetchval(asleep):
            await asyncio.sleep(0.1)
    await connection.close()


async def cut_the_leaders(postgres):
    await order(
        postgres,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'pulih % relay'",
    )


async def test_kafka_and_postgresql_die_under_load(ring, kafka, container_postgres, chance):
    services = await ring(pause=0.05)
    await services.at_length("placement", 500)
    kafka.kill()
    kafka.start()
    await services.at_length("placement", (await services.lengths())["placement"] + 500)
    for _ in range(2):
        container_postgres.kill()
        await asyncio.sleep(chance.uniform(0, 1.5))
        container_postgres.start()
        await asyncio.to_thread(container_postgres.until_open)
        await services.at_length("placement", (await services.lengths())["placement"] + 500)
    kafka.docker.stop()
    said = (await services.lengths())["registration"]
    await asyncio.sleep(5)
    assert (await services.lengths())["registration"] > said, "what is said is written down, whoever hears it"
    kafka.start()
    await enough(services)


async def test_a_consumer_that_is_stuck_says_so_and_heals(ring):
    services = await ring(pause=0.05)
    await services.ready("training")
    services.kill_the_heartbeat_of("training")
    began, why = monotonic(), None
    while not why:
        assert monotonic() - began < 30, "nobody noticed"
        why = await services.why_not_ready("training")
        await asyncio.sleep(0.02)
    assert "stuck" in why, why
    while "the consumer is stuck; starting it again" not in services.log("training"):
        assert monotonic() - began < 30, "nobody said so"
        await asyncio.sleep(0.1)
    await services.ready("training", 20)
    heard = await bookmarks_of(services)
    async with asyncio.timeout(20):
        while not all(now > then for now, then in zip(await bookmarks_of(services), heard, strict=True)):
            await asyncio.sleep(0.1)
    assert services.log("training").count("starting it again") == 1
    await enough(services)


async def takes_requests(asked, name):
    async with asyncio.timeout(60), asked.client(name) as client:
        while True:
            with suppress(Unreachable):  # it is away, or it is opening
                await client.ask("GET", "/audit", params={"audited": "false"})
                return
            await asyncio.sleep(0.2)


async def test_the_topics_grow_under_load_however_often_that_is_cut_off(ring, kafka, topic_prefix, chance):
    services = await ring(pause=0.05, partitions=3)
    settings = KafkaSettings(kafka=kafka.address, topic_prefix=topic_prefix)
    asked = Services({name: services.url(name) for name in HEARS}, OPERATOR_KEY)
    for name in services.names:
        await services.ready(name)
    steps = []
    for seconds in (0.05, 0.2, 0.4, 0.7):  # each breaks off somewhere else
        growing = asyncio.create_task(grow(asked, HEARD_BY, settings, 5, patience=30, report=steps.append))
        await asyncio.sleep(chance.uniform(0.5, 1.5) * seconds)
        growing.cancel()
        with suppress(asyncio.CancelledError, Unreachable):  # who was killed may not be back yet
            await growing
        services.kill(chance.choice(services.names))
    for name in services.names:  # not ready, where it is halted already; but open
        await takes_requests(asked, name)
    before = (await services.lengths())["registration"]
    await grow(asked, HEARD_BY, settings, 5, patience=60, report=steps.append)
    found = await topics.partitions_found(settings)
    assert [found[name] for name in HEARS] == [5, 5, 5]
    # the old number of partitions is no longer published in, until each service knows the new one
    async with asyncio.timeout(10):
        while "PULIH_PARTITIONS" not in (await services.why_not_ready("registration") or ""):
            await asyncio.sleep(0.1)
    for name in services.names:
        services.restart(name, PULIH_PARTITIONS="5")
    while (await services.lengths())["registration"] < before + 1_000:
        await asyncio.sleep(0.2)
    await enough(services)
    ((partitions,),) = await services.ask("training", "SELECT count(*) FROM bookmark WHERE heard > 0")
    assert partitions == 5, "the new partitions carry their share"
    # and what was said before can still be said again: nobody takes it in twice
    for name in HEARS:
        async with asked.client(name) as client:
            assert (await client.ask("POST", "/journal/replay"))["events"] > 0
    async with asyncio.timeout(60):
        while (await services.ask("training", "SELECT position FROM cursor"))[0][0] < services.events:
            await asyncio.sleep(0.2)
    await services.assert_nothing_lost_doubled_or_reordered()
