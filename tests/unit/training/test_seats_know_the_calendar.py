"""Until when newcomers may start, who did not come, who declined, who left early: seats are passed on while there is time."""

from datetime import date

import pytest

from contract.examples import PROVIDER
from shared import clock
from shared.events import CourseChanged, CourseOfferRefused, NoShowRecorded, SeatGivenUp, WorkerEnrolled
from tests.service_under_test import kinds, only
from tests.unit.training.examples import (
    KEBUMEN,
    amended,
    course_id,
    no_show,
    offered,
    registered,
    result,
    retracted,
    said,
    seat_declined,
)

LAST_DAY, NEXT_DAY = date(2021, 3, 7), date(2021, 3, 8)
"""The last day of entry of the example's course, which runs from 1 March to 30 April 2021, and the day after."""


def today_is(day: date) -> None:
    clock.move(day - clock.real_today())


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "entry_until"),
    [
        (date(2021, 3, 1), date(2021, 3, 14), date(2021, 3, 1)),
        (date(2021, 3, 1), date(2021, 3, 15), date(2021, 3, 2)),
        (date(2021, 3, 1), date(2021, 3, 30), date(2021, 3, 4)),
        (date(2021, 3, 1), date(2021, 3, 1), date(2021, 3, 1)),
    ],
)
async def test_the_last_day_of_entry_follows_from_the_length(training, starts_on, ends_on, entry_until):
    await training.hear(offered("S1", starts_on=starts_on, ends_on=ends_on))
    assert await training.rows("SELECT entry_until FROM course") == [(entry_until,)]


async def test_the_provider_may_name_another_within_the_course(training):
    await training.hear(offered("S1", entry_until=date(2021, 4, 1)), offered("S2", entry_until=date(2021, 6, 1)))
    found = await training.rows("SELECT entry_until FROM course ORDER BY code")
    assert found == [(date(2021, 4, 1),), (date(2021, 4, 30),)]


async def test_nobody_is_seated_after_the_last_day_and_what_is_free_then_is_unused(training):
    await training.hear(offered("S1", seats=3), registered(1))
    today_is(LAST_DAY)
    await training.hear(registered(2))
    today_is(NEXT_DAY)
    await training.hear(registered(3))
    assert await training.states() == {1: "in-training", 2: "in-training", 3: "waiting"}
    figures = await training.figures()
    assert [figures[f"seats{part}"] for part in ("", ".taken", ".free", ".unused")] == [3, 2, 0, 1]


async def test_who_did_not_come_gives_the_seat_to_the_next_in_line(training):
    await training.hear(offered("S1", seats=1), *(registered(n) for n in (1, 2, 3)))
    today_is(date(2021, 3, 1))
    answer = await training.hear(no_show(1, "S1"))
    assert kinds(answer) == ["SeatGivenUp", "WorkerEnrolled"]
    assert only(SeatGivenUp, answer)[0].reason == "no-show"
    assert await training.states() == {1: "absent", 2: "in-training", 3: "waiting"}
    figures = await training.figures()
    assert [figures[name] for name in ("enrolled", "seated", "waiting", "absent", "no-shows")] == [1, 2, 1, 1, 1]
    assert figures["not-completed"] == 0


