"""An agency says to have taken on a worker who was not referred: it counts once the worker or the worker's office has confirmed it."""

from datetime import date, timedelta

import pytest

from contract.examples import EMPLOYER, OFFICE, PURWOREJO, UNION, example, worker
from services.placement.settings import PlacementSettings
from services.placement.tasks import kinds
from shared.events import (
    EvidenceRefused,
    PlacementConfirmed,
    PlacementVoided,
    ReferralLapsed,
    WalkInReported,
    WorkerPlaced,
)
from shared.tasks import Tasks
from tests.key_files import key_file
from tests.service_under_test import kinds as kinds_of
from tests.service_under_test import only
from tests.unit.placement.examples import (
    BALIKPAPAN,
    TODAY,
    admitted,
    client_of,
    confirmed,
    contested,
    denied,
    erased,
    merged,
    posted,
    recalled,
    registered,
    retracted,
    said,
    states,
)
from tests.unit.registration.posting import today_is

FIRST_DAY = date(2021, 6, 1)
SETTINGS = PlacementSettings(database_url="postgresql://x@localhost/x", operators=key_file("operator"))


def walk_in(n, nth=1, **given):
    return said(example(WalkInReported, worker=worker(n), **given), nth)


@pytest.fixture
async def placement(placement):
    """Worker 1 is referred to a vacancy, and taken on elsewhere, says an employer."""
    await placement.hear(admitted(OFFICE, "office", region=PURWOREJO), posted("A"), registered(1))
    assert await placement.hear(walk_in(1)) == []
    return placement


async def walk_ins(placement):
    return [row.state for row in await placement.rows("SELECT state FROM walk_in ORDER BY id")]


async def test_it_changes_nothing_until_it_is_confirmed(placement):
    assert await states(placement) == {1: "referred"}
    assert (await placement.figures())["placed"] == 0
    assert await walk_ins(placement) == ["reported"]


@pytest.mark.parametrize("word", [{"by_office": True}, {"by_worker": True}])
async def test_confirmed_by_the_office_or_the_worker_it_is_a_placement(placement, word):
    heard = await placement.hear(confirmed(1, **word))
    assert [each.reason for each in only(ReferralLapsed, heard)] == ["placed"]
    (placed,) = only(WorkerPlaced, heard)
    assert (placed.outcome, placed.agency, placed.employer, placed.on) == (
        "hired",
        EMPLOYER,
        "PT Garmen Jateng",
        FIRST_DAY,
    )
    assert (placed.grade, placed.route, placed.region, placed.vacancy) == ("confirmed", "AKL", PURWOREJO, None)
    assert await states(placement) == {1: "placed"}
    figures = await placement.figures()
    assert (figures["placed"], figures["placed.route.AKL"], figures["placed.grade.confirmed"]) == (1, 1, 1)
    assert await walk_ins(placement) == ["confirmed"]


@pytest.mark.parametrize(
    ("where", "route"),
    [({"region": BALIKPAPAN}, "AKAD"), ({"region": None, "country": "SG"}, "AKAN"), ({"region": PURWOREJO}, "AKL")],
)
async def test_its_route_follows_from_where_it_is(placement, where, route):
    await placement.hear(registered(2), walk_in(2, nth=2, **where))
    (placed,) = only(WorkerPlaced, await placement.hear(confirmed(2, by_office=True)))
    assert placed.route == route


async def test_social_insurance_alone_does_not_confirm_it(placement):
    (refused,) = await placement.hear(confirmed(1, agency="bpjs"))
    assert isinstance(refused, EvidenceRefused)
    assert await walk_ins(placement) == ["reported"]


async def test_a_word_of_a_later_day_says_that_the_worker_still_works_there(placement):
    heard = await placement.hear(confirmed(1, by_office=True, on=date(2021, 9, 1)))
    assert [each.grade for each in only(WorkerPlaced, heard)] == ["still-working-3-months"]


async def test_denied_by_the_office_it_never_was(placement):
    assert await placement.hear(denied(1)) == []
    assert await walk_ins(placement) == ["denied"]
    (refused,) = await placement.hear(confirmed(1, by_office=True))
    assert isinstance(refused, EvidenceRefused)


