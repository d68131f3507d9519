"""An employer offers so many unfilled openings without approval, over all its vacancies; here it is three."""

from datetime import date

import pytest

from contract.examples import EMPLOYER, OFFICE, id_of
from services.placement import app, duties
from services.placement.audit import make_audit
from services.placement.handlers import make_handlers
from services.placement.settings import PlacementSettings
from shared.events import OpeningsReleased, ReferralLapsed, VacancyApprovalNeeded
from shared.inbox.inbox import Inbox
from tests.key_files import key_file
from tests.service_under_test import only
from tests.unit.placement.examples import (
    BALIKPAPAN,
    KEBUMEN,
    YOGYAKARTA,
    admitted,
    closed,
    declined,
    hired,
    posted,
    registered,
    states,
    terms,
    who_was_referred_where,
)

THREE = terms(most_unapproved=3)
LATER = date(2021, 3, 2)


@pytest.fixture
def terms_of_referral():
    return THREE


def by_employer(code="A", **given):
    return posted(code, agency=EMPLOYER, **given)


async def openings(placement):
    """Of each vacancy: how many openings are offered, and how many wait."""
    found = await placement.rows(
        "SELECT code, offered, CASE state WHEN 'open' THEN openings - offered ELSE 0 END AS waiting FROM vacancy"
    )
    return {row.code: (row.offered, row.waiting) for row in found}


async def test_an_employer_s_openings_beyond_the_limit_draw_nobody(placement):
    await placement.hear(*(registered(n) for n in range(9)))
    said = await placement.hear(by_employer(openings=100_000))
    assert who_was_referred_where(said) == {0: "A", 1: "A", 2: "A"}
    assert await placement.hear(registered(9, applied_on=date(2021, 1, 1))) == []
    figures = await placement.figures()
    assert (figures["openings.left"], figures["openings.waiting"]) == (0, 99_997)


async def test_they_are_counted_over_all_its_vacancies(placement):
    await placement.hear(by_employer("A", openings=2), by_employer("B", openings=2, vocation="welding"))
    await placement.hear(by_employer("C", openings=2), posted("D", agency="pt-lain", openings=2))
    assert await openings(placement) == {"A": (2, 0), "B": (1, 1), "C": (0, 2), "D": (2, 0)}


async def test_an_office_s_openings_wait_for_nobody(placement):
    await placement.hear(admitted(OFFICE, "office"))
    said = await placement.hear(posted("A", openings=100))
    assert (said, await openings(placement)) == ([], {"A": (100, 0)})


async def test_an_agency_that_is_not_known_yet_counts_as_an_employer(placement):
    await placement.hear(*(registered(n) for n in range(5)))
    await placement.hear(posted("A", openings=6))
    assert await openings(placement) == {"A": (3, 3)}
    said = await placement.hear(admitted(OFFICE, "office"))
    assert [(each.agency, each.approved_by, each.openings, each.waiting) for each in only(OpeningsReleased, said)] == [
        (OFFICE, None, 6, 0)
    ]
    assert who_was_referred_where(said) == {3: "A", 4: "A"}
    assert await openings(placement) == {"A": (6, 0)}


async def test_an_employer_s_admission_changes_nothing(placement):
    await placement.hear(by_employer(openings=6))
    assert await placement.hear(admitted(EMPLOYER, "employer")) == []
    assert await openings(placement) == {"A": (3, 3)}


async def test_an_office_that_becomes_an_employer_keeps_to_the_limit(placement):
    await placement.hear(admitted(OFFICE, "office"), *(registered(n) for n in range(4)))
    await placement.hear(posted("A", openings=4), posted("B", openings=4))
    (needed,) = await placement.hear(admitted(OFFICE, "employer"))
    assert (type(needed), needed.code, needed.waiting) == (VacancyApprovalNeeded, "B", 4)
    assert await openings(placement) == {"A": (4, 0), "B": (0, 4)}
    assert set((await states(placement)).values()) == {"referred"}


