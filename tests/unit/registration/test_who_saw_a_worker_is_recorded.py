"""Each reading, each refusal for lack of a relation and all that operators do leaves a row that nobody can change."""

from typing import Any
from uuid import UUID

import pytest

from shared.http import access as access_over_http
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik

NOBODY = "0190f6b0-7d5c-7a10-8f00-000000000001"


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    await desk.agency("purworejo", "office", "33.06")
    await desk.agency("serang", "office", "36.04")
    return desk


async def register(desk: DeskUnderTest) -> tuple[str, str]:
    number = nik()
    (receipt,) = await desk.receipts("employer", layoff(number))
    return number, receipt["worker"]


async def get(desk: DeskUnderTest, path: str, slug: str | None = None, **params: Any) -> Any:
    return await desk.client.get(path, params=params, headers=desk.bearer(slug) if slug else OPERATOR)


async def record(desk: DeskUnderTest, worker: str) -> list[tuple[Any, ...]]:
    rows = await desk.rows(
        "SELECT agency, person, route, outcome, purpose FROM access WHERE worker = :worker ORDER BY position",
        worker=UUID(worker),
    )
    return [tuple(row) for row in rows]


async def test_who_read_a_journey_and_who_was_refused_is_known_by_person(desk: DeskUnderTest):
    _, worker = await register(desk)
    added = await desk.client.post("/agencies/purworejo/members", json={"name": "ani"}, headers=OPERATOR)
    desk.keys["ani"] = added.json()["key"]
    await get(desk, f"/workers/{worker}/journey", "ani", purpose="a call from the worker")
    await get(desk, f"/workers/{worker}/journey", "serang")
    await get(desk, f"/workers/{worker}/journey")
    assert await record(desk, worker) == [
        ("purworejo", "ani", "GET /workers/{id}/journey", "read", "a call from the worker"),
        ("serang", "first", "GET /workers/{id}/journey", "refused", None),
        (None, "siti", "GET /workers/{id}/journey", "asked", None),
    ]


async def test_a_fact_that_lacks_a_relation_is_recorded(desk: DeskUnderTest):
    number, worker = await register(desk)
    withdrawal = {"on": "2021-09-20", "reason": "mediation"}
    await desk.post("union", event("LayoffWithdrawn", {**withdrawal, "nik": number}))
    await desk.post("union", event("LayoffWithdrawn", {**withdrawal, "worker": worker}))
    await desk.post("union", event("LayoffWithdrawn", {**withdrawal, "nik": nik()}))
    refused = ("union", "first", "POST /events LayoffWithdrawn", "refused", None)
    assert await record(desk, worker) == [refused, refused]
    assert await desk.rows("SELECT count(*) FROM access WHERE worker IS NULL AND agency = 'union'") == [(1,)]


async def test_the_office_reads_a_review_and_it_is_recorded(desk: DeskUnderTest):
    number, worker = await register(desk)
    await desk.post("union", layoff(number, person={"nik": number, "name": "Orang Lain"}))
    await get(desk, "/reviews", "purworejo")
    await get(desk, "/reviews", "serang")
    assert await record(desk, worker) == [("purworejo", "first", "GET /reviews", "read", None)]


async def test_the_workers_office_and_operators_ask_who_saw_a_worker_and_that_is_recorded_too(desk: DeskUnderTest):
    _, worker = await register(desk)
    await get(desk, f"/workers/{worker}/journey", "purworejo")
    answer = await get(desk, f"/workers/{worker}/access", "purworejo")
    assert [(item["agency"], item["route"], item["outcome"]) for item in answer.json()["items"]] == [
        ("purworejo", "GET /workers/{id}/journey", "read"),
        ("purworejo", "GET /workers/{id}/access", "read"),
    ]
    refused = [await get(desk, f"/workers/{id}/access", "serang") for id in (worker, NOBODY)]
    assert (refused[0].status_code, refused[0].content) == (403, refused[1].content)
    assert (await get(desk, f"/workers/{worker}/access", "employer")).status_code == 403
    asked = (await get(desk, f"/workers/{worker}/access")).json()["items"]
    assert [(item["agency"], item["person"], item["outcome"]) for item in asked[-3:]] == [
        ("serang", "first", "refused"),
        ("employer", "first", "refused"),
        (None, "siti", "asked"),
    ]
    page = (await get(desk, f"/workers/{worker}/access", limit=2)).json()
    rest = (await get(desk, f"/workers/{worker}/access", limit=100, after=page["next"])).json()
    assert [item["position"] for item in page["items"] + rest["items"]] == sorted(
        item["position"] for item in page["items"] + rest["items"]
    )
    assert len(page["items"]) == 2


async def test_all_that_operators_do_is_recorded_and_reads_of_figures_once_a_minute(desk: DeskUnderTest, monkeypatch):
    before = len(await desk.rows("SELECT 1 FROM access"))
    for _ in range(5):
        assert (await get(desk, "/audit")).status_code == 200
    await desk.client.delete("/agencies/union", headers=OPERATOR)
    await get(desk, "/whereabouts")
    rows = await desk.rows("SELECT person, route, outcome FROM access ORDER BY position OFFSET :before", before=before)
    assert [tuple(row) for row in rows] == [
        ("siti", "GET /audit", "asked"),
        ("siti", "DELETE /agencies/{slug}", "asked"),
        ("siti", "GET /whereabouts", "asked"),
    ]
    monkeypatch.setattr(access_over_http, "monotonic", lambda: 1e9)
    await get(desk, "/audit")
    assert len(await desk.rows("SELECT 1 FROM access WHERE route = 'GET /audit'")) == 2


@pytest.mark.parametrize("statement", ["UPDATE access SET person = 'another'", "DELETE FROM access", "TRUNCATE access"])
async def test_the_database_lets_nobody_change_a_row(desk: DeskUnderTest, statement: str):
    with pytest.raises(Exception, match="only ever appended to"):
        await desk.run(statement)


async def test_the_record_holds_ids_alone(desk: DeskUnderTest):
    number, worker = await register(desk)
    await get(desk, "/workers", "purworejo", nik=number)
    await get(desk, f"/workers/{worker}/journey", "purworejo")
    assert number not in repr(await desk.rows("SELECT * FROM access"))
