"""The worker's office gives a worker all that is kept, and restricts its use; nobody else learns that there is such a worker."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from contract.examples import PROVIDER, example
from shared.events import WorkerEnrolled
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, application, event, layoff, nik, person

UNKNOWN = "0190f6b0-7d5c-7a10-8f00-000000000001"
ROUTES = [("GET", "/data"), ("POST", "/restrict"), ("DELETE", "/restrict"), ("DELETE", "")]


async def ask(desk: DeskUnderTest, method: str, worker: str, way: str, slug: str | None = "office") -> httpx.Response:
    headers = desk.bearer(slug) if slug else OPERATOR
    return await desk.client.request(method, f"/workers/{worker}{way}", headers=headers)


async def reported(desk: DeskUnderTest, slug: str = "employer", **more: Any) -> tuple[str, str]:
    """Report a worker; gives the NIK and the id."""
    number = nik()
    (receipt,) = await desk.receipts(slug, layoff(number, person=person(number, **more)))
    return number, str(receipt["worker"])


@pytest.mark.parametrize(("method", "way"), ROUTES)
@pytest.mark.parametrize("slug", ["employer", "union", "social-insurance", "training-provider", "elsewhere"])
async def test_who_may_not_is_answered_alike_whether_the_worker_is_there_or_not(
    desk: DeskUnderTest, slug: str, method: str, way: str
):
    await desk.agency("elsewhere", "office", "36")
    _, worker = await reported(desk)
    there, not_there = await ask(desk, method, worker, way, slug), await ask(desk, method, UNKNOWN, way, slug)
    assert (there.status_code, there.json()) == (not_there.status_code, not_there.json())
    assert there.status_code == 403
    assert await desk.rows("SELECT restricted FROM worker") == [(False,)]


@pytest.mark.parametrize("region", [None, "33", "33.06"])
async def test_the_office_where_the_worker_lives_and_operators_may(desk: DeskUnderTest, region: str | None):
    await desk.agency("here", "office", region)
    _, worker = await reported(desk)
    for slug in ("here", None):
        assert (await ask(desk, "GET", worker, "/data", slug)).status_code == 200
    assert (await ask(desk, "GET", UNKNOWN, "/data", None)).status_code == 403


async def test_a_worker_without_a_known_region_belongs_to_the_offices_for_all_indonesia(desk: DeskUnderTest):
    await desk.agency("here", "office", "33")
    _, worker = await reported(desk, region="Atlantis")
    assert (await ask(desk, "GET", worker, "/data", "here")).status_code == 403
    assert (await ask(desk, "GET", worker, "/data", "office")).status_code == 200


async def test_all_that_is_kept_is_given_opened(desk: DeskUnderTest):
    number, worker = await reported(desk, email="a@example.com", birth_date="1990-01-01")
    await desk.post("office", application(number))
    await desk.post("office", event("GrantRecorded", {"on": "2021-10-01", "nik": number, "kind": "tools"}))
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))
    kept = (await ask(desk, "GET", worker, "/data")).json()
    assert kept["identity"] == {
        "nik": number,
        "name": "Contoh Pekerja",
        "email": "a@example.com",
        "birth_date": "1990-01-01",
    }
    assert kept["contact"] == {"name": "Contoh Pekerja", "email": "a@example.com"}
    assert kept["told"] == {"birth_year": 1990, "sex": "male"}
    assert [(said["agency"], said["type"].split(".")[1]) for said in kept["said"]] == [
        ("employer", "layoff"),
        ("office", "jobseeker"),
        ("office", "grant"),
    ]
    assert kept["said"][0]["data"]["person"]["nik"] == number
    assert [spell["state"] for spell in kept["spells"]] == ["open"]
    assert len(kept["cards"]) == 1
    assert [step["speaker"] for step in kept["steps"]][-1] == "training"
    assert (kept["worker"], kept["region"], kept["restricted"]) == (worker, "33.06", False)
    assert not any("contact" in step["data"] for step in kept["steps"])


async def test_what_may_be_about_somebody_else_is_named_and_not_shown(desk: DeskUnderTest):
    number, worker = await reported(desk)
    other = {"nik": number, "name": "Orang Lain Sekali", "address": "Jalan Lain 2"}
    await desk.post("union", layoff(number, person=other))
    answer = await ask(desk, "GET", worker, "/data")
    assert [(each["agency"], each["differs"]) for each in answer.json()["reviews"]] == [("union", ["name"])]
    assert "Orang Lain" not in answer.text


async def test_a_report_that_differed_is_erased_with_the_worker(desk: DeskUnderTest):
    number, worker = await reported(desk)
    await desk.post("union", layoff(number, person={"nik": number, "name": "Orang Lain Sekali"}))
    await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-07", "nik": number, "reason": "recall"}))
    assert (await ask(desk, "DELETE", worker, "")).status_code == 204
    assert await desk.rows("SELECT DISTINCT sealed FROM assertion") == [("",)]
    assert await desk.rows("SELECT DISTINCT state FROM review") == [("decided",)]
    reviews = await desk.client.get("/reviews", headers=desk.bearer("office"))
    assert (reviews.status_code, reviews.json()["items"]) == (200, [])


async def test_a_restriction_is_announced_once_and_goes_with_what_follows(desk: DeskUnderTest):
    number, worker = await reported(desk)
    for _ in range(2):
        assert (await ask(desk, "POST", worker, "/restrict")).status_code == 204
    assert await desk.announced("pulih.worker.restricted.v1") == [
        ("pulih.worker.restricted.v1", {"worker": worker, "restricted": True})
    ]
    await desk.post("office", layoff(number, person=person(number, phone="+62 811 222 333")))
    (_, amended) = (await desk.announced("pulih.application.amended.v1"))[-1]
    assert amended["restricted"] is True
    await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-07", "nik": number, "reason": "recall"}))
    await desk.post("office", layoff(number, on="2021-12-01"))
    assert (await desk.announced("pulih.worker.registered.v1"))[-1][1]["restricted"] is True
    for _ in range(2):
        assert (await ask(desk, "DELETE", worker, "/restrict")).status_code == 204
    assert [data["restricted"] for _, data in await desk.announced("pulih.worker.restricted.v1")] == [True, False]
    assert (await ask(desk, "GET", worker, "/data")).json()["restricted"] is False


async def test_while_restricted_only_the_office_and_operators_read_the_journey(desk: DeskUnderTest):
    _, worker = await reported(desk)
    await desk.agency(PROVIDER, "training-provider")
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))
    readers = ("employer", PROVIDER, "social-insurance", "office", None)

    async def statuses() -> list[int]:
        return [(await ask(desk, "GET", worker, "/journey", slug)).status_code for slug in readers]

    before = await statuses()
    await ask(desk, "POST", worker, "/restrict")
    assert await statuses() == [403, 403, 403, 200, 200]
    restricted, unknown = [await ask(desk, "GET", each, "/journey", "employer") for each in (worker, UNKNOWN)]
    assert restricted.json() == unknown.json()
    told = (await ask(desk, "GET", worker, "/journey")).json()
    assert told["steps"][-1]["what"]["en"].startswith("A restriction on the use of this worker's data")
    await ask(desk, "DELETE", worker, "/restrict")
    assert await statuses() == before == [200, 200, 200, 200, 200]


async def test_of_an_erased_worker_the_office_learns_that_nothing_is_kept(desk: DeskUnderTest):
    number, worker = await reported(desk)
    await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-07", "nik": number, "reason": "recall"}))
    await ask(desk, "DELETE", worker, "")
    for method, way in ROUTES[:3]:
        assert (await ask(desk, method, worker, way)).status_code == 410
        assert (await ask(desk, method, worker, way, "employer")).status_code == 403


async def test_a_worker_from_before_there_were_data_keys_is_given_too(desk: DeskUnderTest):
    number, worker = await reported(desk)
    seals = desk.client._transport.app.state.desk.seals  # type: ignore[attr-defined]
    identity = f'{{"nik":"{number}","name":"Contoh"}}'.encode()
    sealed = seals.own.seal(identity, about=UUID(worker), field="identity", purpose="registration")
    async with desk.database.work() as work:
        await work.run("UPDATE worker SET sealed = :sealed", sealed=sealed)
        await work.run("DELETE FROM data_key")
        await work.run("DELETE FROM assertion")
    desk.tampered = True
    assert (await ask(desk, "GET", worker, "/data")).json()["identity"]["name"] == "Contoh"


async def test_who_acts_for_a_worker_or_may_not_is_recorded(desk: DeskUnderTest):
    number, worker = await reported(desk)
    await ask(desk, "GET", worker, "/data")
    await ask(desk, "POST", worker, "/restrict", "union")
    await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-07", "nik": number, "reason": "recall"}))
    await ask(desk, "DELETE", worker, "")
    noted = await desk.rows("SELECT agency, route, outcome FROM access WHERE worker = :id ORDER BY position", id=worker)
    assert [tuple(row) for row in noted] == [
        ("office", "GET /workers/{id}/data", "read"),
        ("union", "POST /workers/{id}/restrict", "refused"),
        ("office", "DELETE /workers/{id}", "read"),
    ]


async def test_while_restricted_nobody_else_reads_who_the_worker_is(desk: DeskUnderTest):
    _, worker = await reported(desk)
    await desk.agency(PROVIDER, "training-provider")
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))

    async def status(slug: str) -> int:
        asked = {"workers": [worker], "purpose": "the roll of the course"}
        return (await desk.client.post("/identities", json=asked, headers=desk.bearer(slug))).status_code

    assert [await status(PROVIDER), await status("office")] == [200, 200]
    await ask(desk, "POST", worker, "/restrict")
    assert [await status(PROVIDER), await status("office")] == [403, 200]