async def test_the_employer_and_the_offices_where_the_vacancy_is_are_told(placement):
    await placement.hear(
        admitted("disnaker-kebumen", "office", region=KEBUMEN),
        admitted("disnaker-jateng", "office", region="33"),
        admitted("disnaker-diy", "office", region=YOGYAKARTA),
        admitted("kemnaker", "office"),
        admitted("blk-kebumen", "training-provider", region=KEBUMEN),
    )
    (said,) = await placement.hear(by_employer(openings=5, region=KEBUMEN))
    assert said == VacancyApprovalNeeded(
        vacancy=id_of("A", EMPLOYER),
        code="A",
        agency=EMPLOYER,
        title="Operator jahit",
        vocation="sewing",
        employer="PT Garmen Jateng",
        region=KEBUMEN,
        country="ID",
        openings=5,
        waiting=2,
        concerns=["disnaker-kebumen", "disnaker-jateng", "kemnaker"],
    )


async def test_twenty_offices_are_told_of_a_vacancy_abroad_the_widest_first(placement):
    await placement.hear(*(admitted(f"disnaker-{n:02}", "office", region=f"33.{n:02}") for n in range(1, 30)))
    await placement.hear(admitted("kemnaker", "office"), admitted("disnaker-jateng", "office", region="33"))
    (said,) = await placement.hear(by_employer(openings=5, region=None, country="SG"))
    assert said.concerns[:3] == ["kemnaker", "disnaker-jateng", "disnaker-01"]
    assert len(said.concerns) == 20


async def test_they_are_told_again_only_when_more_openings_wait(placement):
    await placement.hear(by_employer(openings=5))
    assert await placement.hear(by_employer(openings=5, title="Penjahit")) == []
    (said,) = await placement.hear(by_employer(openings=6))
    assert (said.openings, said.waiting) == (6, 3)
    assert await placement.hear(by_employer(openings=4)) == []


async def test_a_hire_lets_the_next_opening_be_offered_of_the_vacancy_posted_first(placement):
    await placement.hear(*(registered(n) for n in range(5)))
    await placement.hear(by_employer("A", openings=4), by_employer("B", openings=4, on=LATER))
    said = await placement.hear(hired(0, agency=EMPLOYER), hired(1, agency=EMPLOYER))
    assert who_was_referred_where(said) == {3: "A", 4: "B"}
    assert await openings(placement) == {"A": (4, 0), "B": (1, 3)}
    assert only(VacancyApprovalNeeded, said) == []


async def test_of_vacancies_posted_on_one_day_the_code_decides_as_in_the_order_of_posting(placement):
    await placement.hear(by_employer("Z", openings=3))
    await placement.hear(*(by_employer(code) for code in ("b", "B", "a", "A-1", "A")))
    await placement.hear(closed("Z", agency=EMPLOYER))
    assert {code for code, (offered, _) in (await openings(placement)).items() if offered} == {"Z", "A", "A-1", "B"}


async def test_a_closed_vacancy_makes_way_for_another(placement):
    await placement.hear(by_employer("A", openings=3), by_employer("B", openings=4, on=LATER))
    await placement.hear(*(registered(n) for n in range(3)))
    said = await placement.hear(closed("A", agency=EMPLOYER))
    assert who_was_referred_where(said) == {0: "B", 1: "B", 2: "B"}
    assert await openings(placement) == {"A": (3, 0), "B": (3, 1)}


async def test_fewer_openings_of_one_make_way_for_another(placement):
    await placement.hear(by_employer("A", openings=3), by_employer("B", openings=4, on=LATER))
    await placement.hear(by_employer("A", openings=1))
    assert await openings(placement) == {"A": (1, 0), "B": (2, 2)}


async def test_an_opening_once_offered_stays_so_when_another_is_posted_for_an_earlier_day(placement):
    await placement.hear(by_employer("B", openings=2, on=LATER))
    await placement.hear(by_employer("A", openings=2))
    assert await openings(placement) == {"B": (2, 0), "A": (1, 1)}


async def test_after_a_no_the_opening_goes_to_the_next(placement):
    await placement.hear(by_employer(openings=5), *(registered(n) for n in range(4)))
    said = await placement.hear(declined(0, vacancy=id_of("A", EMPLOYER)))
    assert who_was_referred_where(said) == {3: "A"}
    assert await openings(placement) == {"A": (3, 2)}


