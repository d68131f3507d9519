"""What never bends is held by the database itself, whoever writes to it."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.unit.placement.examples import declined, hired, posted, recalled, registered

REFER_2 = (
    "INSERT INTO referral (id, worker, spell, vacancy, route, state, respond_by) "
    "SELECT gen_random_uuid(), c.worker, 1, v.id, 'AKL', 'open', '2021-09-13' FROM candidate AS c, vacancy AS v "
    "WHERE c.worker = '01900000-0000-7000-8000-000000000002' AND v.code = 'A'"
)
REFER_AGAIN = (
    "INSERT INTO referral SELECT gen_random_uuid(), worker, 2, vacancy, route, 'lapsed', 'no-answer', respond_by "
    "FROM referral"
)


@pytest.fixture
async def one_opening_held(placement):
    await placement.hear(posted("A"), registered(1), registered(2, wishes=["welding"]))
    return placement


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        (REFER_2, "no_opening_given_twice"),
        ("UPDATE vacancy SET hired = 1", "no_opening_given_twice"),
        ("UPDATE vacancy SET state = 'filled'", "filled_is_full"),
        ("UPDATE vacancy SET offered = 0", "only_what_is_offered_is_taken"),
        ("UPDATE vacancy SET offered = 2", "only_what_is_offered_is_taken"),
        ("UPDATE referral SET state = 'lapsed'", "lapsed_for_a_reason"),
        ("UPDATE candidate SET state = 'lost'", "candidate_state_check"),
        (REFER_AGAIN, "sent_to_a_vacancy_once"),
    ],
)
async def test_openings_and_referrals(one_opening_held, sql, rule):
    with pytest.raises(IntegrityError, match=rule):
        await one_opening_held.run(sql)


async def test_nobody_is_referred_to_an_opening_that_waits(one_opening_held):
    await one_opening_held.tamper("UPDATE vacancy SET openings = 2")
    with pytest.raises(IntegrityError, match="only_what_is_offered_is_taken"):
        await one_opening_held.run(REFER_2)


async def test_nobody_holds_two_openings(placement):
    await placement.hear(posted("A"), registered(1), posted("B", vocation="welding"))
    with pytest.raises(IntegrityError, match="one_open_referral"):
        await placement.run(
            "INSERT INTO referral (id, worker, spell, vacancy, route, state, respond_by) "
            "SELECT gen_random_uuid(), worker, 1, v.id, 'AKL', 'open', '2021-09-13' FROM candidate, vacancy AS v "
            "WHERE v.code = 'B'"
        )


async def test_nobody_is_placed_twice_in_one_spell(placement):
    await placement.hear(registered(1), recalled(1))
    with pytest.raises(IntegrityError, match="placement_pkey"):
        await placement.run("INSERT INTO placement SELECT * FROM placement")


async def test_only_a_hire_has_a_route(placement):
    await placement.hear(registered(1), recalled(1))
    with pytest.raises(IntegrityError, match="only_a_hire_has_a_route"):
        await placement.run("UPDATE placement SET route = 'AKL'")


async def test_the_database_counts_what_is_taken_itself(placement):
    await placement.hear(posted("A", openings=5), *(registered(n) for n in range(4)), hired(0), declined(1))
    assert await placement.rows("SELECT hired, referred FROM vacancy") == [(1, 2)]
    await placement.tamper("UPDATE referral SET state = 'lapsed', reason = 'no-answer' WHERE state = 'open'")
    assert await placement.rows("SELECT hired, referred FROM vacancy") == [(1, 0)]
