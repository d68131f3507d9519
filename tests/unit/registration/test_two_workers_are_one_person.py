"""An office decides that two workers are one person: from then on either id and either NIK means the worker who stays."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid5

import pytest

from contract.examples import PROVIDER, example
from shared.events import WorkerEnrolled, WorkerPlaced
from tests.unit.registration.pairs import (
    NOBODY,
    Siti,
    journey,
    last_said,
    merge,
    merged,
    position_of,
    registered,
    siti,
    spells_of,
)
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik

MERGED, AMENDED, REGISTERED = (
    f"pulih.{name}.v1" for name in ("worker.merged", "application.amended", "worker.registered")
)


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    await desk.agency("purworejo", "office", "33.06")
    await desk.agency("serang", "office", "36.04")
    await desk.agency(PROVIDER, "training-provider")
    return desk


async def test_two_open_spells_become_one_with_the_earliest_place_in_line(desk: DeskUnderTest):
    late = await registered(desk, wants=["work"], wishes=["sewing"], on="2021-09-08")
    early = await registered(desk, "union", wants=["training"], wishes=["barista"], reach="national", on="2021-09-06")
    await merge(desk, late, early)
    assert await spells_of(desk, late) == [(1, "open", ["employer", "union"])]
    assert await spells_of(desk, early) == [(1, "merged", [])]
    said = await last_said(desk, AMENDED)
    assert {name: said[name] for name in ("worker", "spell", "applied_on", "wants", "wishes", "reach", "concerns")} == {
        "worker": late.id,
        "spell": 1,
        "applied_on": "2021-09-06",
        "wants": ["work", "training"],
        "wishes": ["sewing", "barista"],
        "reach": "national",
        "concerns": ["employer", "union"],
    }
    assert said["position"] == await position_of(desk, early)
    assert await last_said(desk, MERGED) == {
        "worker": early.id,
        "spell": 1,
        "concerns": ["union"],
        "number": 1,
        "into": late.id,
        "into_spell": 1,
        "agency": "purworejo",
        "on": "2021-09-10",
    }


async def test_of_one_day_the_one_who_came_to_the_desk_first_has_the_earlier_place(desk: DeskUnderTest):
    first, second = await registered(desk), await registered(desk, "union")
    await merge(desk, second, first)
    assert (await last_said(desk, AMENDED))["position"] == await position_of(desk, first)
    assert await spells_of(desk, second) == [(1, "open", ["employer", "union"])], "the first claim is the earlier one"


async def test_an_earlier_place_is_not_made_of_ones_day_and_the_others_position(desk: DeskUnderTest):
    """Whoever came between the two on the earlier day is not overtaken."""
    first = await registered(desk, on="2021-09-08")
    second = await registered(desk, "union", on="2021-09-06")
    await merge(desk, first, second)
    said = await last_said(desk, AMENDED)
    assert (said["applied_on"], said["position"]) == ("2021-09-06", await position_of(desk, second))


async def test_if_only_the_others_spell_is_open_the_next_one_opens_with_its_claims(desk: DeskUnderTest):
    back = await registered(desk)
    await desk.hear(example(WorkerPlaced, worker=back.uuid, on=date(2021, 9, 7)))
    other = await registered(desk, "union", on="2021-09-08")
    await merge(desk, back, other)
    assert await spells_of(desk, back) == [(1, "placed", ["employer"]), (2, "open", ["union"])]
    said = await last_said(desk, REGISTERED)
    assert (said["worker"], said["spell"], said["agency"]) == (back.id, 2, "union")
    assert said["position"] == await position_of(desk, other)


@pytest.mark.parametrize("is_staying", [True, False], ids=["the one who stays", "the other"])
@pytest.mark.parametrize("is_heard_first", [True, False], ids=["before", "after"])
async def test_who_works_again_is_in_no_queue_whichever_id_was_placed_and_whenever_it_is_heard(
    desk: DeskUnderTest, *, is_staying: bool, is_heard_first: bool
):
    """Placement's topic races: what it said of an id may be heard before the merge or after it."""
    one, other = await registered(desk), await registered(desk, "union")
    placed = example(WorkerPlaced, worker=(one if is_staying else other).uuid, on=date(2021, 9, 9))
    if is_heard_first:
        await desk.hear(placed)
    await merge(desk, one, other)
    if not is_heard_first:
        await desk.hear(placed)
    assert await spells_of(desk, one) == [(1, "placed", ["employer", "union"])]
    assert await spells_of(desk, other) == [(1, "merged", [])]
    assert await desk.broken() == {}
    await desk.hear(placed)
    assert (await desk.figures())["spells.placed"] == 1


