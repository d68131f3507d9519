from datetime import date

from contract.examples import OFFICE, id_of, worker
from shared.events import ReferralLapsed, WorkerReferred
from tests.service_under_test import only
from tests.unit.placement.examples import (
    BALIKPAPAN,
    KEBUMEN,
    TODAY,
    amended,
    posted,
    refused,
    registered,
    states,
    who_was_referred_where,
)


async def test_who_wants_work_is_referred_at_once_if_a_vacancy_fits(placement):
    await placement.hear(posted("A"))
    (said,) = await placement.hear(registered(1, concerns=[OFFICE, "spn-purworejo"]))
    assert said == WorkerReferred(
        worker=worker(1),
        spell=1,
        concerns=[OFFICE, "spn-purworejo"],
        vacancy=id_of("A", OFFICE),
        code="A",
        agency=OFFICE,
        title="Operator jahit",
        vocation="sewing",
        employer="PT Garmen Jateng",
        region="33.06",
        country="ID",
        route="AKL",
        respond_by=date(2021, 9, 13),
    )
    ((state, respond_by),) = await placement.rows("SELECT state, respond_by FROM referral")
    assert (state, (respond_by - TODAY).days) == ("open", 7)
    assert await states(placement) == {1: "referred"}
    assert await placement.rows("SELECT hired, referred FROM vacancy") == [(0, 1)]
    assert await placement.rows("SELECT * FROM seeking") == []


async def test_who_wants_work_looks_where_nothing_fits(placement):
    assert await placement.hear(posted("A", vocation="welding"), registered(1)) == []
    assert await states(placement) == {1: "looking"}
    assert await placement.rows("SELECT vocation, area, since FROM seeking") == [("sewing", "33", date(2021, 2, 3))]


async def test_who_wants_training_alone_is_not_referred_yet(placement):
    assert await placement.hear(posted("A"), registered(1, wants=["training"])) == []
    assert await states(placement) == {1: "training-first"}


async def test_who_wants_both_looks_at_once(placement):
    said = await placement.hear(posted("A"), registered(1, wants=["training", "work"]))
    assert who_was_referred_where(said) == {1: "A"}


async def test_of_one_batch_the_longest_without_work_gets_the_opening(placement):
    await placement.hear(posted("A"))
    said = await placement.hear(registered(1), registered(2, applied_on=date(2020, 12, 1)), registered(3))
    assert who_was_referred_where(said) == {2: "A"}
    assert await states(placement) == {1: "looking", 2: "referred", 3: "looking"}


async def test_an_amended_wish_finds_the_vacancy_that_waits(placement):
    await placement.hear(posted("W", vocation="welding"), registered(1))
    said = await placement.hear(amended(1, wishes=["sewing", "welding"], concerns=["spn-purworejo"]))
    assert who_was_referred_where(said) == {1: "W"}
    assert said[0].concerns == ["spn-purworejo"]


async def test_an_amended_reach_finds_the_vacancy_far_away(placement):
    await placement.hear(posted("KALTIM", region=BALIKPAPAN), registered(1))
    (said,) = await placement.hear(amended(1, reach="national"))
    assert (said.code, said.route) == ("KALTIM", "AKAD")


async def test_an_amended_region_moves_the_worker_to_another_queue(placement):
    await placement.hear(registered(1, region=BALIKPAPAN))
    assert await placement.hear(amended(1, region=KEBUMEN)) == []
    assert who_was_referred_where(await placement.hear(posted("A"))) == {1: "A"}


async def test_who_comes_to_want_work_too_looks_since_the_day_of_application(placement):
    await placement.hear(registered(1, wants=["training"]), registered(2, applied_on=date(2021, 2, 4)))
    await placement.hear(amended(1, wants=["training", "work"]))
    assert who_was_referred_where(await placement.hear(posted("A"))) == {1: "A"}


async def test_an_amendment_keeps_the_referral(placement):
    await placement.hear(posted("A"), registered(1))
    assert await placement.hear(amended(1, region=BALIKPAPAN, wishes=["welding"])) == []
    assert await states(placement) == {1: "referred"}


async def test_what_is_said_of_a_past_spell_changes_nothing(placement):
    await placement.hear(registered(1, spell=2, wishes=["welding"]))
    assert await placement.hear(amended(1, spell=1, wishes=["sewing"]), registered(1, spell=1)) == []
    assert await placement.rows("SELECT spell, wishes FROM candidate") == [(2, ["welding"])]


async def test_a_new_spell_starts_over_and_keeps_the_certificates(placement):
    await placement.hear(posted("A"), registered(1, wishes=[]))
    await placement.run("UPDATE candidate SET certified = '{welding}'")
    said = await placement.hear(registered(1, spell=2, wants=["training"], concerns=["pt-baru"]))
    (lapsed,) = only(ReferralLapsed, said)
    assert (lapsed.reason, lapsed.spell, lapsed.concerns) == ("new-spell", 1, [OFFICE])
    found = await placement.rows("SELECT spell, state, certified, wishes, concerns FROM candidate")
    assert found == [(2, "training-first", ["welding"], ["sewing"], ["pt-baru"])]
    assert await placement.rows("SELECT hired, referred FROM vacancy") == [(0, 0)]


async def test_training_s_refusal_may_come_before_the_registration(placement):
    assert await placement.hear(refused(1)) == []
    assert await states(placement) == {1: "looking"}
    said = await placement.hear(posted("A"), registered(1, wants=["training"]))
    assert who_was_referred_where(said) == {1: "A"}
    assert await placement.rows("SELECT since, position FROM candidate") == [(date(2021, 2, 3), 2)]
