"""Each rule of the audit can fail: somebody writes what the program never would, and is found out."""

import pytest

from contract.examples import OFFICE, id_of, number_of, worker
from services.placement import audit
from tests.unit.placement.examples import (
    BALIKPAPAN,
    KEBUMEN,
    carded,
    hired,
    in_business,
    posted,
    recalled,
    registered,
    withdrawn,
)

UNTIE = (
    "ALTER TABLE vacancy DROP CONSTRAINT no_opening_given_twice",
    "ALTER TABLE vacancy DROP CONSTRAINT only_what_is_offered_is_taken",
    "ALTER TABLE vacancy DROP CONSTRAINT filled_is_full",
    "ALTER TABLE referral DROP CONSTRAINT sent_to_a_vacancy_once",
    "DROP INDEX one_open_referral",
)
OPEN_REFERRAL = (
    "INSERT INTO referral (id, worker, spell, vacancy, route, state, respond_by) "
    "SELECT gen_random_uuid(), '{worker}', 1, '{vacancy}', 'AKL', 'open', '2021-09-13'"
)
COUNTS, TWICE, TWO, REFERRED, PLACED, LOST, QUEUE, WORLD, CERTIFIED, LIMIT, WAITS, MERGED, MEANT = audit.RULES
HIRED, SENT, LOOKS, OTHER = (str(worker(n)) for n in (1, 2, 3, 4))
A, B = str(id_of("A", OFFICE)), str(id_of("B", OFFICE))


@pytest.fixture
async def busy(placement):
    """1 is hired through A, 2 referred to it, 3 looks for welding, 4 for sewing nearby; B has room and fits nobody."""
    await placement.hear(posted("A", openings=2), registered(1), registered(2), hired(1))
    await placement.hear(
        registered(3, wishes=["welding"]), registered(4), posted("B", region=BALIKPAPAN, vocation="barista")
    )
    assert await placement.broken() == {}
    await placement.tamper(*UNTIE)
    return placement


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
        ("UPDATE placement SET lost = true", {LOST: {HIRED}}),
        ("UPDATE placement SET ended_on = placed_on + 89", {LOST: {HIRED}}),
        (f"UPDATE candidate SET state = 'placed' WHERE worker = '{LOOKS}'", {PLACED: {LOOKS}, QUEUE: {LOOKS}}),
        (f"DELETE FROM seeking WHERE worker = '{LOOKS}'", {QUEUE: {LOOKS}}),
        (f"UPDATE candidate SET state = 'withdrawn' WHERE worker = '{LOOKS}'", {QUEUE: {LOOKS}}),
        (f"UPDATE seeking SET area = 'WORLD' WHERE worker = '{LOOKS}'", {WORLD: {LOOKS}}),
        (
            f"UPDATE candidate SET reach = 'abroad', card_until = '2021-09-06' WHERE worker IN ('{LOOKS}', '{OTHER}')",
            {WORLD: {LOOKS, OTHER}},
        ),
        (f"UPDATE candidate SET reach = 'abroad', card_until = '2021-09-05' WHERE worker = '{LOOKS}'", {}),
        (
            f"UPDATE candidate SET reach = 'abroad', card_until = '2022-09-05', birth_year = 2003 WHERE worker = '{LOOKS}'",
            {},
        ),
        (f"UPDATE candidate SET certified = '{{welding}}' WHERE worker = '{LOOKS}'", {CERTIFIED: {LOOKS}}),
        (f"UPDATE seeking SET certified = true WHERE worker = '{LOOKS}'", {CERTIFIED: {LOOKS}}),
        ("UPDATE vacancy SET openings = 3, offered = 3 WHERE code = 'A'", {audit.NONE_OVERLOOKED: {OTHER}}),
        ("UPDATE vacancy SET openings = 90, offered = 90 WHERE code = 'B'", {LIMIT: {OFFICE}}),
        ("UPDATE vacancy SET openings = 90 WHERE code = 'B'", {WAITS: {B}}),
        (f"UPDATE candidate SET merged = true WHERE worker = '{LOOKS}'", {MERGED: {LOOKS}, QUEUE: {LOOKS}}),
        (
            f"INSERT INTO merged_worker (worker, spell, into_worker, person) VALUES ('{LOOKS}', 1, '{OTHER}', '{SENT}')",
            {MERGED: {LOOKS}, MEANT: {LOOKS}},
        ),
        (
            "UPDATE vacancy SET vocation = 'welding', region = '33.05' WHERE code = 'B'",
            {audit.NONE_OVERLOOKED: {LOOKS}},
        ),
    ],
)
async def test_tampering_is_found_out(busy, tampering, broken):
    await busy.run(tampering)
    assert {rule: set(ids) for rule, ids in (await busy.broken()).items()} == broken


async def test_who_was_referred_there_before_is_not_overlooked(busy):
    await busy.run(
        f"UPDATE vacancy SET vocation = 'welding', region = '{KEBUMEN}' WHERE code = 'B'",
        OPEN_REFERRAL.format(worker=LOOKS, vacancy=B)
        .replace("'open'", "'lapsed'")
        .replace("state,", "reason, state,")
        .replace("'AKL', ", "'AKL', 'no-answer', "),
    )
    assert await busy.broken() == {}


async def test_the_figures(placement):
    await placement.hear(
        posted("A", openings=5),
        posted("KALTIM", region=BALIKPAPAN, vocation="welding"),
        posted("HONG KONG", country="HK", region=None, vocation="barista"),
        posted("CLOSED", region="Kampung Baru"),
    )
    await placement.hear(
        registered(1),
        registered(2),
        registered(3, wishes=["welding"], reach="national"),
        registered(4, wishes=["barista"], reach="abroad", sex="male"),
        carded(4),
        registered(5, wishes=["koi"]),
        registered(6, wants=["training"]),
        registered(7, wants=["training"], sex=None),
        registered(8, wants=["training"]),
        registered(9, wants=["training"]),
        hired(1),
        hired(3, "KALTIM"),
        hired(4, "HONG KONG"),
        recalled(6),
        in_business(7),
        withdrawn(8),
    )
    assert await placement.figures() == {
        "candidates": 9,
        "looking": 1,
        "training-first": 1,
        "to-be-asked": 0,
        "referred": 1,
        "referrals": 4,
        "lapsed": 0,
        "placed": 5,
        "placed.hired": 3,
        "placed.recalled": 1,
        "placed.self-employed": 1,
        "placed.grade.employer-says": 0,
        "placed.grade.confirmed": 5,
        "placed.grade.still-working-3-months": 0,
        "placed.grade.still-working-6-months": 0,
        "placed.grade.still-working-12-months": 0,
        "placed.retained": 0,
        "placed.lost": 0,
        "placed.sex.female": 3,
        "placed.sex.male": 1,
        "placed.sex.unknown": 1,
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
        "openings.waiting": 0,
    }


async def test_figures_of_nothing_are_nought(placement):
    assert set((await placement.figures()).values()) == {0}


async def test_where_each_worker_is(placement):
    await placement.hear(registered(1), registered(2, spell=3, wants=["training"]), registered(3), recalled(3))
    async with placement.database.reading() as work:
        pages = [await audit.whereabouts(work, worker(after), limit) for after, limit in [(0, 100), (1, 1), (3, 100)]]
    assert [[(number_of(each.worker), each.spell, each.state) for each in page] for page in pages] == [
        [(1, 1, "looking"), (2, 3, "training-first"), (3, 1, "placed")],
        [(2, 3, "training-first")],
        [],
    ]
