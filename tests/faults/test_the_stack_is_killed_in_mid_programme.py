"""kill -9 of any part, or of everything, while a programme is played: it ends with exactly the same figures."""

import asyncio
import random
import time

import psutil
import pytest

from scenarios.outcome import first_that_fails
from shared.topology import SERVICES
from tests.played import assert_comes_out, balance_of, figures_of, stack_in

SCENARIO = "denpasar-2020"


@pytest.fixture
def chance():
    seed = time.time_ns() % 100_000
    print(f"seed {seed}")
    return random.Random(seed)


async def test_each_part_is_killed_at_random_moments(folder, chance):
    async with stack_in(folder) as stack:
        playing = asyncio.create_task(assert_comes_out(SCENARIO, stack))
        killed = []
        for part in chance.sample([*SERVICES, "broker", "postgres"], k=6):
            await asyncio.sleep(chance.uniform(0.3, 1.5))
            if not playing.done():
                stack.processes[part].kill()
                killed.append(part)
        await playing
        assert len(killed) >= 3, killed


async def test_everything_is_killed_at_once_and_started_again(folder, chance):
    """As when the machine loses its power: the programme is played again from its start, and nothing is done twice."""
    for _ in range(2):
        async with stack_in(folder) as stack:
            playing = asyncio.create_task(figures_of(SCENARIO, stack, patience=5))
            await asyncio.sleep(chance.uniform(2.0, 6.0))
            stack._stopping = True  # or it would start again what is killed here
            for process in stack.processes.values():
                kill_whole(process.pid)
            playing.cancel()
            await asyncio.wait([playing])
    async with stack_in(folder) as stack:
        assert first_that_fails(await figures_of(SCENARIO, stack)) is None
        balance = await balance_of(stack)
        assert [check.findings for check in balance.checks if not check.holds] == []


def kill_whole(pid):
    try:
        process = psutil.Process(pid)
        for each in [*process.children(recursive=True), process]:
            each.kill()
    except psutil.NoSuchProcess:
        pass
