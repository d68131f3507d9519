"""A placement is as good as its evidence: an employer's word, then a confirmation, then that the worker still works there, or that the job is lost."""

from datetime import date, timedelta

import pytest

from contract.examples import EMPLOYER, OFFICE, PURWOREJO, UNION, number_of, worker
from services.placement import duties
from services.placement.domain.evidence import months_after
from services.placement.settings import PlacementSettings
from services.placement.tasks import kinds
from shared.events import (
    EmploymentEnded,
    EvidenceRefused,
    HireConfirmed,
    PlacementConfirmed,
    PlacementContested,
    PlacementDisputed,
    PlacementEnded,
    PlacementGraded,
    PlacementResumed,
    PlacementTold,
    PlacementVoided,
    WorkerPlaced,
    WorkerReferred,
)
from shared.tasks import Tasks
from tests.key_files import key_file
from tests.service_under_test import kinds as kinds_of
from tests.service_under_test import only
from tests.unit.placement.examples import (
    TODAY,
    admitted,
    confirmed,
    contested,
    denied,
    hired,
    merged,
    out_of_work,
    posted,
    recalled,
    registered,
    retracted,
    said,
    states,
    terms,
    withdrawn,
)
from tests.unit.registration.posting import today_is

BPJS = "bpjs-purworejo"
FIRST_DAY = date(2021, 6, 1)
LATER = {3: date(2021, 9, 1), 6: date(2021, 12, 1), 12: date(2022, 6, 1)}


@pytest.fixture
async def placement(placement):
    """Worker 1 is hired by an employer, says the employer; there is one opening."""
    await placement.hear(
        admitted(OFFICE, "office", region=PURWOREJO), admitted(EMPLOYER, "employer"), admitted(BPJS, "social-insurance")
    )
    await placement.hear(posted("A", agency=EMPLOYER), registered(1))
    await placement.hear(said(hired(1, agency=EMPLOYER, grade="employer-says"), 1))
    return placement


async def grades(placement):
    found = await placement.rows("SELECT worker, grade FROM placement ORDER BY worker, spell")
    return [(number_of(row.worker), row.grade) for row in found]


async def told(placement, day=TODAY):
    """Let the worker be told by mail, and say by which event the placement was announced."""
    (row,) = await placement.rows("SELECT said FROM placement")
    with today_is(str(day)):
        await placement.hear(PlacementTold(subject=worker(1), placement=row.said, channel="smtp"))


async def silent(placement, days):
    """Let it be so many days later, and give what silence has confirmed."""
    before = await placement.journal_length()
    await duties.confirm_unopposed(placement.database, terms(days))
    return await placement.said(after=before)


# who says so


async def test_an_employer_s_word_is_announced_as_such(placement):
    (placed,) = only(WorkerPlaced, await placement.said())
    assert (placed.grade, placed.agency) == ("employer-says", EMPLOYER)
    assert await grades(placement) == [(1, "employer-says")]


@pytest.mark.parametrize("agency", [OFFICE, BPJS])
async def test_it_is_confirmed_by_an_office_or_by_social_insurance(placement, agency):
    (graded,) = await placement.hear(confirmed(1, agency=agency))
    assert (type(graded), graded.grade, graded.by, graded.on) == (PlacementGraded, "confirmed", agency, FIRST_DAY)
    assert await placement.hear(confirmed(1, agency=OFFICE)) == []


@pytest.mark.parametrize(("months", "day"), LATER.items())
async def test_a_word_of_a_day_months_later_says_that_the_worker_still_works_there(placement, months, day):
    (before,) = await placement.hear(confirmed(1, on=day - timedelta(days=1)))
    assert before.grade == {3: "confirmed", 6: "still-working-3-months", 12: "still-working-6-months"}[months]
    (graded,) = await placement.hear(confirmed(1, on=day))
    assert graded.grade == f"still-working-{months}-months"
    assert await placement.hear(confirmed(1, on=FIRST_DAY)) == []


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2021, 11, 30), 3, date(2022, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2021, 1, 31), 6, date(2021, 7, 31)),
        (date(2021, 12, 31), 12, date(2022, 12, 31)),
    ],
)
def test_months_end_where_the_month_is_shorter(day, months, later):
    assert months_after(day, months) == later


# silence


async def test_three_days_without_an_objection_confirm_a_hire_that_the_worker_was_told_of(placement):
    await told(placement)
    assert await silent(placement, 2) == []
    (graded,) = await silent(placement, 3)
    assert (graded.grade, graded.by) == ("confirmed", None)
    assert await silent(placement, 4) == []


async def test_silence_of_who_was_not_told_confirms_nothing(placement):
    assert await silent(placement, 300) == []


