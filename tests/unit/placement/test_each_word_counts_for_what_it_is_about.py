"""What is said of placements by several agencies, in any order: each word counts for what it is about, and for no other."""

import asyncio
from datetime import date, timedelta

import msgspec
import pytest

from contract.examples import EMPLOYER, OFFICE, PURWOREJO, example, id_of, worker
from services.placement import duties
from services.placement.settings import PlacementSettings
from services.placement.tasks import kinds
from shared.events import (
    EmploymentEnded,
    HireConfirmed,
    HireDeclined,
    PlacementConfirmed,
    PlacementEnded,
    PlacementGraded,
    PlacementTold,
    PlacementVoided,
    WalkInReported,
    WorkerPlaced,
)
from shared.tasks import Tasks
from tests.key_files import key_file
from tests.locks import waits_for_its_turn
from tests.service_under_test import kinds as kinds_of
from tests.service_under_test import only
from tests.unit.placement.examples import (
    TODAY,
    admitted,
    confirmed,
    contested,
    declined,
    denied,
    hired,
    out_of_work,
    posted,
    recalled,
    registered,
    reinstated,
    retracted,
    said,
    states,
    terms,
    withdrawn,
)
from tests.unit.registration.posting import today_is

SETTINGS = PlacementSettings(database_url="postgresql://x@localhost/x", operators=key_file("operator"))
OTHER = "pt-lama"


def walk_in(n, nth=90, **given):
    return said(example(WalkInReported, worker=worker(n), **given), nth)


async def rows(placement, what="worker, spell, agency, outcome, grade, contested, ended_on, lost, freed"):
    return [tuple(r)[1:] for r in await placement.rows(f"SELECT {what} FROM placement ORDER BY worker, spell")]


@pytest.fixture
async def placement(placement):
    await placement.hear(admitted(OFFICE, "office", region=PURWOREJO), admitted(EMPLOYER, "employer"))
    await placement.hear(posted("A", agency=EMPLOYER), registered(1))
    await placement.hear(said(hired(1, agency=EMPLOYER, grade="employer-says"), 1))
    return placement


async def test_a_former_employer_does_not_end_a_later_job(placement):
    await placement.hear(registered(1, spell=2, applied_on=date(2021, 9, 6), without_work_since=date(2021, 9, 5)))
    await placement.hear(posted("B", agency=OTHER))
    await placement.hear(hired(1, "B", agency=OTHER, on=date(2021, 9, 10)))
    heard = await placement.hear(
        out_of_work(
            1, agency=EMPLOYER, said_by=EMPLOYER, on=date(2021, 9, 12)
        )  # as the desk says of an employer's word
    )
    assert only(PlacementEnded, heard) == []
    assert (await rows(placement))[1][-3:] == (None, False, False)


async def test_a_denied_hire_does_not_come_back_by_the_same_employer_s_second_word(placement):
    await placement.hear(said(hired(1, agency=EMPLOYER, grade="employer-says"), 2))  # refused: already placed
    await placement.hear(contested(1))
    heard = await placement.hear(denied(1))
    assert only(WorkerPlaced, heard) == []
    assert await states(placement) == {1: "referred"}


async def test_a_denied_walk_in_of_a_worker_who_works_elsewhere_leaves_that_job(placement):
    await placement.hear(walk_in(1, agency=OTHER))
    heard = await placement.hear(denied(1, said_by=OTHER))
    assert only(PlacementVoided, heard) == []
    assert [r.state for r in await placement.rows("SELECT state FROM walk_in")] == ["denied"]


async def test_a_confirmed_walk_in_of_a_worker_who_works_elsewhere_does_not_confirm_that_job(placement):
    await placement.hear(walk_in(1, agency=OTHER))
    heard = await placement.hear(confirmed(1, said_by=OTHER, by_office=True))
    assert only(PlacementGraded, heard) == []


async def test_a_hire_of_a_coming_day_can_be_contested_and_denied(placement):
    await placement.hear(registered(1, spell=2, applied_on=date(2021, 9, 1), without_work_since=date(2021, 9, 1)))
    await placement.hear(
        posted("B", agency=OTHER), hired(1, "B", agency=OTHER, grade="employer-says", on=date(2021, 11, 1))
    )
    (row,) = await placement.rows("SELECT said FROM placement WHERE spell = 2")
    await placement.hear(PlacementTold(subject=worker(1), placement=row.said, channel="smtp"))
    await placement.hear(contested(1, on=date(2021, 9, 6)))
    await duties.confirm_unopposed(placement.database, terms(4))
    after = await rows(placement)
    heard = await placement.hear(denied(1, on=date(2021, 9, 7)))
    assert [(r[0], r[3], r[4]) for r in after][1] == (2, "employer-says", True)
    assert [e.spell for e in only(PlacementVoided, heard)] == [2]


async def test_a_word_before_a_walk_in_does_not_confirm_it(placement):
    await placement.hear(registered(2), posted("C", agency=OTHER))
    await placement.hear(said(confirmed(2, by_office=True), 20))  # refused: not placed
    await placement.hear(said(declined(2, "C", agency=OTHER, vacancy=id_of("C", OTHER)), 21))
    await placement.hear(walk_in(2, agency="pt-jahat"))
    heard = await placement.hear(of_agency(2, 21, HireDeclined, "C", OTHER))
    assert only(WorkerPlaced, heard) == []


