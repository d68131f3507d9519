"""A day that cannot be is refused at the desk: it would spoil the order of the waiting list, and sums that count days."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik

TODAY = datetime.now(UTC).date()


@pytest.fixture
async def desk(open_desk):
    desk = await open_desk(oldest_years=10)
    for slug, role in (("employer", "employer"), ("office", "office"), ("blk", "training-provider")):
        await desk.agency(slug, role)
    return desk


def day(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


async def problem_of(desk: DeskUnderTest, slug: str, sent: dict) -> dict | None:
    (receipt,) = await desk.receipts(slug, sent)
    return receipt.get("problem")


@pytest.mark.parametrize("on", ["0001-01-01", "0021-09-06", "1958-11-09", "2201-09-06", "9999-12-31", day(92)])
async def test_a_layoff_lies_within_ten_years_and_ninety_days(desk: DeskUnderTest, on):
    problem = await problem_of(desk, "employer", layoff(nik(), on=on))
    assert (problem["status"], problem["pointer"]) == (422, "/0/data/on")
    assert "must lie between" in problem["detail"]


@pytest.mark.parametrize("on", [day(-9 * 365), day(0), day(1), day(89)])
async def test_a_layoff_may_be_announced(desk: DeskUnderTest, on):
    assert await problem_of(desk, "employer", layoff(nik(), on=on)) is None


@pytest.mark.parametrize(("days", "taken"), [(-1, True), (1, True), (3, False), (60, False)])
async def test_what_has_happened_does_not_lie_ahead(desk: DeskUnderTest, days, taken):
    number = nik()
    person = {"nik": number, "name": "Contoh"}
    sent = event("JobseekerApplied", {"on": day(days), "person": person, "wants": ["work"]})
    problem = await problem_of(desk, "office", sent)
    assert (problem is None) is taken


@pytest.mark.parametrize(("name", "on"), [("starts_on", "0021-09-13"), ("ends_on", "9999-12-31")])
async def test_a_course_is_held_in_this_age(desk: DeskUnderTest, name, on):
    course = {
        "on": "2021-08-01",
        "code": "S1",
        "title": "Menjahit",
        "vocation": "sewing",
        "funding": "APBN",
        "seats": 16,
        "starts_on": "2021-09-13",
        "ends_on": "2021-10-08",
    }
    problem = await problem_of(desk, "blk", event("CourseOffered", {**course, name: on}))
    assert (problem["status"], problem["pointer"]) == (422, f"/0/data/{name}")


@pytest.mark.parametrize("born", ["0190-01-01", "1899-12-31", day(2)])
async def test_a_birth_date_is_a_living_persons(desk: DeskUnderTest, born):
    number = nik()
    person = {"nik": number, "name": "Contoh", "birth_date": born}
    problem = await problem_of(desk, "employer", layoff(number, person=person))
    assert (problem["status"], problem["pointer"]) == (422, "/0/data/person/birth_date")


async def test_a_birth_date_is_no_day_of_a_layoff(desk: DeskUnderTest):
    number = nik()
    person = {"nik": number, "name": "Contoh", "birth_date": "2021-09-06"}
    problem = await problem_of(desk, "employer", layoff(number, person=person, on="2021-09-06"))
    assert (problem["status"], problem["pointer"]) == (422, "/0/data/on")


async def test_how_old_a_fact_may_be_is_a_setting(open_desk):
    desk = await open_desk(oldest_years=100)
    await desk.agency("employer", "employer")
    assert await problem_of(desk, "employer", layoff(nik(), on="1965-09-30")) is None
