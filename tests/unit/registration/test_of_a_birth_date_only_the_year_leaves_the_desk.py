"""Other services are told the year of birth and the sex, as an agency stated them or the NIK tells, and nothing else of them."""

import json
from typing import Any
from uuid import UUID

import pytest

from tests.unit.registration.posting import (
    OPERATOR,
    DeskUnderTest,
    application,
    event,
    layoff,
    nik,
    person,
    retraction,
    today_is,
)

REGISTERED, AMENDED = "pulih.worker.registered.v1", "pulih.application.amended.v1"
REINSTATED = "pulih.registration.reinstated.v1"


async def told(desk: DeskUnderTest, *types: str) -> list[tuple[Any, Any]]:
    """The birth years and sexes that the desk announced."""
    found = await desk.announced(*(types or (REGISTERED, AMENDED, REINSTATED)))
    return [(data.get("birth_year"), data.get("sex")) for _, data in found]


async def kept(desk: DeskUnderTest) -> list[tuple[Any, Any]]:
    return [tuple(row) for row in await desk.rows("SELECT birth_year, sex FROM worker ORDER BY id")]


def corrected(number: str, **correction: Any) -> dict[str, Any]:
    return event("IdentityCorrected", {"on": "2021-09-10", "nik": number, "correction": correction})


async def test_what_is_stated_is_told(desk: DeskUnderTest):
    number = nik(born="410190")
    await desk.post("office", layoff(number, person=person(number, birth_date="2007-03-17", sex="male")))
    assert await told(desk) == await kept(desk) == [(2007, "male")]


async def test_what_is_not_stated_the_nik_tells(desk: DeskUnderTest):
    with today_is("2021-09-06"):
        await desk.post("office", *(layoff(nik(born=born)) for born in ("410190", "010107", "320190")))
    assert await told(desk) == [(1990, "female"), (2007, "male"), (None, None)]


