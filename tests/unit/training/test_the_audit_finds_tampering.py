"""The audit finds what was changed behind the code's back: each rule names those for whom it is broken."""

import pytest

from contract.examples import worker
from tests.unit.training.examples import course_id, offered, registered, result, withdrawn

APPLIED = "applied = enrolled + waiting + withdrawn + refused + absent: an application says the same as its enrolments"
SEATS = "seats = graduated + not completed + in training + free: a course counts the seats that are taken"
ONE_SEAT = "a worker sits in one seat"
ONE_WORKER = "a seat is one worker's"
LISTED = "who waits is on the list, and nobody else"
IN_VAIN = "nobody waits while a course that fits has a free seat"


@pytest.fixture
async def audited(training):
    """S1 has worker 1 (graduated), 2 and 3 in training; worker 4 waits, and a barista course has a free seat."""
    await training.hear(
        offered("S1", seats=3), offered("B1", vocation="barista"), *(registered(n) for n in (1, 2, 3, 4))
    )
    await training.hear(result(1, "S1"))
    assert await training.broken() == {}
    return training


async def test_an_application_that_lost_its_enrolment(audited):
    await audited.tamper(
        f"UPDATE application SET state = 'graduated' WHERE worker = '{worker(2)}'",
        f"UPDATE application SET state = 'withdrawn', reason = 'hired' WHERE worker = '{worker(3)}'",
    )
    assert await audited.broken() == {APPLIED: [str(worker(2)), str(worker(3))]}


async def test_a_course_that_miscounts(audited):
    await audited.tamper("UPDATE course SET taken = 1, handed_out = 1 WHERE code = 'B1'")
    assert await audited.broken() == {SEATS: [str(course_id("B1"))]}


async def test_an_overbooked_course(audited):
    await audited.tamper(
        "ALTER TABLE course DROP CONSTRAINT course_is_not_overbooked", "UPDATE course SET seats = 2 WHERE code = 'S1'"
    )
    assert await audited.broken() == {SEATS: [str(course_id("S1"))]}


async def test_a_course_that_lost_a_free_seat(audited):
    await audited.tamper(
        "ALTER TABLE course DROP CONSTRAINT course_knows_its_free_seats",
        "UPDATE course SET handed_out = 2 WHERE code = 'B1'",
    )
    assert await audited.broken() == {SEATS: [str(course_id("B1"))]}


async def test_a_worker_in_two_seats(audited):
    await audited.tamper(
        "DROP INDEX enrolment_one_for_a_worker",
        "INSERT INTO enrolment SELECT gen_random_uuid(), worker, spell, "
        f"'{course_id('B1')}', vocation, 1, basis, false, false, state FROM enrolment WHERE worker = '{worker(2)}'",
        "UPDATE course SET taken = 1, handed_out = 1 WHERE code = 'B1'",
    )
    assert await audited.broken() == {ONE_SEAT: [str(worker(2))]}


async def test_a_seat_with_two_workers(audited):
    await audited.tamper("DROP INDEX enrolment_one_for_a_seat", "UPDATE enrolment SET seat = 3")
    assert await audited.broken() == {ONE_WORKER: [str(course_id("S1"))]}


async def test_who_waits_but_is_not_on_the_list(audited):
    await audited.tamper("DELETE FROM wish")
    assert await audited.broken() == {LISTED: [str(worker(4))]}


async def test_who_is_on_the_list_but_does_not_wait(audited):
    await audited.tamper(
        f"INSERT INTO wish SELECT '{worker(2)}', vocation, 1, region, province, certified, applied_on, position FROM wish"
    )
    assert await audited.broken() == {LISTED: [str(worker(2))]}


async def test_who_waits_in_vain(audited):
    await audited.tamper("UPDATE course SET seats = 4 WHERE code = 'S1'")
    assert await audited.broken() == {IN_VAIN: [str(worker(4))]}


async def test_who_waits_in_vain_for_anything(audited):
    await audited.hear(registered(5, wishes=[]))
    assert (await audited.states())[5] == "in-training"
    await audited.hear(registered(6, wishes=[]), registered(7, wishes=[]))
    await audited.tamper("UPDATE course SET seats = 9 WHERE code = 'B1'")
    assert await audited.broken() == {IN_VAIN: [str(worker(7))]}


async def test_a_free_seat_that_fits_nobody_is_no_contradiction(audited):
    await audited.hear(withdrawn(4))
    await audited.hear(withdrawn(2))
    assert await audited.broken() == {}
