"""An answer to a referral is asked for before it lapses, an approval two weeks after the vacancy was posted."""

import asyncio
from datetime import timedelta

import pytest

from contract.examples import EMPLOYER, OFFICE, PURWOREJO, id_of, number_of, worker
from services.placement import duties
from services.placement.settings import PlacementSettings
from services.placement.tasks import kinds
from shared.events import AnswerDue, AnswerOverdue, ApprovalDue, HireDeclined, ReferralLapsed
from shared.tasks import Tasks
from tests.counting import counting
from tests.key_files import key_file
from tests.service_under_test import only
from tests.unit.placement.examples import (
    BEKASI,
    KEBUMEN,
    TODAY,
    admitted,
    approved,
    client_of,
    closed,
    declined,
    hired,
    posted,
    registered,
    restricted,
    retracted,
    said,
    terms,
)
from tests.unit.registration.posting import today_is

SETTINGS = PlacementSettings(database_url="postgresql://x@localhost/x", operators=key_file("operator"))
OFFICES = {"kemnaker": None, "disnaker-jateng": "33", OFFICE: PURWOREJO, "disnaker-kebumen": KEBUMEN}
ASKED = [("AnswerDue", 1, [EMPLOYER])]


@pytest.fixture
def terms_of_referral():
    return terms(most_unapproved=3)


@pytest.fixture
async def placement(placement):
    """Worker 1 of Purworejo is referred to an employer, who answers by the 13th of September."""
    await placement.hear(*(admitted(slug, "office", region=region) for slug, region in OFFICES.items()))
    await placement.hear(admitted(EMPLOYER, "employer"), posted("A", agency=EMPLOYER), registered(1))
    return placement


async def looked(placement, days, settings=SETTINGS):
    """Let it be so many days after the referral, look for what is owed, and give what was said."""
    before = await placement.journal_length()
    with today_is(str(TODAY + timedelta(days))):
        both = [kind for kind in kinds(settings) if kind.name in ("answer", "approval")]
        await Tasks(both, settings.escalation_days).look(placement.database)
    return [told(event) for event in await placement.said(after=before)]


def told(event):
    about = event.code if event.about == "vacancy" else number_of(event.worker)
    return type(event).__name__, about, event.concerns


async def test_an_agency_is_reminded_once_two_days_before_the_referral_lapses(placement):
    assert await looked(placement, 4) == []
    assert await looked(placement, 5) == ASKED
    assert await looked(placement, 5) == await looked(placement, 7) == []
    (asked,) = only(AnswerDue, await placement.said())
    assert (asked.since, asked.due, asked.owed_by) == (TODAY, TODAY + timedelta(days=7), [EMPLOYER])


@pytest.mark.parametrize(
    "settled",
    [hired(1, agency=EMPLOYER), declined(1, agency=EMPLOYER, vacancy=id_of("A", EMPLOYER))],
    ids=["hired", "declined"],
)
async def test_who_has_answered_is_not_reminded(placement, settled):
    await placement.hear(settled)
    assert await looked(placement, 5) == []


async def test_a_decline_that_is_retracted_makes_the_answer_owed_again_and_asked_for_again(placement):
    await placement.hear(posted("B"), registered(2))
    await looked(placement, 5)
    await placement.hear(said(declined(2, "B"), 1))
    await looked(placement, 5)
    await placement.hear(retracted(2, 1, HireDeclined, "B"))
    assert await looked(placement, 6) == [("AnswerDue", 2, [OFFICE])]


async def test_the_worker_s_office_is_told_once_when_no_answer_came(placement):
    before = await placement.journal_length()
    await asyncio.gather(*(duties.lapse_unanswered(placement.database, terms(8)) for _ in range(3)))
    said_then = await placement.said(after=before)
    (late,) = only(AnswerOverdue, said_then)
    assert (late.worker, late.agency, late.due, late.owed_by) == (
        worker(1),
        EMPLOYER,
        TODAY + timedelta(days=7),
        [EMPLOYER],
    )
    assert late.concerns == [OFFICE]
    assert len(only(ReferralLapsed, said_then)) == 1
    assert await looked(placement, 60) == []


