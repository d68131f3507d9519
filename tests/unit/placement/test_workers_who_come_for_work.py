from datetime import date

from shared.events import ReferralLapsed, WorkerReferred
from tests.unit.placement.office import (
    BALIKPAPAN,
    KEBUMEN,
    TODAY,
    amended,
    only,
    posted,
    refused,
    registered,
    vacancy_id,
    who_was_sent_where,
    worker,
)


async def test_who_wants_work_is_referred_at_once_if_a_vacancy_fits(office):
    await office.hear(posted("A"))
    (said,) = await office.hear(registered(1, concerns=["disnaker-purworejo", "spn-purworejo"]))
    assert said == WorkerReferred(
        worker=worker(1),
        spell=1,
        concerns=["disnaker-purworejo", "spn-purworejo"],
        vacancy=vacancy_id("A"),
        code="A",
        agency="disnaker-purworejo",
        title="Vacancy A",
        vocation="sewing",
        employer="PT Garmen Jateng",
        region="33.06",
        country="ID",
        route="AKL",
        respond_by=date(2021, 9, 13),
    )
    ((state, respond_by),) = await office.rows("SELECT state, respond_by FROM referral")
    assert (state, (respond_by - TODAY).days) == ("open", 7)
    assert await office.states() == {1: "referred"}
    assert await office.rows("SELECT hired, referred FROM vacancy") == [(0, 1)]
    assert await office.rows("SELECT * FROM seeking") == []


async def test_who_wants_work_looks_where_nothing_fits(office):
    assert await office.hear(posted("A", vocation="welding"), registered(1)) == []
    assert await office.states() == {1: "looking"}
    assert await office.rows("SELECT vocation, place, since FROM seeking") == [("sewing", "33", date(2021, 2, 3))]


async def test_who_wants_training_alone_is_not_referred_yet(office):
    assert await office.hear(posted("A"), registered(1, wants=["training"])) == []
    assert await office.states() == {1: "training-first"}


async def test_who_wants_both_looks_at_once(office):
    said = await office.hear(posted("A"), registered(1, wants=["training", "work"]))
    assert who_was_sent_where(said) == {1: "A"}


async def test_of_one_batch_the_longest_without_work_gets_the_opening(office):
    await office.hear(posted("A"))
    said = await office.hear(registered(1), registered(2, applied_on=date(2020, 12, 1)), registered(3))
    assert who_was_sent_where(said) == {2: "A"}
    assert await office.states() == {1: "looking", 2: "referred", 3: "looking"}


async def test_an_amended_wish_finds_the_vacancy_that_waits(office):
    await office.hear(posted("W", vocation="welding"), registered(1))
    said = await office.hear(amended(1, wishes=["sewing", "welding"], concerns=["spn-purworejo"]))
    assert who_was_sent_where(said) == {1: "W"}
    assert said[0].concerns == ["spn-purworejo"]


async def test_an_amended_reach_finds_the_vacancy_far_away(office):
    await office.hear(posted("KALTIM", region=BALIKPAPAN), registered(1))
    (said,) = await office.hear(amended(1, reach="national"))
    assert (said.code, said.route) == ("KALTIM", "AKAD")


async def test_an_amended_region_moves_the_worker_to_another_line(office):
    await office.hear(registered(1, region=BALIKPAPAN))
    assert await office.hear(amended(1, region=KEBUMEN)) == []
    assert who_was_sent_where(await office.hear(posted("A"))) == {1: "A"}


async def test_who_comes_to_want_work_too_looks_since_the_day_of_application(office):
    await office.hear(registered(1, wants=["training"]), registered(2, applied_on=date(2021, 2, 4)))
    await office.hear(amended(1, wants=["training", "work"]))
    assert who_was_sent_where(await office.hear(posted("A"))) == {1: "A"}


async def test_an_amendment_keeps_the_referral(office):
    await office.hear(posted("A"), registered(1))
    assert await office.hear(amended(1, region=BALIKPAPAN, wishes=["welding"])) == []
    assert await office.states() == {1: "referred"}


async def test_what_is_said_of_a_past_spell_changes_nothing(office):
    await office.hear(registered(1, spell=2, wishes=["welding"]))
    assert await office.hear(amended(1, spell=1, wishes=["sewing"]), registered(1, spell=1)) == []
    assert await office.rows("SELECT spell, wishes FROM candidate") == [(2, ["welding"])]


async def test_a_new_spell_starts_over_and_keeps_the_certificates(office):
    await office.hear(posted("A"), registered(1, wishes=[]))
    await office.run("UPDATE candidate SET certified = '{welding}'")
    said = await office.hear(registered(1, spell=2, wants=["training"], concerns=["pt-baru"]))
    (lapsed,) = only(ReferralLapsed, said)
    assert (lapsed.reason, lapsed.spell, lapsed.concerns) == ("new-spell", 1, ["disnaker-purworejo"])
    found = await office.rows("SELECT spell, state, certified, wishes, concerns FROM candidate")
    assert found == [(2, "training-first", ["welding"], ["sewing"], ["pt-baru"])]
    assert await office.rows("SELECT hired, referred FROM vacancy") == [(0, 0)]


async def test_training_s_refusal_may_come_before_the_registration(office):
    assert await office.hear(refused(1), by="training") == []
    assert await office.states() == {1: "looking"}
    said = await office.hear(posted("A"), registered(1, wants=["training"]))
    assert who_was_sent_where(said) == {1: "A"}
    assert await office.rows("SELECT since, position FROM candidate") == [(date(2021, 2, 3), 2)]
