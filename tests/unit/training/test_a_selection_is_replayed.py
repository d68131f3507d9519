"""Who got which seat of a course is replayed from the journal: the same again, or what is not the same, and who was next."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from random import Random
from typing import Any

import httpx
import pytest

from contract.examples import EMPLOYER, OFFICE, PROVIDER, number_of, worker
from services.training import selections, telling
from services.training.domain import portions
from shared.events import ApplicationAmended, SeatDeclined, WorkerRegistered
from tests.unit.training.asking import OTHER_PROVIDER, admitted, ask, asking, recorded
from tests.unit.training.examples import (
    BEKASI,
    KEBUMEN,
    amended,
    cancelled,
    course_id,
    lifted,
    merged,
    offered,
    registered,
    reinstated,
    restricted,
    result,
    retracted,
    said,
    seat_declined,
    split,
    withdrawn,
)
from tests.unit.training.test_the_rules_hold_whatever_happens import COURSES, PEOPLE, Year

GIVEN_TO_ANOTHER = (
    "UPDATE journal SET data = CAST(replace(CAST(data AS text), '{1}', '{4}') AS json), key = '{4}' WHERE key = '{1}'"
)
FEBRUARY = [date(2021, 2, day) for day in range(1, 20)]


@pytest.fixture
async def client(training) -> AsyncIterator[httpx.AsyncClient]:
    await training.hear(*admitted())
    async with asking(training.database) as client:
        yield client


async def selection_of(training, code: str = "S1") -> dict[str, Any]:
    """What an operator is told."""
    async with training.database.reading() as work:
        (course,) = await selections.courses_called(work, code, PROVIDER)
        held = await selections.held_about(work, course)
        found = await telling.replayed(held)
        others = await selections.others_nearer(work, held, found)
    return telling.told(held, found, others, to_operator=True)


def seats(told: dict[str, Any]) -> list[tuple[int, int]]:
    """Seat and worker's number, in the order in which they were given."""
    return [(item["seat"], number_of(item["worker"])) for item in told["items"]]


