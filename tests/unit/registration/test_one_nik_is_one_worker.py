import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from services.registration.posting.examples import EXAMPLES
from shared.key_rings import KeyRing
from shared.sealing import CONTACT
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik, person

CONTACT_KEYS = KeyRing({"0": b"c" * 32})


async def opened(desk: DeskUnderTest) -> dict[str, Any]:
    ((id,),) = await desk.rows("SELECT id FROM worker")
    return await desk.identity(id)


def contact_in(data: dict[str, Any]) -> dict[str, str]:
    contact: dict[str, str] = json.loads(CONTACT_KEYS.open(data["contact"], about=UUID(data["worker"]), **CONTACT))
    return contact


async def test_however_many_agencies_report_a_worker_there_is_one(desk: DeskUnderTest):
    number = nik()
    receipts = [(await desk.receipts(slug, layoff(number)))[0] for slug in ("employer", "union", "office")]
    assert len({receipt["worker"] for receipt in receipts}) == 1
    assert await desk.rows("SELECT agency, referred_by, concerns FROM spell") == [
        ("employer", "union", ["employer", "union", "office"])
    ]
    assert await desk.rows("SELECT count(DISTINCT agency) FROM assertion") == [(3,)]


async def test_what_each_agency_typed_is_kept_under_seal(desk: DeskUnderTest):
    sent = layoff(nik(), employer="PT Satu")
    await desk.post("employer", sent)
    ((worker,),) = await desk.rows("SELECT worker FROM assertion")
    (kept,) = await desk.typed_about(worker)
    assert kept["person"] == sent["data"]["person"]
    assert kept["employer"] == "PT Satu"


async def test_facts_leave_the_desk_without_the_person(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, person=person(number, phone="+62 811 222 333", address="Jalan Satu 1")))
    rows = await desk.rows("SELECT * FROM journal")
    stored = await desk.rows("SELECT * FROM worker, spell, assertion")
    for secret in (number, "Contoh Pekerja", "811 222", "Jalan Satu"):
        assert secret not in repr(rows)
        assert secret not in repr(stored)


async def test_contacts_are_sealed_for_notification(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, person=person(number, email="a@example.com")))
    (registered,) = await desk.announced("pulih.worker.registered.v1")
    assert contact_in(registered[1]) == {"name": "Contoh Pekerja", "email": "a@example.com"}


async def test_new_contacts_amend_the_registration_and_old_ones_do_not(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, person=person(number, email="a@example.com")))
    await desk.post("employer", layoff(number, person=person(number, email="a@example.com")))
    assert await desk.announced("pulih.application.amended.v1") == []
    await desk.post("employer", layoff(number, person=person(number, phone="+62 811 222 333")))
    (amended,) = await desk.announced("pulih.application.amended.v1")
    assert contact_in(amended[1]) == {"name": "Contoh Pekerja", "email": "a@example.com", "phone": "+62 811 222 333"}
    assert (await opened(desk))["phone"] == "+62 811 222 333"


async def test_the_same_name_written_otherwise_is_no_question(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, person=person(number)))
    (receipt,) = await desk.receipts("union", layoff(number, person=person(number) | {"name": " CONTOH  pekerja. "}))
    assert "warnings" not in receipt
    assert await desk.announced("pulih.review.opened.v1") == []


@pytest.mark.parametrize("slug", ["employer", "office"])
async def test_a_birth_date_that_was_not_known_is_added_by_the_first_agency_or_the_office(
    desk: DeskUnderTest, slug: str
):
    number = nik()
    await desk.post("employer", layoff(number))
    await desk.post("union", layoff(number, person=person(number, birth_date="1992-01-01")))
    assert "birth_date" not in await opened(desk)
    await desk.post(slug, layoff(number, person=person(number, birth_date="1990-01-01")))
    (receipt,) = await desk.receipts("office", layoff(number, person=person(number, birth_date="1991-01-01")))
    assert receipt["warnings"] == ["Kept for review by the worker's office."]
    assert (await opened(desk))["birth_date"] == "1990-01-01"


