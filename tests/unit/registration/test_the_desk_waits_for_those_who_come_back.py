"""After a transaction the desk lingers for a moment, so that those it answered share the next one."""

import asyncio
from time import monotonic

import pytest

from services.registration.posting import desk as desk_module
from services.registration.posting.desk import LINGER_SECONDS, Desk, _Request


@pytest.fixture
def desk():
    return Desk(None, None, None)  # type: ignore[arg-type]  # nothing is written or judged here


async def come(desk, callers, pause=0.0005):
    for _ in range(callers):
        await asyncio.sleep(pause)
        desk._queue.append(_Request([], asyncio.get_running_loop().create_future()))


async def test_it_lingers_until_as_many_wait_as_were_served(desk, monkeypatch):
    monkeypatch.setattr(desk_module, "LINGER_SECONDS", 10)  # on a busy machine eight take longer to come
    coming = asyncio.create_task(come(desk, 30))
    await desk._linger(8)
    assert 8 <= len(desk._queue) < 30
    coming.cancel()


async def test_nobody_who_is_alone_is_made_to_wait(desk):
    coming = asyncio.create_task(come(desk, 1))
    await desk._linger(1)
    assert not desk._queue
    await coming


async def test_it_ends_when_nobody_comes_and_when_they_come_without_end(desk):
    began = monotonic()
    await desk._linger(500)
    assert not desk._queue
    coming = asyncio.create_task(come(desk, 100_000))
    await desk._linger(100_000)
    coming.cancel()
    assert 0 < len(desk._queue) < 100_000
    assert monotonic() - began < 20 * LINGER_SECONDS
