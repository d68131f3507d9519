"""The routes: a provider sees its own courses and participants, offices and operators the waiting list."""

import hashlib
from collections.abc import AsyncIterator
from uuid import UUID

import httpx
import msgspec
import pytest

from contract.examples import EMPLOYER, OFFICE, PROVIDER, example, worker
from services.training.app import create
from services.training.settings import TrainingSettings
from shared.events import AgencyAdmitted, AgencyDelegated, AgencyRevoked
from shared.http import auth
from tests.key_files import key_file
from tests.unit.training.examples import KEBUMEN, course_id, offered, registered, result, withdrawn

OPERATOR = "the-operators-key"
KEYS = {PROVIDER: "key-of-blk", OFFICE: "key-of-disnaker", "lpk-kebumen": "key-of-lpk", EMPLOYER: "key-of-employer"}
ROLES = {PROVIDER: "training-provider", OFFICE: "office", "lpk-kebumen": "training-provider", EMPLOYER: "employer"}


def admitted(slug: str) -> AgencyAdmitted:
    key_hash = hashlib.sha256(KEYS[slug].encode()).hexdigest()
    return example(AgencyAdmitted, id=UUID(int=len(slug)), agency=slug, role=ROLES[slug], key_hash=key_hash)


def delegated(*offices: str) -> AgencyDelegated:
    return AgencyDelegated(id=UUID(int=len("lpk-kebumen")), agency="lpk-kebumen", delegates=[*offices])


