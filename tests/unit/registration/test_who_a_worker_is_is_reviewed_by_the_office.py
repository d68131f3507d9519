"""What agencies contradict each other in, and who may be one person, waits for the worker's office; nobody else learns of it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from shared import clock
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik, retraction

OPENED = "pulih.review.opened.v1"
KEPT = ["Kept for review by the worker's office."]


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    await desk.agency("pt-baru", "employer")
    await desk.agency("purworejo", "office", "33.06")
    await desk.agency("serang", "office", "36.04")
    return desk


def budi(number: str, **more: Any) -> dict[str, Any]:
    return layoff(number, person={"nik": number, "name": "Budi Santoso", "birth_date": "1990-01-01", **more})


def born(number: str, day: date) -> dict[str, Any]:
    return budi(number, birth_date=day.isoformat())


def corrected(number: str, **correction: Any) -> dict[str, Any]:
    return event("IdentityCorrected", {"on": "2021-09-10", "nik": number, "correction": correction})


async def reviews(desk: DeskUnderTest, slug: str = "purworejo") -> list[dict[str, Any]]:
    answer = await desk.client.get("/reviews", headers=desk.bearer(slug))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_another_name_opens_no_claim_and_changes_nothing(desk: DeskUnderTest):
    """PT Baru reports Budi's NIK under another name, and withdraws it."""
    number = nik()
    (own,) = await desk.receipts("employer", budi(number))
    before = await desk.announced()
    other = layoff(number, person={"nik": number, "name": "Orang Lain", "email": "thief@example.com"})
    (receipt,) = await desk.receipts("pt-baru", other)
    assert receipt == {"source": "/payroll", "id": other["id"], "outcome": "accepted", "warnings": KEPT}
    (again,) = await desk.receipts("pt-baru", other)
    assert again == {"source": "/payroll", "id": other["id"], "outcome": "duplicate"}
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-07", "nik": number, "reason": "reported-in-error"})
    assert (await desk.post("pt-baru", withdrawal)).status_code == 403
    journey = await desk.client.get(f"/workers/{own['worker']}/journey", headers=desk.bearer("pt-baru"))
    assert journey.status_code == 403
    assert (await desk.identity(UUID(own["worker"])))["name"] == "Budi Santoso"
    assert await desk.rows("SELECT state, concerns FROM spell") == [("open", ["employer"])]
    assert [type for type, _ in (await desk.announced())[len(before) :]] == [OPENED]


async def test_the_office_sees_both_versions_and_is_told(desk: DeskUnderTest):
    number = nik()
    (own,) = await desk.receipts("employer", budi(number))
    await desk.post("pt-baru", layoff(number, person={"nik": number, "name": "Orang Lain", "birth_date": "1991-01-01"}))
    (review,) = await reviews(desk)
    assert {name: review[name] for name in ("kind", "worker", "fields", "agency")} == {
        "kind": "identity",
        "worker": own["worker"],
        "fields": ["name", "birth_date"],
        "agency": "pt-baru",
    }
    assert (review["known"]["name"], review["said"]["name"]) == ("Budi Santoso", "Orang Lain")
    ((_, opened),) = await desk.announced(OPENED)
    assert opened["concerns"] == ["purworejo"]
    assert "Orang" not in str(opened)
    assert await reviews(desk, "serang") == []
    assert len(await reviews(desk, "office")) == 1
    for slug in ("pt-baru", "employer", "union"):
        assert (await desk.client.get("/reviews", headers=desk.bearer(slug))).status_code == 403


