"""Of whom no report says what is wanted, placement looks for nothing until somebody has asked."""

from datetime import date

import pytest

from tests.unit.placement.examples import (
    amended,
    graduated,
    posted,
    registered,
    states,
    who_was_referred_where,
    withdrawn,
)

FEBRUARY_20 = date(2021, 2, 20)


async def test_they_stand_in_no_queue(placement):
    assert await placement.hear(posted("A"), registered(1, wants=[])) == []
    assert await states(placement) == {1: "to-be-asked"}
    assert await placement.rows("SELECT * FROM seeking") == []
    figures = await placement.figures()
    assert (figures["to-be-asked"], figures["training-first"], figures["looking"]) == (1, 0, 0)
    assert await placement.broken() == {}


async def test_who_wants_work_when_asked_is_referred_and_the_place_is_of_that_day(placement):
    await placement.hear(registered(1, wants=[]), registered(2, applied_on=date(2021, 2, 10)), posted("A"))
    said = await placement.hear(amended(1, wants=["work"], applied_on=FEBRUARY_20))
    assert said == [], "the one opening is the other's, who asked first"
    assert await placement.rows("SELECT since FROM candidate ORDER BY worker") == [(FEBRUARY_20,), (date(2021, 2, 10),)]
    assert who_was_referred_where(await placement.hear(posted("B"))) == {1: "B"}


async def test_who_wants_training_when_asked_is_trained_first(placement):
    await placement.hear(posted("A"), registered(1, wants=[]))
    assert await placement.hear(amended(1, wants=["training"], applied_on=FEBRUARY_20)) == []
    assert await states(placement) == {1: "training-first"}
    assert who_was_referred_where(await placement.hear(graduated(1))) == {1: "A"}


async def test_a_certificate_that_is_heard_before_the_answer_counts(placement):
    """Training's topic may be ahead of registration's."""
    await placement.hear(posted("A"), registered(1, wants=[]))
    assert who_was_referred_where(await placement.hear(graduated(1))) == {1: "A"}
    await placement.hear(amended(1, wants=["training"], applied_on=FEBRUARY_20))
    assert await states(placement) == {1: "referred"}


async def test_other_news_asks_for_nothing(placement):
    await placement.hear(posted("A"), registered(1, wants=[]))
    assert await placement.hear(amended(1, wants=[], wishes=["sewing", "welding"])) == []
    assert await states(placement) == {1: "to-be-asked"}


@pytest.mark.parametrize("answered", [["training"], ["work"]])
async def test_a_registration_that_was_a_dead_letter_takes_no_answer_back(placement, answered):
    await placement.hear(amended(1, wants=answered))
    before = await states(placement)
    await placement.hear(registered(1, wants=[]))
    assert await states(placement) == before


async def test_their_spell_ends_like_any(placement):
    await placement.hear(registered(1, wants=[]), withdrawn(1))
    assert await states(placement) == {1: "withdrawn"}
