"""Who did not come to a course stands in no line: the worker's office is reminded to ask, and what it hears settles it."""

from contract.examples import OFFICE
from shared.events import NoShowRecorded
from tests.unit.registration.posting import today_is
from tests.unit.training.examples import amended, no_show, offered, registered, retracted, said
from tests.unit.training.test_results_are_owed import admitted, looked_on

FIRST_DAY, DUE, LATE = "2021-03-05", "2021-03-12", "2021-03-19"
"""The day of the absence, a week later, and two weeks later."""


async def test_the_office_is_reminded_after_a_week_and_again_when_it_is_late(training):
    await training.hear(admitted(OFFICE, "office", "33.06"), offered("S1"), registered(1))
    with today_is(FIRST_DAY):
        await training.hear(no_show(1, "S1"))
    reminded, late = await looked_on(training, DUE), await looked_on(training, LATE)
    assert [(name, about, told) for name, about, told in reminded] == [("AbsenceDue", 1, [OFFICE])]
    assert [(name, about, told) for name, about, told in late] == [("AbsenceOverdue", 1, [OFFICE])]
    assert await looked_on(training, "2021-04-20") == []


async def test_it_is_settled_when_the_worker_asks_again_or_the_absence_is_retracted(training):
    await training.hear(admitted(OFFICE, "office", "33.06"), offered("S1"), registered(1), registered(2))
    with today_is(FIRST_DAY):
        await training.hear(said(no_show(1, "S1"), 1), said(no_show(2, "S1"), 2))
        await training.hear(amended(1), retracted(2, "S1", 2, NoShowRecorded))
    assert await looked_on(training, LATE) == []
