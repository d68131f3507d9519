import asyncio
from datetime import timedelta

from services.placement import duties
from services.placement.app import create
from services.placement.referring import DEADLINE
from services.placement.settings import PlacementSettings
from shared.events import ReferralLapsed
from tests.unit.placement.office import TODAY, number, only, posted, registered, who_was_sent_where


async def test_the_last_day_to_answer_is_still_in_time(office, monkeypatch):
    await office.hear(posted("A"), registered(1))
    monkeypatch.setattr(DEADLINE, "today", lambda: TODAY + timedelta(days=7))
    assert await duties.lapse_unanswered(office.database) == 0
    assert await office.states() == {1: "referred"}


async def test_after_it_the_referral_lapses_and_both_sides_go_on(office, monkeypatch):
    await office.hear(posted("A"), registered(1), registered(2), posted("B", openings=2))
    before = await office.journal_length()
    assert who_was_sent_where(await office.said()) == {1: "A", 2: "B"}
    monkeypatch.setattr(DEADLINE, "today", lambda: TODAY + timedelta(days=8))
    assert await duties.lapse_unanswered(office.database) == 2
    said = await office.said(after=before)
    assert {(number(each), each.code, each.reason) for each in only(ReferralLapsed, said)} == {
        (1, "A", "no-answer"),
        (2, "B", "no-answer"),
    }
    assert who_was_sent_where(said) == {1: "B", 2: "A"}
    assert await office.rows("SELECT DISTINCT respond_by FROM referral WHERE state = 'open'") == [
        (TODAY + timedelta(days=15),)
    ]


async def test_two_instances_let_each_referral_lapse_once(office, monkeypatch):
    monkeypatch.setattr(duties, "PAGE", 7)
    await office.hear(posted("A", openings=40), *(registered(n) for n in range(40)))
    monkeypatch.setattr(DEADLINE, "today", lambda: TODAY + timedelta(days=8))
    lapsed = await asyncio.gather(*(duties.lapse_unanswered(office.database) for _ in range(3)))
    assert sum(lapsed) == 40
    said = only(ReferralLapsed, await office.said())
    assert sorted(number(each) for each in said) == list(range(40))


async def test_how_long_an_agency_has_is_a_setting(office, monkeypatch):
    monkeypatch.setenv("PULIH_REFERRAL_DAYS", "3")
    create(PlacementSettings(database_url="postgresql://placement:x@localhost/placement", operator_key="k"))
    await office.hear(posted("A"), registered(1))
    assert await office.rows("SELECT respond_by FROM referral") == [(TODAY + timedelta(days=3),)]
