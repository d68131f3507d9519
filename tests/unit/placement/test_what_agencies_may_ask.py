from collections.abc import AsyncIterator

import httpx
import pytest

from services.placement import app
from services.placement.settings import PlacementSettings
from shared.events import AgencyAdmitted
from shared.http.auth import Authenticator, hash_of
from tests.unit.placement.office import declined, hired, posted, registered, vacancy_id, worker

OPERATOR, DISNAKER, GARMEN = ({"Authorization": f"Bearer {key}"} for key in ("operator", "key-d", "key-g"))


def admitted(n, slug, key, role):
    return AgencyAdmitted(id=worker(n), agency=slug, name=slug, role=role, key_hash=hash_of(key))


@pytest.fixture
async def desk(office) -> AsyncIterator[httpx.AsyncClient]:
    await office.hear(
        admitted(91, "disnaker-purworejo", "key-d", "office"), admitted(92, "pt-garmen", "key-g", "employer")
    )
    await office.hear(posted("A", openings=2), posted("G", agency="pt-garmen", vocation="welding"))
    await office.hear(registered(1), registered(2), registered(3, wishes=["welding"]), hired(1))
    settings = PlacementSettings(database_url="postgresql://placement:x@localhost/placement", operator_key="operator")
    service, application = app.create(settings)
    service.database, service.authenticator, service.is_open = (
        office.database,
        Authenticator(office.database, "operator"),
        True,
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://placement") as client:
        yield client


async def test_an_agency_sees_its_own_vacancies(desk):
    answer = await desk.get("/vacancies", headers=GARMEN)
    assert answer.json() == {
        "items": [
            {
                "vacancy": str(vacancy_id("G", "pt-garmen")),
                "code": "G",
                "agency": "pt-garmen",
                "title": "Vacancy G",
                "vocation": "welding",
                "employer": "PT Garmen Jateng",
                "region": "33.06",
                "country": "ID",
                "posted_on": "2021-03-01",
                "openings": 1,
                "hired": 0,
                "referred": 1,
                "left": 0,
                "state": "open",
            }
        ],
        "next": None,
    }


async def test_an_agency_sees_who_was_sent_to_it(desk):
    (item,) = (await desk.get("/referrals?state=open", headers=GARMEN)).json()["items"]
    referral = item.pop("referral")
    assert item == {
        "worker": str(worker(3)),
        "spell": 1,
        "vacancy": "G",
        "agency": "pt-garmen",
        "title": "Vacancy G",
        "vocation": "welding",
        "employer": "PT Garmen Jateng",
        "region": "33.06",
        "country": "ID",
        "route": "AKL",
        "state": "open",
        "reason": None,
        "respond_by": "2021-09-13",
    }
    assert (await desk.get(f"/referrals?after={referral}", headers=GARMEN)).json() == {"items": [], "next": None}


@pytest.mark.parametrize(("state", "workers"), [("open", [2]), ("hired", [1]), ("lapsed", []), (None, [1, 2])])
async def test_referrals_are_asked_for_by_state(desk, state, workers):
    items = (await desk.get("/referrals", params={"state": state} if state else {}, headers=DISNAKER)).json()["items"]
    assert [item["worker"] for item in items] == [str(worker(n)) for n in workers]


async def test_a_lapsed_referral_says_why(desk, office):
    await office.hear(declined(2))
    (item,) = (await desk.get("/referrals?state=lapsed", headers=DISNAKER)).json()["items"]
    assert item["reason"] == "declined-by-employer"


async def test_operators_see_all_page_by_page(desk):
    for path, key in (("/vacancies", "vacancy"), ("/referrals", "referral")):
        seen, cursor = [], ""
        while cursor is not None:
            page = (await desk.get(f"{path}?limit=1{cursor and '&after=' + cursor}", headers=OPERATOR)).json()
            seen += [item[key] for item in page["items"]]
            cursor = page["next"]
        assert seen == sorted(seen)
        assert len(seen) == {"/vacancies": 2, "/referrals": 3}[path]


@pytest.mark.parametrize("path", ["/vacancies", "/referrals"])
async def test_nobody_else_may_ask(desk, path):
    assert (await desk.get(path)).status_code == 401
    assert (await desk.get(path, headers={"Authorization": "Bearer nobody's"})).status_code == 401


async def test_a_parameter_that_cannot_be_is_named(desk):
    answer = await desk.get("/referrals?limit=1001", headers=OPERATOR)
    assert (answer.status_code, answer.json()["pointer"]) == (422, "/query/limit")


async def test_the_account_is_open_to_operators(desk):
    account = (await desk.get("/audit", headers=OPERATOR)).json()
    assert account["figures"]["placed.hired"] == 1
    assert account["broken_rules"] == []
    assert (await desk.get("/whereabouts?limit=1", headers=OPERATOR)).json() == [[str(worker(1)), 1, "placed"]]
    assert (await desk.get("/audit", headers=DISNAKER)).status_code == 403
