"""Lines and portions: how many heads of the waiting list are looked at for the free seats of some courses."""

from services.training import lines, store
from services.training.entities import Course
from services.training.lines import ANY, lines_to, portions
from shared.events import WorkerEnrolled
from tests.unit.training.office import BEKASI, KEBUMEN, PURWOREJO, offered, only, registered


def course(code: str, **known) -> Course:
    return Course.offered(offered(code, **({"seats": 16} | known)))


def seats_by_line(courses: list[Course]) -> dict[tuple[str, str, str], int]:
    return {(line.wished, line.kind, line.name): line.seats for line in lines_to(courses)}


def test_a_course_is_reached_by_those_who_wish_for_it_and_those_who_wish_for_nothing():
    assert seats_by_line([course("S1")]) == {("sewing", "regency", PURWOREJO): 16, (ANY, "regency", PURWOREJO): 16}


def test_a_full_or_paused_course_is_reached_by_nobody():
    full, paused = course("S1"), course("S2")
    full.taken = full.handed_out = 16
    paused.turn("paused")
    assert lines_to([full, paused]) == []


def test_those_ahead_may_take_any_seat_within_their_reach():
    found = seats_by_line(
        [
            course("S1"),
            course("W1", vocation="welding"),
            course("S2", region=KEBUMEN, reach="province"),
            course("S3", region=BEKASI),
            course("S4", region=BEKASI, reach="national", seats=5),
        ]
    )
    assert found["sewing", "regency", PURWOREJO] == 16 + 16 + 16 + 5
    assert found["sewing", "province", "33"] == 16 + 16 + 16 + 5
    assert found["sewing", "regency", BEKASI] == 16 + 5
    assert found["sewing", "anywhere", ""] == 4 * 16 + 5


def codes(courses: list[Course]) -> list[list[str]]:
    return [[each.code for each in portion] for portion in portions(courses)]


def test_courses_that_had_room_before_come_first():
    old = course("S3")
    old.has_opened_up = False
    assert codes([course("S1", seats=600), course("S2", seats=600), old]) == [["S3", "S1"], ["S2"]]


def test_a_large_course_opens_a_portion_of_its_seats_at_a_time():
    large, opened = course("S1", seats=2_500), []
    for portion in portions([course("S2"), large]):
        opened.append([(each.code, each.free) for each in portion])
        for each in portion:
            each.taken += each.free
    assert opened == [[("S2", 16)], [("S1", 1_000)], [("S1", 1_000)], [("S1", 500)]]


def test_a_large_course_that_nobody_wants_is_offered_once_more_and_left():
    assert codes([course("S1", seats=100_000)]) == [["S1"], ["S1"]]


def test_sixty_packages_of_sixteen_are_one_portion():
    assert [len(portion) for portion in portions([course(f"S{n}") for n in range(60)])] == [60]


async def test_portions_are_filled_one_after_another_from_one_line(office, monkeypatch):
    monkeypatch.setattr(lines, "PORTION", 4)
    await office.hear(*(registered(n, wishes=[] if n % 3 else ["sewing"]) for n in range(1, 20)))
    said = await office.hear(*(offered(f"S{n}", seats=3) for n in range(5)))
    assert len(only(WorkerEnrolled, said)) == 15
    assert list((await office.states()).values()) == ["in-training"] * 15 + ["waiting"] * 4


async def test_a_large_course_is_filled_in_the_order_of_the_line(office, monkeypatch):
    monkeypatch.setattr(lines, "PORTION", 4)
    await office.hear(*(registered(n, wishes=[] if n % 3 else ["sewing"]) for n in range(1, 30)))
    await office.hear(offered("S1", seats=22))
    assert await office.seats("S1") == {n: n for n in range(1, 23)}
    await office.hear(offered("S1", seats=90))
    assert set((await office.states()).values()) == {"in-training"}


async def test_a_long_list_is_read_along_its_indexes(office):
    """Planned before the tables were ever analysed, as in the first minute of a burst: nothing may be scanned or sorted."""
    await office.hear(*(registered(n, wishes=["sewing", "barista"]) for n in range(2_000)))
    plans: list[str] = []
    async with office.database.work() as work:
        rows = work.rows

        async def explained(sql, **values):
            plans.extend(row[0] for row in await rows(f"EXPLAIN {sql}", **values))
            return []

        work.rows = explained
        offers = [course("S1"), course("S2", reach="province"), course("S3", reach="national")]
        await store.next_in_line(work, offers)
    plan = "\n".join(plans)
    for index in ("wish_in_regency", "wish_in_province", "wish_anywhere", "application_pkey"):
        assert f"using {index}" in plan
    assert "Seq Scan" not in plan
    assert "Sort Key: w" not in plan
