"""The doors: a provider sees its own courses and participants, offices and operators the waiting list."""

import hashlib
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import pytest

from services.training.app import create
from shared.events import AgencyAdmitted, AgencyRevoked
from shared.settings import Settings
from tests.unit.training.office import BLK, DESK, KEBUMEN, course_id, offered, registered, result, withdrawn, worker

OPERATOR = "the-operators-key"
KEYS = {BLK: "key-of-blk", DESK: "key-of-disnaker", "lpk-kebumen": "key-of-lpk", "pt-garmen": "key-of-employer"}
ROLES = {BLK: "training-provider", DESK: "office", "lpk-kebumen": "training-provider", "pt-garmen": "employer"}


def admitted(slug: str) -> AgencyAdmitted:
    return AgencyAdmitted(
        id=UUID(int=len(slug)),
        agency=slug,
        name=slug,
        role=ROLES[slug],
        key_hash=hashlib.sha256(KEYS[slug].encode()).hexdigest(),
    )


@pytest.fixture
async def doors(office) -> AsyncIterator[httpx.AsyncClient]:
    """The service's own application over this test's database; its ear and its voice are not opened."""
    url = office.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    service, app = create(Settings(database_url=url, operator_key=OPERATOR))
    service.is_open = True
    await office.hear(*(admitted(slug) for slug in KEYS))
    await office.hear(
        offered("S1"), offered("B1", agency="lpk-kebumen", vocation="barista"), *(registered(n) for n in (1, 2, 3, 4))
    )
    await office.hear(registered(5, wishes=["barista"]), registered(6, wishes=[], region=KEBUMEN))
    await office.hear(result(1, "S1"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://training") as client:
        yield client
    await service.database.close()


async def ask(doors, path: str, by: str = OPERATOR, **query):
    answer = await doors.get(path, params=query, headers={"Authorization": f"Bearer {KEYS.get(by, by)}"})
    return answer.status_code, answer.json()


async def items(doors, path: str, by: str = OPERATOR, **query):
    status, body = await ask(doors, path, by, **query)
    assert status == 200
    return body["items"]


async def test_a_provider_sees_its_own_courses(doors):
    (course,) = await items(doors, "/courses", BLK)
    assert course == {
        "id": str(course_id("S1")),
        "course": "S1",
        "provider": BLK,
        "title": "Course S1",
        "vocation": "sewing",
        "region": "33.06",
        "reach": "regency",
        "mode": "in-person",
        "funding": "APBN",
        "venue": "centre",
        "seats": 2,
        "taken": 2,
        "free": 0,
        "state": "open",
        "starts_on": "2021-03-01",
        "ends_on": "2021-04-30",
    }


async def test_operators_see_every_course(doors):
    assert {course["course"] for course in await items(doors, "/courses")} == {"S1", "B1"}
    assert [course["course"] for course in await items(doors, "/courses", provider="lpk-kebumen")] == ["B1"]


async def test_a_provider_sees_its_own_participants(doors):
    first, second = await items(doors, "/participants", BLK)
    assert first | {"enrolment": ""} == {
        "enrolment": "",
        "worker": str(worker(1)),
        "spell": 1,
        "course": "S1",
        "provider": BLK,
        "seat": 1,
        "state": "graduated",
        "order": "1st of 2; applied 2021-02-03",
        "from_waiting_list": False,
        "result": "graduated",
        "certificate": "blk-purworejo/S1/1",
        "reason": None,
    }
    assert (second["worker"], second["state"], second["certificate"]) == (str(worker(2)), "in-training", None)
    assert [who["worker"] for who in await items(doors, "/participants", "lpk-kebumen")] == [str(worker(5))]


async def test_participants_by_course_and_state(doors):
    found = await items(doors, "/participants", BLK, course="S1", state="in-training")
    assert [who["worker"] for who in found] == [str(worker(2))]
    assert await items(doors, "/participants", BLK, course="B1") == []
    assert len(await items(doors, "/participants")) == 3
    assert len(await items(doors, "/participants", provider=BLK)) == 2


async def test_a_provider_does_not_see_anothers(doors):
    for path in ("/courses", "/participants"):
        status, problem = await ask(doors, path, BLK, provider="lpk-kebumen")
        assert (status, problem["type"]) == (403, "urn:pulih:problem:forbidden")


async def test_participants_page_by_page(doors):
    seen, after = [], None
    while True:
        _, body = await ask(doors, "/participants", limit=2, **({"after": after} if after else {}))
        seen += [who["worker"] for who in body["items"]]
        if (after := body["next"]) is None:
            break
    assert seen == [str(worker(n)) for n in (1, 2, 5)]


async def test_offices_and_operators_see_the_waiting_list(doors):
    for caller in (DESK, OPERATOR):
        found = await items(doors, "/waiting-list", caller)
        assert [(who["place"], who["worker"]) for who in found] == [
            (1, str(worker(3))),
            (2, str(worker(4))),
            (3, str(worker(6))),
        ]
    assert found[0] | {"concerns": []} == {
        "place": 1,
        "worker": str(worker(3)),
        "spell": 1,
        "applied_on": "2021-02-03",
        "region": "33.06",
        "wishes": ["sewing"],
        "concerns": [],
    }


async def test_the_waiting_list_of_a_vocation_and_of_a_region(doors):
    async def found(**query):
        return [(who["place"], who["worker"]) for who in await items(doors, "/waiting-list", DESK, **query)]

    assert await found(vocation="Barista") == [(1, str(worker(6)))]
    assert await found(region=KEBUMEN) == [(1, str(worker(6)))]
    assert await found(vocation="sewing", region="33.06") == [(1, str(worker(3))), (2, str(worker(4)))]


async def test_nobody_waits_for_what_they_are_certified_in(doors, office):
    await office.hear(registered(7, wishes=["barista"]), registered(1, spell=2, wishes=[]))
    assert str(worker(1)) not in [who["worker"] for who in await items(doors, "/waiting-list", vocation="sewing")]
    assert str(worker(1)) in [who["worker"] for who in await items(doors, "/waiting-list", vocation="barista")]


async def test_the_waiting_list_goes_on_behind_someone_who_left_it(doors, office):
    _, page = await ask(doors, "/waiting-list", DESK, limit=2)
    await office.hear(withdrawn(4))
    found = await items(doors, "/waiting-list", DESK, after=page["next"])
    assert [(who["place"], who["worker"]) for who in found] == [(2, str(worker(6)))]


async def test_nobody_else_sees_the_waiting_list(doors):
    for caller in (BLK, "pt-garmen"):
        assert (await ask(doors, "/waiting-list", caller))[0] == 403


async def test_who_shows_no_good_key_sees_nothing(doors, office):
    await office.hear(AgencyRevoked(id=UUID(int=len("lpk-kebumen")), agency="lpk-kebumen"))
    for path in ("/courses", "/participants", "/waiting-list"):
        assert (await doors.get(path)).status_code == 401
        assert (await ask(doors, path, "a-key-of-nobody"))[0] == 401
        assert (await ask(doors, path, "lpk-kebumen"))[0] == 401


async def test_operators_see_the_books(doors):
    _, account = await ask(doors, "/audit")
    assert account["broken_rules"] == []
    assert account["figures"]["graduated"] == 1
    _, where = await ask(doors, "/whereabouts", limit=2)
    assert where == [[str(worker(1)), 1, "graduated"], [str(worker(2)), 1, "in-training"]]
