import asyncio
from datetime import timedelta
from functools import partial

from contract.examples import number_of
from services.placement import app, duties, referrals
from services.placement.domain.terms import Terms
from services.placement.settings import PlacementSettings
from shared.events import ReferralLapsed
from shared.inbox.inbox import Inbox
from tests.key_files import key_file
from tests.service_under_test import only
from tests.unit.placement.examples import TODAY, posted, registered, states, terms, who_was_referred_where


async def test_the_last_day_to_answer_is_still_in_time(placement):
    await placement.hear(posted("A"), registered(1))
    assert await duties.lapse_unanswered(placement.database, terms(7)) == 0
    assert await states(placement) == {1: "referred"}


async def test_after_it_the_referral_lapses_and_both_sides_go_on(placement):
    await placement.hear(posted("A"), registered(1), registered(2), posted("B", openings=2))
    before = await placement.journal_length()
    assert who_was_referred_where(await placement.said()) == {1: "A", 2: "B"}
    assert await duties.lapse_unanswered(placement.database, terms(8)) == 2
    said = await placement.said(after=before)
    assert {(number_of(each.worker), each.code, each.reason) for each in only(ReferralLapsed, said)} == {
        (1, "A", "no-answer"),
        (2, "B", "no-answer"),
    }
    assert who_was_referred_where(said) == {1: "B", 2: "A"}
    assert await placement.rows("SELECT DISTINCT respond_by FROM referral WHERE state = 'open'") == [
        (TODAY + timedelta(days=15),)
    ]


async def test_two_instances_let_each_referral_lapse_once(placement, monkeypatch):
    monkeypatch.setattr(referrals, "TRANSACTION_LIMIT", 7)
    await placement.hear(posted("A", openings=40), *(registered(n) for n in range(40)))
    lapsed = await asyncio.gather(*(duties.lapse_unanswered(placement.database, terms(8)) for _ in range(3)))
    assert sum(lapsed) == 40
    said = only(ReferralLapsed, await placement.said())
    assert sorted(number_of(each.worker) for each in said) == list(range(40))


async def test_how_long_an_agency_has_is_a_setting(placement, monkeypatch):
    monkeypatch.setenv("PULIH_REFERRAL_DAYS", "3")
    monkeypatch.setattr(app, "Terms", partial(Terms, today=lambda: TODAY))
    settings = PlacementSettings(database_url="postgresql://placement:x@localhost/placement", operators=key_file())
    service, _ = app.create(settings)
    placement.inbox = Inbox(placement.database, service.handlers)
    await placement.hear(posted("A"), registered(1))
    assert await placement.rows("SELECT respond_by FROM referral") == [(TODAY + timedelta(days=3),)]
