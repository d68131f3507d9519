"""An office asks how many were placed, by what, and who they are; its numbers are about those who live where it acts."""

from collections.abc import AsyncIterator
from itertools import combinations
from typing import Any

import httpx
import pytest

from contract.examples import EMPLOYER, OFFICE, PURWOREJO, worker
from services.placement.figures import FIGURES
from tests.unit.placement.examples import BEKASI, admitted, client_of, hired, merged, posted, recalled, registered

OPERATOR = {"Authorization": "Bearer operator"}
OF_2021 = "from=2021-01-01&to=2021-12-31"


def key_of(slug: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {slug}"}


@pytest.fixture
async def client(placement) -> AsyncIterator[httpx.AsyncClient]:
    """Of Purworejo, 1 and 2 were hired to sew, and 3 is back at the old job; 4 of Bekasi was hired; 5 looks for work."""
    agencies = ((OFFICE, "office", PURWOREJO), ("kemnaker", "office", None), (EMPLOYER, "employer", None))
    await placement.hear(*(admitted(slug, role, region=region) for slug, role, region in agencies))
    await placement.hear(posted("A", openings=2), posted("B", region=BEKASI))
    await placement.hear(registered(1, sex="female"), registered(2, sex="male"), registered(3, sex=None), registered(5))
    await placement.hear(registered(4, region=BEKASI, sex="female"))
    await placement.hear(hired(1, "A"), hired(2, "A"), hired(4, "B"), recalled(3))
    async with client_of(placement) as made:
        yield made


async def told(client: httpx.AsyncClient, query: str, key: dict[str, str] = OPERATOR) -> list[dict[str, Any]]:
    answer = await client.get(f"/figures?{OF_2021}&{query}", headers=key)
    assert answer.status_code == 200, answer.text
    return answer.json()["cells"]


async def test_each_number_is_told_by_what_was_asked(client):
    cells = await told(client, "by=outcome,sex", key_of(OFFICE))
    assert [(cell["outcome"], cell["sex"], cell["count"]) for cell in cells] == [
        ("hired", "female", 1),
        ("hired", "male", 1),
        ("recalled", "unknown", 1),
    ]


async def test_an_office_counts_those_who_live_where_it_acts(client):
    assert [cell["count"] for cell in await told(client, "figure=placed", key_of(OFFICE))] == [3]
    assert [cell["count"] for cell in await told(client, "figure=placed", key_of("kemnaker"))] == [4]
    assert [cell["count"] for cell in await told(client, "figure=placed")] == [4]


async def test_each_cell_names_its_events(client):
    cells = await told(client, "by=outcome,vocation")
    for cell in cells:
        listed = (await client.get(cell["events"], headers=OPERATOR)).json()
        assert len(listed["items"]) == cell["count"]
        assert {(item["outcome"], item["vocation"]) for item in listed["items"]} == {
            (cell["outcome"], cell["vocation"])
        }
    (hires,) = [cell for cell in cells if cell["outcome"] == "hired"]
    items = (await client.get(hires["events"], headers=OPERATOR)).json()["items"]
    assert [item["worker"] for item in items] == [str(worker(n)) for n in (1, 2, 4)]
    assert all(item["event"] for item in items)


async def test_an_office_does_not_find_who_lives_elsewhere(client):
    listed = await client.get(f"/figures/placed?{OF_2021}", headers=key_of(OFFICE))
    assert str(worker(4)) not in listed.text
    assert len(listed.json()["items"]) == 3
    elsewhere = await client.get(f"/figures/placed?{OF_2021}&region={BEKASI}", headers=key_of(OFFICE))
    assert elsewhere.json() == {"items": [], "next": None}


async def test_events_come_page_by_page(client):
    seen, after = [], ""
    while after is not None:
        answer = await client.get(
            "/figures/placed",
            params={"from": "2021-01-01", "to": "2021-12-31", "limit": 1, "after": after},
            headers=OPERATOR,
        )
        seen += [item["worker"] for item in answer.json()["items"]]
        after = answer.json()["next"]
    assert sorted(seen) == sorted(str(worker(n)) for n in (1, 2, 3, 4))


async def test_the_sums_over_any_dimensions_are_the_total(client):
    (total,) = await told(client, "figure=placed")
    for many in (1, 2, 3):
        for by in combinations(FIGURES.by_name["placed"].dimensions, many):
            cells = await told(client, f"figure=placed&by={','.join(by)}")
            assert sum(cell["count"] for cell in cells) == total["count"] == 4, by


async def test_days_are_the_days_on_which_it_happened(client):
    on = (await client.get(f"/figures/placed?{OF_2021}", headers=OPERATOR)).json()["items"][0]["day"]
    (day,) = (await client.get(f"/figures?from={on}&to={on}&figure=placed", headers=OPERATOR)).json()["cells"]
    assert day["count"] == 4
    (none,) = (await client.get("/figures?from=2020-01-01&to=2020-12-31&figure=placed", headers=OPERATOR)).json()[
        "cells"
    ]
    assert none["count"] == 0


async def test_two_ids_of_one_worker_placed_in_one_spell_are_one(client, placement):
    await placement.hear(merged(2, into=1))
    cells = await told(client, "by=outcome")
    assert {cell["outcome"]: cell["count"] for cell in cells} == {"hired": 2, "recalled": 1}


@pytest.mark.parametrize("path", ["/figures", "/figures/placed"])
async def test_figures_are_for_offices_and_operators(client, path):
    assert (await client.get(path, headers=key_of(EMPLOYER))).status_code == 403
    assert (await client.get(path)).status_code == 401


@pytest.mark.parametrize(
    ("asked", "pointer", "said"),
    [
        ("/figures?by=shoe", "/query/by", "there are: outcome, "),
        ("/figures?figure=shoes", "/query/figure", "there are: placed"),
        ("/figures?figure=shoes&by=shoe", "/query/figure", "there are: placed"),
        ("/figures/shoes", "/path/figure", "there are: placed"),
        ("/figures/placed?shoe=9", "/query/shoe", "it is by outcome, "),
        ("/figures?from=2021-02-01&to=2021-01-01", "/query/from", "lies after"),
        ("/figures?from=yesterday", "/query/from", "date"),
    ],
)
async def test_a_wrong_question_is_told_what_to_mend(client, asked, pointer, said):
    answer = await client.get(asked, headers=OPERATOR)
    assert answer.status_code == 422
    assert answer.json()["pointer"] == pointer
    assert said in answer.json()["detail"]
