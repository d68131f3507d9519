"""The figures of a small programme, each by its name; and where its workers are."""

from uuid import UUID

from contract.examples import worker
from services.training import audit
from shared.http.paging import BEFORE_ALL
from tests.unit.training.examples import cancelled, offered, paused, placed, registered, result, resumed, withdrawn


async def programme(training) -> None:
    await training.hear(
        offered("S1", seats=3),
        offered("B1", seats=1, vocation="barista", funding="APBD", venue="mobile-unit", mode="blended"),
        offered("K1", seats=4, vocation="koi", agency="lpk-baros", funding="private"),
        offered("X1"),
    )
    await training.hear(cancelled("X1"))
    await training.hear(*(registered(n) for n in range(1, 6)))
    await training.hear(registered(6, wishes=["barista", "sewing"]), registered(7, wishes=[]))
    await training.hear(result(1, "S1"), result(2, "S1", "failed"), result(6, "B1", "left"))
    await training.hear(withdrawn(3))
    await training.hear(placed(5), placed(9))
    await training.hear(paused("S1"))
    await training.hear(resumed("S1"))
    await training.hear(paused("B1"))
    await training.hear(registered(1, spell=2))


async def test_figures(training):
    await programme(training)
    assert await training.figures() == {
        "courses": 4,
        "courses.open": 2,
        "courses.paused": 1,
        "courses.cancelled": 1,
        "courses.funding.APBN": 2,
        "courses.funding.APBD": 1,
        "courses.funding.private": 1,
        "courses.venue.centre": 3,
        "courses.venue.mobile-unit": 1,
        "courses.days.61": 4,
        "courses.mode.in-person": 3,
        "courses.mode.blended": 1,
        "paused-then-resumed": 1,
        "providers": 2,
        "seats": 8,
        "seats.taken": 5,
        "seats.free": 3,
        "seats.unused": 0,
        "seated": 6,
        "no-shows": 0,
        "declined": 0,
        "left-early": 0,
        "seats.vocation.sewing": 3,
        "seats.vocation.barista": 1,
        "seats.vocation.koi": 4,
        "applied": 8,
        "applied.vocation.sewing": 6,
        "applied.vocation.barista": 1,
        "applied.vocation.any": 1,
        "enrolled": 5,
        "waiting": 0,
        "withdrawn": 2,
        "refused": 1,
        "absent": 0,
        "in-training": 2,
        "graduated": 1,
        "not-completed": 2,
        "not-completed.failed": 1,
        "not-completed.left": 1,
        "certificates": 1,
        "graduated.vocation.sewing": 1,
        "graduated.provider.blk-purworejo": 1,
        "graduated.venue.centre": 1,
        "graduated.sex.female": 1,
        "graduated.sex.male": 0,
        "graduated.sex.unknown": 0,
        "in-training.vocation.sewing": 1,
        "in-training.vocation.koi": 1,
        "passed-on": 1,
    }


async def test_without_events_nothing_is_counted(training):
    figures = await training.figures()
    assert set(figures.values()) == {0}
    assert {"applied", "enrolled", "waiting", "in-training", "graduated", "seats", "seats.free"} <= set(figures)


async def test_whereabouts_go_worker_by_worker(training):
    await programme(training)
    found: list[tuple[UUID, int, str]] = []
    async with training.database.reading() as work:
        after = BEFORE_ALL
        while page := await audit.whereabouts(work, after, 3):
            assert len({where.worker for where in page}) <= 3
            found += [(where.worker, where.spell, where.state) for where in page]
            after = page[-1].worker
    assert found == [
        (worker(1), 1, "graduated"),
        (worker(1), 2, "refused"),
        (worker(2), 1, "not-completed"),
        (worker(3), 1, "withdrawn"),
        (worker(4), 1, "in-training"),
        (worker(5), 1, "withdrawn"),
        (worker(6), 1, "not-completed"),
        (worker(7), 1, "in-training"),
        (worker(9), 1, "gone"),
    ]