async def test_nothing_but_the_year_leaves_the_desk(desk: DeskUnderTest):
    number = nik(born="570307")
    who = person(number, birth_date="2007-03-17", sex="female")
    await desk.post("office", layoff(number, person=who), layoff(number, person=who, wants=["work"]))
    await desk.post("office", corrected(number, birth_date="2007-03-18"))
    tables = [row.tablename for row in await desk.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    for table in tables:
        held = str(await desk.rows(f'SELECT CAST(t AS text) FROM "{table}" AS t'))
        assert not any(day in held for day in ("2007-03", "03-17", "03-18", number, number[6:12])), table
    said = [data for _, data in await desk.announced(REGISTERED, AMENDED)]
    assert {data["birth_year"] for data in said} == {2007}
    assert all("birth_date" not in data for data in said)


async def test_a_correction_changes_what_is_told_and_says_so(desk: DeskUnderTest):
    number, other = nik(), nik(born="410180")
    await desk.post("office", layoff(number))
    await desk.post("office", corrected(number, birth_date="2007-03-17"))
    await desk.post("office", corrected(number, sex="female"))
    await desk.post("office", corrected(number, address="Jalan Satu"))
    await desk.post("office", corrected(number, nik=other))
    assert await told(desk) == [(1990, "male"), (2007, "male"), (2007, "female")]
    assert await kept(desk) == [(2007, "female")], "what was stated outweighs the NIK"


async def test_another_nik_tells_another_year(desk: DeskUnderTest):
    number, right = nik(born="010190"), nik(born="410107")
    await desk.post("office", layoff(number))
    await desk.post("office", corrected(number, nik=right))
    assert await told(desk) == [(1990, "male"), (2007, "female")]


async def test_of_a_worker_from_before_the_next_report_tells(desk: DeskUnderTest):
    number = nik()
    await desk.post("office", application(number))
    await desk.run("UPDATE worker SET birth_year = NULL, sex = NULL")
    await desk.post("employer", layoff(number))
    assert await told(desk, AMENDED) == await kept(desk) == [(1990, "male")]
    ((_, amended),) = await desk.announced(AMENDED)
    assert amended["card_until"] == "2023-09-06", "and the card that was issued before"


async def test_what_a_second_agency_states_differently_changes_nothing(desk: DeskUnderTest):
    number = nik()
    await desk.post("office", layoff(number, person=person(number, birth_date="1990-01-01", sex="male")))
    await desk.post("employer", layoff(number, person=person(number, birth_date="1980-01-01", sex="female")))
    assert await told(desk) == await kept(desk) == [(1990, "male")]


async def test_a_spell_that_goes_on_after_all_is_told_with_them(desk: DeskUnderTest):
    number = nik()
    await desk.post("office", layoff(number))
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-07", "nik": number, "reason": "recall"})
    await desk.post("office", withdrawal)
    await desk.post("office", retraction(withdrawal, on="2021-09-08"))
    assert await told(desk, REINSTATED) == [(1990, "male")]


async def two(desk: DeskUnderTest) -> list[str]:
    """One whose NIK tells no birth date, and one who was born in 2007; the second's time without work is over."""
    first, second = nik(born="320190"), nik(born="410107")
    await desk.agency("purworejo", "office", "33.06")
    with today_is("2021-09-06"):
        receipts = await desk.receipts("purworejo", layoff(first), layoff(second))
        withdrawn = {"on": "2021-09-07", "nik": second, "reason": "recall"}
        await desk.post("purworejo", event("LayoffWithdrawn", withdrawn))
    return [receipt["worker"] for receipt in receipts]


async def test_a_merge_fills_in_what_is_empty_and_a_split_takes_it_back(desk: DeskUnderTest):
    one, other = await two(desk)
    await desk.post("purworejo", event("IdentitiesMerged", {"on": "2021-09-10", "worker": one, "other": other}))
    assert await told(desk, AMENDED) == [(2007, "female")]
    assert [(data["worker"], len(data["follows"])) for _, data in await desk.announced(AMENDED)] == [(one, 1)]
    await desk.post("purworejo", event("IdentitiesKeptApart", {"on": "2021-09-20", "worker": one, "other": other}))
    assert await told(desk, AMENDED) == [(2007, "female"), (None, None)]
    found = await desk.rows("SELECT id, birth_year, sex FROM worker")
    assert {str(row.id): (row.birth_year, row.sex) for row in found} == {one: (None, None), other: (2007, "female")}
    assert await desk.broken() == {}


async def test_what_a_merge_filled_in_stays_at_the_next_report_and_a_split_takes_it_back(desk: DeskUnderTest):
    one, other = await two(desk)
    await desk.post("purworejo", event("IdentitiesMerged", {"on": "2021-09-10", "worker": one, "other": other}))
    who = {"nik": (await desk.identity(UUID(one)))["nik"], "name": "Contoh Pekerja", "phone": "0812 3456 7890"}
    await desk.post("purworejo", layoff(who["nik"], person=who))
    corrected = {"on": "2021-09-11", "worker": one, "correction": {"address": "Jalan Satu"}}
    await desk.post("purworejo", event("IdentityCorrected", corrected))
    assert await told(desk, AMENDED) == [(2007, "female")] * 2, "the merge, and the phone"
    await desk.post("purworejo", event("IdentitiesKeptApart", {"on": "2021-09-20", "worker": one, "other": other}))
    found = await desk.rows("SELECT id, birth_year, sex FROM worker")
    assert {str(row.id): (row.birth_year, row.sex) for row in found} == {one: (None, None), other: (2007, "female")}


async def test_erasure_blanks_them_in_every_table(desk: DeskUnderTest):
    number = nik(born="410107")
    with today_is("2021-09-06"):
        (receipt,) = await desk.receipts("office", layoff(number))
        await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-07", "nik": number, "reason": "recall"}))
        await desk.post("office", layoff(nik(born="410107")))
    answer = await desk.client.delete(f"/workers/{receipt['worker']}", headers=OPERATOR)
    assert answer.status_code == 204
    assert await told(desk, REGISTERED) == [(None, None), (2007, "female")]
    assert sorted(await kept(desk), key=str) == [(2007, "female"), (None, None)]


@pytest.mark.parametrize(("slug", "read"), [("office", {"birth_year", "sex"}), ("employer", set())])
async def test_only_the_office_reads_them_in_the_journey(desk: DeskUnderTest, slug: str, read: set[str]):
    (receipt,) = await desk.receipts("employer", layoff(nik()))
    journey = (await desk.client.get(f"/workers/{receipt['worker']}/journey", headers=desk.bearer(slug))).json()
    assert REGISTERED in {step["type"] for step in journey["steps"]}
    assert {field for field in ("birth_year", "sex") if f'"{field}"' in json.dumps(journey)} == read
    assert UUID(journey["worker"])