async def test_three_hundred_birth_dates_single_out_nothing(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", budi(number))
    first = date(1989, 6, 1)
    receipts = await desk.receipts("pt-baru", *(born(number, first + timedelta(days=n)) for n in range(300)))
    assert [receipt["outcome"] for receipt in receipts[:3]] == ["accepted"] * 3
    assert [receipt.get("warnings") for receipt in receipts[:3]] == [KEPT] * 3
    refused = {str({**receipt, "id": 0, "problem": {**receipt["problem"], "pointer": ""}}) for receipt in receipts[3:]}
    assert len(refused) == 1, "the right birth date among them is refused like the others"
    assert first + timedelta(days=214) == date(1990, 1, 1)
    assert receipts[214]["problem"]["status"] == 429
    assert len(await reviews(desk)) == 3
    (matching,) = await desk.receipts("pt-baru", budi(number))
    assert matching["problem"]["type"] == "urn:pulih:problem:differs-too-often"
    assert (await desk.receipts("union", budi(number)))[0]["outcome"] == "accepted", "other agencies are not held up"


async def test_the_next_day_the_agency_may_report_again(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", budi(number))
    await desk.post("pt-baru", *(born(number, date(1991, 1, day)) for day in range(1, 4)))
    await desk.run(f"UPDATE review SET opened_on = '{clock.today() - timedelta(days=1)}'")
    (receipt,) = await desk.receipts("pt-baru", budi(number))
    assert "worker" in receipt


async def test_a_payroll_with_a_few_dirty_birth_dates_is_no_attack_and_one_with_many_is_shown(desk: DeskUnderTest):
    who = [nik() for _ in range(40)]
    await desk.post(
        "employer", *(budi(number, name=f"Budi {chr(97 + n % 26)}{chr(97 + n // 26)}") for n, number in enumerate(who))
    )
    await desk.post("union", *(layoff(number) for number in [nik() for _ in range(96)]))
    await desk.post("union", *(born(number, date(1980, 1, 1)) for number in who[:4]))
    await desk.post("pt-baru", *(born(number, date(1980, 1, 1)) for number in who[:10]))
    answer = await desk.client.get("/reviews", headers=desk.bearer("purworejo"))
    assert answer.json()["unusual"] == [{"agency": "pt-baru", "differing": 10, "reports": 10}]


async def test_contacts_that_differ_are_kept_and_reviewed_once(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", budi(number, email="budi@example.com"))
    for email in ("thief@example.com", "other@example.com"):
        (receipt,) = await desk.receipts("pt-baru", budi(number, email=email, phone="0811 000 000", region="36.04"))
        assert "worker" in receipt, "whoever knows NIK and name has a claim"
    (review,) = await reviews(desk)
    assert (review["kind"], review["fields"]) == ("contacts", ["email", "region"])
    assert (review["known"]["email"], review["said"]["email"]) == ("budi@example.com", "thief@example.com")
    known = await desk.identity(UUID(review["worker"]))
    assert (known["email"], "phone" in known) == ("budi@example.com", False)


async def test_the_same_contacts_written_otherwise_are_no_review(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", budi(number, email="budi@example.com", phone="+62 811-222-333"))
    await desk.post("union", budi(number, email="Budi@Example.com", phone="0811222333"))
    assert await reviews(desk) == []


async def test_the_office_corrects_and_the_review_is_decided(desk: DeskUnderTest):
    number = nik()
    (own,) = await desk.receipts("employer", budi(number))
    await desk.post("union", budi(number, name="Budi Susanto"))
    assert (await desk.post("union", corrected(number, name="Budi Susanto"))).status_code == 403
    assert (await desk.post("serang", corrected(number, name="Budi Susanto"))).status_code == 403
    (receipt,) = await desk.receipts("purworejo", corrected(number, name="Budi Susanto", phone="0811 222 333"))
    assert receipt["outcome"] == "accepted"
    known = await desk.identity(UUID(own["worker"]))
    assert (known["name"], known["phone"], known["birth_date"]) == ("Budi Susanto", "0811 222 333", "1990-01-01")
    assert await reviews(desk) == []
    ((_, fact),) = await desk.announced("pulih.identity.corrected.v1")
    assert fact["fields"] == ["name", "phone"]
    assert "Susanto" not in str(await desk.announced())
    assert len(await desk.announced("pulih.application.amended.v1")) == 1
    (claim,) = await desk.receipts("union", budi(number, name="Budi Susanto"))
    assert "worker" in claim
    (differs,) = await desk.receipts("pt-baru", budi(number))
    assert differs["warnings"] == KEPT


async def test_the_office_corrects_the_nik_but_not_to_another_workers(desk: DeskUnderTest):
    number, right, others = nik(), nik(), nik()
    own, _ = await desk.receipts("employer", budi(number), layoff(others))
    (taken,) = await desk.receipts("purworejo", corrected(number, nik=others))
    assert (taken["problem"]["status"], taken["problem"]["pointer"]) == (409, "/0/data/correction/nik")
    await desk.post("purworejo", corrected(number, nik=right))
    (receipt,) = await desk.receipts("union", budi(right))
    assert receipt["worker"] == own["worker"]
    (new,) = await desk.receipts("union", layoff(number))
    assert new["worker"] != own["worker"]


@pytest.mark.parametrize(
    ("correction", "pointer"),
    [
        ({}, "/0/data/correction"),
        ({"nik": "3306004101900000"}, "/0/data/correction/nik"),
        ({"birth_date": "2199-01-01"}, "/0/data/correction/birth_date"),
        ({"name": "12345"}, "/0/data/correction/name"),
        ({"colour": "red"}, "/0/data/correction/colour"),
    ],
)
async def test_a_correction_that_cannot_be_is_refused(desk: DeskUnderTest, correction: dict[str, Any], pointer: str):
    number = nik()
    await desk.post("employer", budi(number))
    (receipt,) = await desk.receipts("purworejo", corrected(number, **correction))
    assert (receipt["problem"]["status"], receipt["problem"]["pointer"]) == (422, pointer)


async def test_another_nik_with_the_same_name_and_birth_date_is_registered_and_reviewed(desk: DeskUnderTest):
    first, second = nik(), nik()
    (siti,) = await desk.receipts("employer", budi(first))
    (again,) = await desk.receipts("union", budi(second))
    assert again["worker"] != siti["worker"]
    assert "warnings" not in again
    (review,) = await reviews(desk)
    assert (review["kind"], review["worker"], review["other"]) == ("same-person", again["worker"], siti["worker"])
    assert review["fields"] == ["name", "birth_date"]
    assert (review["known"]["nik"], review["other_known"]["nik"]) == (second, first)
    apart = event("IdentitiesKeptApart", {"on": "2021-09-10", "worker": siti["worker"], "other": again["worker"]})
    assert (await desk.post("serang", apart)).status_code == 403
    assert (await desk.post("purworejo", apart)).status_code == 202
    assert await reviews(desk) == []


async def test_the_same_phone_is_reviewed_unless_many_have_it(desk: DeskUnderTest):
    village = [
        layoff(number, person={"nik": number, "name": f"Orang {chr(97 + n)}", "phone": "0812 000"})
        for n, number in enumerate(nik() for _ in range(8))
    ]
    one, other = nik(), nik()
    await desk.post("employer", layoff(one, person={"nik": one, "name": "Siti", "phone": "+62 811 222 333"}))
    await desk.post("union", layoff(other, person={"nik": other, "name": "Sitti", "phone": "0811-222-333"}))
    ((fields,),) = [(review["fields"],) for review in await reviews(desk)]
    assert fields == ["phone"]
    for report in village:
        await desk.post("employer", report)
    pairs = await desk.rows("SELECT count(*) FROM review WHERE kind = 'same-person' GROUP BY worker ORDER BY worker")
    assert max(n for (n,) in pairs) <= 3
    assert len(pairs) == 1 + 4, "from the sixth on, the phone says nothing of who a worker is"


async def test_two_who_are_new_in_one_batch_are_reviewed_once(desk: DeskUnderTest):
    await desk.post("employer", budi(nik()), budi(nik()))
    assert len(await reviews(desk)) == 1


async def test_prints_are_of_one_worker_alone_and_sixteen_bits_find_candidates(desk: DeskUnderTest):
    await desk.post("employer", budi(nik()), budi(nik()))
    rows = await desk.rows("SELECT name_print, birth_print, person_print FROM worker")
    assert len({row.name_print for row in rows}) == len({row.birth_print for row in rows}) == 2
    assert len({row.person_print for row in rows}) == 1
    assert all(0 <= row.person_print < 2**16 for row in rows)
    # whoever shares the sixteen bits and not the name is no candidate
    await desk.run("UPDATE worker SET person_print = 7")
    await desk.run("DELETE FROM review")
    third = nik()
    await desk.post("employer", layoff(third, person={"nik": third, "name": "Lain", "birth_date": "1990-01-01"}))
    await desk.run("UPDATE worker SET person_print = 7")
    assert await reviews(desk) == []


async def test_of_a_pair_an_office_sees_only_who_lives_where_it_acts(desk: DeskUnderTest):
    here, there = nik(), nik()
    await desk.post("employer", budi(here))
    await desk.post("employer", budi(there, region="36.04"))
    for slug, known in (("serang", (True, False)), ("purworejo", (False, True)), ("office", (True, True))):
        (review,) = await reviews(desk, slug)
        assert (review["known"] is not None, review["other_known"] is not None) == known
        apart = event("IdentitiesKeptApart", {"on": "2021-09-10", "worker": review["worker"], "other": review["other"]})
        assert (await desk.post(slug, apart)).status_code == (202 if slug == "office" else 403)


async def test_what_an_agency_retracts_is_reviewed_no_longer_by_the_word_of_who_retracted_it(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", budi(number, phone="0812 3456 7890"))
    said = [budi(number, name="Orang Lain"), budi(number, phone="0899 9999 999")]
    await desk.post("pt-baru", *said)
    await desk.post("pt-baru", retraction(said[0]))
    await desk.post("purworejo", retraction(said[1], agency="pt-baru"))
    assert [tuple(row) for row in await desk.rows("SELECT kind, state, decided_by FROM review ORDER BY kind")] == [
        ("contacts", "decided", "purworejo"),
        ("identity", "decided", "pt-baru"),
    ]


async def test_a_retraction_leaves_it_to_the_office_whether_two_are_one_person(desk: DeskUnderTest):
    """Both are still there, and no later report of them would open another review."""
    await desk.post("employer", budi(nik()))
    number = nik()
    swapped = budi(number)
    await desk.post("pt-baru", swapped)
    await desk.post("pt-baru", retraction(swapped), budi(number))
    assert [review["kind"] for review in await reviews(desk)] == ["same-person"]
