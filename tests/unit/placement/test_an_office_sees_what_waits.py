"""`GET /vacancies?waiting=true`: an office sees what waits where it acts, an agency its own, operators all."""

import itertools

import httpx
import pytest

from contract.examples import OFFICE, PURWOREJO, id_of
from services.placement.domain.approval import may_approve
from services.placement.domain.entities import Agency
from shared.http.auth import hash_of
from tests.unit.placement.examples import BEKASI, KEBUMEN, YOGYAKARTA, admitted, approved, client_of, posted, terms
from tests.unit.placement.test_who_is_referred_where import opening

AREAS = {
    "kemnaker": None,
    "disnaker-jateng": "33",
    OFFICE: PURWOREJO,
    "disnaker-kebumen": KEBUMEN,
    "disnaker-diy": "34",
}
PLACES = {
    "P": {"region": PURWOREJO},
    "K": {"region": KEBUMEN},
    "Y": {"region": YOGYAKARTA},
    "B": {"region": BEKASI},
    "33": {"region": "33"},
    "NAME": {"region": "Kampung Baru"},
    "NONE": {"region": None},
    "SG": {"region": None, "country": "SG"},
    "HK": {"region": KEBUMEN, "country": "HK"},
}


def bearer(slug):
    return {"Authorization": f"Bearer key-of-{slug}"}


@pytest.fixture
def terms_of_referral():
    return terms(most_unapproved=1)


@pytest.fixture
async def client(placement):
    """Nine employers, each with a vacancy of three openings in another place; one may be offered without approval."""
    roles = dict.fromkeys(AREAS, "office") | {f"pt-{code.lower()}": "employer" for code in PLACES}
    await placement.hear(
        *(
            admitted(slug, role, region=AREAS.get(slug), key_hash=hash_of(f"key-of-{slug}"))
            for slug, role in roles.items()
        )
    )
    await placement.hear(
        *(posted(code, agency=f"pt-{code.lower()}", openings=3, **where) for code, where in PLACES.items())
    )
    async with client_of(placement) as made:
        yield made


async def waiting(client: httpx.AsyncClient, slug: str, **params: object):
    answer = await client.get("/vacancies", params={"waiting": "true", **params}, headers=bearer(slug))
    assert answer.status_code == 200
    return {item["code"]: item["waiting_for_approval"] for item in answer.json()["items"]}


@pytest.mark.parametrize("office", AREAS)
async def test_an_office_sees_every_employer_s_vacancy_that_it_may_approve_and_no_other(client, office):
    acting = Agency(slug=office, role="office", region=AREAS[office])
    assert await waiting(client, office) == {
        code: 2 for code, where in PLACES.items() if may_approve(acting, opening(code, **where))
    }


def test_places_are_told_apart_here():
    seen = {
        area: {
            code
            for code, where in PLACES.items()
            if may_approve(Agency(slug="x", role="office", region=area), opening(**where))
        }
        for area in AREAS.values()
    }
    assert all(seen[one] != seen[other] for one, other in itertools.combinations(AREAS.values(), 2))


async def test_what_is_approved_is_no_longer_listed(client, placement):
    await placement.hear(approved("P", of="pt-p", openings=2), approved("K", of="pt-k", agency="kemnaker"))
    listed = await waiting(client, "kemnaker")
    assert "K" not in listed
    assert "P" not in listed, "one is offered without approval, beside the two approved"


async def test_an_employer_sees_its_own(client):
    assert await waiting(client, "pt-k") == {"K": 2}
    (item,) = (await client.get("/vacancies", headers=bearer("pt-k"))).json()["items"]
    assert (item["openings"], item["left"], item["waiting_for_approval"]) == (3, 1, 2)


async def test_an_office_that_asks_for_its_vacancies_sees_no_other_s(client, placement):
    await placement.hear(posted("OWN", agency=OFFICE, openings=9))
    assert [item["code"] for item in (await client.get("/vacancies", headers=bearer(OFFICE))).json()["items"]] == [
        "OWN"
    ]
    assert "OWN" not in await waiting(client, OFFICE)


async def test_operators_see_all_that_waits(client, placement):
    await placement.hear(posted("ALL OFFERED", agency=OFFICE))
    answer = await client.get("/vacancies?waiting=true", headers={"Authorization": "Bearer operator"})
    assert {item["code"] for item in answer.json()["items"]} == set(PLACES)


async def test_the_list_is_read_page_by_page(client):
    seen, cursor = [], None
    while cursor is not None or not seen:
        params = {"waiting": "true", "limit": 2} | ({"after": cursor} if cursor else {})
        page = (await client.get("/vacancies", params=params, headers=bearer("kemnaker"))).json()
        seen += [item["vacancy"] for item in page["items"]]
        cursor = page["next"]
    assert seen == sorted(str(id_of(code, f"pt-{code.lower()}")) for code in PLACES)


async def test_nobody_asks_without_a_key(client):
    assert (await client.get("/vacancies?waiting=true")).status_code == 401
