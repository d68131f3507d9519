"""An office takes a merge back: each worker has the id, the NIK, the claims and the place that were its own, and what named it since."""

from datetime import date
from uuid import uuid5

import pytest

from contract.examples import PROVIDER, example
from shared.events import WorkerEnrolled, WorkerPlaced
from tests.unit.registration.pairs import (
    Siti,
    journey,
    kept_apart,
    last_said,
    merge,
    position_of,
    registered,
    siti,
    spells_of,
    split,
)
from tests.unit.registration.posting import DeskUnderTest, event, nik, today_is

SPLIT, AMENDED, REGISTERED, WITHDRAWN = (
    f"pulih.{name}.v1"
    for name in ("worker.split", "application.amended", "worker.registered", "registration.withdrawn")
)


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    await desk.agency("purworejo", "office", "33.06")
    await desk.agency("serang", "office", "36.04")
    await desk.agency(PROVIDER, "training-provider")
    return desk


async def amended(desk: DeskUnderTest, worker: Siti) -> dict[str, object]:
    """What was last said of the worker's application."""
    return [data for _, data in await desk.announced(AMENDED) if data["worker"] == worker.id][-1]


async def test_each_has_its_claims_back_and_those_that_named_it_since(desk: DeskUnderTest):
    one = await registered(desk, wants=["work"], wishes=["sewing"], on="2021-09-08")
    other = await registered(desk, "union", wants=["training"], wishes=["barista"], on="2021-09-06")
    await merge(desk, one, other)
    await desk.post("social-insurance", siti(other.nik, wants=["training"], wishes=["welding"]))
    with today_is("2021-09-10"):
        await desk.post("office", siti(one.nik, wants=["work"]))
    await split(desk, one, other)
    assert await spells_of(desk, one) == [(1, "open", ["employer", "office"])]
    assert await spells_of(desk, other) == [(1, "open", ["union", "social-insurance"])]
    for worker, day, wants, wishes, concerns in (
        (one, "2021-09-06", ["work"], ["sewing"], ["employer", "office"]),
        (other, "2021-09-06", ["training"], ["barista", "welding"], ["union", "social-insurance"]),
    ):
        said = await amended(desk, worker)
        found = said["applied_on"], said["wants"], said["wishes"], said["concerns"], said["position"]
        assert found == (day, wants, wishes, concerns, await position_of(desk, worker))
    for worker in (one, other):
        (receipt,) = await desk.receipts("union", siti(worker.nik))
        assert receipt["worker"] == worker.id
    ((claims,), (others,)) = await desk.rows("SELECT claims FROM spell ORDER BY worker")
    assert not any("named" in claim for claim in [*claims, *others])


@pytest.mark.parametrize("order", ["worker, other", "other, worker"])
async def test_the_pair_is_named_either_way_round(desk: DeskUnderTest, order: str):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    await split(desk, *((one, other) if order == "worker, other" else (other, one)))
    assert await last_said(desk, SPLIT) == {
        "worker": other.id,
        "spell": 1,
        "concerns": ["union"],
        "number": 2,
        "follows": [1],
        "is_open": True,
        "former": one.id,
        "former_spell": 1,
        "former_is_open": True,
        "agency": "purworejo",
        "on": "2021-09-20",
    }
    assert (await last_said(desk, "pulih.identities.kept-apart.v1"))["worker"] == one.id