async def test_a_claim_of_a_day_after_the_placement_opens_the_next_spell(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await desk.post("social-insurance", siti(other.nik, on="2021-12-01"))
    await desk.hear(example(WorkerPlaced, worker=one.uuid, on=date(2021, 9, 9)))
    await merge(desk, one, other)
    assert await spells_of(desk, one) == [(1, "placed", ["employer", "union"]), (2, "open", ["social-insurance"])]
    ((claims,),) = await desk.rows("SELECT claims FROM spell WHERE number = 2")
    assert claims[0]["named"] == other.id


async def test_if_neither_is_open_they_are_one_all_the_same(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    for worker in (one, other):
        await desk.hear(example(WorkerPlaced, worker=worker.uuid, on=date(2021, 9, 7)))
    await merge(desk, one, other)
    assert "into_spell" not in await last_said(desk, MERGED)
    (receipt,) = await desk.receipts("union", siti(other.nik, on="2021-12-01"))
    assert receipt["worker"] == one.id
    assert await spells_of(desk, one) == [(1, "placed", ["employer"]), (2, "open", ["union"])]
    assert await spells_of(desk, other) == [(1, "placed", ["union"])]


async def test_a_report_under_either_nik_is_about_the_worker_who_stays_and_keeps_whom_it_named(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk)
    await merge(desk, one, other)
    receipts = [
        (await desk.receipts(slug, siti(number)))[0] for slug, number in (("union", one.nik), ("office", other.nik))
    ]
    assert {receipt["worker"] for receipt in receipts} == {one.id}
    assert await spells_of(desk, one) == [(1, "open", ["employer", "employer", "union", "office"])]
    named = await desk.rows("SELECT worker FROM assertion WHERE worker IS NOT NULL ORDER BY id")
    assert [str(row.worker) for row in named] == [one.id, other.id, one.id, one.id, other.id]
    ((claims,),) = await desk.rows("SELECT claims FROM spell WHERE worker = :id", id=one.id)
    assert [claim.get("named") for claim in claims] == [None, other.id, None, other.id]


async def test_the_same_event_again_names_the_worker_who_stays(desk: DeskUnderTest):
    one = await registered(desk)
    number = nik()
    sent = siti(number)
    (receipt,) = await desk.receipts("union", sent)
    await merge(desk, one, Siti(number, receipt["worker"]))
    (again,) = await desk.receipts("union", sent)
    assert (again["outcome"], again["worker"]) == ("duplicate", one.id)


@pytest.mark.parametrize("by", ["worker", "nik"])
async def test_a_fact_by_either_id_or_nik_is_about_the_worker_who_stays(desk: DeskUnderTest, by: str):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    for worker in (one, other):
        who = {by: worker.id if by == "worker" else worker.nik}
        (receipt,) = await desk.receipts(
            "purworejo", event("GrantRecorded", {"on": "2021-10-01", "kind": "tools", **who})
        )
        assert receipt["worker"] == one.id
    facts = await desk.announced("pulih.grant.recorded.v1")
    assert [fact["worker"] for _, fact in facts] == [one.id, other.id], "other services hear the id that was named"
    withdrawal = event(
        "LayoffWithdrawn", {"on": "2021-09-12", "reason": "mediation", by: other.id if by == "worker" else other.nik}
    )
    (receipt,) = await desk.receipts("purworejo", withdrawal)
    assert receipt["worker"] == one.id
    assert await spells_of(desk, one) == [(1, "withdrawn", ["employer", "union"])]


async def test_each_agency_withdraws_its_own_claim_whichever_worker_that_named(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    (receipt,) = await desk.receipts(
        "union", event("LayoffWithdrawn", {"on": "2021-09-12", "nik": one.nik, "reason": "mediation"})
    )
    assert receipt["outcome"] == "accepted"
    assert [type for type, _ in await desk.announced()][-2:] == ["pulih.layoff.withdrawn.v1", "pulih.claim.ended.v1"]
    await desk.post("employer", event("LayoffWithdrawn", {"on": "2021-09-12", "nik": other.nik, "reason": "mediation"}))
    assert (await spells_of(desk, one))[0][1] == "withdrawn"


async def test_the_journey_by_either_id_shows_both_histories_in_order_and_of_whom_each_step_was_said(
    desk: DeskUnderTest,
):
    one, other = await registered(desk), await registered(desk, "union")
    await desk.hear(example(WorkerEnrolled, worker=other.uuid))
    await merge(desk, one, other)
    told = (await journey(desk, one)).json()
    assert (await journey(desk, other)).json() == told
    assert (told["worker"], told["state"]) == (one.id, "seeking-training")
    steps = [(step["worker"], step["type"].removeprefix("pulih.").removesuffix(".v1")) for step in told["steps"]]
    assert steps[:2] == [(one.id, "layoff.reported"), (one.id, "worker.registered")]
    assert steps[2:4] == [(other.id, "layoff.reported"), (other.id, "worker.registered")]
    assert steps[-5] == (other.id, "worker.enrolled")
    assert steps[-4:] == [
        (one.id, "identities.merged"),
        (other.id, "worker.merged"),
        (one.id, "claim.added"),
        (one.id, "application.amended"),
    ]
    assert [step["at"] for step in told["steps"]] == sorted(step["at"] for step in told["steps"])
    assert told["next"]["en"].startswith("The course runs from")


async def test_the_relations_of_both_are_the_workers(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    ((provider,),) = await desk.rows("SELECT id FROM agency WHERE slug = :slug", slug=PROVIDER)
    await desk.hear(example(WorkerEnrolled, worker=other.uuid, course=uuid5(provider, "course:S1")))
    assert (await journey(desk, one, PROVIDER)).status_code == 403
    await merge(desk, one, other)
    for slug in (PROVIDER, "union", "employer"):
        for worker in (one, other):
            answer = await journey(desk, worker, slug)
            assert (answer.status_code, answer.json()["worker"]) == (200, one.id)
    assert (await journey(desk, one, "serang")).status_code == 403
    assert (await journey(desk, one, "social-insurance")).json()["steps"] == []
    for number in (one.nik, other.nik):
        result = {"on": "2021-04-30", "nik": number, "code": "S1", "result": "graduated"}
        (receipt,) = await desk.receipts(PROVIDER, event("TrainingResultRecorded", result))
        assert receipt["worker"] == one.id


async def test_a_second_placement_of_the_same_person_counts_once(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    for worker in (other, one):
        await desk.hear(example(WorkerPlaced, worker=worker.uuid, on=date(2021, 9, 9)))
    figures = await desk.figures()
    assert (figures["spells"], figures["spells.placed"], figures["spells.open"]) == (1, 1, 0)


async def test_workers_count_people(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    figures = await desk.figures()
    assert (figures["workers"], figures["workers.merged"], figures["spells"], figures["claims"]) == (1, 1, 1, 2)
    where = (await desk.client.get("/whereabouts", headers={"Authorization": "Bearer the-operator"})).json()
    assert sorted(where) == sorted([[one.id, 1, "seeking-training"], [other.id, 1, "merged"]])


async def test_the_staying_workers_contacts_win_and_what_is_empty_is_filled(desk: DeskUnderTest):
    one = await registered(desk, person={"phone": "0811 111 111"})
    other = await registered(desk, "union", person={"phone": "0822 222 222", "email": "siti@example.com"})
    await merge(desk, one, other)
    known = await desk.identity(one.uuid)
    assert (known["nik"], known["phone"], known["email"]) == (one.nik, "0811 111 111", "siti@example.com")
    before, after = [
        data["contact"] for _, data in await desk.announced(REGISTERED, AMENDED) if data["worker"] == one.id
    ]
    assert before != after


async def test_the_card_that_is_good_for_longest_is_current(desk: DeskUnderTest):
    cards = {}
    for slug, day in (("office", "2021-01-10"), ("purworejo", "2021-06-10")):
        number = nik()
        applied = event(
            "JobseekerApplied",
            {"on": day, "person": {"nik": number, "name": "Siti"}, "wants": ["training"], "card": True},
        )
        (receipt,) = await desk.receipts(slug, applied)
        cards[slug] = Siti(number, receipt["worker"])
    one, other = cards.values()
    await merge(desk, one, other)
    found = await desk.rows("SELECT worker, issued_on, current FROM jobseeker_card ORDER BY issued_on")
    assert [(str(row.worker), row.issued_on, row.current) for row in found] == [
        (one.id, date(2021, 1, 10), False),
        (one.id, date(2021, 6, 10), True),
    ]
    again = {"on": "2022-03-01", "person": {"nik": one.nik, "name": "Siti"}, "wants": ["training"], "card": True}
    (receipt,) = await desk.receipts("office", event("JobseekerApplied", again))
    assert "still good" in receipt["warnings"][0]


async def test_the_review_of_the_two_is_decided(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    assert await desk.rows("SELECT state FROM review") == [("open",)]
    await merge(desk, one, other)
    assert await desk.rows("SELECT state, decided_by FROM review") == [("decided", "purworejo")]


async def test_a_third_who_looks_alike_is_reviewed_against_the_worker_who_stays_once(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    third = await registered(desk)
    found = await desk.rows("SELECT worker, other FROM review WHERE state = 'open'")
    assert [(str(row.worker), str(row.other)) for row in found] == [(third.id, one.id)]


async def test_a_report_under_the_others_nik_contradicts_both_or_nothing(desk: DeskUnderTest):
    one = await registered(desk, person={"name": "Siti Aminah"})
    other = await registered(desk, "union", person={"name": "Siti Aminah Wati"})
    await merge(desk, one, other)
    for name in ("Siti Aminah", "Siti Aminah Wati"):
        (receipt,) = await desk.receipts("office", siti(other.nik, person={"name": name}))
        assert receipt["worker"] == one.id
    (receipt,) = await desk.receipts("social-insurance", siti(other.nik, person={"name": "Orang Lain"}))
    assert receipt["warnings"] == ["Kept for review by the worker's office."]
    (review,) = (await desk.client.get("/reviews", headers=desk.bearer("purworejo"))).json()["items"]
    assert (review["worker"], review["known"]["name"], review["said"]["name"]) == (
        other.id,
        "Siti Aminah",
        "Orang Lain",
    )
    correction = {"on": "2021-09-10", "nik": one.nik, "correction": {"name": "Siti Aminah"}}
    await desk.post("purworejo", event("IdentityCorrected", {**correction, "nik": other.nik}))
    assert (await desk.client.get("/reviews", headers=desk.bearer("purworejo"))).json()["items"] == []


async def test_a_stranger_and_an_unknown_id_are_refused_alike(desk: DeskUnderTest):
    one, there = await registered(desk), await registered(desk, person={"region": "36.04"})
    refusals = [
        (await desk.receipts(slug, merged(worker, other)))[0]["problem"]
        for slug, worker, other in (
            ("serang", one, there),
            ("purworejo", one, there),
            ("purworejo", one, NOBODY),
            ("purworejo", NOBODY, one),
        )
    ]
    assert {problem["type"] for problem in refusals} == {"urn:pulih:problem:not-yours"}
    assert {problem["retry_after"] for problem in refusals} == {5}
    assert refusals[1] == refusals[2]
    assert (await desk.post("employer", merged(one, there))).status_code == 403
    assert await desk.announced("pulih.identities.merged.v1") == []
    assert (await desk.post("office", merged(one, there))).status_code == 202


async def test_merging_what_is_merged_is_refused_and_changes_nothing(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    before = await desk.announced()
    for worker, second in ((one, other), (other, one)):
        (receipt,) = await desk.receipts("purworejo", merged(worker, second))
        assert (receipt["problem"]["status"], receipt["problem"]["pointer"]) == (409, "/0/data/other")
    (receipt,) = await desk.receipts("purworejo", merged(one, one))
    assert receipt["problem"]["status"] == 422
    assert await desk.announced() == before


async def test_a_chain_of_merges_means_one_worker(desk: DeskUnderTest):
    first, second, third = [await registered(desk, slug) for slug in ("employer", "union", "social-insurance")]
    await merge(desk, second, first)
    await merge(desk, third, second)
    for worker in (first, second, third):
        (receipt,) = await desk.receipts("office", siti(worker.nik))
        assert receipt["worker"] == third.id
    assert (await last_said(desk, AMENDED))["worker"] == third.id
    assert (await spells_of(desk, third))[0][2] == ["employer", "union", "social-insurance", *["office"] * 3]
    assert await spells_of(desk, second) == [(1, "merged", [])]
    await desk.hear(example(WorkerPlaced, worker=first.uuid, on=date(2021, 9, 9)))
    assert (await spells_of(desk, third))[0][1] == "placed"
    assert (await desk.figures())["spells.placed"] == 1


async def test_a_merge_and_what_comes_after_it_may_be_one_post(desk: DeskUnderTest):
    one, other, third = [await registered(desk, slug) for slug in ("employer", "union", "social-insurance")]
    receipts = await desk.receipts(
        "purworejo", siti(other.nik), merged(one, other), siti(other.nik, on="2021-09-07"), merged(third, other)
    )
    assert [receipt["outcome"] for receipt in receipts] == ["accepted"] * 4
    assert [receipt["worker"] for receipt in receipts] == [other.id, one.id, one.id, third.id]
    assert await desk.broken() == {}


async def test_an_office_that_acts_for_the_staying_worker_acts_for_both(desk: DeskUnderTest):
    here, there = await registered(desk), await registered(desk, person={"region": "36.04"})
    await desk.post("office", merged(here, there))
    assert (await journey(desk, there, "purworejo")).status_code == 200
    assert (await journey(desk, there, "serang")).status_code == 403


async def test_a_desk_that_waits_for_a_merge_sees_it(open_desk: Any, desk: DeskUnderTest):
    """A post under the other's NIK waits for the merge's lock, and then finds that another worker is meant."""
    one, other = await registered(desk), await registered(desk, "union")
    second = await open_desk(on=desk.database)
    second.keys = desk.keys
    async with desk.database.work() as work:
        await work.rows("SELECT id FROM worker WHERE id = :id FOR UPDATE", id=other.uuid)
        late = asyncio.create_task(second.receipts("social-insurance", siti(other.nik)))
        await asyncio.sleep(0.3)
        await work.run(
            "UPDATE spell SET state = 'merged', ended_on = current_date, claims = '[]' WHERE worker = :id",
            id=other.uuid,
        )
        await work.run(
            "INSERT INTO merged_worker (worker, spell, into_worker, into_spell, person, joint_worker, joint_spell) "
            "VALUES (:other, 1, :one, 1, :one, :one, 1)",
            one=one.uuid,
            other=other.uuid,
        )
    (receipt,) = await late
    assert receipt["worker"] == one.id
    assert (await spells_of(desk, one))[0][2] == ["employer", "social-insurance"]


async def test_desks_that_merge_and_report_at_once_never_lose_a_claim(open_desk: Any, desk: DeskUnderTest):
    second = await open_desk(on=desk.database)
    second.keys = desk.keys
    for _ in range(8):
        one, other = await registered(desk), await registered(desk, "union")
        answers = await asyncio.gather(
            desk.receipts("purworejo", merged(one, other)),
            second.receipts("social-insurance", siti(other.nik), siti(one.nik)),
            second.receipts("office", siti(one.nik)),
            desk.receipts("training-provider", layoff(nik())),
        )
        assert [receipt["outcome"] for answer in answers[:3] for receipt in answer] == ["accepted"] * 4
        assert sorted((await spells_of(desk, one))[0][2]) == sorted(
            ["employer", "union", "office", "social-insurance", "social-insurance"]
        )
        assert await desk.broken() == {}