def differences(told: dict[str, Any]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for item in told["items"]:
        if item["differs"]:
            found.setdefault(number_of(item["worker"]), []).append(item["differs"])
    return found


async def test_the_seats_in_the_order_in_which_they_were_given_and_the_first_who_did_not_get_in(training):
    await training.hear(*(registered(n, applied_on=FEBRUARY[9 - n]) for n in range(1, 6)))
    await training.hear(offered("S1", seats=2))
    await training.hear(withdrawn(5))
    told = await selection_of(training)
    assert told["same"] is True
    assert seats(told) == [(1, 5), (2, 4), (1, 3)]
    assert [(item["state"], item["passed_on"], item["order"]) for item in told["items"]] == [
        ("cancelled", False, "1st of 2; applied 2021-02-05"),
        ("in-training", False, "2nd of 2; applied 2021-02-06"),
        ("in-training", True, "1st of 2; applied 2021-02-07"),
    ]
    assert told["first_not_in"] == {
        "worker": worker(2),
        "spell": 1,
        "applied_on": FEBRUARY[7],
        "reason": "no seat was left",
    }
    assert told["nearer"] == []
    assert told["rule"].startswith("the day of application, then ")


async def test_the_first_who_did_not_get_in_may_have_applied_in_the_same_batch(training):
    await training.hear(offered("S1", seats=2))
    await training.hear(*(registered(n) for n in (1, 2, 3, 4)))
    told = await selection_of(training)
    assert (told["same"], seats(told), told["first_not_in"]["worker"]) == (True, [(1, 1), (2, 2)], worker(3))


async def test_who_got_a_seat_elsewhere_in_the_same_batch_was_not_left_over(training):
    await training.hear(registered(1), registered(2, wishes=["barista", "sewing"]), registered(3))
    await training.hear(offered("S1", seats=1), offered("B1", vocation="barista", seats=1))
    told = await selection_of(training)
    assert (told["same"], seats(told), told["first_not_in"]["worker"]) == (True, [(1, 1)], worker(3))


async def test_those_nearer_in_line_did_not_fit_for_a_reason(training):
    await training.hear(
        registered(1, applied_on=FEBRUARY[0], region=BEKASI),
        registered(2, applied_on=FEBRUARY[1], wishes=["barista"]),
        registered(3, applied_on=FEBRUARY[2], wishes=["welding"]),
        registered(4, applied_on=FEBRUARY[5], wishes=["barista"]),
        registered(5, applied_on=FEBRUARY[3]),
        registered(6, applied_on=FEBRUARY[4], region=KEBUMEN),
    )
    await training.hear(offered("S1", seats=1))
    told = await selection_of(training)
    assert (told["same"], seats(told), told["first_not_in"]) == (True, [(1, 5)], None)
    assert told["nearer"] == [
        {
            "reason": "lives where the course takes no workers from",
            "workers": 2,
            "first": {"worker": worker(1), "applied_on": FEBRUARY[0]},
        },
        {"reason": "wishes another vocation", "workers": 3, "first": {"worker": worker(2), "applied_on": FEBRUARY[1]}},
    ]


async def test_who_is_certified_already_was_passed_over(training):
    await training.hear(offered("S1", seats=1), registered(1), result(1, "S1"))
    await training.hear(registered(1, spell=2, applied_on=FEBRUARY[0], wishes=["sewing", "barista"]))
    await training.hear(registered(2), offered("S2", seats=1))
    told = await selection_of(training, "S2")
    assert (told["same"], seats(told)) == (True, [(1, 2)])
    assert [(group["reason"], group["workers"]) for group in told["nearer"]] == [
        ("is certified in the vocation already", 1)
    ]


async def test_what_was_amended_since_counts_as_it_was_when_the_seat_was_given(training):
    await training.hear(registered(1, wishes=["barista"], applied_on=FEBRUARY[0]), registered(2), registered(3))
    await training.hear(offered("S1", seats=1))
    await training.hear(amended(1, applied_on=FEBRUARY[0]), amended(2, applied_on=FEBRUARY[9], region=BEKASI))
    await training.hear(amended(3, applied_on=FEBRUARY[0]), offered("S1", seats=2, reach="national"))
    told = await selection_of(training)
    assert (told["same"], seats(told)) == (True, [(1, 2), (2, 1)])
    assert told["first_not_in"]["worker"] == worker(3)


async def test_who_was_restricted_stood_in_no_line_until_it_was_lifted(training):
    await training.hear(registered(1), registered(2), registered(3), restricted(1))
    await training.hear(offered("S1", seats=1))
    assert (await selection_of(training))["first_not_in"]["worker"] == worker(3)
    await training.hear(lifted(1))
    await training.hear(offered("S1", seats=2))
    told = await selection_of(training)
    assert (told["same"], seats(told)) == (True, [(1, 2), (2, 1)])


async def test_who_came_later_in_a_batch_did_not_stand_in_line_for_what_it_gave_before(training):
    await training.hear(registered(1))
    await training.hear(offered("S1", seats=1), registered(2, applied_on=FEBRUARY[0]))
    told = await selection_of(training)
    assert (told["same"], seats(told), told["first_not_in"]) == (True, [(1, 1)], None)


async def test_participants_of_a_cancelled_course_stood_in_line_again(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2))
    await training.hear(cancelled("S1"))
    await training.hear(offered("S2", seats=1))
    told = await selection_of(training, "S2")
    assert (told["same"], seats(told), told["first_not_in"]["worker"]) == (True, [(1, 1)], worker(2))


@pytest.mark.parametrize(
    ("change", "whose", "said"),
    [
        (
            "UPDATE application SET applied_on = '2021-02-01' WHERE worker = '{3}'",
            1,
            "another stood first in line",
        ),
        ("UPDATE application SET position = 0 WHERE worker = '{3}'", 1, "another stood first in line"),
        (
            "UPDATE application SET applied_on = '2021-02-28' WHERE worker = '{1}'",
            1,
            "the tables hold another day of application than was announced",
        ),
        ("UPDATE application SET position = 99 WHERE worker = '{1}'", 1, "another stood first in line"),
        (
            "UPDATE application SET region = '36.04' WHERE worker = '{2}'",
            2,
            "the course does not fit: lives where the course takes no workers from",
        ),
        (
            "UPDATE enrolment SET basis = '1st of 2; applied 2021-01-01' WHERE worker = '{1}'",
            1,
            "the tables know of no such seat",
        ),
        (GIVEN_TO_ANOTHER, 4, "was not in line"),
        ("DELETE FROM enrolment WHERE worker = '{2}'", 2, "the tables know of no such seat"),
        ("DELETE FROM journal WHERE key = '{2}'", 2, "the journal does not say that this seat was given"),
    ],
)
async def test_what_was_changed_by_hand_is_not_the_same(training, change, whose, said):
    await training.hear(offered("S1", seats=2))
    await training.hear(registered(1), registered(2), registered(3))
    assert (await selection_of(training))["same"] is True
    await training.tamper(change.format(*(worker(n) for n in range(5))))
    told = await selection_of(training)
    assert told["same"] is False
    assert said in differences(told)[whose]


