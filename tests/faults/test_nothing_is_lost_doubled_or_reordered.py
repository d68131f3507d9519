"""Chains of hashes through three services, while processes are killed at random moments."""

import asyncio
import random
import time

LEAST_KILLS, MOST_KILLS = 5, 25
"""A slow machine would be killed for ever: services need seconds to start there."""


async def test_in_quiet_times(ring):
    services = await ring(events=5_000)
    await services.settled()
    await services.assert_nothing_lost_doubled_or_reordered()


async def test_while_every_service_is_killed_again_and_again(ring):
    seed = time.time_ns() % 100_000
    print(f"seed {seed}")
    chance = random.Random(seed)
    services = await ring(events=12_000, pause=0.05)
    for kills in range(MOST_KILLS):
        if kills >= LEAST_KILLS and (await services.lengths())["registration"] >= services.events * 0.9:
            break
        await asyncio.sleep(chance.uniform(0.3, 2.5))
        services.kill(chance.choice(list(services.processes)))
    await services.settled()
    await services.assert_nothing_lost_doubled_or_reordered()


async def test_while_one_is_frozen_and_woken(ring):
    services = await ring(events=6_000, pause=0.03)
    for name in ("training", "registration", "placement"):
        await services.ready(name)
        services.freeze(name)
        await asyncio.sleep(6)
        services.wake(name)
    await services.settled()
    await services.assert_nothing_lost_doubled_or_reordered()


async def test_while_the_broker_is_killed_and_forgets_everything(ring, own_broker):
    services = await ring(events=8_000, pause=0.03, broker=own_broker.address)
    for _ in range(3):
        for name in services.processes:
            await services.ready(name)
        await asyncio.sleep(1)
        own_broker.kill()
    await services.settled()
    await services.assert_nothing_lost_doubled_or_reordered()


async def test_while_everything_is_killed_at_once(ring, own_broker):
    services = await ring(events=8_000, pause=0.03, broker=own_broker.address)
    for pause in (3, 1.5, 4):
        await asyncio.sleep(pause)
        own_broker.kill()
        for name in services.processes:
            services.kill(name)
    await services.settled()
    await services.assert_nothing_lost_doubled_or_reordered()


async def test_a_journal_larger_than_the_broker_holds_arrives_whole_at_a_slow_listener(ring, own_broker):
    """The broker keeps 5 MiB a partition; while training stands still, four times as much is said."""
    services = await ring(events=60_000, pause=0, broker=own_broker.address)
    await services.ready("training")
    services.freeze("training")
    await services.at_length("registration", services.events)
    services.wake("training")
    await services.settled()
    await services.assert_nothing_lost_doubled_or_reordered()
