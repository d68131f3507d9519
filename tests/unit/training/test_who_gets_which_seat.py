"""The rule by which seats are given, without a database: order of the line, what fits, and which fitting course is best."""

from datetime import date
from typing import Any
from uuid import UUID

from services.training.domain.allocation import allocate, ordinal, place_in_line
from services.training.domain.entities import Application, Course
from services.training.domain.portions import FreeSeats, free_seats

PURWOREJO, KEBUMEN, YOGYAKARTA, BEKASI, SERANG = "33.06", "33.05", "34.71", "32.75", "36.04"
SITI, BUDI, WAYAN, DEWI = (UUID(int=n) for n in range(1, 5))


def applicant(worker: UUID = SITI, **given: Any) -> Application:
    return Application(
        **{
            "worker": worker,
            "spell": 1,
            "applied_on": date(2021, 2, 3),
            "position": worker.int,
            "region": PURWOREJO,
            "wishes": ["sewing"],
        }
        | given
    )


def course(code: str, **given: Any) -> Course:
    return Course(
        **{
            "id": UUID(int=sum(ord(letter) << 8 * n for n, letter in enumerate(code))),
            "code": code,
            "agency": "blk-purworejo",
            "title": code,
            "vocation": "sewing",
            "region": PURWOREJO,
            "reach": "national",
            "mode": "in-person",
            "funding": "APBN",
            "venue": "centre",
            "seats": 16,
            "starts_on": date(2021, 3, 1),
            "ends_on": date(2021, 4, 30),
            "entry_until": date(2021, 3, 7),
            "today": date(2021, 2, 10),
        }
        | given
    )


def given(applications: list[Application], courses: list[Course]) -> dict[UUID, str]:
    """Worker -> the code of the course in which the worker got a seat."""
    seated, _ = allocate(applications, free_seats(courses))
    codes = {each.id: each.code for each in courses}
    return {application.worker: codes[application.enrolment.course] for application in seated}


def test_who_applied_first_is_seated_first():
    late, early = applicant(SITI, applied_on=date(2021, 2, 4)), applicant(BUDI, applied_on=date(2021, 2, 3))
    assert given([late, early], [course("S1", seats=1)]) == {BUDI: "S1"}


def test_of_one_day_who_came_to_the_desk_first_is_seated_first():
    second, first = applicant(SITI, position=17), applicant(BUDI, position=16)
    assert given([second, first], [course("S1", seats=1)]) == {BUDI: "S1"}


def test_the_workers_id_decides_last():
    assert place_in_line(applicant(SITI, position=1)) < place_in_line(applicant(BUDI, position=1))


def test_prefers_what_was_wished_for_first_to_what_is_near():
    worker = applicant(wishes=["welding", "sewing"])
    assert given([worker], [course("S1"), course("W1", vocation="welding", region=BEKASI)]) == {SITI: "W1"}


def test_gives_a_later_wish_where_the_first_has_no_seat():
    worker = applicant(wishes=["welding", "sewing"])
    full = course("W1", vocation="welding", seats=1, taken=1, handed_out=1)
    assert given([worker], [full, course("S1")]) == {SITI: "S1"}


def test_prefers_the_nearer_course_to_the_earlier_one():
    far = course("S1", region=BEKASI, starts_on=date(2021, 2, 10))
    assert given([applicant()], [far, course("S2", starts_on=date(2021, 9, 1), ends_on=date(2021, 9, 3))]) == {
        SITI: "S2"
    }


def test_prefers_the_own_province_to_another():
    neighbour, stranger = course("S2", region=KEBUMEN), course("S1", region=BEKASI, starts_on=date(2021, 1, 1))
    assert given([applicant()], [stranger, neighbour]) == {SITI: "S2"}


def test_prefers_the_earlier_of_two_that_are_near_alike():
    assert given([applicant()], [course("S1", starts_on=date(2021, 3, 2)), course("S2")]) == {SITI: "S2"}


def test_then_the_provider_and_the_code_decide():
    courses = [course("B"), course("A"), course("C", agency="blk-kebumen")]
    assert given([applicant()], courses) == {SITI: "C"}
    assert given([applicant()], courses[:2]) == {SITI: "A"}


def test_without_a_wish_any_vocation_will_do():
    anything = applicant(wishes=[])
    assert given([anything], [course("B1", vocation="barista", region=BEKASI), course("K1", vocation="koi")]) == {
        SITI: "K1"
    }