async def test_silence_does_not_confirm_what_the_worker_denies(placement):
    await told(placement)
    await placement.hear(contested(1))
    assert await silent(placement, 300) == []
    (graded,) = await placement.hear(confirmed(1, by_office=True))
    assert graded.grade == "confirmed"


async def test_silence_confirms_only_a_hire_from_a_referral(placement):
    await placement.hear(registered(2), recalled(2, grade="employer-says"))
    await placement.run(f"UPDATE placement SET told_on = '{TODAY}' WHERE worker = '{worker(2)}'")
    assert await silent(placement, 300) == []
    assert await grades(placement) == [(1, "employer-says"), (2, "employer-says")]


# what the worker denies


async def test_the_office_is_told_at_once_that_a_worker_denies_a_hire(placement):
    (disputed,) = await placement.hear(contested(1, agency=UNION))
    assert (type(disputed), disputed.by, disputed.agency) == (PlacementDisputed, UNION, EMPLOYER)
    assert OFFICE in disputed.concerns
    assert await placement.hear(contested(1, agency=UNION)) == []


async def test_only_the_office_decides(placement):
    await placement.hear(contested(1))
    await placement.hear(confirmed(1, agency=BPJS))
    assert (await placement.rows("SELECT contested FROM placement"))[0].contested
    await placement.hear(confirmed(1, by_office=True))
    assert not (await placement.rows("SELECT contested FROM placement"))[0].contested


async def test_a_placement_that_the_office_denies_is_void(placement):
    await placement.hear(contested(1))
    heard = await placement.hear(denied(1))
    assert kinds_of(heard) == ["PlacementVoided", "WorkerReferred"]
    assert await placement.rows("SELECT * FROM placement") == []
    assert await states(placement) == {1: "referred"}
    (placed,) = await placement.hear(hired(1, agency=EMPLOYER, grade="employer-says"))
    assert isinstance(placed, WorkerPlaced), "the employer may say it again, and the office decide again"


async def test_an_answer_that_was_refused_for_a_hire_that_is_denied_counts(placement):
    assert kinds_of(await placement.hear(recalled(1))) == ["OutcomeRefused"]
    heard = await placement.hear(denied(1))
    assert kinds_of(only(PlacementVoided, heard) + only(WorkerPlaced, heard)) == ["PlacementVoided", "WorkerPlaced"]
    assert [row.outcome for row in await placement.rows("SELECT outcome FROM placement")] == ["recalled"]


# a job that ends


async def test_a_job_that_ends_within_three_months_is_lost_and_its_opening_goes_to_the_next(placement):
    await placement.hear(registered(2))
    heard = await placement.hear(out_of_work(1, on=date(2021, 8, 31)))
    (ended,) = only(PlacementEnded, heard)
    assert (ended.lost, ended.ended_on) == (True, date(2021, 8, 31))
    assert [number_of(each.worker) for each in only(WorkerReferred, heard)] == [2]
    figures = await placement.figures()
    assert (figures["placed"], figures["placed.lost"], figures["placed.retained"]) == (1, 1, 0)


async def test_a_job_that_ends_later_was_kept_and_its_opening_stays_taken(placement):
    await placement.hear(registered(2))
    heard = await placement.hear(out_of_work(1, on=date(2021, 9, 1)))
    assert [(type(each), each.lost) for each in heard] == [(PlacementEnded, False)]
    figures = await placement.figures()
    assert (figures["placed"], figures["placed.lost"], figures["placed.retained"]) == (1, 0, 1)


async def test_who_is_without_work_again_within_three_months_has_lost_the_job(placement):
    heard = await placement.hear(
        registered(1, spell=2, applied_on=date(2021, 9, 20), without_work_since=date(2021, 8, 1))
    )
    assert [(each.lost, each.ended_on) for each in only(PlacementEnded, heard)] == [(True, date(2021, 8, 1))]
    assert await states(placement) == {1: "looking"}


async def test_a_report_that_is_withdrawn_lets_the_job_go_on_in_its_opening(placement):
    await placement.hear(registered(1, spell=2, without_work_since=date(2021, 8, 1)))
    heard = await placement.hear(withdrawn(1, spell=2))
    assert kinds_of(heard) == ["PlacementResumed"]
    assert await placement.rows("SELECT ended_on, lost, freed FROM placement") == [(None, False, False)]
    assert await placement.rows("SELECT hired, state FROM vacancy") == [(1, "filled")]


async def test_an_opening_that_went_to_another_stays_theirs(placement):
    await placement.hear(registered(1, spell=2, without_work_since=date(2021, 8, 1)), registered(2))
    heard = await placement.hear(withdrawn(1, spell=2))
    assert kinds_of(heard) == ["PlacementResumed"]
    assert await placement.rows("SELECT ended_on, lost, freed FROM placement") == [(None, False, True)]
    assert await placement.rows("SELECT hired, referred FROM vacancy") == [(0, 1)]