async def test_no_office_is_told_of_an_answer_of_a_restricted_worker(placement):
    await placement.hear(restricted(1))
    await duties.lapse_unanswered(placement.database, terms(8))
    assert only(AnswerOverdue, await placement.said()) == []
    assert await looked(placement, 60) == []


async def test_how_long_before_is_a_setting(placement):
    sooner = SETTINGS.model_copy(update={"reminder_days_before": 5})
    assert await looked(placement, 1, sooner) == []
    assert await looked(placement, 2, sooner) == ASKED


# approvals


def waiting(code="W", **given):
    return posted(code, **{"agency": EMPLOYER, "on": TODAY, "vocation": "welding", "openings": 9} | given)


async def test_the_offices_that_may_approve_are_reminded_after_two_weeks_and_told_again_a_week_later(placement):
    await placement.hear(waiting())
    await placement.hear(hired(1, agency=EMPLOYER))
    assert await looked(placement, 13) == []
    assert await looked(placement, 14) == [("ApprovalDue", "W", [OFFICE])]
    assert await looked(placement, 20) == []
    assert await looked(placement, 21) == [("ApprovalOverdue", "W", [OFFICE])]
    assert await looked(placement, 300) == []
    (due,) = only(ApprovalDue, await placement.said())
    assert (due.openings, due.waiting, due.agency, due.since) == (9, 6, EMPLOYER, TODAY)


@pytest.mark.parametrize(
    "settled", [approved("W"), closed("W", agency=EMPLOYER), waiting(openings=3)], ids=["approved", "closed", "fewer"]
)
async def test_what_waits_no_longer_is_nobody_s_task(placement, settled):
    await placement.hear(hired(1, agency=EMPLOYER), waiting())
    await placement.hear(settled)
    assert await looked(placement, 60) == []


async def test_of_a_vacancy_abroad_the_widest_office_is_reminded(placement):
    await placement.hear(hired(1, agency=EMPLOYER), waiting(region=None, country="SG"), waiting("K", region=KEBUMEN))
    assert sorted(await looked(placement, 14)) == [
        ("ApprovalDue", "K", ["disnaker-kebumen"]),
        ("ApprovalDue", "W", ["kemnaker"]),
    ]


async def test_each_sees_what_it_owes_and_an_office_what_waits_where_it_acts(placement):
    await placement.hear(waiting(), waiting("SG", region=None, country="SG"), waiting("B", region=BEKASI))
    async with client_of(placement) as client:

        async def owed(by, days=14, **query):
            with today_is(str(TODAY + timedelta(days))):
                answer = await client.get("/tasks", params=query, headers={"Authorization": f"Bearer {by}"})
            assert answer.status_code == 200, answer.text
            return {(item["kind"], item["about"]["code"]) for item in answer.json()["items"]}

        everywhere = {("approval", "SG")}
        assert await owed(EMPLOYER) == {("answer", "A")}
        assert await owed(OFFICE, 7) == everywhere | {("approval", "W")}
        assert await owed("disnaker-kebumen") == everywhere
        assert await owed("kemnaker", kind="approval") == {("approval", code) for code in ("W", "SG", "B")}
        assert await owed("operator") == {("answer", "A"), *(("approval", code) for code in ("W", "SG", "B"))}
        assert await owed("operator", agency="disnaker-jateng") == everywhere | {("approval", "W")}
        # an answer is late for as long as the referral has not lapsed
        assert await owed(OFFICE, 8, kind="answer") == {("answer", "A")}


async def test_thousands_cost_as_many_statements_as_one(placement):
    with counting(placement.database) as few:
        await looked(placement, 5)
    await placement.hear(posted("M", openings=2_500), *(registered(n) for n in range(2, 2_400)))
    with counting(placement.database) as many:
        assert len(await looked(placement, 5)) == 2_398
    assert len(many) == len(few)


async def test_the_lapse_of_many_costs_as_many_statements_as_that_of_few(placement):
    async def lapsed(days):
        with counting(placement.database) as statements:
            await duties.lapse_unanswered(placement.database, terms(days))
        return [each for each in statements if "agency" in each and "office" in each]

    few = await lapsed(8)
    await placement.hear(posted("M", openings=500), *(registered(n) for n in range(2, 400)))
    assert len(await lapsed(100)) == len(few)