def of_agency(n, nth, kind, code, agency):
    return msgspec.structs.replace(retracted(n, nth, kind, code), vacancy=id_of(code, agency), said_by=agency)


async def test_a_hire_and_its_end_retracted_in_one_batch_hold_no_opening(placement):
    await placement.hear(said(out_of_work(1, on=date(2021, 8, 1)), 2))
    await placement.hear(of_agency(1, 1, HireConfirmed, "A", EMPLOYER), retracted(1, 2, EmploymentEnded, None))
    assert await placement.broken() == {}


async def test_a_retracted_hire_whose_job_was_lost_leaves_the_referral_as_before(placement):
    await placement.hear(said(out_of_work(1, on=date(2021, 8, 1)), 2))
    await placement.hear(of_agency(1, 1, HireConfirmed, "A", EMPLOYER))
    assert [r.state for r in await placement.rows("SELECT state FROM referral")] == ["open"]


async def test_evidence_counts_for_what_counts_instead(placement):
    await placement.hear(said(recalled(1, grade="employer-says"), 3))
    await placement.hear(said(confirmed(1, by_office=True), 4))
    await placement.hear(of_agency(1, 1, HireConfirmed, "A", EMPLOYER))
    assert [(r[2], r[3]) for r in await rows(placement)] == [("recalled", "confirmed")]


async def test_insurance_alone_does_not_keep_a_walk_in_confirmed(placement):
    await placement.hear(registered(3), walk_in(3))
    await placement.hear(said(confirmed(3, by_office=True), 30), said(confirmed(3, agency="bpjs"), 31))
    heard = await placement.hear(retracted(3, 30, PlacementConfirmed, None))
    assert len(only(PlacementVoided, heard)) == 1


async def test_a_report_that_stands_again_ends_the_job_again(placement):
    again = {"without_work_since": date(2021, 8, 1)}
    await placement.hear(registered(1, spell=2, **again), withdrawn(1, spell=2))
    assert (await rows(placement))[0][-3:] == (None, False, False)
    await placement.hear(reinstated(1, spell=2, **again))
    assert (await rows(placement))[0][-3:] == (date(2021, 8, 1), True, True)


async def test_hired_again_in_the_same_vacancy_is_another_hire(placement):
    await placement.hear(registered(1, spell=2, without_work_since=date(2021, 8, 1)))
    await placement.hear(said(hired(1, agency=EMPLOYER, on=date(2021, 9, 20)), 5))
    await placement.hear(of_agency(1, 1, HireConfirmed, "A", EMPLOYER))
    assert await placement.broken() == {}


async def looked(placement, days):
    before = await placement.journal_length()
    with today_is(str(TODAY + timedelta(days))):
        await Tasks(kinds(SETTINGS), SETTINGS.escalation_days).look(placement.database)
    return [each for each in kinds_of(await placement.said(after=before)) if each.startswith("Conf")]


@pytest.mark.parametrize("word", [confirmed(4, by_office=True, said_by=OTHER), denied(4, said_by=OTHER)])
async def test_the_task_of_a_withdrawn_worker_s_walk_in_is_settled(placement, word):
    await placement.hear(registered(4), walk_in(4, agency=OTHER), withdrawn(4))
    await placement.hear(word)
    assert len(await looked(placement, 7)) == 1, "that of worker 1 alone"


async def test_a_contested_hire_whose_job_is_said_to_have_ended_is_still_decided(placement):
    await placement.hear(contested(1), out_of_work(1, agency=EMPLOYER, on=date(2021, 6, 2)))
    assert await looked(placement, 7) == ["ConfirmationDue"]


async def test_what_the_worker_denies_is_not_confirmed_by_insurance(placement):
    await placement.hear(contested(1))
    assert only(PlacementGraded, await placement.hear(confirmed(1, agency="bpjs"))) == []


async def test_a_job_that_ended_before_the_hire_is_another(placement):
    assert only(PlacementEnded, await placement.hear(out_of_work(1, agency="bpjs", on=date(2021, 5, 1)))) == []


async def test_it_is_noted_in_turn_that_a_worker_was_told(placement):
    (row,) = await placement.rows("SELECT said FROM placement")
    async with placement.database.work() as work:
        await work.take_turns()
        hearing = asyncio.create_task(
            placement.hear(PlacementTold(subject=worker(1), placement=row.said, channel="smtp"))
        )
        assert await waits_for_its_turn(placement, hearing)
    await hearing
    assert (await placement.rows("SELECT told_on FROM placement"))[0].told_on is not None


async def test_a_report_that_is_withdrawn_lets_nobody_else_s_job_go_on(placement):
    lost = {"spell": 2, "without_work_since": date(2021, 8, 1)}
    await placement.hear(posted("B", agency=OTHER), registered(2))
    await placement.hear(hired(2, "B", agency=OTHER), registered(1, **lost), registered(2, **lost))
    await placement.hear(withdrawn(1, spell=2), withdrawn(2, spell=3))
    assert [row[-2] for row in await rows(placement)] == [False, True]
