"""Openings that wait are offered when an office says yes that acts where the vacancy is; an employer offers three without."""

import pytest

from contract.examples import EMPLOYER, OFFICE, PURWOREJO, id_of
from services.placement.domain.approval import may_approve
from services.placement.domain.entities import Agency
from shared.events import OpeningsReleased, VacancyApprovalNeeded, VacancyApprovalRefused
from shared.inbox import dead_letters
from tests.service_under_test import only
from tests.unit.placement.examples import (
    BALIKPAPAN,
    BEKASI,
    HANDLERS,
    KEBUMEN,
    YOGYAKARTA,
    admitted,
    approved,
    closed,
    declined,
    hired,
    posted,
    registered,
    states,
    terms,
    who_was_referred_where,
)
from tests.unit.placement.test_openings_beyond_the_limit_wait import by_employer, openings
from tests.unit.placement.test_who_is_referred_where import opening

ELSEWHERE = "disnaker-yogyakarta"


@pytest.fixture
def terms_of_referral():
    return terms(most_unapproved=3)


@pytest.fixture
async def placement(placement):
    """Nine look for work; an office in Purworejo and one elsewhere are known."""
    await placement.hear(admitted(OFFICE, "office", region=PURWOREJO), admitted(ELSEWHERE, "office", region=YOGYAKARTA))
    await placement.hear(*(registered(n) for n in range(9)))
    return placement


async def test_all_openings_are_offered_to_those_who_wait(placement):
    await placement.hear(by_employer(openings=6))
    said = await placement.hear(approved())
    assert who_was_referred_where(said) == {3: "A", 4: "A", 5: "A"}
    assert only(OpeningsReleased, said) == [
        OpeningsReleased(
            vacancy=id_of("A", EMPLOYER),
            code="A",
            agency=EMPLOYER,
            title="Operator jahit",
            approved_by=OFFICE,
            openings=6,
            concerns=[OFFICE],
        )
    ]
    assert await openings(placement) == {"A": (6, 0)}


async def test_so_many_openings_in_all_are_offered_and_the_limit_beyond_them(placement):
    await placement.hear(by_employer(openings=20))
    said = await placement.hear(approved(openings=5))
    assert [(each.openings, each.waiting) for each in only(OpeningsReleased, said)] == [(5, 12)]
    assert await openings(placement) == {"A": (8, 12)}


async def test_approved_openings_leave_the_limit_to_other_vacancies(placement):
    await placement.hear(by_employer("A", openings=3), by_employer("B", openings=4, vocation="welding"))
    await placement.hear(approved("A"))
    assert await openings(placement) == {"A": (3, 0), "B": (3, 1)}


async def test_hires_are_for_approved_openings_first(placement):
    await placement.hear(by_employer(openings=20))
    await placement.hear(approved(openings=2))
    assert await openings(placement) == {"A": (5, 15)}
    await placement.hear(hired(0, agency=EMPLOYER), hired(1, agency=EMPLOYER))
    assert await openings(placement) == {"A": (5, 15)}
    await placement.hear(hired(2, agency=EMPLOYER))
    assert await openings(placement) == {"A": (6, 14)}


@pytest.mark.parametrize("again", [{}, {"openings": 6}, {"openings": 2}])
async def test_a_second_approval_of_no_more_changes_nothing(placement, again):
    await placement.hear(by_employer(openings=6))
    await placement.hear(approved())
    assert await placement.hear(approved(**again)) == []
    assert await openings(placement) == {"A": (6, 0)}


async def test_openings_that_come_later_need_another_approval(placement):
    await placement.hear(by_employer(openings=6))
    await placement.hear(approved())
    await placement.hear(by_employer(openings=20))
    assert await openings(placement) == {"A": (9, 11)}
    await placement.hear(approved())
    assert await openings(placement) == {"A": (20, 0)}


async def test_more_may_be_approved_than_there_are_now(placement):
    await placement.hear(by_employer(openings=6))
    said = await placement.hear(approved(openings=10))
    assert [(each.openings, each.waiting) for each in only(OpeningsReleased, said)] == [(6, 0)]
    await placement.hear(by_employer(openings=20))
    assert await openings(placement) == {"A": (13, 7)}


@pytest.mark.parametrize("vacancy", [id_of("A", EMPLOYER), id_of("NONE", EMPLOYER)])
async def test_an_office_elsewhere_gets_the_same_answer_as_for_a_vacancy_that_is_not_there(placement, vacancy):
    await placement.hear(by_employer(openings=6))
    assert await placement.hear(approved(vacancy=vacancy, agency=ELSEWHERE)) == [
        VacancyApprovalRefused(vacancy=vacancy, agency=ELSEWHERE, reason="not-yours")
    ]
    assert await openings(placement) == {"A": (3, 3)}


