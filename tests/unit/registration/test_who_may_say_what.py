from typing import Any
from uuid import UUID, uuid5

import pytest

from contract.examples import example
from services.registration.posting.examples import EXAMPLES
from services.registration.posting.forms import FORMS
from services.registration.posting.roles import MAY_SAY
from shared.events import WorkerReferred
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik

ROLES = ("office", "employer", "union", "social-insurance", "training-provider")


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_says_its_own_types_and_no_other(desk: DeskUnderTest, role: str):
    number = nik()
    await desk.post("office", layoff(number))
    for form in FORMS.values():
        data = {**EXAMPLES[form.fact.__name__]}
        sent = {"specversion": "1.0", "id": form.name, "source": "/x", "type": form.name, "data": data}
        (receipt,) = await desk.receipts(role, sent)
        forbidden = "problem" in receipt and receipt["problem"].get("type") == "urn:pulih:problem:forbidden"
        assert forbidden == (role not in MAY_SAY[form.fact]), form.fact.__name__


async def test_when_the_role_forbids_all_the_answer_is_403(desk: DeskUnderTest):
    course = event("CourseOffered", EXAMPLES["CourseOffered"])
    alone = await desk.post("employer", course)
    mixed = await desk.post("employer", course, layoff("33"))
    assert alone.status_code == 403
    assert alone.json()["receipts"][0]["problem"]["pointer"] == "/0/type"
    assert mixed.status_code == 422


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer nobody"}, 401),
        ({"Authorization": "Basic eDp5"}, 401),
        (OPERATOR, 403),
        ({"Authorization": "Bearer a-service"}, 403),
    ],
)
async def test_without_an_agencys_key_nothing_is_read(desk: DeskUnderTest, headers: dict[str, str], status: int):
    answer = await desk.client.post("/events", content="x" * 9_000_000, headers=headers)
    assert answer.status_code == status
    assert answer.headers.get("www-authenticate") == ("Bearer" if status == 401 else None)
    assert answer.headers["content-type"] == "application/problem+json"


def ending(name: str, number: str) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "LayoffWithdrawn": {"reason": "mediation"},
        "WorkerRecalled": {},
        "BusinessStarted": {"business": "tailoring"},
    }[name]
    return event(name, {"on": "2021-10-01", "nik": number, **fields})


@pytest.mark.parametrize("name", ["LayoffWithdrawn", "WorkerRecalled", "BusinessStarted"])
async def test_an_employer_ends_only_what_it_reported_itself(desk: DeskUnderTest, name: str):
    await desk.agency("other", "employer")
    number = nik()
    await desk.post("other", layoff(number))
    refused = await desk.post("employer", ending(name, number))
    assert refused.status_code == 403
    assert refused.json()["receipts"][0]["problem"]["type"] == "urn:pulih:problem:not-yours"
    (own,) = await desk.receipts("other", ending(name, number))
    assert own["outcome"] == "accepted"


@pytest.mark.parametrize("name", ["LayoffWithdrawn", "WorkerRecalled", "BusinessStarted"])
async def test_an_office_may_end_anybodys(desk: DeskUnderTest, name: str):
    number = nik()
    await desk.post("employer", layoff(number))
    (receipt,) = await desk.receipts("office", ending(name, number))
    assert receipt["outcome"] == "accepted"


@pytest.mark.parametrize("name", ["LayoffWithdrawn", "WorkerRecalled", "BusinessStarted"])
async def test_what_is_over_cannot_be_ended_again(desk: DeskUnderTest, name: str):
    number = nik()
    await desk.post("office", layoff(number), ending("LayoffWithdrawn", number))
    (receipt,) = await desk.receipts("office", ending(name, number))
    assert receipt["problem"]["status"] == 409
    assert "Report a new layoff" in receipt["problem"]["detail"]


async def test_who_is_reported_further_down_in_a_batch_is_unknown_before(desk: DeskUnderTest):
    number = nik()
    grant = {"on": "2021-10-01", "kind": "tools", "nik": number}
    receipts = await desk.receipts(
        "office", event("GrantRecorded", grant), layoff(number), event("GrantRecorded", grant)
    )
    assert [receipt["outcome"] for receipt in receipts] == ["refused", "accepted", "accepted"]


async def test_a_course_belongs_to_the_key_that_offers_it(desk: DeskUnderTest):
    await desk.agency("other", "training-provider")
    offer = event(
        "CourseOffered", {**EXAMPLES["CourseOffered"], "vocation": "Garment Sewing", "region": "kab. purworejo"}
    )
    await desk.post("training-provider", offer)
    await desk.post("other", offer)
    ids = dict(await desk.rows("SELECT slug, id FROM agency"))
    said = [data for _, data in await desk.announced("pulih.course.offered.v1")]
    assert [(data["agency"], UUID(data["course"])) for data in said] == [
        (slug, uuid5(ids[slug], "course:APBN-2021-07")) for slug in ("training-provider", "other")
    ]
    assert [(data["vocation"], data["region"]) for data in said] == [("garment sewing", "33.06")] * 2


async def test_a_worker_may_be_named_by_the_id_from_the_receipt(desk: DeskUnderTest):
    (registered,) = await desk.receipts("office", layoff(nik()))
    ((employer,),) = await desk.rows("SELECT id FROM agency WHERE slug = 'employer'")
    vacancy = uuid5(employer, "vacancy:OP-1")
    await desk.hear(example(WorkerReferred, worker=UUID(registered["worker"]), vacancy=vacancy, agency="employer"))
    sent = event("HireConfirmed", {"on": "2021-11-01", "worker": registered["worker"], "code": "OP-1"})
    (receipt,) = await desk.receipts("employer", sent)
    assert receipt["worker"] == registered["worker"]
    ((_, data),) = await desk.announced("pulih.hire.confirmed.v1")
    assert UUID(data["vacancy"]) == vacancy


async def test_a_vacancy_abroad_has_no_region_to_look_up(desk: DeskUnderTest):
    vacancy = {**EXAMPLES["VacancyPosted"], "region": "Kowloon", "country": "HK"}
    (receipt,) = await desk.receipts("employer", event("VacancyPosted", vacancy))
    assert receipt["outcome"] == "accepted"
    assert "warnings" not in receipt
    assert "worker" not in receipt


async def test_an_office_approves_a_vacancy_by_its_id(desk: DeskUnderTest):
    approval = {"on": "2021-10-04", "vacancy": "2b7c9c4e-6f0c-5c43-9d0b-3f4f2f6f1a57"}
    (receipt,) = await desk.receipts("office", event("VacancyApproved", approval))
    assert receipt["outcome"] == "accepted"
    assert "worker" not in receipt
    ((_, data),) = await desk.announced("pulih.vacancy.approved.v1")
    assert data == {**approval, "agency": "office"}


@pytest.mark.parametrize("role", [role for role in ROLES if role != "office"])
async def test_nobody_else_approves_a_vacancy(desk: DeskUnderTest, role: str):
    await desk.post("employer", event("VacancyPosted", EXAMPLES["VacancyPosted"]))
    ((_, posted),) = await desk.announced("pulih.vacancy.posted.v1")
    for vacancy in (posted["vacancy"], "2b7c9c4e-6f0c-5c43-9d0b-3f4f2f6f1a57"):
        answer = await desk.post(role, event("VacancyApproved", {"on": "2021-10-04", "vacancy": vacancy}))
        assert answer.status_code == 403
        assert "VacancyApproved is said by: office." in answer.json()["receipts"][0]["problem"]["detail"]
    assert await desk.announced("pulih.vacancy.approved.v1") == []
