"""What must never be is refused by the database itself, whatever the code does."""

import pytest
from sqlalchemy.exc import DBAPIError

from contract.examples import worker
from tests.unit.training.examples import course_id, offered, registered, withdrawn


@pytest.mark.parametrize(
    ("sql", "constraint"),
    [
        ("UPDATE course SET taken = 3, handed_out = 3", "course_is_not_overbooked"),
        ("UPDATE course SET seats = 1", "course_is_not_overbooked"),
        ("UPDATE course SET taken = 1", "course_knows_its_free_seats"),
        ("UPDATE enrolment SET seat = 1", "enrolment_one_for_a_seat"),
        (
            f"UPDATE enrolment SET worker = '{worker(1)}', spell = 1 WHERE worker = '{worker(2)}'",
            "enrolment_one_for_a_worker",
        ),
        (
            (
                "INSERT INTO application SELECT worker, 2, applied_on, position, region, reach, wishes, concerns, state, reason "
                f"FROM application WHERE worker = '{worker(3)}'"
            ),
            "application_one_open",
        ),
        ("UPDATE enrolment SET state = 'graduated', result = 'graduated'", "enrolment_graduates_with_a_certificate"),
        (
            "UPDATE enrolment SET state = 'graduated', result = 'graduated', certificate = 'one'",
            "enrolment_certificate",
        ),
        ("UPDATE enrolment SET state = 'cancelled'", "enrolment_says_why_it_ended"),
        (f"DELETE FROM application WHERE worker = '{worker(1)}'", "enrolment_worker_spell_fkey"),
    ],
)
async def test_no(training, sql, constraint):
    await training.hear(offered("S1"), registered(1), registered(2), registered(3))
    with pytest.raises(DBAPIError, match=constraint):
        await training.tamper(sql)
    training.tampered = False


async def test_a_seat_given_back_may_be_given_again(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    await training.hear(withdrawn(1))
    found = await training.rows("SELECT seat, state FROM enrolment WHERE course = :id ORDER BY id", id=course_id("S1"))
    assert [tuple(row) for row in found] == [(1, "cancelled"), (1, "in-training")]
