from datetime import date

from contract.examples import OFFICE
from tests.unit.placement.examples import (
    KEBUMEN,
    graduated,
    left_training,
    posted,
    recalled,
    refused,
    registered,
    states,
    who_was_referred_where,
    withdrawn,
)


async def test_a_graduate_looks_in_the_vocation_of_the_certificate_since_that_day(placement):
    await placement.hear(posted("W", vocation="welding"), registered(1, wants=["training"]))
    said = await placement.hear(graduated(1, vocation="welding"))
    assert who_was_referred_where(said) == {1: "W"}
    found = await placement.rows("SELECT certified, since, concerns FROM candidate")
    assert found == [(["welding"], date(2021, 4, 30), [OFFICE])]


async def test_who_looked_already_keeps_the_rank(placement):
    await placement.hear(registered(1, wants=["training", "work"], wishes=["welding"]))
    await placement.hear(graduated(1))
    assert await placement.rows("SELECT since FROM candidate") == [(date(2021, 2, 3),)]
    assert who_was_referred_where(await placement.hear(posted("A"))) == {1: "A"}


async def test_a_graduation_may_come_before_the_registration(placement):
    await placement.hear(posted("A"), posted("W", vocation="welding", openings=2))
    said = await placement.hear(graduated(1, spell=2, concerns=["spn-purworejo"]))
    assert who_was_referred_where(said) == {1: "A"}
    assert (said[0].spell, said[0].concerns) == (2, ["spn-purworejo"])
    await placement.hear(registered(1, spell=2, wants=["training"], wishes=["welding"], region=KEBUMEN))
    found = await placement.rows("SELECT spell, state, region, wishes, certified, since FROM candidate")
    assert found == [(2, "referred", KEBUMEN, ["welding"], ["sewing"], date(2021, 4, 30))]


async def test_both_orders_of_arrival_end_alike(placement):
    await placement.hear(registered(1, wants=["training"]))
    await placement.hear(graduated(1), graduated(2))
    await placement.hear(registered(2, wants=["training"]))
    one, two = await placement.rows(
        "SELECT spell, state, region, reach, wishes, certified, concerns, since FROM candidate ORDER BY worker"
    )
    assert one == two


async def test_a_certificate_of_a_past_spell_is_kept(placement):
    await placement.hear(registered(1, spell=2, wishes=["welding"]))
    await placement.hear(graduated(1, spell=1))
    assert await placement.rows("SELECT spell, certified FROM candidate") == [(2, ["sewing"])]
    assert who_was_referred_where(await placement.hear(posted("A"))) == {1: "A"}


async def test_a_graduate_who_works_already_only_gets_the_certificate(placement):
    await placement.hear(posted("W", vocation="welding"), registered(1, wants=["training"]), recalled(1))
    assert await placement.hear(graduated(1, vocation="welding")) == []
    assert await states(placement) == {1: "placed"}


async def test_who_left_the_course_looks_since_that_day(placement):
    await placement.hear(posted("A"), registered(1, wants=["training"]))
    assert who_was_referred_where(await placement.hear(left_training(1))) == {1: "A"}
    assert await placement.rows("SELECT since, certified FROM candidate") == [(date(2021, 4, 30), [])]


async def test_who_left_the_course_may_be_heard_of_there_first(placement):
    await placement.hear(posted("A"))
    assert who_was_referred_where(await placement.hear(left_training(1))) == {1: "A"}


async def test_whom_training_refuses_looks_since_the_day_of_application(placement):
    await placement.hear(posted("A"), registered(1, wants=["training"]))
    assert who_was_referred_where(await placement.hear(refused(1))) == {1: "A"}
    assert await placement.rows("SELECT since FROM candidate") == [(date(2021, 2, 3),)]


async def test_training_s_word_does_not_bring_back_who_withdrew(placement):
    await placement.hear(posted("A"), registered(1, wants=["training"]), withdrawn(1))
    assert await placement.hear(left_training(1), refused(1)) == []
    assert await states(placement) == {1: "withdrawn"}
