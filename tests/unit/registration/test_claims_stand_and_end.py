"""A report is one agency's claim: the spell lasts while one stands, and each agency withdraws its own."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from contract.examples import example
from services.registration.spells import CLAIMS_OF_AN_AGENCY
from shared.events import WorkerPlaced
from tests.unit.registration.posting import DeskUnderTest, application, event, layoff, nik

ADDED, ENDED, KIND = "pulih.claim.added.v1", "pulih.claim.ended.v1", "pulih.layoff-kind.changed.v1"
WITHDRAWN = "pulih.registration.withdrawn.v1"


def withdrawal(number: str, on: str = "2021-09-20") -> dict[str, Any]:
    return event("LayoffWithdrawn", {"on": on, "nik": number, "reason": "reported-in-error"})


def contest(number: str, claimant: str) -> dict[str, Any]:
    return event("ClaimContested", {"on": "2021-09-20", "nik": number, "claimant": claimant})


async def spell(desk: DeskUnderTest) -> Any:
    ((state, concerns, claims),) = await desk.rows("SELECT state, concerns, claims FROM spell")
    return state, concerns, {claim["agency"]: claim.get("state", "standing") for claim in claims}


async def test_three_claims_about_one_layoff_are_one_person_and_three_claims(desk: DeskUnderTest):
    number = nik()
    for slug in ("employer", "union", "office"):
        await desk.post(slug, layoff(number, employer="PT Satu"))
    figures = await desk.figures()
    assert {name: figures[name] for name in ("workers", "spells", "claims", "claims.standing")} == {
        "workers": 1,
        "spells": 1,
        "claims": 3,
        "claims.standing": 3,
    }
    assert [data["agency"] for _, data in await desk.announced(ADDED)] == ["union", "office"]
    assert (await desk.announced(ADDED))[1][1] == {
        "worker": (await desk.announced(ADDED))[0][1]["worker"],
        "spell": 1,
        "concerns": ["employer", "union", "office"],
        "agency": "office",
        "kind": "laid-off",
        "on": "2021-09-06",
        "employer": "PT Satu",
    }


async def test_an_agency_withdraws_its_own_claim_and_the_spell_lasts_while_another_stands(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number))
    await desk.post("union", layoff(number))
    (receipt,) = await desk.receipts("union", withdrawal(number))
    assert receipt["outcome"] == "accepted"
    assert await spell(desk) == ("open", ["employer"], {"employer": "standing", "union": "withdrawn"})
    ((_, ended),) = await desk.announced(ENDED)
    assert (ended["agency"], ended["reason"], ended["concerns"]) == ("union", "taken-back", ["employer"])
    assert await desk.announced(WITHDRAWN) == []
    assert (await desk.post("union", withdrawal(number))).status_code == 403
    await desk.post("employer", withdrawal(number))
    assert (await spell(desk))[0] == "withdrawn"
    assert [data["agency"] for _, data in await desk.announced(WITHDRAWN)] == ["employer"]


async def test_a_stranger_who_reports_and_withdraws_changes_nothing(desk: DeskUnderTest):
    """PT Baru has a copy of Budi's identity card."""
    await desk.agency("pt-baru", "employer")
    number = nik()
    await desk.post("employer", layoff(number))
    await desk.post("pt-baru", layoff(number), withdrawal(number))
    assert await spell(desk) == ("open", ["employer"], {"employer": "standing", "pt-baru": "withdrawn"})
    for name, more in (("WorkerRecalled", {}), ("BusinessStarted", {"business": "tailoring"})):
        ending = event(name, {"on": "2021-09-20", "nik": number, **more})
        assert (await desk.post("pt-baru", ending)).status_code == 403
        await desk.post("pt-baru", layoff(number))
        (receipt,) = await desk.receipts("pt-baru", ending)
        assert receipt["problem"]["type"] == "urn:pulih:problem:not-yours-alone"
        assert "only the worker's office" in receipt["problem"]["detail"]
        await desk.post("pt-baru", withdrawal(number))
    assert (await spell(desk))[0] == "open"


async def test_the_office_ends_a_spell_whoever_claims_it(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number))
    await desk.post("union", layoff(number))
    await desk.post("office", withdrawal(number))
    state, _, claims = await spell(desk)
    assert (state, claims) == ("withdrawn", {"employer": "standing", "union": "standing"})
    assert [data["agency"] for _, data in await desk.announced(WITHDRAWN)] == ["office"]


