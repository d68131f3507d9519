"""Each rule of the audit can fail: somebody writes what the program never would, and is found out."""

import pytest

from services.placement import audit_rules
from tests.unit.placement.office import (
    BALIKPAPAN,
    KEBUMEN,
    hired,
    in_business,
    posted,
    recalled,
    registered,
    vacancy_id,
    withdrawn,
    worker,
)

UNTIE = (
    "ALTER TABLE vacancy DROP CONSTRAINT no_opening_given_twice",
    "ALTER TABLE vacancy DROP CONSTRAINT filled_is_full",
    "ALTER TABLE referral DROP CONSTRAINT sent_to_a_vacancy_once",
    "DROP INDEX one_open_referral",
)
OPEN_REFERRAL = (
    "INSERT INTO referral (id, worker, spell, vacancy, route, state, respond_by) "
    "SELECT gen_random_uuid(), '{worker}', 1, '{vacancy}', 'AKL', 'open', '2021-09-13'"
)
COUNTS, TWICE, TWO, REFERRED, PLACED, LINE = audit_rules.RULES
HIRED, SENT, LOOKS, OTHER = (str(worker(n)) for n in (1, 2, 3, 4))
A, B = str(vacancy_id("A")), str(vacancy_id("B"))


@pytest.fixture
async def busy(office):
    """1 is hired through A, 2 sent to it, 3 looks for welding, 4 for sewing nearby; B has room and fits nobody."""
    await office.hear(posted("A", openings=2), registered(1), registered(2), hired(1))
    await office.hear(
        registered(3, wishes=["welding"]), registered(4), posted("B", region=BALIKPAPAN, vocation="barista")
    )
    assert await office.broken() == []
    await office.run(*UNTIE)
    office.tampered = True
    return office


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE vacancy SET hired = 2 WHERE code = 'A'", {COUNTS: {A}}),
        ("UPDATE vacancy SET referred = 1 WHERE code = 'B'", {COUNTS: {B}}),
        ("DELETE FROM placement", {COUNTS: {A}, PLACED: {HIRED}}),
        ("UPDATE vacancy SET openings = 1 WHERE code = 'A'", {TWICE: {A}}),
        (OPEN_REFERRAL.format(worker=SENT, vacancy=B), {TWO: {SENT}}),
        (OPEN_REFERRAL.format(worker=LOOKS, vacancy=B), {REFERRED: {LOOKS}}),
        ("UPDATE candidate SET state = 'training-first' WHERE state = 'referred'", {REFERRED: {SENT}}),
        ("UPDATE candidate SET state = 'training-first' WHERE state = 'placed'", {PLACED: {HIRED}}),
        (f"UPDATE candidate SET state = 'placed' WHERE worker = '{LOOKS}'", {PLACED: {LOOKS}, LINE: {LOOKS}}),
        (f"DELETE FROM seeking WHERE worker = '{LOOKS}'", {LINE: {LOOKS}}),
        (f"UPDATE candidate SET state = 'withdrawn' WHERE worker = '{LOOKS}'", {LINE: {LOOKS}}),
        ("UPDATE vacancy SET openings = 3 WHERE code = 'A'", {audit_rules.NOBODY_IN_VAIN: {OTHER}}),
        (
            "UPDATE vacancy SET vocation = 'welding', region = '33.05' WHERE code = 'B'",
            {audit_rules.NOBODY_IN_VAIN: {LOOKS}},
        ),
    ],
)
async def test_tampering_is_found_out(busy, tampering, broken):
    await busy.run(tampering)
    assert {rule.rule: set(rule.ids) for rule in await busy.broken_rules()} == broken


async def test_who_was_sent_there_before_does_not_look_in_vain(busy):
    await busy.run(
        f"UPDATE vacancy SET vocation = 'welding', region = '{KEBUMEN}' WHERE code = 'B'",
        OPEN_REFERRAL.format(worker=LOOKS, vacancy=B)
        .replace("'open'", "'lapsed'")
        .replace("state,", "reason, state,")
        .replace("'AKL', ", "'AKL', 'no-answer', "),
    )
    assert await busy.broken() == []


async def test_the_figures(office):
    await office.hear(
        posted("A", openings=5),
        posted("KALTIM", region=BALIKPAPAN, vocation="welding"),
        posted("HONG KONG", country="HK", region=None, vocation="barista"),
        posted("CLOSED", region="Kampung Baru"),
    )
    await office.hear(
        registered(1),
        registered(2),
        registered(3, wishes=["welding"], reach="national"),
        registered(4, wishes=["barista"], reach="abroad"),
        registered(5, wishes=["koi"]),
        registered(6, wants=["training"]),
        registered(7, wants=["training"]),
        registered(8, wants=["training"]),
        registered(9, wants=["training"]),
        hired(1),
        hired(3, "KALTIM"),
        hired(4, "HONG KONG"),
        recalled(6),
        in_business(7),
        withdrawn(8),
    )
    assert await office.figures() == {
        "candidates": 9,
        "looking": 1,
        "training-first": 1,
        "referred": 1,
        "referrals": 4,
        "lapsed": 0,
        "placed": 5,
        "placed.hired": 3,
        "placed.recalled": 1,
        "placed.self-employed": 1,
        "placed.route.AKL": 1,
        "placed.route.AKAD": 1,
        "placed.route.AKAN": 1,
        "placed.country.HK": 1,
        "placed.country.ID": 2,
        "placed.province.33": 1,
        "placed.province.64": 1,
        "placed.region.33.06": 1,
        "placed.region.64.71": 1,
        "vacancies": 4,
        "vacancies.open": 2,
        "openings": 8,
        "openings.left": 4,
    }


async def test_figures_of_nothing_are_nought(office):
    assert set((await office.figures()).values()) == {0}


async def test_where_each_worker_is(office):
    await office.hear(registered(1), registered(2, spell=3, wants=["training"]), registered(3), recalled(3))
    assert await office.whereabouts(after=0) == [(1, 1, "looking"), (2, 3, "training-first"), (3, 1, "placed")]
    assert await office.whereabouts(after=1, limit=1) == [(2, 3, "training-first")]
    assert await office.whereabouts(after=3) == []