@pytest.mark.parametrize("state", ["closed", "filled"])
async def test_an_office_elsewhere_does_not_learn_what_became_of_a_vacancy(placement, state):
    await placement.hear(by_employer(), closed(agency=EMPLOYER) if state == "closed" else hired(0, agency=EMPLOYER))
    (said,) = await placement.hear(approved(agency=ELSEWHERE))
    assert said.reason == "not-yours"


async def test_a_closed_vacancy_is_not_approved(placement):
    await placement.hear(by_employer(openings=6), closed(agency=EMPLOYER))
    assert await placement.hear(approved()) == [
        VacancyApprovalRefused(vacancy=id_of("A", EMPLOYER), agency=OFFICE, reason="vacancy-closed")
    ]


@pytest.mark.parametrize("role", ["employer", "union", "social-insurance", "training-provider"])
async def test_nobody_but_an_office_approves_whatever_the_desk_let_pass(placement, role):
    await placement.hear(admitted("somebody", role), by_employer(openings=6))
    (said,) = await placement.hear(approved(agency="somebody"))
    assert (type(said), said.reason) == (VacancyApprovalRefused, "not-yours")
    assert await openings(placement) == {"A": (3, 3)}


@pytest.mark.parametrize("place", [{"country": "SG", "region": None}, {"region": None}, {"region": "Kampung Baru"}])
async def test_any_office_approves_a_vacancy_abroad_or_in_no_region_that_is_known(placement, place):
    await placement.hear(by_employer(openings=6, **place))
    await placement.hear(approved(agency=ELSEWHERE))
    assert await openings(placement) == {"A": (6, 0)}


@pytest.mark.parametrize(
    ("area", "place", "may"),
    [
        (PURWOREJO, PURWOREJO, True),
        (PURWOREJO, KEBUMEN, False),
        ("33", KEBUMEN, True),
        ("33", YOGYAKARTA, False),
        (None, YOGYAKARTA, True),
        (PURWOREJO, "Kampung Baru", True),
        (PURWOREJO, None, True),
    ],
)
def test_an_office_approves_where_it_acts(area, place, may):
    assert may_approve(Agency(slug="disnaker", role="office", region=area), opening(region=place)) == may
    assert may_approve(Agency(slug="disnaker", role="office", region=area), opening(region=place, country="SG"))


async def test_an_approval_by_an_office_not_heard_of_counts_once_replayed(placement):
    await placement.hear(by_employer(openings=6))
    assert await placement.hear(approved(agency="disnaker-baru")) == []
    (reason,) = await placement.buried()
    assert reason.startswith("AgencyUnknown: the office's admission was not taken in here")
    await placement.hear(admitted("disnaker-baru", "office"))
    async with placement.database.work() as work:
        (letter,) = await dead_letters.listing(work)
        await dead_letters.replay(work, letter["id"], HANDLERS)
    assert await openings(placement) == {"A": (6, 0)}


@pytest.mark.parametrize(
    "other", [{"region": KEBUMEN}, {"country": "SG"}, {"vocation": "welding"}, {"employer": "PT Lain"}]
)
async def test_a_vacancy_that_becomes_another_needs_another_approval(placement, other):
    await placement.hear(by_employer(openings=20))
    await placement.hear(approved())
    assert await openings(placement) == {"A": (20, 0)}
    (said,) = await placement.hear(by_employer(openings=20, **other))
    assert (type(said), said.waiting) == (VacancyApprovalNeeded, 11)
    assert await openings(placement) == {"A": (9, 11)}, "nine are referred there already"
    await placement.hear(*(declined(n, vacancy=id_of("A", EMPLOYER)) for n in range(8)))
    assert await openings(placement) == {"A": (3, 17)}


async def test_another_title_needs_none(placement):
    await placement.hear(by_employer(openings=20))
    await placement.hear(approved())
    await placement.hear(by_employer(openings=20, title="Penjahit"))
    assert await openings(placement) == {"A": (20, 0)}


async def test_a_vacancy_posted_and_approved_in_one_batch_is_offered(placement):
    said = await placement.hear(by_employer(openings=6), approved())
    assert len(who_was_referred_where(said)) == 6


async def test_an_office_s_own_vacancy_waits_for_no_approval_and_takes_none_amiss(placement):
    await placement.hear(posted("A", openings=6))
    await placement.hear(approved(of=OFFICE))
    assert await openings(placement) == {"A": (6, 0)}


async def test_approved_openings_are_offered_also_by_an_employer_far_beyond_the_limit(placement):
    await placement.hear(by_employer("A", openings=9, region=BALIKPAPAN), by_employer("B", openings=9, region=BEKASI))
    await placement.hear(admitted("kemnaker", "office"))
    await placement.hear(approved("B", agency="kemnaker"))
    assert await openings(placement) == {"A": (3, 6), "B": (9, 0)}
    assert set((await states(placement)).values()) == {"looking"}