async def test_a_late_yes_takes_an_opening_that_waits_and_no_referral_lapses(placement):
    await placement.hear(by_employer(openings=5), *(registered(n) for n in range(4)))
    await placement.hear(declined(0, vacancy=id_of("A", EMPLOYER)))
    said = await placement.hear(hired(0, agency=EMPLOYER))
    assert only(ReferralLapsed, said) == []
    assert await openings(placement) == {"A": (4, 1)}
    assert await placement.rows("SELECT hired, referred FROM vacancy") == [(1, 3)]


async def test_a_late_yes_and_a_no_in_one_batch_are_both_counted(placement):
    await placement.hear(by_employer(openings=5), *(registered(n) for n in range(4)))
    await placement.hear(declined(0, vacancy=id_of("A", EMPLOYER)))
    await placement.hear(
        hired(0, agency=EMPLOYER), hired(1, agency=EMPLOYER), declined(2, vacancy=id_of("A", EMPLOYER))
    )
    assert await openings(placement) == {"A": (5, 0)}
    assert await placement.rows("SELECT hired, referred FROM vacancy") == [(2, 1)]
    assert await placement.buried() == []


async def test_a_filled_vacancy_opens_again_as_far_as_the_limit_allows(placement):
    await placement.hear(by_employer(), registered(1), hired(1, agency=EMPLOYER))
    await placement.hear(by_employer(openings=9))
    assert await openings(placement) == {"A": (4, 5)}


async def under(placement, limit):
    """Start the service again with another limit."""
    changed = terms(most_unapproved=limit)
    placement.inbox = Inbox(placement.database, make_handlers(changed))
    placement.audit = make_audit(changed)
    before = await placement.journal_length()
    await duties.keep_to_the_limit(placement.database, changed)
    return await placement.said(after=before)


async def test_a_lower_limit_takes_back_what_was_posted_last_and_nothing_that_was_referred_to(placement):
    await placement.hear(by_employer("A", region=BALIKPAPAN), by_employer("B", openings=2, on=LATER), registered(1))
    said = await under(placement, 1)
    assert [(each.code, each.waiting) for each in said] == [("A", 1), ("B", 1)]
    assert await openings(placement) == {"A": (0, 1), "B": (1, 1)}
    assert await states(placement) == {1: "referred"}


async def test_beyond_a_lower_limit_an_opening_that_is_free_again_waits(placement):
    await placement.hear(by_employer(openings=3), *(registered(n) for n in range(4)))
    assert await under(placement, 1) == []
    said = await placement.hear(declined(0, vacancy=id_of("A", EMPLOYER)))
    assert who_was_referred_where(said) == {}
    assert [each.waiting for each in only(VacancyApprovalNeeded, said)] == [1]
    assert await states(placement) == {0: "looking", 1: "referred", 2: "referred", 3: "looking"}


async def test_a_higher_limit_offers_more_of_every_agency(placement, monkeypatch):
    monkeypatch.setattr(duties, "AGENCIES_AT_ONCE", 2)
    agencies = [f"pt-{n}" for n in range(5)]
    await placement.hear(*(posted(f"V{n}", agency=slug, openings=5) for n, slug in enumerate(agencies)))
    await placement.hear(*(registered(n, applied_on=LATER) for n in range(16)))
    said = await under(placement, 4)
    assert await openings(placement) == {f"V{n}": (4, 1) for n in range(5)}
    assert len(who_was_referred_where(said)) == 1


async def test_without_a_free_opening_every_employer_asks_an_office(placement):
    await placement.hear(by_employer(openings=2), registered(1))
    await under(placement, 0)
    assert await openings(placement) == {"A": (1, 1)}


async def test_the_limit_is_fifty_and_a_setting(placement, monkeypatch):
    known = {"database_url": "postgresql://placement:x@localhost/placement", "operators": key_file()}
    assert PlacementSettings(**known).unapproved_openings == 50
    monkeypatch.setenv("PULIH_UNAPPROVED_OPENINGS", "2")
    service, _ = app.create(PlacementSettings(**known))
    placement.inbox, placement.audit = Inbox(placement.database, service.handlers), service.audit
    await placement.hear(by_employer(openings=5), *(registered(n) for n in range(5)))
    assert await openings(placement) == {"A": (2, 3)}
    assert await placement.rows("SELECT count(*) FROM referral") == [(2,)]
