"""An office asks how many were reported, registered and withdrawn among those who live where it acts, and by which events."""

from typing import Any

import pytest

from services.registration.figures import FIGURES
from tests.unit.registration.posting import (
    OPERATOR,
    DeskUnderTest,
    application,
    event,
    layoff,
    nik,
    person,
    retraction,
    today_is,
)

OF_2021 = "from=2021-01-01&to=2021-12-31"
WOMAN, MAN, ELSEWHERE = nik(born="500190"), nik(), nik()


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    """Of Purworejo, one was laid off and applied, one was furloughed; one of Serang was laid off."""
    for slug, region in (("purworejo", "33.06"), ("serang", "36.04")):
        await desk.agency(slug, "office", region)
    with today_is("2021-09-06"):
        await desk.receipts("employer", layoff(WOMAN, wants=["work"]), layoff(MAN, kind="furloughed"))
        await desk.receipts("employer", layoff(ELSEWHERE, person=person(ELSEWHERE, region="36.04")))
        await desk.receipts("purworejo", application(WOMAN))
    return desk


async def told(desk: DeskUnderTest, asked: str, key: dict[str, str]) -> Any:
    answer = await desk.client.get(asked, headers=key)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_office_counts_its_own_workers(desk: DeskUnderTest):
    cells = (await told(desk, f"/figures?{OF_2021}", desk.bearer("purworejo")))["cells"]
    assert {cell["figure"]: cell["count"] for cell in cells} == {
        "reports": 2,
        "applications": 1,
        "grants": 0,
        "registered": 2,
        "withdrawn": 0,
    }
    everywhere = (await told(desk, f"/figures?{OF_2021}&figure=reports", OPERATOR))["cells"]
    assert [cell["count"] for cell in everywhere] == [3]


async def test_what_differs_is_told_apart(desk: DeskUnderTest):
    cells = (await told(desk, f"/figures?{OF_2021}&figure=reports&by=kind,sex", desk.bearer("purworejo")))["cells"]
    assert [(cell["kind"], cell["sex"], cell["count"]) for cell in cells] == [
        ("furloughed", "male", 1),
        ("laid-off", "female", 1),
    ]


async def test_each_number_names_the_events_that_say_so(desk: DeskUnderTest):
    said = {str(row.id): (row.type, str(row.key)) for row in await desk.rows("SELECT id, type, key FROM journal")}
    for figure, type in (("reports", "pulih.layoff.reported.v1"), ("registered", "pulih.worker.registered.v1")):
        items = (await told(desk, f"/figures/{figure}?{OF_2021}", OPERATOR))["items"]
        assert len(items) == 3
        for item in items:
            assert said[item["event"]] == (type, item["worker"])


async def test_what_is_withdrawn_or_retracted_is_counted_as_such(desk: DeskUnderTest):
    withdrawn = {"on": "2021-09-07", "nik": MAN, "reason": "mediation"}
    report = layoff(nik())
    with today_is("2021-09-07"):
        await desk.receipts("employer", report)
        await desk.receipts("employer", event("LayoffWithdrawn", withdrawn))
        await desk.receipts("office", event("GrantRecorded", {"on": "2021-09-07", "nik": WOMAN, "kind": "tools"}))
        await desk.receipts("employer", retraction(report, on="2021-09-07"))
    cells = (await told(desk, f"/figures?{OF_2021}", OPERATOR))["cells"]
    assert {cell["figure"]: cell["count"] for cell in cells} == {
        "reports": 3,
        "applications": 1,
        "grants": 1,
        "registered": 3,
        "withdrawn": 1,
    }


async def test_the_sums_by_each_dimension_are_the_total(desk: DeskUnderTest):
    for name, figure in FIGURES.by_name.items():
        (total,) = (await told(desk, f"/figures?{OF_2021}&figure={name}", OPERATOR))["cells"]
        for dimension in figure.dimensions:
            cells = (await told(desk, f"/figures?{OF_2021}&figure={name}&by={dimension}", OPERATOR))["cells"]
            assert sum(cell["count"] for cell in cells) == total["count"], (name, dimension)


async def test_others_are_refused(desk: DeskUnderTest):
    assert (await desk.client.get("/figures", headers=desk.bearer("employer"))).status_code == 403
    assert (await desk.client.get("/figures/reports", headers=desk.bearer("union"))).status_code == 403
