"""The desk's database went back in time: agencies get 503 and nothing is kept, until an operator has made its journal whole."""

from uuid import uuid4

import pytest

from shared.kafka.records import Said
from shared.outbox.history import Heard
from shared.outbox.recovery import Recovered
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, layoff, nik

WHY = "its database went back in time"


@pytest.fixture
def restored(desk: DeskUnderTest) -> DeskUnderTest:
    desk.service.history.lost = WHY
    return desk


async def test_an_agency_is_asked_to_come_again(restored: DeskUnderTest) -> None:
    answer = await restored.post("employer", layoff(nik()))
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:pulih:problem:not-ready"
    assert answer.headers["Retry-After"] == "60"
    assert await restored.rows("SELECT * FROM assertion") == []
    restored.service.history.lost = None
    assert (await restored.post("employer", layoff(nik()))).status_code == 202


async def test_who_has_no_key_learns_nothing_of_it(restored: DeskUnderTest) -> None:
    answer = await restored.client.post("/events", content="[]", headers={"Authorization": "Bearer nobody's"})
    assert answer.status_code == 401


async def test_operators_are_answered_and_told_why_it_is_not_ready(restored: DeskUnderTest) -> None:
    assert (await restored.client.get("/audit", headers=OPERATOR)).status_code == 200
    assert WHY in (await restored.client.get("/readyz")).json()["detail"]


async def test_the_command_s_route_says_what_was_done(desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    unknown, done = Heard("the listener at http://training", 2, Said(9, uuid4())), Recovered(7, 9, 2, 5, [], {3: 6})

    async def make_whole() -> Recovered:
        return done._replace(unknown=[unknown])

    monkeypatch.setattr(desk.service, "make_whole", make_whole)
    answer = await desk.client.post("/journal/restore", headers=OPERATOR)
    assert answer.json() == {
        "first": 7,
        "last": 9,
        "taken_back": 2,
        "renumbered": 5,
        "forgotten": [{"partition": 3, "position": 6}],
        "unknown": [{"where": unknown.where, "partition": 2, "position": 9, "id": str(unknown.said.id)}],
    }


async def test_where_kafka_is_away_nothing_is_changed(desk: DeskUnderTest) -> None:
    await desk.receipts("employer", layoff(nik()))
    before = await desk.rows("SELECT position, id FROM journal")
    answer = await desk.client.post("/journal/restore", headers=OPERATOR)
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.json()["detail"]
    assert await desk.rows("SELECT position, id FROM journal") == before


async def test_it_is_for_operators_alone(desk: DeskUnderTest) -> None:
    assert (await desk.client.post("/journal/restore", headers=desk.bearer("office"))).status_code == 403
    assert (await desk.client.post("/journal/restore")).status_code == 401
