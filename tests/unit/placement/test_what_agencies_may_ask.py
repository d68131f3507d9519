from collections.abc import AsyncIterator

import httpx
import pytest

from contract.examples import OFFICE, id_of, worker
from shared.events import AgencyAdmitted, AgencyDelegated
from shared.http import auth
from shared.key_file import hash_of
from tests.unit.placement.examples import client_of, declined, hired, posted, registered

OPERATOR, DISNAKER, GARMEN = ({"Authorization": f"Bearer {key}"} for key in ("operator", "key-d", "key-g"))


def admitted(n, slug, key, role):
    return AgencyAdmitted(id=worker(n), agency=slug, name=slug, role=role, key_hash=hash_of(key))


@pytest.fixture
async def client(placement) -> AsyncIterator[httpx.AsyncClient]:
    await placement.hear(admitted(91, OFFICE, "key-d", "office"), admitted(92, "pt-garmen", "key-g", "employer"))
    await placement.hear(posted("A", openings=2), posted("G", agency="pt-garmen", vocation="welding"))
    await placement.hear(registered(1), registered(2), registered(3, wishes=["welding"]), hired(1))
    async with client_of(placement) as made:
        yield made


async def test_an_agency_sees_its_own_vacancies(client):
    answer = await client.get("/vacancies", headers=GARMEN)
    assert answer.json() == {
        "items": [
            {
                "vacancy": str(id_of("G", "pt-garmen")),
                "code": "G",
                "agency": "pt-garmen",
                "title": "Operator jahit",
                "vocation": "welding",
                "employer": "PT Garmen Jateng",
                "region": "33.06",
                "country": "ID",
                "certificate": False,
                "posted_on": "2021-03-01",
                "openings": 1,
                "hired": 0,
                "referred": 1,
                "left": 0,
                "waiting_for_approval": 0,
                "state": "open",
            }
        ],
        "next": None,
    }


async def test_an_agency_sees_who_was_referred_to_it(client):
    (item,) = (await client.get("/referrals?state=open", headers=GARMEN)).json()["items"]
    referral = item.pop("referral")
    assert item == {
        "worker": str(worker(3)),
        "spell": 1,
        "vacancy": "G",
        "agency": "pt-garmen",
        "title": "Operator jahit",
        "vocation": "welding",
        "employer": "PT Garmen Jateng",
        "region": "33.06",
        "country": "ID",
        "route": "AKL",
        "state": "open",
        "reason": None,
        "respond_by": "2021-09-13",
    }
    assert (await client.get(f"/referrals?after={referral}", headers=GARMEN)).json() == {"items": [], "next": None}


@pytest.mark.parametrize(("state", "workers"), [("open", [2]), ("hired", [1]), ("lapsed", []), (None, [1, 2])])
async def test_referrals_are_asked_for_by_state(client, state, workers):
    items = (await client.get("/referrals", params={"state": state} if state else {}, headers=DISNAKER)).json()["items"]
    assert [item["worker"] for item in items] == [str(worker(n)) for n in workers]


async def test_a_lapsed_referral_says_why(client, placement):
    await placement.hear(declined(2))
    (item,) = (await client.get("/referrals?state=lapsed", headers=DISNAKER)).json()["items"]
    assert item["reason"] == "declined-by-employer"


async def test_operators_see_all_page_by_page(client):
    for path, key in (("/vacancies", "vacancy"), ("/referrals", "referral")):
        seen, cursor = [], ""
        while cursor is not None:
            page = (await client.get(f"{path}?limit=1{cursor and '&after=' + cursor}", headers=OPERATOR)).json()
            seen += [item[key] for item in page["items"]]
            cursor = page["next"]
        assert seen == sorted(seen)
        assert len(seen) == {"/vacancies": 2, "/referrals": 3}[path]


async def test_an_office_sees_those_of_an_agency_that_it_enters_for(client, placement, monkeypatch):
    monkeypatch.setattr(auth, "REMEMBERED_SECONDS", 0.0)
    garmen = {"id": worker(92), "agency": "pt-garmen"}
    await placement.hear(AgencyDelegated(**garmen, delegates=[OFFICE]))
    for path, key, seen in (("/vacancies", "code", ["G"]), ("/referrals", "vacancy", ["G"])):
        answer = await client.get(f"{path}?agency=pt-garmen", headers=DISNAKER)
        assert [item[key] for item in answer.json()["items"]] == seen
    await placement.hear(AgencyDelegated(**garmen, delegates=[]))
    assert (await client.get("/referrals?agency=pt-garmen", headers=DISNAKER)).status_code == 403


@pytest.mark.parametrize("path", ["/vacancies", "/referrals"])
async def test_another_agency_s_are_shut_alike_whether_it_exists_or_not(client, path):
    answers = [await client.get(f"{path}?agency={each}", headers=GARMEN) for each in (OFFICE, "nobody")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(403, answers[0].text)}
    assert (await client.get(f"{path}?agency=pt-garmen", headers=GARMEN)).status_code == 200


@pytest.mark.parametrize(("path", "named"), [("/vacancies", "code"), ("/referrals", "vacancy")])
async def test_operators_ask_for_one_agency_s(client, path, named):
    items = (await client.get(f"{path}?agency=pt-garmen", headers=OPERATOR)).json()["items"]
    assert {item[named] for item in items} == {"G"}


@pytest.mark.parametrize("path", ["/vacancies", "/referrals"])
async def test_nobody_else_may_ask(client, path):
    assert (await client.get(path)).status_code == 401
    assert (await client.get(path, headers={"Authorization": "Bearer nobody's"})).status_code == 401


async def test_a_parameter_that_cannot_be_is_named(client):
    answer = await client.get("/referrals?limit=1001", headers=OPERATOR)
    assert (answer.status_code, answer.json()["pointer"]) == (422, "/query/limit")


async def test_the_audit_is_open_to_operators(client):
    audit = (await client.get("/audit", headers=OPERATOR)).json()
    assert audit["figures"]["placed.hired"] == 1
    assert audit["broken_rules"] == []
    assert (await client.get("/whereabouts?limit=1", headers=OPERATOR)).json() == [[str(worker(1)), 1, "placed"]]
    assert (await client.get("/audit", headers=DISNAKER)).status_code == 403
