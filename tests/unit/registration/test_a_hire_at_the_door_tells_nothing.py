"""An employer that takes on somebody who was not referred says so with the person. It learns nothing of whether that person is known."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.registration.identity.sealing import ASSERTION
from services.registration.privacy.erasure import erase
from services.registration.walk_ins import KEPT_FOR, announce_known
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik, person, retraction, today_is

MONDAY = "2021-11-01"


def walk_in(number: str, **more: Any) -> dict[str, Any]:
    return event(
        "HireConfirmed", {"on": MONDAY, "person": person(number), "employer": "PT Baru", "region": "33.06", **more}
    )


async def said(desk: DeskUnderTest) -> list[dict[str, Any]]:
    """Look for whom walk-ins are about, and give what was announced of them."""
    await announce_known(desk.database)
    return [data for _, data in await desk.announced("pulih.walk-in.reported.v1")]


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    await desk.agency("pt-baru", "employer")
    await desk.agency("disnaker-purworejo", "office", "33.06")
    return desk


async def test_the_receipt_is_the_same_whether_the_person_is_known_or_not(desk: DeskUnderTest):
    known = nik()
    (reported,) = await desk.receipts("employer", layoff(known))
    answers = [await desk.post("pt-baru", {**walk_in(number), "id": id}) for number, id in ((known, "1"), (nik(), "2"))]
    receipts = [answer.json()["receipts"][0] for answer in answers]
    for receipt in receipts:
        assert receipt.pop("id")
    assert receipts[0] == receipts[1]
    assert "worker" not in receipts[0]
    assert "confirmed it" in str(receipts[0]["warnings"])
    again = (await desk.post("pt-baru", {**walk_in(known), "id": "1"})).json()["receipts"][0]
    assert again["outcome"] == "duplicate"
    assert "worker" not in again
    assert [each["worker"] for each in await said(desk)] == [reported["worker"]]


async def test_it_is_announced_with_where_the_person_works_and_nothing_of_who_it_is(desk: DeskUnderTest):
    number = nik()
    (reported,) = await desk.receipts("employer", layoff(number))
    await desk.receipts("pt-baru", walk_in(number, vocation="Sewing"))
    assert await said(desk) == [
        {
            "agency": "pt-baru",
            "on": MONDAY,
            "worker": reported["worker"],
            "employer": "PT Baru",
            "vocation": "sewing",
            "region": "33.06",
        }
    ]
    assert await said(desk) == await said(desk), "it is said once"


async def test_who_is_reported_later_is_found_then(desk: DeskUnderTest):
    number = nik()
    await desk.receipts("pt-baru", walk_in(number))
    assert await said(desk) == []
    (reported,) = await desk.receipts("employer", layoff(number))
    assert [each["worker"] for each in await said(desk)] == [reported["worker"]]


async def test_it_is_forgotten_after_ninety_days(desk: DeskUnderTest):
    number = nik()
    with today_is(MONDAY):
        await desk.receipts("pt-baru", walk_in(number))
    with today_is(str(date.fromisoformat(MONDAY) + KEPT_FOR)):
        await announce_known(desk.database)
        assert len(await desk.rows("SELECT * FROM walk_in_report")) == 1
    with today_is("2022-03-01"):
        await announce_known(desk.database)
        assert await desk.rows("SELECT * FROM walk_in_report") == []


async def test_it_gives_no_relation(desk: DeskUnderTest):
    number = nik()
    (reported,) = await desk.receipts("employer", layoff(number))
    await desk.receipts("pt-baru", walk_in(number))
    await announce_known(desk.database)
    for path in (f"/workers/{reported['worker']}/journey", "/workers/0190f6b0-7d5c-7a10-8f00-000000000001/journey"):
        assert (await desk.client.get(path, headers=desk.bearer("pt-baru"))).status_code == 403
    journey = await desk.client.get(f"/workers/{reported['worker']}/journey", headers=desk.bearer("disnaker-purworejo"))
    assert "PT Baru" in journey.text
    sent = event("EmploymentEnded", {"on": "2021-11-02", "nik": number})
    assert (await desk.post("pt-baru", sent)).status_code == 403


@pytest.mark.parametrize("found", [True, False])
async def test_it_is_taken_back_with_the_same_receipt(desk: DeskUnderTest, found: Any):
    number, posted = nik(), walk_in(nik())
    if found:
        posted = walk_in(number)
        await desk.receipts("employer", layoff(number))
    await desk.receipts("pt-baru", posted)
    await announce_known(desk.database)
    (receipt,) = await desk.receipts("pt-baru", retraction(posted, on=MONDAY))
    assert receipt["outcome"] == "accepted"
    assert "worker" not in receipt
    await announce_known(desk.database)
    told = [data["retracts"] for _, data in await desk.announced("pulih.worker-fact.retracted.v1")]
    assert told == ["pulih.walk-in.reported.v1"] * found
    assert await desk.rows("SELECT * FROM walk_in_report") == []


@pytest.mark.parametrize("found", [True, False])
async def test_after_ninety_days_the_office_decides(desk: DeskUnderTest, found: Any):
    number = nik()
    posted = walk_in(number)
    if found:
        await desk.receipts("employer", layoff(number))
    with today_is(MONDAY):
        await desk.receipts("pt-baru", posted)
        await announce_known(desk.database)
    with today_is(str(date.fromisoformat(MONDAY) + KEPT_FOR + timedelta(days=1))):
        (receipt,) = await desk.receipts("pt-baru", retraction(posted, on=MONDAY))
    assert receipt["problem"]["type"].endswith("too-late")
    assert "PlacementDenied" in receipt["problem"]["detail"]
    with today_is(str(date.fromisoformat(MONDAY) + KEPT_FOR)):
        await announce_known(desk.database)
        (receipt,) = await desk.receipts("pt-baru", retraction(posted, on=MONDAY))
        await announce_known(desk.database)
    assert receipt["outcome"] == "accepted"
    assert len(await desk.announced("pulih.worker-fact.retracted.v1")) == found
    assert await desk.broken() == {}


async def test_who_it_is_is_not_kept(desk: DeskUnderTest):
    number = nik()
    await desk.receipts("pt-baru", walk_in(number))
    (row,) = await desk.rows("SELECT sealed, subject, worker FROM assertion")
    assert row.worker is None
    kept = json.loads(desk.service.settings.seal.open(row.sealed, about=row.subject, **ASSERTION))
    assert kept["employer"] == "PT Baru"
    assert "person" not in kept
    assert number not in str(await desk.rows("SELECT * FROM walk_in_report"))


async def test_of_an_erased_worker_only_what_says_nothing_of_the_person_is_left(desk: DeskUnderTest):
    number = nik()
    (reported,) = await desk.receipts("employer", layoff(number))
    await desk.receipts("pt-baru", walk_in(number), walk_in(nik()))
    await erased(desk, reported)
    assert len(await desk.rows("SELECT * FROM walk_in_report")) == 1
    kept = await desk.rows("SELECT digest FROM assertion WHERE type LIKE '%walk-in%'")
    assert kept[0] == kept[1], "the print is the same whoever the person is"


@pytest.mark.parametrize("sent_again", [{}, {"employer": "PT Lain"}])
async def test_posted_again_it_is_answered_alike_whether_the_person_was_erased_or_never_known(
    desk: DeskUnderTest, sent_again: Any
):
    known, unknown = nik(), nik()
    (reported,) = await desk.receipts("employer", layoff(known))
    posted = [walk_in(known), walk_in(unknown)]
    await desk.post("pt-baru", *posted)
    await announce_known(desk.database)
    await erased(desk, reported)
    for each in posted:
        each["data"] |= sent_again
    receipts = [{**each, "id": ""} for each in await desk.receipts("pt-baru", *posted)]
    assert receipts[0]["outcome"] == ("refused" if sent_again else "duplicate")
    assert receipts[0] == receipts[1]
    retractions = [retraction(each, on=MONDAY) for each in posted]
    one, other = [{**each, "id": ""} for each in await desk.receipts("pt-baru", *retractions)]
    assert one == other


async def test_posted_again_with_another_person_it_is_a_duplicate_and_nobody_is_kept(desk: DeskUnderTest):
    first, other = walk_in(nik()), nik()
    await desk.post("pt-baru", first)
    (again,) = await desk.receipts("pt-baru", {**walk_in(other), "id": first["id"]})
    assert again["outcome"] == "duplicate"
    await desk.receipts("employer", layoff(other))
    assert await said(desk) == []


async def erased(desk: DeskUnderTest, reported: dict[str, Any]) -> None:
    async with desk.database.work() as work:
        await erase(work, [UUID(reported["worker"])])


@pytest.mark.parametrize(
    ("data", "pointer", "said_of_it"),
    [
        ({"nik": "3306004101900001"}, "/0/data/code", "`code` is missing"),
        ({"person": {"nik": "3306004101900001", "name": "A"}}, "/0/data/employer", "`employer` is missing"),
        (
            {"person": {"nik": "3306004101900001", "name": "A"}, "employer": "PT", "code": "A"},
            "/0/data/code",
            "leave it out",
        ),
        ({"nik": "3306004101900001", "code": "A", "region": "33.06"}, "/0/data/region", "goes with `person`"),
        ({"employer": "PT"}, "/0/data", "exactly one of the three"),
        (
            {"nik": "3306004101900001", "person": {"nik": "3306004101900001", "name": "A"}, "code": "A"},
            "/0/data",
            "exactly one of the three",
        ),
    ],
)
async def test_a_hire_that_is_neither_says_what_to_mend(desk: DeskUnderTest, data: Any, pointer: str, said_of_it: str):
    (receipt,) = await desk.receipts("pt-baru", event("HireConfirmed", {"on": MONDAY, **data}))
    assert receipt["problem"]["pointer"] == pointer
    assert said_of_it in receipt["problem"]["detail"]


async def test_another_role_may_not_say_it(desk: DeskUnderTest):
    assert (await desk.post("union", walk_in(nik()))).status_code == 403