def test_nobody_learns_again_what_they_are_certified_in():
    sewing, barista = course("S1"), course("B1", vocation="barista")
    assert given([applicant(certified=frozenset({"sewing"}))], [sewing]) == {}
    anything = applicant(wishes=[], certified=frozenset({"sewing"}))
    assert given([anything], [sewing, barista]) == {SITI: "B1"}


def test_a_course_for_the_regency_takes_only_its_own():
    assert given([applicant(region=KEBUMEN)], [course("S1", reach="regency")]) == {}
    assert given([applicant()], [course("S1", reach="regency")]) == {SITI: "S1"}


def test_a_course_for_the_province_takes_its_neighbours():
    assert given([applicant(region=KEBUMEN)], [course("S1", reach="province")]) == {SITI: "S1"}
    assert given([applicant(region=YOGYAKARTA)], [course("S1", reach="province")]) == {}


def test_a_national_course_takes_baristas_from_serang_to_lembang():
    barista = applicant(region=SERANG, wishes=["barista"])
    assert given([barista], [course("B1", vocation="barista", region="32.17")]) == {SITI: "B1"}


def test_a_course_without_a_region_takes_everybody():
    assert given([applicant(region=None)], [course("S1", region=None, reach="regency")]) == {SITI: "S1"}


def test_who_lives_nowhere_known_goes_only_where_all_are_taken():
    assert given([applicant(region=None)], [course("S1", reach="province")]) == {}
    assert given([applicant(region=None)], [course("S1", reach="national")]) == {SITI: "S1"}


def test_a_region_without_a_code_is_near_only_to_itself():
    village = applicant(region="Desa Cikolelet")
    assert given([village], [course("S1", region="Desa Cikolelet", reach="province")]) == {SITI: "S1"}
    assert given([village], [course("S1", reach="province")]) == {}


def test_nobody_is_seated_after_the_last_day_of_entry():
    assert given([applicant()], [course("S1", entry_until=date(2021, 2, 9))]) == {}
    assert given([applicant()], [course("S1", entry_until=date(2021, 2, 10))]) == {SITI: "S1"}


def test_a_course_that_takes_no_newcomers_hides_no_later_one():
    begun, later = course("S1", starts_on=date(2021, 1, 1), entry_until=date(2021, 1, 5)), course("S2")
    assert given([applicant(SITI), applicant(BUDI)], [begun, later]) == {BUDI: "S2", SITI: "S2"}


def test_who_declined_a_seat_gets_it_no_more_and_another_does():
    declined = course("S1", seats=1)
    decliner = applicant(BUDI, applied_on=date(2021, 2, 1), declined=[declined.id])
    assert given([decliner, applicant(SITI)], [declined]) == {SITI: "S1"}
    assert given([applicant(BUDI, declined=[declined.id])], [course("S1", seats=1), course("S2")]) == {BUDI: "S2"}


def test_a_paused_course_gives_no_seat():
    assert given([applicant()], [course("S1", state="paused")]) == {}


def test_a_seat_given_back_is_given_before_a_new_one():
    full = course("S1", taken=2, handed_out=4, given_back=[3, 1])
    seated, _ = allocate([applicant(SITI), applicant(BUDI), applicant(WAYAN)], free_seats([full]))
    assert [application.enrolment.seat for application in seated] == [1, 3, 5]
    assert [application.enrolment.passed_on for application in seated] == [True, True, False]


def test_the_enrolment_states_the_order():
    worker = applicant()
    allocate([worker], free_seats([course("S1", taken=2, handed_out=2)]))
    assert worker.enrolment.basis == "3rd of 16; applied 2021-02-03"


def test_sixteen_seats_seat_sixteen_and_the_rest_wait():
    workers = [applicant(UUID(int=n)) for n in range(1, 21)]
    seated, waiting = allocate(workers, free_seats([course("S1")]))
    assert [application.worker.int for application in seated] == list(range(1, 17))
    assert [application.worker.int for application in waiting] == [17, 18, 19, 20]


def test_no_more_seats_are_given_than_are_free_in_this_allocation():
    large = course("S1")
    seated, waiting = allocate([applicant(UUID(int=n)) for n in range(1, 6)], [FreeSeats(large, 3)])
    assert [application.worker.int for application in seated] == [1, 2, 3]
    assert [application.worker.int for application in waiting] == [4, 5]
    assert large.free == 13


def test_ordinals_are_written_as_they_are_spoken():
    assert [ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 102, 112)] == (
        ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "112th"]
    )