async def test_agencies_whose_claims_named_the_other_have_none_any_more(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    await desk.post("social-insurance", siti(other.nik))
    await split(desk, one, other)
    assert (await journey(desk, one, "union")).status_code == 403
    assert (await journey(desk, other, "union")).status_code == 200
    ended = [(data["worker"], data["agency"]) for _, data in await desk.announced("pulih.claim.ended.v1")]
    assert ended == [(one.id, "union"), (one.id, "social-insurance")]
    added = [(data["worker"], data["agency"]) for _, data in await desk.announced("pulih.claim.added.v1")]
    assert added[-1] == (other.id, "social-insurance")


async def test_a_worker_whose_claims_all_named_the_other_is_registered_no_more(desk: DeskUnderTest):
    one = await registered(desk)
    await desk.hear(example(WorkerPlaced, worker=one.uuid, on=date(2021, 9, 7)))
    other = await registered(desk, "union", on="2021-09-08")
    await merge(desk, one, other)
    await split(desk, one, other)
    assert await spells_of(desk, one) == [(1, "placed", ["employer"]), (2, "withdrawn", [])]
    assert await spells_of(desk, other) == [(1, "open", ["union"])]
    assert (await last_said(desk, WITHDRAWN))["worker"] == one.id
    assert "former_is_open" not in await last_said(desk, SPLIT)
    (receipt,) = await desk.receipts("office", siti(one.nik, on="2021-12-01"))
    assert receipt["worker"] == one.id
    assert (await spells_of(desk, one))[-1] == (3, "open", ["office"])


async def test_a_report_of_a_later_time_without_work_goes_to_the_worker_whom_it_named(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    await desk.hear(example(WorkerPlaced, worker=one.uuid, on=date(2021, 10, 1)))
    await desk.post("social-insurance", siti(other.nik, on="2021-12-01"))
    assert await spells_of(desk, one) == [(1, "placed", ["employer", "union"]), (2, "open", ["social-insurance"])]
    await split(desk, one, other)
    assert await spells_of(desk, one) == [(1, "placed", ["employer"]), (2, "withdrawn", [])]
    assert await spells_of(desk, other) == [(1, "open", ["union", "social-insurance"])], (
        "it was not this one who was placed"
    )


@pytest.mark.parametrize("is_heard_first", [True, False], ids=["before the split", "after the split"])
async def test_who_was_placed_under_its_own_id_is_placed_and_the_other_is_not(
    desk: DeskUnderTest, *, is_heard_first: bool
):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    placed = example(WorkerPlaced, worker=other.uuid, on=date(2021, 9, 12))
    if is_heard_first:
        await desk.hear(placed)
        assert (await spells_of(desk, one))[0][1] == "placed"
    await split(desk, one, other)
    if not is_heard_first:
        await desk.hear(placed)
    assert await spells_of(desk, one) == [(1, "open", ["employer"])]
    assert await spells_of(desk, other) == [(1, "placed", ["union"])]
    assert await desk.broken() == {}
    assert (await desk.figures())["spells.placed"] == 1


async def test_a_withdrawn_spell_stays_withdrawn_for_both(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    await desk.post("purworejo", event("LayoffWithdrawn", {"on": "2021-09-12", "nik": one.nik, "reason": "recall"}))
    await split(desk, one, other)
    assert await spells_of(desk, one) == [(1, "withdrawn", ["employer"])]
    assert await spells_of(desk, other) == [(1, "withdrawn", ["union"])]


async def test_what_the_other_lent_is_given_back(desk: DeskUnderTest):
    one = await registered(desk, person={"phone": "0811 111 111"})
    other = await registered(desk, "union", person={"email": "other@example.com", "address": "Jalan Satu"})
    await merge(desk, one, other)
    assert (await desk.identity(one.uuid))["email"] == "other@example.com"
    await split(desk, one, other)
    assert not {"email", "address"} & (await desk.identity(one.uuid)).keys()
    assert (await desk.identity(other.uuid))["email"] == "other@example.com"


async def test_each_has_the_card_that_was_issued_to_it(desk: DeskUnderTest):
    cards = []
    for slug, day in (("office", "2021-01-10"), ("purworejo", "2021-06-10")):
        number = nik()
        applied = {"on": day, "person": {"nik": number, "name": "Siti"}, "wants": ["training"], "card": True}
        (receipt,) = await desk.receipts(slug, event("JobseekerApplied", applied))
        cards.append(Siti(number, receipt["worker"]))
    await merge(desk, *cards)
    await split(desk, *cards)
    found = await desk.rows("SELECT worker, issued_on, current, named FROM jobseeker_card ORDER BY issued_on")
    assert [(str(row.worker), row.issued_on.month, row.current, row.named) for row in found] == [
        (cards[0].id, 1, True, None),
        (cards[1].id, 6, True, None),
    ]


async def test_the_journeys_keep_the_merge_and_the_split_and_each_has_what_named_it(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    ((provider,),) = await desk.rows("SELECT id FROM agency WHERE slug = :slug", slug=PROVIDER)
    await merge(desk, one, other)
    await desk.hear(example(WorkerEnrolled, worker=other.uuid, course=uuid5(provider, "course:S1")))
    await desk.post("purworejo", event("GrantRecorded", {"on": "2021-10-01", "kind": "tools", "nik": other.nik}))
    await split(desk, one, other)
    types = {}
    for worker in (one, other):
        told = (await journey(desk, worker)).json()
        assert told["worker"] == worker.id
        assert {step["worker"] for step in told["steps"]} == {worker.id}
        types[worker.id] = [step["type"].removeprefix("pulih.").removesuffix(".v1") for step in told["steps"]]
    assert {"identities.merged", "identities.kept-apart"} <= set(types[one.id])
    assert {"worker.merged", "worker.split", "worker.enrolled", "grant.recorded"} <= set(types[other.id])
    assert not {"worker.enrolled", "grant.recorded"} & set(types[one.id])
    assert (await journey(desk, one, PROVIDER)).status_code == 403
    assert (await journey(desk, other, PROVIDER)).status_code == 200


async def test_a_split_gives_back_exactly_the_pair(desk: DeskUnderTest):
    first, second, third = [await registered(desk, slug) for slug in ("employer", "union", "social-insurance")]
    await merge(desk, second, first)
    await merge(desk, third, second)
    await split(desk, third, second)
    assert await spells_of(desk, third) == [(1, "open", ["social-insurance"])]
    assert await spells_of(desk, second) == [(1, "open", ["employer", "union"])]
    for worker, meant in ((first, second), (second, second), (third, third)):
        (receipt,) = await desk.receipts("office", siti(worker.nik))
        assert receipt["worker"] == meant.id


async def test_a_pair_in_the_middle_of_a_chain_is_split_from_whom_it_means(desk: DeskUnderTest):
    first, second, third = [await registered(desk, slug) for slug in ("employer", "union", "social-insurance")]
    await merge(desk, second, first)
    await merge(desk, third, second)
    (receipt,) = await desk.receipts("purworejo", kept_apart(third, first))
    assert (receipt["problem"]["status"], receipt["problem"]["pointer"]) == (409, "/0/data/other")
    await split(desk, first, second)
    assert await spells_of(desk, first) == [(1, "open", ["employer"])]
    assert await spells_of(desk, third) == [(1, "open", ["union", "social-insurance"])]
    (receipt,) = await desk.receipts("office", siti(second.nik))
    assert receipt["worker"] == third.id


async def test_a_place_in_line_is_the_earliest_of_those_who_are_left(desk: DeskUnderTest):
    days = {"employer": "2021-09-08", "union": "2021-09-06", "social-insurance": "2021-09-07"}
    one, earliest, middle = [await registered(desk, slug, on=day) for slug, day in days.items()]
    await merge(desk, one, earliest)
    await merge(desk, one, middle)
    assert (await amended(desk, one))["position"] == await position_of(desk, earliest)
    await split(desk, one, earliest)
    said = await amended(desk, one)
    assert (said["applied_on"], said["position"]) == ("2021-09-07", await position_of(desk, middle))


async def test_they_can_be_merged_again_the_other_way_round(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    await split(desk, one, other)
    await merge(desk, other, one)
    for worker in (one, other):
        (receipt,) = await desk.receipts("office", siti(worker.nik))
        assert receipt["worker"] == other.id
    await split(desk, one, other)
    assert await spells_of(desk, one) == [(1, "open", ["employer", "office"])]


async def test_a_stranger_is_refused_as_for_somebody_unknown(desk: DeskUnderTest):
    one, other = await registered(desk), await registered(desk, "union")
    await merge(desk, one, other)
    before = await desk.announced()
    problems = [
        (await desk.receipts("serang", kept_apart(*pair)))[0]["problem"]
        for pair in ((one, other), (one, "0190f6b0-7d5c-7a10-8f00-000000000001"))
    ]
    assert problems[0] == problems[1]
    assert problems[0]["status"] == 403
    assert await desk.announced() == before


async def test_a_pair_whose_spell_ended_before_the_next_merge_is_split_from_where_it_ended(desk: DeskUnderTest):
    first, second, third = [await registered(desk, slug) for slug in ("employer", "union", "social-insurance")]
    await merge(desk, second, first)
    await desk.post("purworejo", event("LayoffWithdrawn", {"on": "2021-09-12", "nik": first.nik, "reason": "recall"}))
    await merge(desk, third, second)
    assert await spells_of(desk, second) == [(1, "withdrawn", ["employer", "union"])]
    await split(desk, second, first)
    assert await spells_of(desk, first) == [(1, "withdrawn", ["employer"])]
    assert await spells_of(desk, second) == [(1, "withdrawn", ["union"])]
    assert await spells_of(desk, third) == [(1, "open", ["social-insurance"])]
