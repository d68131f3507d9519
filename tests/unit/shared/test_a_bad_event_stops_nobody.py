"""What cannot be taken in goes to the dead letters with the reason; its neighbours go on."""

import asyncio

import pytest

from shared.inbox import dead_letters
from shared.inbox.inbox import Interrupted
from shared.refusals import Refusal
from tests.spoken import all_spoken
from tests.unit.shared.office import BUDI, SITI, UNLUCKY, WAYAN, grant


async def test_an_event_that_makes_a_handler_raise_is_buried_alone(office):
    events = [grant(SITI, n) for n in range(1, 10)] + [grant(BUDI, UNLUCKY)] + [grant(WAYAN, n) for n in range(1, 10)]
    await office.inbox.take_in(all_spoken(events))
    assert await office.purses() == {SITI: 45, WAYAN: 45}
    assert await office.buried() == ["RuntimeError: unlucky"]
    assert await office.said() == [SITI] * 9 + [WAYAN] * 9


async def test_the_bookmark_passes_a_bad_event(office):
    batch = all_spoken([grant(SITI, 1), grant(SITI, UNLUCKY), grant(SITI, 100)])
    await office.inbox.take_in(batch)
    assert await office.purses() == {SITI: 101}
    assert set((await office.positions()).values()) == {3}
    await office.inbox.take_in(batch)
    assert len(await office.buried()) == 1


async def test_a_record_that_cannot_be_read_is_buried_once_however_often_it_comes(office):
    bad, good = all_spoken([grant(SITI, 5), grant(SITI, 6)])
    bad.value = b"{"
    for _ in range(3):
        await office.inbox.take_in([bad, good])
    assert await office.purses() == {SITI: 6}
    (reason,) = await office.buried()
    assert reason.startswith("the data is not JSON")


async def test_a_record_without_a_place_is_buried_and_moves_no_bookmark(office):
    (bad,), (good,) = all_spoken([grant(SITI, 5)]), all_spoken([grant(SITI, 6)])
    bad.headers = []
    await office.inbox.take_in([bad, bad, good])
    assert await office.buried() == ["the record has no CloudEvents headers"]
    assert await office.purses() == {SITI: 6}


async def test_a_record_that_somebody_else_wrote_cannot_make_real_events_pass_for_repeats(office):
    """Whatever place it claims, and even as a good event."""
    (forged,), (real,) = all_spoken([grant(SITI, 5)]), all_spoken([grant(SITI, 6)])
    forged.headers = [(name, b"9" * 20 if name == "ce_sequence" else value) for name, value in forged.headers]
    await office.inbox.take_in([forged, real])
    assert await office.purses() == {SITI: 6}
    (reason,) = await office.buried()
    assert reason.startswith("it is not from the journal of a service")


async def test_what_the_database_refuses_is_buried_without_its_values(office):
    await office.inbox.take_in(all_spoken([grant(SITI, 1_000_000), grant(BUDI, 1)]))
    (reason,) = await office.buried()
    assert "check constraint" in reason
    assert "Failing row" not in reason
    assert str(SITI) not in reason
    assert await office.purses() == {BUDI: 1}


@pytest.mark.parametrize(
    "fault",
    [
        ConnectionResetError("the database went away"),
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "DO $$ BEGIN SET LOCAL transaction_read_only = on; CREATE TABLE x (id int); END $$",
    ],
    ids=["connection lost", "backend ended", "database read-only"],
)
async def test_a_fault_that_will_pass_buries_nothing_and_is_waited_for(office, fault):
    office.faults = [fault, fault]
    await office.inbox.take_in(all_spoken([grant(SITI, 1), grant(BUDI, UNLUCKY)]))
    assert office.faults == []
    assert await office.purses() == {SITI: 1}
    assert await office.buried() == ["RuntimeError: unlucky"]
    assert office.inbox.trouble is None


async def test_stopping_while_a_fault_lasts_leaves_the_batch_to_be_delivered_again(office):
    office.faults = [ConnectionResetError("the database went away")] * 1_000
    taking = asyncio.create_task(office.inbox.take_in(all_spoken([grant(SITI, 1)])))
    await asyncio.sleep(0.2)
    assert "the database went away" in office.inbox.trouble
    office.inbox.stopping.set()
    with pytest.raises(Interrupted):
        await taking
    assert await office.purses() == {}
    assert await office.positions() == {}


async def _only_letter(office):
    async with office.database.work() as work:
        (letter,) = await dead_letters.listing(work)
    return letter


async def test_replaying_a_dead_letter_takes_effect_once(office):
    await office.inbox.take_in(all_spoken([grant(SITI, UNLUCKY)]))
    letter = await _only_letter(office)
    office.handlers._by_type[letter["type"]] = lambda grants, work: _forgiving(office, grants, work)
    async with office.database.work() as work:
        await dead_letters.replay(work, letter["id"], office.handlers)
    assert await office.purses() == {SITI: UNLUCKY}
    async with office.database.work() as work:
        with pytest.raises(Refusal, match="was replayed already"):
            await dead_letters.replay(work, letter["id"], office.handlers)
    assert await office.purses() == {SITI: UNLUCKY}


async def _forgiving(_, grants, work):
    for one in grants:
        await work.run("INSERT INTO purse VALUES (:id, :amount)", id=one.worker, amount=one.amount)


async def test_a_replay_that_fails_again_leaves_the_letter_waiting(office):
    await office.inbox.take_in(all_spoken([grant(SITI, UNLUCKY)]))
    letter = await _only_letter(office)
    with pytest.raises(RuntimeError, match="unlucky"):
        async with office.database.work() as work:
            await dead_letters.replay(work, letter["id"], office.handlers)
    assert (await _only_letter(office))["state"] == "waiting"
    assert await office.purses() == {}


async def test_what_still_cannot_be_read_is_not_replayed(office):
    (bad,) = all_spoken([grant(SITI, 5)])
    bad.value = b"{"
    await office.inbox.take_in([bad])
    letter = await _only_letter(office)
    with pytest.raises(Refusal, match="still cannot be taken in"):
        async with office.database.work() as work:
            await dead_letters.replay(work, letter["id"], office.handlers)


async def test_a_letter_given_up_stays_readable(office):
    await office.inbox.take_in(all_spoken([grant(SITI, UNLUCKY)]))
    letter = await _only_letter(office)
    async with office.database.work() as work:
        await dead_letters.discard(work, letter["id"])
        shown = await dead_letters.show(work, letter["id"])
        assert await dead_letters.waiting(work) == 0
    assert shown["state"] == "discarded"
    assert '"amount":444' in shown["value"]
