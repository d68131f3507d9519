"""Sections of the waiting list: how many of those who wait are read for the free seats of some courses."""

from datetime import date

import pytest

from contract.examples import PURWOREJO
from services.training import store
from services.training.domain.entities import Course
from services.training.domain.portions import FreeSeats, free_seats
from services.training.domain.waiting_list import ANY, sections_for
from tests.unit.training.examples import BEKASI, KEBUMEN, offered, registered


def course(code: str, **given) -> Course:
    return Course.offered(offered(code, **({"seats": 16} | given)), date(2021, 2, 10))


def seats_by_section(free: list[FreeSeats]) -> dict[tuple[str, str, str], int]:
    return {(section.wished, section.kind, section.name): section.seats for section in sections_for(free)}


def test_a_course_is_reached_by_those_who_wish_for_it_and_those_who_wish_for_nothing():
    assert seats_by_section(free_seats([course("S1")])) == {
        ("sewing", "regency", PURWOREJO): 16,
        (ANY, "regency", PURWOREJO): 16,
    }


def test_a_full_or_paused_course_is_reached_by_nobody():
    full, paused = course("S1"), course("S2")
    full.taken = full.handed_out = 16
    paused.turn("paused")
    assert sections_for(free_seats([full, paused])) == []


def test_those_ahead_may_take_any_seat_within_their_reach():
    found = seats_by_section(
        free_seats(
            [
                course("S1"),
                course("W1", vocation="welding"),
                course("S2", region=KEBUMEN, reach="province"),
                course("S3", region=BEKASI),
                course("S4", region=BEKASI, reach="national", seats=5),
            ]
        )
    )
    assert found["sewing", "regency", PURWOREJO] == 16 + 16 + 16 + 5
    assert found["sewing", "province", "33"] == 16 + 16 + 16 + 5
    assert found["sewing", "regency", BEKASI] == 16 + 5
    assert found["sewing", "anywhere", ""] == 4 * 16 + 5


def test_of_a_large_course_the_seats_of_the_portion_count():
    assert seats_by_section([FreeSeats(course("S1", seats=100_000), 1_000)]) == {
        ("sewing", "regency", PURWOREJO): 1_000,
        (ANY, "regency", PURWOREJO): 1_000,
    }


@pytest.mark.parametrize("meant", ["S1", "0190b1d0-7a1c-7c3a-9d52-1f2e3a4b5c6d"])
async def test_a_course_is_found_along_the_index_of_its_code_or_of_its_id(training, meant):
    async with training.database.reading() as work:
        await work.run("SET LOCAL enable_seqscan = off")  # the table is small
        plan = "\n".join(
            row[0] for row in await work.rows(f"EXPLAIN {store.CALLED}", provider=None, **store.meant_by(meant))
        )
    assert "Seq Scan" not in plan
    assert "course_of_code" in plan


async def test_a_long_list_is_read_along_its_indexes(training):
    """Planned before the tables were ever analysed, as in the first minute of a burst: nothing may be scanned or sorted."""
    await training.hear(*(registered(n, wishes=["sewing", "barista"]) for n in range(2_000)))
    plans: list[str] = []
    async with training.database.work() as work:
        rows = work.rows

        async def explained(sql, **values):
            plans.extend(row[0] for row in await rows(f"EXPLAIN {sql}", **values))
            return []

        work.rows = explained
        offers = [course("S1"), course("S2", reach="province"), course("S3", reach="national")]
        await store.next_in_line(work, free_seats(offers))
    plan = "\n".join(plans)
    for index in ("wish_in_regency", "wish_in_province", "wish_anywhere", "application_pkey"):
        assert f"using {index}" in plan
    assert "Seq Scan" not in plan
    assert "Sort Key: w" not in plan
