"""An agency that names a worker may know nothing of the worker, and do nothing to the worker, without a relation."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest

from contract.examples import PROVIDER, example
from services.registration.domain.relations import KEPT_FOR, TIES
from services.registration.handlers import STEPS
from shared import clock
from shared.events import (
    EnrolmentCancelled,
    PlacementVoided,
    ReferralLapsed,
    WorkerEnrolled,
    WorkerPlaced,
    WorkerReferred,
)
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik

NOBODY = "0190f6b0-7d5c-7a10-8f00-000000000001"
ABOUT_A_WORKER: dict[str, dict[str, Any]] = {
    "LayoffWithdrawn": {"reason": "mediation"},
    "TrainingResultRecorded": {"code": "S1", "result": "graduated"},
    "HireConfirmed": {"code": "A"},
    "HireDeclined": {"code": "A"},
    "WorkerRecalled": {},
    "BusinessStarted": {"business": "tailoring"},
    "GrantRecorded": {"kind": "tools"},
    "ClaimContested": {"claimant": "employer"},
    "MoveAnswered": {"agreed": True},
    "PlacementConfirmed": {},
    "PlacementContested": {},
    "PlacementDenied": {},
    "EmploymentEnded": {},
}
STRANGERS = {
    "LayoffWithdrawn": "union",
    "TrainingResultRecorded": "training-provider",
    "HireConfirmed": "pt-baru",
    "HireDeclined": "pt-baru",
    "WorkerRecalled": "pt-baru",
    "BusinessStarted": "pt-baru",
    "GrantRecorded": "bpjs-serang",
    "ClaimContested": "disnaker-serang",
    "MoveAnswered": "disnaker-serang",
    "PlacementConfirmed": "bpjs-serang",
    "PlacementContested": "union",
    "PlacementDenied": "disnaker-serang",
    "EmploymentEnded": "pt-baru",
}
"""An agency of a role that may say it of somebody, with no relation to the worker."""


def about(name: str, **who: str) -> dict[str, Any]:
    return event(name, {"on": "2021-10-01", **ABOUT_A_WORKER[name], **who})


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    await desk.agency("pt-baru", "employer")
    await desk.agency("pt-lain", "employer")
    await desk.agency("bpjs-serang", "social-insurance", "36.04")
    await desk.agency("bpjs-purworejo", "social-insurance", "33.06")
    await desk.agency("disnaker-serang", "office", "36.04")
    await desk.agency("disnaker-purworejo", "office", "33.06")
    await desk.agency(PROVIDER, "training-provider")
    return desk


async def budi(desk: DeskUnderTest) -> tuple[str, str]:
    """Report a worker who lives in Purworejo, as his employer."""
    number = nik()
    (receipt,) = await desk.receipts("employer", layoff(number))
    return number, receipt["worker"]


async def journey(desk: DeskUnderTest, worker: str, slug: str | None = None) -> Any:
    return await desk.client.get(f"/workers/{worker}/journey", headers=desk.bearer(slug) if slug else OPERATOR)


@pytest.mark.parametrize("name", ABOUT_A_WORKER)
async def test_a_stranger_is_refused_alike_whether_the_worker_is_known_or_not(desk: DeskUnderTest, name: str):
    number, worker = await budi(desk)
    before = await desk.announced()
    for known, unknown in (({"nik": number}, {"nik": nik()}), ({"worker": worker}, {"worker": NOBODY})):
        answers = [await desk.post(STRANGERS[name], {**about(name, **who), "id": "same"}) for who in (known, unknown)]
        assert answers[0].content == answers[1].content
        for answer in answers:
            assert (answer.status_code, answer.headers["retry-after"]) == (403, "5")
            (receipt,) = answer.json()["receipts"]
            assert "worker" not in receipt
            assert receipt["problem"]["type"] == "urn:pulih:problem:not-yours"
            assert receipt["problem"]["retry_after"] == 5
            assert receipt["problem"]["pointer"] == f"/0/data/{next(iter(known))}"
    assert await desk.announced() == before
    assert await desk.rows("SELECT count(*) FROM assertion") == [(1,)]


async def test_naming_a_worker_opens_no_journey(desk: DeskUnderTest):
    number, worker = await budi(desk)
    for slug in desk.keys.keys() - {"employer", "office", "disnaker-purworejo", "bpjs-purworejo", "social-insurance"}:
        known, unknown = await journey(desk, worker, slug), await journey(desk, NOBODY, slug)
        assert (known.status_code, known.content) == (403, unknown.content), slug
    await desk.post("pt-baru", about("HireDeclined", nik=number))
    refused = await journey(desk, worker, "pt-baru")
    assert (refused.status_code, refused.headers["retry-after"]) == (403, "5")
    assert refused.content == (await journey(desk, NOBODY, "pt-baru")).content


async def test_the_office_where_the_worker_lives_reads_everything_and_needs_no_claim(desk: DeskUnderTest):
    number, worker = await budi(desk)
    whole = (await journey(desk, worker)).json()
    for slug in ("disnaker-purworejo", "office"):  # `office` acts for all of Indonesia
        assert (await journey(desk, worker, slug)).json() == whole
    (receipt,) = await desk.receipts("disnaker-purworejo", about("LayoffWithdrawn", nik=number))
    assert receipt["outcome"] == "accepted"


async def test_a_claim_opens_its_agencys_own_steps_and_the_state_in_a_word(desk: DeskUnderTest):
    number, worker = await budi(desk)
    await desk.post("union", layoff(number))
    await desk.post("office", event("GrantRecorded", {"on": "2021-10-01", "nik": number, "kind": "tools", "amount": 9}))
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))
    read = (await journey(desk, worker, "union")).json()
    assert set(read) == {"worker", "spell", "state", "steps"}
    assert read["state"] == "seeking-training"
    assert [step["type"] for step in read["steps"]] == ["pulih.layoff.reported.v1", "pulih.claim.added.v1"]
    assert "employer" not in str(read)


async def test_the_provider_of_the_seat_records_the_result_and_no_other(desk: DeskUnderTest):
    number, worker = await budi(desk)
    ((provider,),) = await desk.rows(f"SELECT id FROM agency WHERE slug = '{PROVIDER}'")
    course = uuid5(provider, "course:S1")
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker), course=course))
    read = (await journey(desk, worker, PROVIDER)).json()
    assert [step["type"] for step in read["steps"]] == ["pulih.worker.enrolled.v1"]
    assert (await desk.post("training-provider", about("TrainingResultRecorded", nik=number))).status_code == 403
    other_course = event(
        "TrainingResultRecorded", {"on": "2021-10-01", "nik": number, "code": "S2", "result": "graduated"}
    )
    assert (await desk.post(PROVIDER, other_course)).status_code == 403
    assert (await desk.post(PROVIDER, about("TrainingResultRecorded", nik=number))).status_code == 202
    await desk.hear(example(EnrolmentCancelled, worker=UUID(worker), course=course))
    assert (await journey(desk, worker, PROVIDER)).status_code == 403
    assert (await desk.post(PROVIDER, about("TrainingResultRecorded", nik=number))).status_code == 403


@pytest.mark.parametrize("reason", ["hired", "recalled", "self-employed"])
async def test_who_left_a_course_for_work_has_a_result_by_its_day_and_the_provider_reads_nothing(
    desk: DeskUnderTest, reason: str
):
    number, worker = await budi(desk)
    ((provider,),) = await desk.rows(f"SELECT id FROM agency WHERE slug = '{PROVIDER}'")
    of_it = {"worker": UUID(worker), "course": uuid5(provider, "course:S1")}
    await desk.hear(example(WorkerEnrolled, **of_it), example(EnrolmentCancelled, **of_it, reason=reason))
    absent = event("NoShowRecorded", {"on": "2021-10-01", "nik": number, "code": "S1"})
    assert (await desk.post(PROVIDER, absent)).status_code == 403
    assert (await desk.post("training-provider", about("TrainingResultRecorded", nik=number))).status_code == 403
    assert (await desk.post(PROVIDER, about("TrainingResultRecorded", nik=number))).status_code == 202
    assert (await journey(desk, worker, PROVIDER)).status_code == 403
    names = {"workers": [worker], "purpose": "attendance"}
    assert (await desk.client.post("/identities", json=names, headers=desk.bearer(PROVIDER))).status_code == 403


async def test_a_referral_is_a_relation_while_it_is_open_and_a_hire_after_it(desk: DeskUnderTest):
    number, worker = await budi(desk)
    ((employer,),) = await desk.rows("SELECT id FROM agency WHERE slug = 'pt-baru'")
    vacancy = uuid5(employer, "vacancy:A")
    of_it = {"worker": UUID(worker), "vacancy": vacancy, "agency": "pt-baru"}
    await desk.hear(example(WorkerReferred, **of_it))
    assert [step["type"] for step in (await journey(desk, worker, "pt-baru")).json()["steps"]] == [
        "pulih.worker.referred.v1"
    ]
    await desk.hear(example(ReferralLapsed, **of_it))
    assert (await journey(desk, worker, "pt-baru")).status_code == 403
    # a late answer still counts: the employer knows whom it took on
    assert (await desk.post("pt-baru", about("HireConfirmed", nik=number))).status_code == 202
    await desk.hear(example(WorkerPlaced, **of_it))
    read = (await journey(desk, worker, "pt-baru")).json()
    assert (read["state"], read["steps"][-1]["type"]) == ("placed", "pulih.worker.placed.v1")


async def test_who_took_the_worker_on_says_when_the_job_has_ended_and_nobody_else_confirms_it(desk: DeskUnderTest):
    number, worker = await budi(desk)
    ((employer,),) = await desk.rows("SELECT id FROM agency WHERE slug = 'pt-baru'")
    of_it = {"worker": UUID(worker), "vacancy": uuid5(employer, "vacancy:A"), "agency": "pt-baru"}
    await desk.hear(example(WorkerReferred, **of_it))
    assert (await desk.post("pt-baru", about("EmploymentEnded", nik=number))).status_code == 403
    await desk.hear(example(WorkerPlaced, **of_it))
    assert (await desk.post("pt-baru", about("EmploymentEnded", nik=number))).status_code == 202
    ((_, said),) = await desk.announced("pulih.employment.ended.v1")
    assert said["said_by"] == "pt-baru", "an employer says it of its own placement alone"
    assert (await desk.post("pt-baru", about("PlacementConfirmed", nik=number))).status_code == 403
    assert (await desk.post("bpjs-purworejo", about("PlacementConfirmed", nik=number))).status_code == 202
    assert (await desk.post("bpjs-purworejo", about("PlacementDenied", nik=number))).status_code == 403


async def test_who_took_the_worker_on_at_the_door_says_when_the_job_has_ended_and_nothing_else(desk: DeskUnderTest):
    number, worker = await budi(desk)
    assert (await desk.post("pt-baru", about("EmploymentEnded", nik=number))).status_code == 403
    await desk.hear(example(WorkerPlaced, worker=UUID(worker), agency="pt-baru", vacancy=None, code=None))
    for name in ("HireConfirmed", "WorkerRecalled", "BusinessStarted", "LayoffWithdrawn", "GrantRecorded"):
        assert (await desk.post("pt-baru", about(name, nik=number))).status_code == 403, name
    assert (await journey(desk, worker, "pt-baru")).status_code == 403
    assert (await desk.post("pt-baru", about("EmploymentEnded", nik=number))).status_code == 202
    assert (await desk.post("pt-lain", about("EmploymentEnded", nik=number))).status_code == 403


async def test_a_former_employer_does_not_say_that_the_later_job_has_ended(desk: DeskUnderTest):
    number, worker = await budi(desk)
    jobs = [
        {"worker": UUID(worker), "agency": agency, "vacancy": UUID(int=spell), "spell": spell, "on": date(2021, 9, day)}
        for agency, spell, day in (("pt-baru", 1, 20), ("pt-lain", 2, 27))
    ]
    await desk.hear(example(WorkerPlaced, **jobs[0]))
    await desk.post("union", layoff(number, on="2021-09-24"))
    # until the worker works elsewhere, the job that is over is the last one
    assert (await desk.post("pt-baru", about("EmploymentEnded", nik=number))).status_code == 202
    await desk.hear(example(WorkerPlaced, **jobs[1]))
    assert (await desk.post("pt-baru", about("EmploymentEnded", nik=number))).status_code == 403
    assert (await desk.post("pt-lain", about("EmploymentEnded", nik=number))).status_code == 202
    await desk.hear(example(PlacementVoided, **jobs[1]))
    assert (await desk.post("pt-lain", about("EmploymentEnded", nik=number))).status_code == 403


@pytest.mark.parametrize("outcome", ["recalled", "self-employed"])
async def test_an_employer_does_not_say_that_another_job_than_a_hire_has_ended(desk: DeskUnderTest, outcome: str):
    number, worker = await budi(desk)
    job = {"worker": UUID(worker), "agency": "pt-baru", "vacancy": None, "code": None}
    await desk.hear(example(WorkerPlaced, **job, outcome=outcome))
    assert (await desk.post("pt-baru", about("EmploymentEnded", nik=number))).status_code == 403


@pytest.mark.parametrize(("slug", "grade"), [("employer", "employer-says"), ("disnaker-purworejo", "confirmed")])
async def test_the_desk_says_whose_word_a_placement_rests_on(desk: DeskUnderTest, slug: str, grade: str):
    number, _ = await budi(desk)
    await desk.post(slug, about("WorkerRecalled", nik=number))
    ((_, said),) = await desk.announced("pulih.worker.recalled.v1")
    assert said.get("grade", "confirmed") == grade
    typed = await desk.post(slug, event("WorkerRecalled", {"on": "2021-10-01", "nik": number, "grade": "confirmed"}))
    assert typed.status_code == 422


@pytest.mark.parametrize(("slug", "decides"), [("bpjs-purworejo", None), ("disnaker-purworejo", True)])
async def test_the_desk_says_whether_an_office_confirms(desk: DeskUnderTest, slug: str, decides: Any):
    number, _ = await budi(desk)
    await desk.post(slug, about("PlacementConfirmed", nik=number))
    ((_, said),) = await desk.announced("pulih.placement.confirmed.v1")
    assert said.get("by_office") is decides


async def test_a_worker_s_union_and_provider_pass_on_that_the_worker_denies_a_placement(desk: DeskUnderTest):
    number, worker = await budi(desk)
    await desk.post("union", layoff(number))
    assert (await desk.post("union", about("PlacementContested", nik=number))).status_code == 202
    assert (await desk.post(PROVIDER, about("PlacementContested", nik=number))).status_code == 403
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))
    assert (await desk.post(PROVIDER, about("PlacementContested", nik=number))).status_code == 202


async def test_who_is_registered_again_is_told_since_when_without_work(desk: DeskUnderTest):
    number, worker = await budi(desk)
    await desk.hear(example(WorkerPlaced, worker=UUID(worker), on=date(2021, 9, 10)))
    await desk.post("union", layoff(number, on="2021-10-04"))
    first, again = [said for _, said in await desk.announced("pulih.worker.registered.v1")]
    assert "without_work_since" not in first
    assert (again["spell"], again["without_work_since"]) == (2, "2021-10-04")


async def test_social_insurance_records_grants_where_the_worker_lives_and_reads_its_own_words(desk: DeskUnderTest):
    number, worker = await budi(desk)
    (receipt,) = await desk.receipts("bpjs-purworejo", about("GrantRecorded", nik=number))
    assert receipt["outcome"] == "accepted"
    read = (await journey(desk, worker, "bpjs-purworejo")).json()
    assert set(read) == {"worker", "steps"}
    assert [step["type"] for step in read["steps"]] == ["pulih.grant.recorded.v1"]


async def test_relations_end_a_year_after_the_spell(desk: DeskUnderTest):
    _, worker = await budi(desk)
    await desk.hear(example(WorkerPlaced, worker=UUID(worker)))
    assert (await journey(desk, worker, "employer")).status_code == 200
    for days, status in ((0, 200), (1, 403)):
        heard_on = clock.today() - KEPT_FOR - timedelta(days=days)
        await desk.run(f"UPDATE spell SET heard_on = '{heard_on}'")
        assert (await journey(desk, worker, "employer")).status_code == status
    assert (await journey(desk, worker, "disnaker-purworejo")).status_code == 200


async def test_a_worker_without_a_region_belongs_to_the_offices_for_all_of_indonesia(desk: DeskUnderTest):
    _, worker = await budi(desk)
    await desk.run("UPDATE worker SET region = NULL")
    assert (await journey(desk, worker, "disnaker-purworejo")).status_code == 403
    assert (await journey(desk, worker, "office")).status_code == 200


async def test_topics_race_and_the_same_post_is_taken_in_some_seconds_later(desk: DeskUnderTest):
    number, worker = await budi(desk)
    ((employer,),) = await desk.rows("SELECT id FROM agency WHERE slug = 'pt-baru'")
    sent = about("HireConfirmed", nik=number)
    assert (await desk.post("pt-baru", sent)).status_code == 403
    referred = example(WorkerReferred, worker=UUID(worker), vacancy=uuid5(employer, "vacancy:A"), agency="pt-baru")
    await desk.hear(referred)
    assert (await desk.post("pt-baru", sent)).status_code == 202


async def test_the_header_says_when_to_post_again_what_was_refused_in_a_batch(desk: DeskUnderTest):
    number, _ = await budi(desk)
    mixed = await desk.post("pt-baru", about("HireDeclined", nik=number), layoff(nik()))
    assert (mixed.status_code, mixed.headers["retry-after"]) == (207, "5")
    assert "retry-after" not in (await desk.post("pt-baru", layoff(nik()), layoff("33"))).headers


def test_every_event_that_gives_a_relation_is_heard():
    assert set(TIES) <= {*STEPS, WorkerPlaced, PlacementVoided}
