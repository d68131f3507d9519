"""What cannot be taken in goes to the dead letters with the reason; its neighbours go on."""

import asyncio

import pytest

from shared.inbox import dead_letters
from shared.inbox.inbox import Interrupted
from shared.refusals import Refusal
from tests.spoken import all_spoken
from tests.unit.shared.purses import BUDI, SITI, UNLUCKY, WAYAN, grant


async def test_an_event_that_makes_a_handler_raise_is_buried_alone(purses):
    events = [grant(SITI, n) for n in range(1, 10)] + [grant(BUDI, UNLUCKY)] + [grant(WAYAN, n) for n in range(1, 10)]
    await purses.inbox.take_in(all_spoken(events))
    assert await purses.held() == {SITI: 45, WAYAN: 45}
    assert await purses.buried() == ["RuntimeError: unlucky"]
    assert await purses.said() == [SITI] * 9 + [WAYAN] * 9


async def test_the_bookmark_passes_a_bad_event(purses):
    batch = all_spoken([grant(SITI, 1), grant(SITI, UNLUCKY), grant(SITI, 100)])
    await purses.inbox.take_in(batch)
    assert await purses.held() == {SITI: 101}
    assert set((await purses.positions()).values()) == {3}
    await purses.inbox.take_in(batch)
    assert len(await purses.buried()) == 1


async def test_a_record_that_cannot_be_read_is_buried_once_however_often_it_comes(purses):
    bad, good = all_spoken([grant(SITI, 5), grant(SITI, 6)])
    bad.value = b"{"
    for _ in range(3):
        await purses.inbox.take_in([bad, good])
    assert await purses.held() == {SITI: 6}
    (reason,) = await purses.buried()
    assert reason.startswith("the data is not JSON")


async def test_a_record_without_a_place_is_buried_and_moves_no_bookmark(purses):
    (bad,), (good,) = all_spoken([grant(SITI, 5)]), all_spoken([grant(SITI, 6)])
    bad.headers = []
    await purses.inbox.take_in([bad, bad, good])
    assert await purses.buried() == ["the record has no CloudEvents headers"]
    assert await purses.held() == {SITI: 6}


async def test_a_record_that_somebody_else_wrote_cannot_make_real_events_pass_for_repeats(purses):
    """Whatever place it claims, and even as a good event."""
    (forged,), (real,) = all_spoken([grant(SITI, 5)]), all_spoken([grant(SITI, 6)])
    forged.headers = [(name, b"9" * 20 if name == "ce_sequence" else value) for name, value in forged.headers]
    await purses.inbox.take_in([forged, real])
    assert await purses.held() == {SITI: 6}
    (reason,) = await purses.buried()
    assert reason.startswith("it is not from the journal of a service")


async def test_what_the_database_refuses_is_buried_without_its_values(purses):
    await purses.inbox.take_in(all_spoken([grant(SITI, 1_000_000), grant(BUDI, 1)]))
    (reason,) = await purses.buried()
    assert "check constraint" in reason
    assert "Failing row" not in reason
    assert str(SITI) not in reason
    assert await purses.held() == {BUDI: 1}


@pytest.mark.parametrize(
    "fault",
    [
        ConnectionResetError("the database went away"),
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "DO $$ BEGIN SET LOCAL transaction_read_only = on; CREATE TABLE x (id int); END $$",
    ],
    ids=["connection lost", "backend ended", "database read-only"],
)
async def test_a_fault_that_will_pass_buries_nothing_and_is_waited_for(purses, fault):
    purses.faults = [fault, fault]
    await purses.inbox.take_in(all_spoken([grant(SITI, 1), grant(BUDI, UNLUCKY)]))
    assert purses.faults == []
    assert await purses.held() == {SITI: 1}
    assert await purses.buried() == ["RuntimeError: unlucky"]
    assert purses.inbox.trouble is None


async def test_stopping_while_a_fault_lasts_leaves_the_batch_to_be_delivered_again(purses):
    purses.faults = [ConnectionResetError("the database went away")] * 1_000
    taking = asyncio.create_task(purses.inbox.take_in(all_spoken([grant(SITI, 1)])))
    await asyncio.sleep(0.2)
    assert "the database went away" in purses.inbox.trouble
    purses.inbox.stopping.set()
    with pytest.raises(Interrupted):
        await taking
    assert await purses.held() == {}
    assert await purses.positions() == {}


async def _only_letter(purses):
    async with purses.database.work() as work:
        (letter,) = await dead_letters.listing(work)
    return letter


async def test_replaying_a_dead_letter_takes_effect_once(purses):
    await purses.inbox.take_in(all_spoken([grant(SITI, UNLUCKY)]))
    letter = await _only_letter(purses)
    purses.handlers._by_type[letter["type"]] = lambda grants, work: _forgiving(purses, grants, work)
    async with purses.database.work() as work:
        await dead_letters.replay(work, letter["id"], purses.handlers)
    assert await purses.held() == {SITI: UNLUCKY}
    async with purses.database.work() as work:
        with pytest.raises(Refusal, match="was replayed already"):
            await dead_letters.replay(work, letter["id"], purses.handlers)
    assert await purses.held() == {SITI: UNLUCKY}


async def _forgiving(_, grants, work):
    for one in grants:
        await work.run("INSERT INTO purse VALUES (:id, :amount)", id=one.worker, amount=one.amount)


async def test_a_replay_that_fails_again_leaves_the_letter_waiting(purses):
    await purses.inbox.take_in(all_spoken([grant(SITI, UNLUCKY)]))
    letter = await _only_letter(purses)
    with pytest.raises(RuntimeError, match="unlucky"):
        async with purses.database.work() as work:
            await dead_letters.replay(work, letter["id"], purses.handlers)
    assert (await _only_letter(purses))["state"] == "waiting"
    assert await purses.held() == {}


async def test_what_still_cannot_be_read_is_not_replayed(purses):
    (bad,) = all_spoken([grant(SITI, 5)])
    bad.value = b"{"
    await purses.inbox.take_in([bad])
    letter = await _only_letter(purses)
    with pytest.raises(Refusal, match="still cannot be taken in"):
        async with purses.database.work() as work:
            await dead_letters.replay(work, letter["id"], purses.handlers)


async def test_a_letter_given_up_stays_readable(purses):
    await purses.inbox.take_in(all_spoken([grant(SITI, UNLUCKY)]))
    letter = await _only_letter(purses)
    async with purses.database.work() as work:
        await dead_letters.discard(work, letter["id"])
        shown = await dead_letters.show(work, letter["id"])
        assert await dead_letters.waiting(work) == 0
    assert shown["state"] == "discarded"
    assert '"amount":444' in shown["value"]
