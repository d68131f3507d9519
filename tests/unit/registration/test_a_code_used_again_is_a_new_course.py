"""A provider uses a code again for a later run: that is a new course, and results are about the run in which the worker sat."""

from typing import Any
from uuid import UUID

import pytest

from contract.examples import example
from shared.events import WorkerEnrolled
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik, retraction, today_is

PROVIDER = "training-provider"


def run(starts_on: str, ends_on: str, **more: Any) -> dict[str, Any]:
    what = {"on": "2021-09-01", "code": "K", "title": "Sesuatu", "vocation": "sewing", "funding": "APBN", "seats": 2}
    return event("CourseOffered", {**what, "starts_on": starts_on, "ends_on": ends_on, **more})


async def courses(desk: DeskUnderTest, *types: str) -> list[str]:
    """The courses that the events of these types are about, in the journal's order."""
    return [data["course"] for _, data in await desk.announced(*(types or ("pulih.course.offered.v1",)))]


async def test_an_offer_that_begins_after_the_last_run_ended_is_a_new_course_and_any_other_amends(desk: DeskUnderTest):
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), run("2021-09-20", "2021-10-15", seats=5))
    await desk.post(PROVIDER, run("2021-10-16", "2021-11-12"), run("2021-10-18", "2021-11-12"))
    first, amended, second, again = await courses(desk)
    assert first == amended != second == again


async def test_a_cancellation_is_about_the_latest_run(desk: DeskUnderTest):
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), run("2021-10-16", "2021-11-12"))
    await desk.post(PROVIDER, event("CourseCancelled", {"on": "2021-10-01", "code": "K"}))
    assert await courses(desk, "pulih.course.cancelled.v1") == (await courses(desk))[1:]


@pytest.mark.parametrize(
    ("on", "number"),
    [("2021-09-13", 0), ("2021-10-15", 0), ("2021-10-16", 1), ("2021-11-22", 1), ("2021-11-23", 2), ("2021-09-06", 2)],
)
async def test_an_attendance_list_is_about_the_run_that_had_begun_by_its_day_or_else_the_latest(
    desk: DeskUnderTest, on: str, number: int
):
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), run("2021-10-16", "2021-11-12"))
    await desk.post(PROVIDER, run("2021-11-23", "2021-12-17"))
    taken = event("AttendanceRecorded", {"on": on, "code": "K", "present": 1})
    with today_is("2021-12-01"):
        assert (await desk.receipts(PROVIDER, taken))[0]["outcome"] == "accepted"
    assert await courses(desk, "pulih.attendance.recorded.v1") == [(await courses(desk))[number]]


async def test_an_attendance_list_is_about_no_run_whose_offers_were_retracted(desk: DeskUnderTest):
    wrong = run("2021-10-16", "2021-11-12")
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), wrong, retraction(wrong))
    await desk.post(PROVIDER, event("AttendanceRecorded", {"on": "2021-10-16", "code": "K", "present": 1}))
    assert await courses(desk, "pulih.attendance.recorded.v1") == (await courses(desk))[:1]


async def test_a_first_day_that_is_moved_is_the_one_that_counts(desk: DeskUnderTest):
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), run("2021-10-16", "2021-11-12"))
    await desk.post(PROVIDER, run("2021-10-18", "2021-11-12"))
    await desk.post(PROVIDER, event("AttendanceRecorded", {"on": "2021-10-17", "code": "K", "present": 1}))
    assert await courses(desk, "pulih.attendance.recorded.v1") == (await courses(desk))[:1]


async def test_a_result_is_about_the_run_in_which_the_worker_sat(desk: DeskUnderTest):
    number = nik()
    (receipt,) = await desk.receipts("employer", layoff(number))
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), run("2021-10-16", "2021-11-12"))
    first, _ = await courses(desk)
    await desk.hear(
        example(WorkerEnrolled, worker=UUID(receipt["worker"]), course=UUID(first), code="K", provider=PROVIDER)
    )
    result = event("TrainingResultRecorded", {"on": "2021-10-08", "nik": number, "code": "K", "result": "graduated"})
    assert (await desk.receipts(PROVIDER, result))[0]["outcome"] == "accepted"
    assert await courses(desk, "pulih.training-result.recorded.v1") == [first]


async def test_an_offer_of_the_wrong_year_that_is_retracted_is_no_run(desk: DeskUnderTest):
    wrong = run("2022-09-20", "2022-10-15")
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), wrong, retraction(wrong))
    await desk.post(PROVIDER, run("2021-09-20", "2021-10-15"))
    first, second, right = await courses(desk)
    assert first == right != second
    await desk.post(PROVIDER, event("CourseCancelled", {"on": "2021-10-01", "code": "K"}))
    assert await courses(desk, "pulih.course.cancelled.v1") == [first]


async def test_a_last_day_that_is_retracted_hides_no_later_run(desk: DeskUnderTest):
    wrong = run("2021-09-13", "2022-10-08")
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), wrong, retraction(wrong))
    await desk.post(PROVIDER, run("2021-10-16", "2021-11-12"))
    first, amended, second = await courses(desk)
    assert first == amended != second


async def test_a_run_that_is_retracted_and_said_anew_is_the_same_course(desk: DeskUnderTest):
    later = run("2021-10-16", "2021-11-12")
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), later, retraction(later))
    await desk.post(PROVIDER, run("2021-10-18", "2021-11-12"))
    _, second, anew = await courses(desk)
    assert second == anew
    everything = run("2021-10-18", "2021-11-12", code="L")
    await desk.post(PROVIDER, everything, retraction(everything), run("2022-01-10", "2022-02-11", code="L"))
    *_, first, anew = await courses(desk)
    assert first == anew


async def test_a_result_is_about_the_run_in_which_the_worker_sat_also_if_that_was_retracted(desk: DeskUnderTest):
    number = nik()
    (receipt,) = await desk.receipts("employer", layoff(number))
    later = run("2021-10-16", "2021-11-12")
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"), later)
    _, second = await courses(desk)
    await desk.hear(
        example(WorkerEnrolled, worker=UUID(receipt["worker"]), course=UUID(second), code="K", provider=PROVIDER)
    )
    await desk.post(PROVIDER, retraction(later))
    result = event("TrainingResultRecorded", {"on": "2021-10-20", "nik": number, "code": "K", "result": "left"})
    assert (await desk.receipts(PROVIDER, result))[0]["outcome"] == "accepted"
    assert await courses(desk, "pulih.training-result.recorded.v1") == [second]


async def test_two_providers_codes_are_two_courses(desk: DeskUnderTest):
    await desk.agency("lpk", "training-provider")
    await desk.post(PROVIDER, run("2021-09-13", "2021-10-08"))
    await desk.post("lpk", run("2021-10-16", "2021-11-12"))
    assert len(set(await courses(desk))) == 2