async def test_a_late_report_of_a_day_before_the_hire_ends_nothing(placement):
    assert only(PlacementEnded, await placement.hear(registered(1, spell=2, without_work_since=date(2021, 5, 1)))) == []


# retracted


@pytest.mark.parametrize(
    ("fact", "kind", "undone"),
    [
        (confirmed(1), PlacementConfirmed, [PlacementGraded]),
        (contested(1), PlacementContested, []),
        (out_of_work(1, on=date(2021, 8, 1)), EmploymentEnded, [PlacementResumed]),
    ],
)
async def test_what_was_said_of_a_placement_is_retracted(placement, fact, kind, undone):
    before = await placement.rows("SELECT grade, contested, ended_on, lost, freed FROM placement")
    await placement.hear(said(fact, 2))
    assert await placement.rows("SELECT grade, contested, ended_on, lost, freed FROM placement") != before
    heard = await placement.hear(retracted(1, 2, kind, None))
    assert [type(each) for each in heard] == undone
    assert await placement.rows("SELECT grade, contested, ended_on, lost, freed FROM placement") == before
    assert await placement.hear(retracted(1, 2, kind, None)) == []


async def test_a_hire_whose_job_was_lost_may_still_be_retracted(placement):
    await placement.hear(out_of_work(1, on=date(2021, 8, 1)))
    heard = await placement.hear(retracted(1, 1, HireConfirmed))
    assert kinds_of(only(PlacementVoided, heard)) == ["PlacementVoided"]
    assert await placement.rows("SELECT * FROM placement") == []


# refused


@pytest.mark.parametrize("fact", [confirmed(2), contested(2), out_of_work(2), denied(2)])
async def test_what_is_said_of_a_worker_who_is_not_placed_is_refused(placement, fact):
    await placement.hear(registered(2))
    (refusal,) = await placement.hear(fact)
    assert (type(refusal), refusal.reason) == (EvidenceRefused, "not-placed")


async def test_what_is_said_under_another_id_of_the_worker_counts(placement):
    await placement.hear(registered(2), merged(2, into=1))
    (graded,) = only(PlacementGraded, await placement.hear(confirmed(2)))
    assert graded.worker == worker(1)


# what is owed

SETTINGS = PlacementSettings(database_url="postgresql://x@localhost/x", operators=key_file("operator"))


async def owed(placement, days):
    """Look for what is owed so many days later."""
    before = await placement.journal_length()
    with today_is(str(TODAY + timedelta(days))):
        await Tasks(kinds(SETTINGS), SETTINGS.escalation_days).look(placement.database)
    return [(type(each).__name__, each.concerns) for each in await placement.said(after=before)]


async def test_the_office_is_to_decide_where_the_worker_was_not_told(placement):
    assert await owed(placement, 6) == []
    assert await owed(placement, 7) == [("ConfirmationDue", [OFFICE])]
    assert await owed(placement, 14) == [("ConfirmationOverdue", [OFFICE])]
    await placement.hear(confirmed(1, on=LATER[3]))
    assert await owed(placement, 15) == []


async def test_nobody_is_to_decide_where_the_worker_was_told(placement):
    await told(placement)
    assert await owed(placement, 60) == []
    await placement.hear(contested(1))
    assert await owed(placement, 60) == [("ConfirmationDue", [OFFICE]), ("ConfirmationOverdue", [OFFICE])]


async def test_the_office_is_to_ask_three_months_after_the_first_working_day(placement):
    await placement.hear(confirmed(1))
    due = (LATER[3] + timedelta(days=14) - TODAY).days
    assert await owed(placement, due - 1) == []
    assert await owed(placement, due) == [("FollowUpDue", [OFFICE])]
    await placement.hear(out_of_work(1, on=LATER[3]))
    assert await owed(placement, due + 7) == []


# figures


async def test_the_sums_over_grades_are_all_placements(placement):
    await placement.hear(posted("B", openings=2), registered(2), registered(3), registered(4))
    await placement.hear(hired(2, "B"), recalled(4, grade="employer-says"))
    await placement.hear(hired(3, "B"), confirmed(3, on=LATER[6]))
    figures = await placement.figures()
    by_grade = {name: n for name, n in figures.items() if name.startswith("placed.grade.")}
    assert sum(by_grade.values()) == figures["placed"] == 4
    assert by_grade["placed.grade.employer-says"] == 2
    assert by_grade["placed.grade.still-working-6-months"] == 1
