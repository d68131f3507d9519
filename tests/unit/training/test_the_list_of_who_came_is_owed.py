"""The day after a course has begun its provider is asked who came."""

import pytest

from contract.examples import OFFICE, PROVIDER, PURWOREJO, example
from services.training.settings import TrainingSettings
from services.training.tasks import kinds
from shared.events import AgencyAdmitted, AttendanceDue, AttendanceRecorded, CourseOffered, type_of
from shared.tasks import Tasks
from tests.key_files import key_file
from tests.service_under_test import only
from tests.unit.registration.posting import today_is
from tests.unit.training.examples import (
    attended,
    course_retracted,
    no_show,
    offered,
    paused,
    registered,
    result,
    said,
    withdrawn,
)

SETTINGS = TrainingSettings(database_url="postgresql://x@localhost/x", operators=key_file("operator"))
BEFORE, FIRST_DAY, DUE, LATE = "2021-02-20", "2021-03-01", "2021-03-02", "2021-03-09"


@pytest.fixture
async def training(training):
    """Worker 1 sits in a course that begins on the 1st of March."""
    await training.hear(example(AgencyAdmitted, agency=OFFICE, role="office", region=PURWOREJO))
    with today_is(BEFORE):
        await training.hear(offered("S1"), registered(1))
    return training


async def looked(training, day):
    before = await training.journal_length()
    with today_is(day):
        await Tasks(kinds(SETTINGS), SETTINGS.escalation_days).look(training.database)
    return [
        (type(each).__name__, each.code, each.concerns)
        for each in await training.said(after=before)
        if type(each).__name__.startswith("Attendance")
    ]


async def test_the_provider_is_reminded_once_and_the_office_told_once(training):
    assert await looked(training, FIRST_DAY) == []
    assert await looked(training, DUE) == [("AttendanceDue", "S1", [PROVIDER])]
    assert await looked(training, "2021-03-08") == []
    assert await looked(training, LATE) == [("AttendanceOverdue", "S1", [OFFICE])]
    assert await looked(training, "2021-04-01") == []
    (due,) = only(AttendanceDue, await training.said())
    assert (str(due.since), str(due.due), due.owed_by) == (FIRST_DAY, DUE, [PROVIDER])


@pytest.mark.parametrize(
    "settled",
    [attended("S1"), no_show(1, "S1"), result(1, "S1"), paused("S1")],
    ids=lambda e: type(e).__name__,
)
async def test_what_says_who_came_settles_it(training, settled):
    with today_is(BEFORE):
        await training.hear(registered(2))
    with today_is(FIRST_DAY):
        await training.hear(settled)
    assert await training.seats("S1") != {}
    assert await looked(training, LATE) == []


async def test_a_course_that_everybody_left_owes_none(training):
    with today_is(FIRST_DAY):
        await training.hear(withdrawn(1))
    assert await looked(training, LATE) == []


async def test_a_course_in_which_nobody_sits_owes_none(training):
    with today_is(BEFORE):
        await training.hear(offered("S2", vocation="welding"))
    assert {code for _, code, _ in await looked(training, LATE)} == {"S1"}


async def test_a_list_that_is_retracted_is_owed_anew(training):
    with today_is(DUE):
        await training.hear(said(attended("S1"), 1))
        await training.run(
            f"DELETE FROM kept_fact WHERE type = '{type_of(CourseOffered)}'"
        )  # it was said before facts were kept
        assert await training.hear(course_retracted("S1", 1, AttendanceRecorded)) == []
    assert await training.rows("SELECT state, void FROM course") == [("open", False)]
    assert await looked(training, DUE) == [("AttendanceDue", "S1", [PROVIDER])]