async def test_a_worker_denies_a_claim_through_the_office_and_its_relation_ends(desk: DeskUnderTest):
    await desk.agency("pt-baru", "employer")
    number = nik()
    await desk.post("employer", layoff(number))
    (receipt,) = await desk.receipts("pt-baru", layoff(number))
    journey = f"/workers/{receipt['worker']}/journey"
    assert (await desk.client.get(journey, headers=desk.bearer("pt-baru"))).status_code == 200
    assert (await desk.post("employer", contest(number, "pt-baru"))).status_code == 403
    assert (await desk.post("office", contest(number, "pt-baru"))).status_code == 202
    assert await spell(desk) == ("open", ["employer"], {"employer": "standing", "pt-baru": "contested"})
    ((_, ended),) = await desk.announced(ENDED)
    assert (ended["agency"], ended["reason"]) == ("pt-baru", "contested")
    assert (await desk.client.get(journey, headers=desk.bearer("pt-baru"))).status_code == 403
    (again,) = await desk.receipts("pt-baru", layoff(number))
    assert again["problem"]["type"] == "urn:pulih:problem:contested"


async def test_the_last_claim_that_is_denied_ends_the_spell(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number))
    await desk.post("office", contest(number, "nobody"))
    assert (await spell(desk))[0] == "open"
    await desk.post("office", contest(number, "employer"))
    assert (await spell(desk))[0] == "withdrawn"
    ((_, withdrawn),) = await desk.announced(WITHDRAWN)
    assert (withdrawn["agency"], withdrawn["reason"]) == ("office", "reported-in-error")


async def test_furloughed_then_laid_off_changes_the_reason_and_is_told(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, kind="furloughed"))
    await desk.post("employer", layoff(number, kind="laid-off", on="2021-10-01"))
    ((_, changed),) = await desk.announced(KIND)
    assert (changed["kind"], changed["before"], changed["on"]) == ("laid-off", "furloughed", "2021-10-01")
    assert await desk.rows("SELECT reason FROM spell") == [("laid-off",)]
    await desk.post("union", layoff(number, kind="furloughed", on="2021-09-07"))  # about the time before
    assert len(await desk.announced(KIND)) == 1


async def test_the_reason_goes_back_with_the_claim_that_changed_it(desk: DeskUnderTest):
    number = nik()
    await desk.post("office", application(number))
    await desk.post("union", layoff(number, on="2021-09-10"))
    await desk.post("union", withdrawal(number))
    assert [(data["before"], data["kind"]) for _, data in await desk.announced(KIND)] == [
        ("jobseeker", "laid-off"),
        ("laid-off", "jobseeker"),
    ]


async def test_a_late_claim_gives_its_agency_a_relation_and_changes_nothing_else(desk: DeskUnderTest):
    number = nik()
    (receipt,) = await desk.receipts("employer", layoff(number))
    await desk.hear(example(WorkerPlaced, worker=UUID(receipt["worker"]), on=date(2021, 11, 1)))
    await desk.post("union", layoff(number, on="2021-09-08"))
    assert await spell(desk) == ("placed", ["employer", "union"], {"employer": "standing", "union": "standing"})
    journey = f"/workers/{receipt['worker']}/journey"
    assert (await desk.client.get(journey, headers=desk.bearer("union"))).status_code == 200


async def test_an_agency_that_reports_again_and_again_keeps_a_few_claims(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", *(layoff(number, on=f"2021-09-{day:02}") for day in range(1, 25)))
    ((claims,),) = await desk.rows("SELECT claims FROM spell")
    assert [claim["on"] for claim in claims] == ["2021-09-01", *(f"2021-09-{day}" for day in range(21, 25))]
    assert len(claims) == CLAIMS_OF_AN_AGENCY


async def test_an_announced_layoff_is_withdrawn_before_its_day(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number, on="2021-12-01"))
    await desk.post("union", layoff(number, on="2021-12-01"))
    await desk.post("employer", withdrawal(number, on="2021-11-01"))
    assert (await spell(desk))[0] == "open"
    await desk.post("union", withdrawal(number, on="2021-11-01"))
    assert (await spell(desk))[0] == "withdrawn"


@pytest.mark.parametrize("slug", ["union", "social-insurance"])
async def test_contacts_are_not_overwritten_by_whoever_knows_nik_and_name(desk: DeskUnderTest, slug: str):
    number = nik()
    who = {"nik": number, "name": "Budi", "email": "budi@example.com"}
    await desk.post("employer", layoff(number, person=who))
    stranger = {**who, "email": "thief@example.com", "phone": "+62 811 000 000", "region": "36.04"}
    await desk.post(slug, layoff(number, person=stranger))
    assert await desk.announced("pulih.application.amended.v1") == []
    assert await desk.rows("SELECT region FROM worker") == [("33.06",)]
    await desk.post("office", layoff(number, person={**who, "email": "budi.baru@example.com", "region": "33.07"}))
    ((_, amended),) = await desk.announced("pulih.application.amended.v1")
    assert amended["region"] == "33.07"
