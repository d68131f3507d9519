"""An office asks how many applied, were seated, graduated or gave up their seats, by what, and which events say so."""

from collections.abc import AsyncIterator
from datetime import date
from itertools import combinations
from typing import Any
from uuid import UUID

import httpx
import pytest

from contract.examples import EMPLOYER, OFFICE, PROVIDER, PURWOREJO, number_of, worker
from services.training.figures import FIGURES
from shared import clock
from shared.events import NoShowRecorded
from tests.unit.training.asking import OPERATOR, OTHER_PROVIDER, admitted, ask, asking
from tests.unit.training.examples import (
    BEKASI,
    TrainingUnderTest,
    amended,
    course_id,
    erased,
    fact_id,
    merged,
    no_show,
    offered,
    registered,
    reinstated,
    result,
    retracted,
    said,
    seat_declined,
    withdrawn,
)

OF_2021 = {"from": "2021-01-01", "to": "2021-12-31"}
COUNTS = {"applied": 7, "seated": 6, "graduated": 2, "not-completed": 2, "given-up": 3}
"""What the story below comes to in all of Indonesia."""


@pytest.fixture
async def client(training: TrainingUnderTest) -> AsyncIterator[httpx.AsyncClient]:
    """1 and 4 graduate, 2 fails, 3 waits, 5 does not come, 6 declines, 7 leaves early. 4 lives in Bekasi, the others in Purworejo."""
    barista = {"vocation": "barista", "funding": "private", "mode": "blended"}
    electronics = {"agency": OTHER_PROVIDER, "vocation": "electronics", "funding": "APBD", "venue": "mobile-unit"}
    await training.hear(*admitted())
    await training.hear(offered("S1"), offered("K1", seats=3, **barista), offered("E1", region=BEKASI, **electronics))
    await training.hear(
        registered(1, sex="female"),
        registered(2, sex="male"),
        registered(3, sex=None),
        registered(4, sex="female", region=BEKASI, wishes=["electronics"]),
        *(registered(n, sex=sex, wishes=["barista"]) for n, sex in ((5, "male"), (6, "female"), (7, "male"))),
    )
    left = result(7, "K1", "left", on=date(2021, 2, 12))
    await training.hear(said(result(1, "S1"), 1), said(result(2, "S1", "failed"), 2))
    await training.hear(said(result(4, "E1", agency=OTHER_PROVIDER), 4), said(left, 7))
    await training.hear(said(no_show(5, "K1"), 5), said(seat_declined(6), 6))
    async with asking(training.database) as made:
        yield made


