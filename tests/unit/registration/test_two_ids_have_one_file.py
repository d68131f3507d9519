"""Siti's two ids in what the law gives her: one identity, one record of who saw it, one export, one restriction, one erasure."""

from datetime import date

import pytest

from services.registration.privacy.erasure import erase_whose_time_has_come
from shared.events import WorkerErased, WorkerRestricted, type_of
from tests.unit.registration.pairs import Siti, journey, merge, merged, registered, split
from tests.unit.registration.posting import DeskUnderTest, event

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
async def two(desk: DeskUnderTest) -> tuple[Siti, Siti]:
    """Her two ids, merged into the first; the employer reported her under that one, the union under the other, with a phone."""
    await desk.agency("purworejo", "office", "33.06")
    one, other = await registered(desk), await registered(desk, "union", person={"phone": "+628111222333"})
    await merge(desk, one, other)
    return one, other


async def identity(desk: DeskUnderTest, worker: Siti) -> dict:
    answer = await desk.client.post(
        "/identities", json={"workers": [worker.id], "purpose": "memanggil"}, headers=desk.bearer("purworejo")
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][0]["identity"]


async def subject(desk: DeskUnderTest, method: str, worker: Siti, path: str = ""):
    return await desk.client.request(method, f"/workers/{worker.id}{path}", headers=desk.bearer("purworejo"))


async def end(desk: DeskUnderTest, worker: Siti) -> None:
    said = event("LayoffWithdrawn", {"on": "2021-09-15", "worker": worker.id, "reason": "mediation"})
    assert (await desk.post("purworejo", said)).status_code == 202


async def test_either_id_gives_who_she_is(desk: DeskUnderTest, two):
    one, other = two
    assert (
        await identity(desk, one)
        == await identity(desk, other)
        == {"nik": one.nik, "name": "Siti Aminah", "birth_date": "1990-01-01", "phone": "+628111222333"}
    )


async def test_either_nik_finds_her(desk: DeskUnderTest, two):
    one, other = two
    for each in two:
        answer = await desk.client.get("/workers", params={"nik": each.nik}, headers=desk.bearer("purworejo"))
        assert answer.status_code == 200, answer.text
        assert (answer.json()["worker"], answer.json()["identity"]["nik"]) == (one.id, one.nik)
    await split(desk, one, other)
    answer = await desk.client.get("/workers", params={"nik": other.nik}, headers=desk.bearer("purworejo"))
    assert answer.json()["worker"] == other.id


async def test_either_id_says_who_saw_the_other(desk: DeskUnderTest, two):
    one, other = two
    await journey(desk, one, "purworejo")
    await identity(desk, other)
    for each in two:
        answer = await subject(desk, "GET", each, "/access")
        routes = [row["route"] for row in answer.json()["items"]]
        assert routes[:2] == ["GET /workers/{id}/journey", "POST /identities"]


async def test_the_export_has_what_both_agencies_typed(desk: DeskUnderTest, two):
    one, other = two
    for each in two:
        kept = (await subject(desk, "GET", each, "/data")).json()
        assert kept["worker"] == one.id
        assert kept["identity"]["nik"] == one.nik
        assert [each["worker"] for each in kept["others"]] == [other.id]
        assert kept["others"][0]["identity"]["nik"] == other.nik
        assert {said["agency"] for said in kept["said"]} == {"employer", "union", "purworejo"}
        assert {spell["worker"] for spell in kept["spells"]} == {one.id, other.id}


async def test_a_restriction_is_of_both_ids(desk: DeskUnderTest, two):
    one, other = two
    assert (await subject(desk, "POST", other, "/restrict")).status_code == 204
    said = [data["worker"] for _, data in await desk.announced(type_of(WorkerRestricted))]
    assert said == [one.id, other.id]
    assert (
        (await journey(desk, one, "employer")).status_code == (await journey(desk, other, "union")).status_code == 403
    )
    await split(desk, one, other)
    assert (
        (await journey(desk, one, "employer")).status_code == (await journey(desk, other, "union")).status_code == 403
    )


async def test_who_is_restricted_is_not_merged_with_who_is_not(desk: DeskUnderTest, two):
    one, other = two
    await split(desk, one, other)
    assert (await subject(desk, "POST", other, "/restrict")).status_code == 204
    (receipt,) = await desk.receipts("purworejo", merged(one, other))
    assert (receipt["problem"]["status"], receipt["problem"]["type"]) == (409, "urn:pulih:problem:restricted")
    assert (await subject(desk, "POST", one, "/restrict")).status_code == 204
    await merge(desk, one, other)


async def test_she_is_erased_under_both_ids(desk: DeskUnderTest, two):
    one, other = two
    assert (await subject(desk, "DELETE", other)).status_code == 409, "her spell is open"
    await end(desk, other)
    assert (await subject(desk, "DELETE", other)).status_code == 204
    assert [data["worker"] for _, data in await desk.announced(type_of(WorkerErased))] == [one.id, other.id]
    left = await desk.rows("SELECT sealed, contact FROM worker UNION ALL SELECT wrapped, '' FROM data_key")
    assert {tuple(row) for row in left} == {("", "")}
    for each in two:
        assert (
            await desk.client.get("/workers", params={"nik": each.nik}, headers=desk.bearer("purworejo"))
        ).status_code == 404
        assert (await subject(desk, "GET", each, "/data")).status_code == 410


async def test_her_time_comes_when_her_last_spell_under_any_id_is_long_over(desk: DeskUnderTest, two):
    one, other = two
    await end(desk, one)
    database = desk.database
    assert await erase_whose_time_has_come(database, date(2021, 9, 15)) == 0
    assert await erase_whose_time_has_come(database, date(2021, 9, 16)) == 1
    erased = await desk.rows("SELECT worker FROM erased ORDER BY worker")
    assert [str(row.worker) for row in erased] == sorted([one.id, other.id])