@pytest.fixture
async def client(training) -> AsyncIterator[httpx.AsyncClient]:
    """The service's own application over this test's database; its consumer and its relay do not run."""
    url = training.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    service, app = create(TrainingSettings(database_url=url, operators=key_file(OPERATOR)))
    service.is_open = True
    await training.hear(*(admitted(slug) for slug in KEYS))
    await training.hear(
        offered("S1"), offered("B1", agency="lpk-kebumen", vocation="barista"), *(registered(n) for n in (1, 2, 3, 4))
    )
    await training.hear(registered(5, wishes=["barista"]), registered(6, wishes=[], region=KEBUMEN))
    await training.hear(result(1, "S1"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://training") as client:
        yield client
    await service.database.close()


async def ask(client, path: str, by: str = OPERATOR, **query):
    answer = await client.get(path, params=query, headers={"Authorization": f"Bearer {KEYS.get(by, by)}"})
    return answer.status_code, answer.json()


async def items(client, path: str, by: str = OPERATOR, **query):
    status, body = await ask(client, path, by, **query)
    assert status == 200
    return body["items"]


async def test_a_provider_sees_its_own_courses(client):
    (course,) = await items(client, "/courses", PROVIDER)
    assert course == {
        "id": str(course_id("S1")),
        "course": "S1",
        "provider": PROVIDER,
        "title": "Menjahit",
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
        "entry_until": "2021-03-07",
    }


async def test_operators_see_every_course(client):
    assert {course["course"] for course in await items(client, "/courses")} == {"S1", "B1"}
    assert [course["course"] for course in await items(client, "/courses", provider="lpk-kebumen")] == ["B1"]


async def test_a_provider_sees_its_own_participants(client):
    first, second = await items(client, "/participants", PROVIDER)
    assert first | {"enrolment": ""} == {
        "enrolment": "",
        "worker": str(worker(1)),
        "spell": 1,
        "course": "S1",
        "provider": PROVIDER,
        "seat": 1,
        "state": "graduated",
        "order": "1st of 2; applied 2021-02-03",
        "from_waiting_list": False,
        "result": "graduated",
        "certificate": "blk-purworejo/S1/1",
        "reason": None,
    }
    assert (second["worker"], second["state"], second["certificate"]) == (str(worker(2)), "in-training", None)
    assert [who["worker"] for who in await items(client, "/participants", "lpk-kebumen")] == [str(worker(5))]


async def test_participants_by_course_and_state(client):
    found = await items(client, "/participants", PROVIDER, course="S1", state="in-training")
    assert [who["worker"] for who in found] == [str(worker(2))]
    assert await items(client, "/participants", PROVIDER, course="B1") == []
    assert len(await items(client, "/participants")) == 3
    assert len(await items(client, "/participants", provider=PROVIDER)) == 2


async def test_a_provider_does_not_see_anothers(client):
    for path in ("/courses", "/participants"):
        status, problem = await ask(client, path, PROVIDER, provider="lpk-kebumen")
        assert (status, problem["type"]) == (403, "urn:pulih:problem:forbidden")


async def test_an_office_sees_those_of_a_provider_that_it_enters_for(client, training, monkeypatch):
    monkeypatch.setattr(auth, "REMEMBERED_SECONDS", 0.0)
    await training.hear(delegated(OFFICE))
    assert [each["course"] for each in await items(client, "/courses", OFFICE, provider="lpk-kebumen")] == ["B1"]
    seen = await items(client, "/participants", OFFICE, provider="lpk-kebumen")
    assert [who["worker"] for who in seen] == [str(worker(5))]
    await training.hear(delegated())
    assert (await ask(client, "/participants", OFFICE, provider="lpk-kebumen"))[0] == 403


@pytest.mark.parametrize(
    ("caller", "providers"),
    [
        (OFFICE, [PROVIDER, "nobody"]),
        (EMPLOYER, ["lpk-kebumen", PROVIDER, "nobody"]),
        (PROVIDER, ["lpk-kebumen", "nobody"]),
    ],
)
async def test_another_provider_s_are_shut_alike_whether_it_exists_or_not(client, training, caller, providers):
    await training.hear(delegated(OFFICE, EMPLOYER))  # an employer is no office: registration would not say so
    for path in ("/courses", "/participants"):
        answers = [await ask(client, path, caller, provider=each) for each in providers]
        assert answers[0][0] == 403
        assert all(answer == answers[0] for answer in answers)


async def test_participants_page_by_page(client):
    seen, after = [], None
    while True:
        _, body = await ask(client, "/participants", limit=2, **({"after": after} if after else {}))
        seen += [who["worker"] for who in body["items"]]
        if (after := body["next"]) is None:
            break
    assert seen == [str(worker(n)) for n in (1, 2, 5)]


async def test_offices_and_operators_see_the_waiting_list(client):
    for caller in (OFFICE, OPERATOR):
        found = await items(client, "/waiting-list", caller)
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


@pytest.mark.parametrize(
    ("area", "places"), [("33.06", [1, 2]), (KEBUMEN, [3]), ("33", [1, 2, 3]), ("36.04", []), ("36", [])]
)
async def test_an_office_sees_those_who_live_where_it_acts(client, training, area, places):
    KEYS["disnaker"], ROLES["disnaker"] = "key-of-an-office", "office"
    await training.hear(msgspec.structs.replace(admitted("disnaker"), region=area))
    assert [who["place"] for who in await items(client, "/waiting-list", "disnaker")] == places


async def test_the_waiting_list_of_a_vocation_and_of_a_region(client):
    async def found(**query):
        return [(who["place"], who["worker"]) for who in await items(client, "/waiting-list", OFFICE, **query)]

    assert await found(vocation="Barista") == [(1, str(worker(6)))]
    assert await found(region=KEBUMEN) == [(1, str(worker(6)))]
    assert await found(vocation="sewing", region="33.06") == [(1, str(worker(3))), (2, str(worker(4)))]


async def test_nobody_waits_for_what_they_are_certified_in(client, training):
    await training.hear(registered(7, wishes=["barista"]), registered(1, spell=2, wishes=[]))
    assert str(worker(1)) not in [who["worker"] for who in await items(client, "/waiting-list", vocation="sewing")]
    assert str(worker(1)) in [who["worker"] for who in await items(client, "/waiting-list", vocation="barista")]


async def test_the_waiting_list_goes_on_behind_someone_who_left_it(client, training):
    _, page = await ask(client, "/waiting-list", OFFICE, limit=2)
    await training.hear(withdrawn(4))
    found = await items(client, "/waiting-list", OFFICE, after=page["next"])
    assert [(who["place"], who["worker"]) for who in found] == [(2, str(worker(6)))]


async def test_nobody_else_sees_the_waiting_list(client):
    for caller in (PROVIDER, EMPLOYER):
        assert (await ask(client, "/waiting-list", caller))[0] == 403


async def test_who_shows_no_good_key_sees_nothing(client, training):
    await training.hear(example(AgencyRevoked, id=UUID(int=len("lpk-kebumen")), agency="lpk-kebumen"))
    for path in ("/courses", "/participants", "/waiting-list"):
        assert (await client.get(path)).status_code == 401
        assert (await ask(client, path, "a-key-of-nobody"))[0] == 401
        assert (await ask(client, path, "lpk-kebumen"))[0] == 401


async def test_operators_see_the_audit(client):
    _, audit = await ask(client, "/audit")
    assert audit["broken_rules"] == []
    assert audit["figures"]["graduated"] == 1
    _, where = await ask(client, "/whereabouts", limit=2)
    assert where == [[str(worker(1)), 1, "graduated"], [str(worker(2)), 1, "in-training"]]


async def test_who_asked_who_saw_a_worker_is_recorded(client):
    path = f"/workers/{worker(1)}/access"
    assert (await ask(client, path, by=PROVIDER))[0] == 403
    assert (await ask(client, f"/workers/{UUID(int=1)}/access", by=OFFICE))[0] == 403
    found = await items(client, path)
    assert [(row["agency"], row["outcome"]) for row in found] == [(PROVIDER, "refused"), (None, "asked")]