async def test_a_seat_that_went_past_the_first_in_line_names_who_that_was(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2), registered(3))
    await training.tamper(
        f"UPDATE journal SET data = CAST(replace(CAST(data AS text), '{worker(1)}', '{worker(9)}') AS json) "
        "WHERE type = 'pulih.worker.enrolled.v1'",
        f"UPDATE journal SET data = CAST(replace(CAST(data AS text), '{worker(3)}', '{worker(1)}') AS json), "
        f"key = '{worker(1)}' WHERE key = '{worker(3)}'",
        f"UPDATE journal SET data = CAST(replace(CAST(data AS text), '{worker(9)}', '{worker(3)}') AS json), "
        f"key = '{worker(3)}' WHERE type = 'pulih.worker.enrolled.v1'",
    )
    told = await selection_of(training)
    (item,) = [each for each in told["items"] if each["worker"] == worker(3)]
    assert (item["differs"], item["stood_first"]) == ("another stood first in line", worker(1))


@pytest.mark.parametrize("seed", range(4))
async def test_a_year_is_replayed(training, seed, monkeypatch):
    """Amendments, restrictions, merges and splits at random, in whatever batches: each course gives the same ids again."""
    if seed % 2:
        monkeypatch.setattr(portions, "PORTION", 3)
    year, pairs = Year(seed), {}
    for _ in range(40):
        year.sitting = [(n, code) for code in COURSES for n in (await training.seats(code)).values()]
        batch = year.batch()
        _also(year, pairs, batch)
        await training.hear(*batch)
    codes = [row.code for row in await training.rows("SELECT code FROM course")]
    told = {code: await selection_of(training, code) for code in codes}
    assert {code: differences(each) for code, each in told.items() if not each["same"]} == {}
    given = await training.rows("SELECT count(*) AS n FROM enrolment")
    assert sum(len(each["items"]) for each in told.values()) == given[0].n > 20


def _also(year: Year, pairs: dict[int, int], batch: list[Any]) -> None:
    """Put a restriction, a merge or a split into a batch. The desk opens no spell for an id that means another worker."""
    draw: Random = year.random
    of_merged = [each for each in batch if isinstance(each, WorkerRegistered) and number_of(each.worker) in pairs]
    for each in of_merged:
        batch.remove(each)
        year.spells[number_of(each.worker)] -= 1
    for each in [each for each in batch if isinstance(each, ApplicationAmended)]:
        if number_of(each.worker) in pairs and each.spell > year.spells[number_of(each.worker)]:
            batch.remove(each)
    if draw.random() < 0.5:
        who = draw.choice(PEOPLE)
        batch.insert(draw.randrange(len(batch) + 1), draw.choice([restricted, lifted])(who))
    if draw.random() < 0.3:
        one, other = draw.sample(PEOPLE, 2)
        are_free = {one, other}.isdisjoint([*pairs, *pairs.values()])
        if are_free and year.spells[one] and year.spells[other]:
            batch.append(merged(one, into=other, spell=year.spells[one], into_spell=year.spells[other]))
            pairs[one] = other
        elif pairs:
            one, other = pairs.popitem()
            batch.append(split(one, former=other))


@pytest.fixture
async def filled(training, client) -> httpx.AsyncClient:
    """S1 with three seats, one of a restricted worker, and one who was left over; another provider has a course S1 as well."""
    await training.hear(offered("S1", seats=3), offered("S1", agency=OTHER_PROVIDER, vocation="barista"))
    await training.hear(*(registered(n) for n in (1, 2, 3, 4)))
    await training.hear(restricted(2))
    return client