async def test_a_region_comes_from_the_person_or_else_from_the_nik(desk: DeskUnderTest):
    typed, silent, elsewhere = nik(), nik(), nik()
    (known, derived, unknown) = await desk.receipts(
        "employer",
        layoff(typed, person=person(typed, region="Kota Serang")),
        layoff(silent),
        layoff(elsewhere, person=person(elsewhere, region="Atlantis")),
    )
    assert "warnings" not in known
    assert "warnings" not in derived
    assert unknown["warnings"][0].startswith("`person.region` is not a regency or city known here")
    regions = {data["worker"]: data["region"] for _, data in await desk.announced("pulih.worker.registered.v1")}
    assert [regions[receipt["worker"]] for receipt in (known, derived, unknown)] == ["36.73", "33.06", "Atlantis"]


async def test_two_desks_at_once_know_one_worker(open_desk: Callable[..., Awaitable[DeskUnderTest]]):
    first = await open_desk()
    second = await open_desk(first.database)
    for slug, role in (("employer", "employer"), ("union", "union")):
        second.keys[slug] = await first.agency(slug, role)
    numbers = [nik() for _ in range(300)]

    async def report(desk: DeskUnderTest, slug: str, order: list[str]) -> list[dict[str, Any]]:
        answers = await asyncio.gather(
            *(
                desk.receipts(slug, *(layoff(number) for number in order[start : start + 30]))
                for start in range(0, 300, 30)
            )
        )
        return [receipt for receipts in answers for receipt in receipts]

    receipts = await asyncio.gather(
        report(first, "employer", numbers), report(second, "union", numbers[::-1]), report(second, "employer", numbers)
    )
    assert all(receipt["outcome"] == "accepted" for each in receipts for receipt in each)
    assert [each["worker"] for each in receipts[0]] == [each["worker"] for each in receipts[1]][::-1]
    assert await first.rows("SELECT count(*) FROM worker") == [(300,)]
    assert await first.rows("SELECT count(*) FROM spell WHERE state = 'open'") == [(300,)]
    assert await first.rows("SELECT DISTINCT cardinality(concerns) FROM spell") == [(2,)]
    assert len(await first.announced("pulih.worker.registered.v1")) == 300


async def test_two_desks_at_once_forget_nothing_about_a_known_worker(
    open_desk: Callable[..., Awaitable[DeskUnderTest]],
):
    first = await open_desk()
    second = await open_desk(first.database)
    slugs = {"office": first, "employer": first, "union": second}
    for slug, desk in slugs.items():
        desk.keys[slug] = await first.agency(slug, slug)
    numbers = [nik() for _ in range(200)]
    await first.receipts("office", *(layoff(number) for number in numbers))
    await asyncio.gather(
        *(
            desk.receipts(slug, *(layoff(number, wishes=[slug]) for number in order[start : start + 20]))
            for start in range(0, 200, 20)
            for slug, desk, order in (("employer", first, numbers), ("union", second, numbers[::-1]))
        )
    )
    found = await first.rows("SELECT concerns, wishes FROM spell")
    assert {tuple(sorted(concerns)) for concerns, _ in found} == {("employer", "office", "union")}
    assert {tuple(sorted(wishes)) for _, wishes in found} == {("employer", "union")}


async def test_the_same_event_at_two_desks_is_accepted_once(open_desk: Callable[..., Awaitable[DeskUnderTest]]):
    first = await open_desk()
    second = await open_desk(first.database)
    second.keys["office"] = await first.agency("office", "office")
    vacancy = EXAMPLES["VacancyPosted"]
    for _ in range(20):
        sent = [layoff(nik()), event("VacancyPosted", vacancy)]
        both = await asyncio.gather(
            *(desk.receipts("office", each) for each in sent for desk in (first, second) for _ in range(2))
        )
        outcomes = sorted(receipt["outcome"] for receipts in both for receipt in receipts)
        assert outcomes == ["accepted"] * 2 + ["duplicate"] * 6
    assert await first.rows("SELECT count(*) FROM assertion") == [(40,)]
