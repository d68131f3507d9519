"""The waiting list's order is one rule, `WAITING_ORDER`: the database, its indexes and its pages follow it."""

from datetime import date, timedelta
from random import Random

import pytest

from services.training import listings, store
from services.training.domain import allocation
from services.training.domain.allocation import WAITING_ORDER, place_in_line
from services.training.domain.portions import free_seats
from shared.events import WorkerEnrolled
from shared.http.paging import BEFORE_ALL
from tests.service_under_test import only
from tests.unit.training.examples import offered, registered


@pytest.fixture
async def waiting(training):
    """Forty people who arrived in no order at all."""
    random = Random(6_9_2021)
    numbers = random.sample(range(1, 999), 40)
    days = [date(2021, 2, 1) + timedelta(days=random.randrange(5)) for _ in numbers]
    await training.hear(*(registered(n, applied_on=day) for n, day in zip(numbers, days, strict=True)))
    return training


async def in_the_order_of_the_rule(training):
    async with training.database.reading() as work:
        known = await store.applications_of(work, [row.worker for row in await work.rows("SELECT worker FROM wish")])
    return [each.worker for each in sorted((spells[1] for spells in known.values()), key=place_in_line)]


async def test_the_next_in_line(waiting):
    async with waiting.database.reading() as work:
        nobody = await store.next_in_line(work, [])
    assert nobody == []
    said = await waiting.hear(offered("S1", seats=7))
    async with waiting.database.reading() as work:
        (course,) = (await store.courses_of(work, [said[0].course])).values()
        course.seats += 9
        following = await store.next_in_line(work, free_seats([course]))
    assert [each.worker for each in following] == (await in_the_order_of_the_rule(waiting))[:9]


async def test_seats_are_given(waiting):
    order = await in_the_order_of_the_rule(waiting)
    said = await waiting.hear(offered("S1", seats=40))
    by_seat = sorted(only(WorkerEnrolled, said), key=lambda event: event.seat)
    assert [event.worker for event in by_seat] == order


async def test_the_list_that_offices_read(waiting):
    order = await in_the_order_of_the_rule(waiting)
    pages, after = [], BEFORE_ALL
    async with waiting.database.reading() as work:
        while page := await listings.waiting_list(work, area=None, vocation=None, region=None, after=after, limit=7):
            pages += page
            after = page[-1].worker
    assert [item.worker for item in pages] == order
    assert [item.place for item in pages] == list(range(1, 41))


@pytest.mark.parametrize("index", ["application_waiting", "wish_in_regency", "wish_in_province", "wish_anywhere"])
async def test_the_indexes(training, index):
    columns = await training.rows(
        "SELECT attname AS name FROM pg_attribute WHERE attrelid = CAST(CAST(:index AS text) AS regclass) ORDER BY attnum",
        index=index,
    )
    assert tuple(column.name for column in columns)[-len(WAITING_ORDER) :] == WAITING_ORDER


async def test_the_rule_is_the_whole_order(waiting, monkeypatch):
    """Another order, named in the one place, changes the allocation."""
    monkeypatch.setattr(allocation, "WAITING_ORDER", ("worker",))
    said = await waiting.hear(offered("S1", seats=40))
    by_seat = sorted(only(WorkerEnrolled, said), key=lambda event: event.seat)
    assert [event.worker for event in by_seat] == sorted(event.worker for event in by_seat)