async def test_after_the_last_day_the_seat_of_who_did_not_come_is_unused(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    today_is(NEXT_DAY)
    assert kinds(await training.hear(no_show(1, "S1"))) == ["SeatGivenUp"]
    assert await training.states() == {1: "absent", 2: "waiting"}
    assert (await training.figures())["seats.unused"] == 1


async def test_not_to_come_is_no_bar_to_another_course(training):
    await training.hear(offered("S1", seats=1), registered(1), no_show(1, "S1"))
    await training.hear(amended(1), offered("S2", seats=1))
    assert await training.states() == {1: "in-training"}


async def test_who_declines_keeps_the_place_in_line_for_other_courses(training):
    await training.hear(offered("S1", seats=1), *(registered(n) for n in (1, 2, 3)))
    answer = await training.hear(seat_declined(1))
    assert kinds(answer) == ["SeatGivenUp", "WorkerEnrolled", "WorkerWaitlisted"]
    assert await training.states() == {1: "waiting", 2: "in-training", 3: "waiting"}
    await training.hear(offered("S2", seats=1))
    assert await training.states() == {1: "in-training", 2: "in-training", 3: "waiting"}


async def test_who_declined_a_course_is_not_seated_there_and_the_next_is(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    await training.hear(seat_declined(1, "S1"))
    await training.hear(seat_declined(2, "S1"))
    assert await training.states() == {1: "waiting", 2: "waiting"}
    await training.hear(registered(3))
    assert await training.states() == {1: "waiting", 2: "waiting", 3: "in-training"}


async def test_many_who_declined_hide_nobody_behind_them(training):
    await training.hear(offered("S1", seats=3), *(registered(n) for n in (1, 2, 3)))
    await training.hear(*(seat_declined(n, "S1") for n in (1, 2, 3)))
    await training.hear(offered("S1", seats=1), registered(4, wishes=["welding"]))
    await training.hear(amended(4))
    assert (await training.states())[4] == "in-training"


async def test_who_leaves_while_newcomers_may_start_leaves_the_seat_too(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    today_is(date(2021, 3, 5))
    answer = await training.hear(result(1, "S1", "left", on=date(2021, 3, 4)))
    assert kinds(answer) == ["TrainingNotCompleted", "SeatGivenUp", "WorkerEnrolled"]
    assert await training.states() == {1: "not-completed", 2: "in-training"}
    figures = await training.figures()
    assert (figures["left-early"], figures["not-completed.left"], figures["seats.taken"]) == (1, 1, 1)


async def test_who_leaves_later_has_used_the_seat_up(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    today_is(NEXT_DAY)
    assert kinds(await training.hear(result(1, "S1", "left", on=NEXT_DAY))) == ["TrainingNotCompleted"]
    assert await training.states() == {1: "not-completed", 2: "waiting"}


@pytest.mark.parametrize("fact", [no_show(1, "S1"), seat_declined(1, "S1")], ids=lambda fact: type(fact).__name__)
async def test_retracted_the_seat_is_theirs_again_or_they_are_first_in_line(training, fact):
    await training.hear(offered("S1", seats=1), registered(1))
    await training.hear(said(fact, 1))
    again = await training.hear(retracted(1, "S1", 1, type(fact)))
    assert [event.again for event in only(WorkerEnrolled, again)] == [True]
    assert await training.states() == {1: "in-training"}
    await training.hear(registered(2), registered(3))
    await training.hear(said(fact, 2))
    await training.hear(retracted(1, "S1", 2, type(fact)))
    assert await training.states() == {1: "waiting", 2: "in-training", 3: "waiting"}
    await training.hear(offered("S1", seats=2))
    assert await training.states() == {1: "in-training", 2: "in-training", 3: "waiting"}


async def test_a_result_counts_when_the_no_show_before_it_is_retracted(training):
    await training.hear(offered("S1", seats=1), registered(1), said(no_show(1, "S1"), 1))
    assert kinds(await training.hear(result(1, "S1"))) == ["TrainingResultRefused"]
    await training.hear(retracted(1, "S1", 1, NoShowRecorded))
    assert await training.states() == {1: "graduated"}


async def test_a_no_show_of_who_has_no_seat_is_refused_and_a_decline_changes_nothing(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    assert kinds(await training.hear(no_show(2, "S1"))) == ["TrainingResultRefused"]
    assert kinds(await training.hear(seat_declined(2))) == []
    assert await training.states() == {1: "in-training", 2: "waiting"}


async def test_once_somebody_has_sat_there_a_course_keeps_its_vocation(training):
    await training.hear(offered("S1"))
    assert kinds(await training.hear(offered("S1", vocation="barista"))) == []
    await training.hear(registered(1, wishes=["barista"]))
    refused = await training.hear(offered("S1", vocation="sewing"))
    assert refused == [
        CourseOfferRefused(
            course=course_id("S1"), code="S1", agency=PROVIDER, reason="seats-taken", detail="vocation-stays"
        )
    ]
    assert await training.rows("SELECT vocation FROM course") == [("barista",)]


@pytest.mark.parametrize(
    "change",
    [{"starts_on": date(2021, 3, 8)}, {"region": KEBUMEN}, {"mode": "online"}, {"venue": "mobile-unit"}],
    ids=lambda change: next(iter(change)),
)
async def test_other_days_another_place_or_mode_are_told_to_everyone_seated(training, change):
    await training.hear(offered("S1", seats=3), registered(1), registered(2))
    told = only(CourseChanged, await training.hear(offered("S1", seats=3, **change)))
    assert len(told) == 2
    assert all(getattr(event, name) == value for event in told for name, value in change.items())


async def test_other_seats_or_another_title_are_told_to_nobody(training):
    await training.hear(offered("S1", seats=3), registered(1))
    assert only(CourseChanged, await training.hear(offered("S1", seats=4, title="Menjahit II"))) == []