async def test_denied_after_it_was_confirmed_it_is_void(placement):
    await placement.hear(confirmed(1, by_office=True))
    heard = await placement.hear(denied(1))
    assert len(only(PlacementVoided, heard)) == 1
    assert await states(placement) == {1: "referred"}
    assert await walk_ins(placement) == ["denied"]


async def test_of_two_the_one_that_is_named_is_meant(placement):
    await placement.hear(walk_in(1, nth=2, agency=UNION, employer="PT Lain", on=date(2021, 7, 1)))
    (placed,) = only(WorkerPlaced, await placement.hear(confirmed(1, by_office=True, said_by=EMPLOYER)))
    assert placed.agency == EMPLOYER
    assert await walk_ins(placement) == ["confirmed", "reported"]


async def test_a_worker_who_works_already_is_not_placed_twice(placement):
    await placement.hear(recalled(1, grade="employer-says"))
    (graded,) = await placement.hear(confirmed(1, by_office=True))
    assert graded.outcome == "recalled"
    assert await walk_ins(placement) == ["reported"]


async def test_it_is_retracted_before_and_after_it_is_confirmed(placement):
    retraction = {"kind": WalkInReported, "code": None}
    assert await placement.hear(retracted(1, 1, **retraction)) == []
    assert await walk_ins(placement) == []
    await placement.hear(walk_in(1, nth=2), confirmed(1, by_office=True))
    heard = await placement.hear(retracted(1, 2, **retraction))
    assert len(only(PlacementVoided, heard)) == 1
    assert await walk_ins(placement) == []
    assert await states(placement) == {1: "referred"}


async def test_without_its_confirmation_it_waits_again(placement):
    await placement.hear(said(confirmed(1, by_office=True), 2))
    heard = await placement.hear(retracted(1, 2, PlacementConfirmed, None))
    assert len(only(PlacementVoided, heard)) == 1
    assert await walk_ins(placement) == ["reported"]
    assert await states(placement) == {1: "referred"}


async def test_it_is_the_worker_s_under_any_id(placement):
    await placement.hear(registered(2), merged(1, into=2))
    heard = await placement.hear(confirmed(2, by_office=True))
    assert len(only(WorkerPlaced, heard)) == 1


async def test_heard_again_it_changes_nothing(placement):
    await placement.hear(confirmed(1, by_office=True))
    assert await placement.hear(walk_in(1)) == []
    assert await walk_ins(placement) == ["confirmed"]


async def test_what_the_worker_says_against_it_waits_for_the_office(placement):
    (refused,) = await placement.hear(contested(1))
    assert isinstance(refused, EvidenceRefused), "there is no placement to deny: nothing counts without the office"
    assert await walk_ins(placement) == ["reported"]


async def looked(placement, days):
    before = await placement.journal_length()
    with today_is(str(TODAY + timedelta(days))):
        await Tasks(kinds(SETTINGS), SETTINGS.escalation_days).look(placement.database)
    return [each for each in kinds_of(await placement.said(after=before)) if each.startswith("Conf")]


async def test_the_office_is_to_decide(placement):
    assert await looked(placement, 7) == ["ConfirmationDue"]
    assert await looked(placement, 14) == ["ConfirmationOverdue"]
    await placement.hear(denied(1))
    assert await looked(placement, 30) == []


async def test_nobody_is_to_decide_about_who_was_erased(placement):
    await placement.hear(erased(1))
    assert await looked(placement, 30) == []


async def test_an_office_counts_walk_ins_by_what_became_of_them(placement):
    await placement.hear(confirmed(1, by_office=True), registered(2), walk_in(2, nth=2))
    async with client_of(placement) as client:
        asked = "/figures?from=2021-01-01&to=2021-12-31&figure=walk-ins&by=state"
        answer = await client.get(asked, headers={"Authorization": "Bearer operator"})
    assert [(cell["state"], cell["count"]) for cell in answer.json()["cells"]] == [("confirmed", 1), ("reported", 1)]