async def test_operators_read_all_by_id_or_by_code(filled):
    for path, query in (
        (f"/courses/{course_id('S1')}/selection", {}),
        ("/courses/S1/selection", {"provider": PROVIDER}),
    ):
        status, told = await ask(filled, path, **query)
        assert (status, told["same"], len(told["items"])) == (200, True, 3)
        assert told["first_not_in"]["worker"] == str(worker(4))
    assert (await ask(filled, "/courses/S1/selection"))[0] == 409
    assert (await ask(filled, "/courses/S9/selection"))[0] == 404


async def test_a_provider_reads_of_its_own_participants_and_nobody_else(filled):
    status, told = await ask(filled, "/courses/S1/selection", PROVIDER)
    assert (status, told["same"]) == (200, True)
    assert [item["worker"] for item in told["items"]] == [str(worker(1)), str(worker(3))]
    assert told["first_not_in"] == {"reason": "no seat was left"}
    assert not {str(worker(2)), str(worker(4))} & set(str(told).replace("'", " ").split())
    assert {"nearer", "moved"}.isdisjoint(told)


async def test_everybody_else_is_refused_alike_whether_there_is_such_a_course_or_not(filled, training):
    for caller in (OFFICE, EMPLOYER, OTHER_PROVIDER):
        courses = (course_id("S1"), course_id("S9"), "S9")
        answers = [await ask(filled, f"/courses/{course}/selection", caller) for course in courses]
        assert answers[0][0] == 403
        assert all(answer == answers[0] for answer in answers)
    answers = [
        await ask(filled, "/courses/S1/selection", OTHER_PROVIDER, provider=each) for each in (PROVIDER, "nobody")
    ]
    assert answers[0][0] == 403
    assert answers[0] == answers[1]
    assert (await filled.get("/courses/S1/selection")).status_code == 401
    assert [row[0] for row in await recorded(training)] == []


async def test_a_code_may_have_a_stroke(training, client):
    await training.hear(offered("JHT/01"), registered(1))
    status, told = await ask(client, "/courses/JHT%2F01/selection", PROVIDER)
    assert (status, len(told["items"])) == (200, 1)


async def test_a_long_line_is_replayed(training):
    people = [registered(n, applied_on=FEBRUARY[0] + timedelta(days=n % 7)) for n in range(600)]
    await training.hear(*people)
    await training.hear(offered("S1", seats=300))
    told = await selection_of(training)
    assert (told["same"], len(told["items"])) == (True, 300)


async def test_a_seat_that_is_the_worker_s_again_is_given_past_the_line(training):
    await training.hear(offered("S1", seats=1), registered(1))
    await training.hear(withdrawn(1))
    await training.hear(reinstated(1))
    await training.hear(registered(2))
    told = await selection_of(training)
    assert seats(told) == [(1, 1)]
    assert told["same"]


async def test_who_holds_a_revoked_certificate_may_learn_the_vocation_again(training):
    await training.hear(offered("S1", seats=1), registered(1), said(result(1, "S1"), 1))
    await training.hear(registered(1, spell=2, applied_on=FEBRUARY[5]))
    assert await training.states(spell=2) == {1: "refused"}
    await training.hear(retracted(1, "S1", 1))
    told = await selection_of(training)
    assert seats(told) == [(1, 1), (1, 1)]
    assert told["same"]


async def test_who_declined_a_seat_was_passed_over_until_it_was_retracted(training):
    await training.hear(offered("S1", seats=1), registered(1), registered(2), registered(3))
    await training.hear(said(seat_declined(1, "S1"), 1))
    told = await selection_of(training)
    assert (told["same"], seats(told), told["first_not_in"]["worker"]) == (True, [(1, 1), (1, 2)], worker(3))
    assert [group["reason"] for group in told["nearer"]] == ["declined a seat there"]
    await training.hear(retracted(1, "S1", 1, SeatDeclined))
    await training.hear(offered("S1", seats=2))
    told = await selection_of(training)
    assert (told["same"], seats(told)) == (True, [(1, 1), (1, 2), (2, 1)])