async def answered(client: httpx.AsyncClient, path: str, key: str = OPERATOR, **query: str) -> Any:
    answer = await client.get(path, params={**OF_2021, **query}, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def told(client: httpx.AsyncClient, key: str = OPERATOR, **query: str) -> list[dict[str, Any]]:
    return list((await answered(client, "/figures", key, **query))["cells"])


async def counts(client: httpx.AsyncClient, key: str = OPERATOR, **query: str) -> dict[str, int]:
    """Count each figure, without any dimension."""
    return {cell["figure"]: cell["count"] for cell in await told(client, key, **query)}


async def listed(client: httpx.AsyncClient, figure: str, key: str = OPERATOR, **query: str) -> list[dict[str, Any]]:
    return list((await answered(client, f"/figures/{figure}", key, **query))["items"])


def who(item: dict[str, Any]) -> int:
    """Give the worker's number."""
    return number_of(UUID(item["worker"]))


TOLD: dict[tuple[str, str], dict[str, int]] = {
    ("applied", "state"): {"absent": 1, "graduated": 2, "not-completed": 2, "waiting": 2},
    ("applied", "sex"): {"female": 3, "male": 3, "unknown": 1},
    ("seated", "state"): {"cancelled": 2, "graduated": 2, "not-completed": 2},
    ("seated", "funding"): {"APBD": 1, "APBN": 2, "private": 3},
    ("seated", "venue"): {"centre": 5, "mobile-unit": 1},
    ("seated", "mode"): {"blended": 3, "in-person": 3},
    ("seated", "vocation"): {"barista": 3, "electronics": 1, "sewing": 2},
    ("seated", "provider"): {PROVIDER: 5, OTHER_PROVIDER: 1},
    ("seated", "sex"): {"female": 3, "male": 3},
    ("seated", "region"): {BEKASI: 1, PURWOREJO: 5},
    ("graduated", "vocation"): {"electronics": 1, "sewing": 1},
    ("graduated", "sex"): {"female": 2},
    ("not-completed", "result"): {"failed": 1, "left": 1},
    ("not-completed", "funding"): {"APBN": 1, "private": 1},
    ("given-up", "reason"): {"declined": 1, "left-early": 1, "no-show": 1},
    ("given-up", "sex"): {"female": 1, "male": 2},
    ("given-up", "provider"): {PROVIDER: 3},
}


@pytest.mark.parametrize(("figure", "by"), TOLD)
async def test_each_number_is_told_by_what_was_asked(client, figure, by):
    cells = await told(client, figure=figure, by=by)
    assert {cell[by]: cell["count"] for cell in cells} == TOLD[figure, by]


async def test_an_office_counts_those_who_live_where_it_acts(client):
    assert await counts(client) == COUNTS
    assert await counts(client, OFFICE) == {**COUNTS, "applied": 6, "seated": 5, "graduated": 1}
    assert {who(item) for item in await listed(client, "seated", OFFICE)} == {1, 2, 5, 6, 7}
    assert await listed(client, "seated", OFFICE, region=BEKASI) == []


@pytest.mark.parametrize("path", ["/figures", "/figures/graduated"])
async def test_figures_are_for_offices_and_operators(client, path):
    for key in (PROVIDER, EMPLOYER):
        assert (await ask(client, path, key))[0] == 403
    assert (await client.get(path)).status_code == 401


@pytest.mark.parametrize("figure", FIGURES.by_name)
async def test_the_sums_over_any_two_dimensions_are_the_total(client, figure):
    for many in (1, 2):
        for by in combinations(FIGURES.by_name[figure].dimensions, many):
            cells = await told(client, figure=figure, by=",".join(by))
            assert sum(cell["count"] for cell in cells) == COUNTS[figure], by


async def test_each_cell_lists_as_many_as_it_counts(client):
    for figure, found in FIGURES.by_name.items():
        by = found.dimensions[:2]
        for cell in await told(client, figure=figure, by=",".join(by)):
            answer = await client.get(cell["events"], headers={"Authorization": f"Bearer {OPERATOR}"})
            items = answer.json()["items"]
            assert len(items) == cell["count"]
            assert {tuple(item[name] for name in by) for item in items} == {tuple(cell[name] for name in by)}


@pytest.mark.parametrize(
    ("figure", "workers"), [("graduated", {1, 4}), ("not-completed", {2, 7}), ("given-up", {5, 6, 7})]
)
async def test_results_and_seats_given_up_name_the_fact_that_says_so(client, figure, workers):
    items = await listed(client, figure)
    assert {(who(item), item["event"]) for item in items} == {(n, str(fact_id(n))) for n in workers}


async def test_a_seat_names_the_event_that_announced_it(client, training):
    items = await listed(client, "seated")
    announced = await training.rows("SELECT id, key FROM journal WHERE type = 'pulih.worker.enrolled.v1'")
    assert {(item["event"], item["worker"]) for item in items} == {(str(row.id), str(row.key)) for row in announced}


async def test_a_seat_that_is_had_again_was_given_once(client, training):
    await training.hear(offered("S2", seats=1))
    before = await listed(client, "seated", vocation="sewing")
    await training.hear(withdrawn(3))
    await training.hear(reinstated(3))
    again = await training.rows("SELECT id FROM journal WHERE data ->> 'again' = 'true'")
    items = await listed(client, "seated", vocation="sewing")
    assert [(item["item"], item["event"]) for item in items] == [(item["item"], item["event"]) for item in before]
    assert len(items) == 3
    assert len(again) == 1
    assert str(again[0].id) not in {item["event"] for item in items}


async def test_of_applications_no_event_is_known(client):
    assert {item["event"] for item in await listed(client, "applied")} == {None}


async def test_what_was_retracted_is_in_no_sum(client, training):
    await training.hear(retracted(1, "S1", 1), retracted(5, "K1", 5, NoShowRecorded))
    assert await counts(client) == {**COUNTS, "graduated": 1, "given-up": 2}
    assert [who(item) for item in await listed(client, "graduated")] == [4]
    await training.hear(said(result(1, "S1", "failed", on=date(2021, 5, 4)), 11))
    assert await counts(client) == {**COUNTS, "graduated": 1, "not-completed": 3, "given-up": 2}
    assert await counts(client, **{"from": "2021-05-04", "to": "2021-05-04"}) == {
        **dict.fromkeys(COUNTS, 0),
        "not-completed": 1,
    }


async def test_each_result_counts_on_its_own_day(client):
    days = {who(item): item["day"] for item in await listed(client, "not-completed")}
    assert days == {2: "2021-04-30", 7: "2021-02-12"}
    days = {who(item): item["day"] for item in await listed(client, "given-up")}
    assert days == {5: "2021-03-05", 6: "2021-06-01", 7: "2021-02-12"}


async def test_seats_of_each_run_of_a_code_count(client, training):
    later = {"run": 2, "starts_on": date(2021, 5, 3), "ends_on": date(2021, 6, 25), "funding": "APBD"}
    await training.hear(offered("S1", course=course_id("S1, again"), seats=1, **later))
    cells = await told(client, figure="seated", by="provider,vocation,funding")
    sewing = {cell["funding"]: cell["count"] for cell in cells if cell["vocation"] == "sewing"}
    assert sewing == {"APBN": 2, "APBD": 1}


async def test_a_person_of_two_ids_applied_once(client, training):
    assert await counts(client, figure="applied") == {"applied": 7}
    await training.hear(registered(8, sex="male", applied_on=date(2021, 2, 4)))
    assert await counts(client, figure="applied") == {"applied": 8}
    await training.hear(merged(8, into=3))
    assert await counts(client, figure="applied") == {"applied": 7}


async def test_a_seat_of_another_id_counts_where_the_person_lives_and_by_the_person_s_sex(client, training):
    await training.hear(registered(6, spell=2, sex="female", wishes=["koi"]))
    await training.hear(
        registered(9, sex="male", region=BEKASI, wishes=["koi"]), merged(6, into=9, spell=2, into_spell=1)
    )
    cells = await told(client, figure="given-up", by="region,sex")
    assert [(cell["region"], cell["sex"], cell["count"]) for cell in cells] == [
        (BEKASI, "male", 1),
        (PURWOREJO, "male", 2),
    ]
    assert [who(item) for item in await listed(client, "given-up", reason="declined", region=BEKASI)] == [6]


async def test_a_worker_counts_where_the_worker_lives_now(client, training):
    await training.hear(registered(1, spell=2, region=BEKASI, wishes=["koi"]))
    assert await counts(client, OFFICE, figure="graduated") == {"graduated": 0}
    assert await counts(client, figure="graduated") == {"graduated": 2}
    cells = await told(client, figure="applied", by="region")
    assert {cell["region"]: cell["count"] for cell in cells} == {BEKASI: 3, PURWOREJO: 5}


async def test_a_seat_counts_on_the_day_on_which_it_was_given_by_the_practice_clock(client, training):
    assert {item["day"] for item in await listed(client, "seated")} == {"2021-02-10"}
    clock.move(date(2021, 2, 20) - clock.real_today())
    await training.hear(offered("S2", seats=1))
    only_then = {"from": "2021-02-20", "to": "2021-02-20"}
    assert [who(item) for item in await listed(client, "seated", **only_then)] == [3]


async def test_a_worker_s_sex_is_what_was_said_last(client, training):
    await training.hear(amended(3, sex="female"))
    assert [who(item) for item in await listed(client, "applied", sex="unknown")] == []
    await training.hear(withdrawn(3))
    await training.hear(reinstated(3, sex="male"))
    assert {who(item) for item in await listed(client, "applied", sex="male")} == {2, 3, 5, 7}


async def test_nobody_knows_the_sex_of_who_was_erased(client, training):
    await training.hear(erased(1))
    cells = await told(client, figure="graduated", by="sex")
    assert {cell["sex"]: cell["count"] for cell in cells} == {"female": 1, "unknown": 1}
    assert await training.rows(f"SELECT sex FROM application WHERE worker = '{worker(1)}'") == [(None,)]


async def test_a_figure_that_is_not_told_by_that_says_by_what_it_is(client):
    answer = await client.get("/figures?figure=applied&by=reason", headers={"Authorization": f"Bearer {OPERATOR}"})
    problem = answer.json()
    assert (answer.status_code, problem["pointer"]) == (422, "/query/by")
    assert problem["detail"].startswith("'applied' is not told by that; it is by ")
