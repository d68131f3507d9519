"""What was said can be retracted: by who said it for a while, by the worker's office always, and by nobody else."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from contract.examples import example
from services.registration.spells import CLAIMS_OF_AN_AGENCY
from shared import clock
from shared.events import WorkerPlaced
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik, person, retraction, today_is

ON = "2021-09-20"


def grant(number: str) -> dict[str, Any]:
    return event("GrantRecorded", {"on": "2021-10-01", "nik": number, "kind": "tools"})


async def reported(desk: DeskUnderTest, slug: str = "employer") -> tuple[str, str, dict[str, Any]]:
    """Report a worker; gives the NIK, the worker's id and the report."""
    number = nik()
    report = layoff(number)
    (receipt,) = await desk.receipts(slug, report)
    return number, receipt["worker"], report


async def outcome(desk: DeskUnderTest, slug: str, posted: dict[str, Any]) -> Any:
    """What becomes of an event: `accepted`, or the problem."""
    (receipt,) = await desk.receipts(slug, posted)
    assert await desk.broken() == {}
    return receipt.get("problem") or receipt["outcome"]


async def spells(desk: DeskUnderTest, worker: str) -> list[tuple[int, str]]:
    return [
        tuple(row)
        for row in await desk.rows("SELECT number, state FROM spell WHERE worker = :id ORDER BY 1", id=worker)
    ]


async def sought(desk: DeskUnderTest, worker: str) -> tuple[list[str], list[str], str]:
    """What a worker of one spell seeks."""
    ((wants, wishes, reach),) = await desk.rows("SELECT wants, wishes, reach FROM spell WHERE worker = :id", id=worker)
    return wants, wishes, reach


async def test_a_report_retracted_is_a_claim_withdrawn_and_its_agency_may_report_anew(desk: DeskUnderTest):
    number, worker, report = await reported(desk)
    assert await outcome(desk, "employer", retraction(report)) == "accepted"
    assert await spells(desk, worker) == [(1, "withdrawn")]
    assert await outcome(desk, "employer", layoff(number)) == "accepted"
    assert await spells(desk, worker) == [(1, "withdrawn"), (2, "open")]


@pytest.mark.parametrize("now", ["open", "withdrawn", "placed"])
async def test_an_agency_is_told_that_its_claim_ended_though_no_other_stands(desk: DeskUnderTest, now: str):
    number, worker, report = await reported(desk)
    if now == "withdrawn":
        await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-10", "nik": number, "reason": "mediation"}))
    elif now == "placed":
        await desk.hear(example(WorkerPlaced, worker=UUID(worker)))
    await desk.post("office", retraction(report, agency="employer"))
    ((_, ended),) = await desk.announced("pulih.claim.ended.v1")
    assert (ended["agency"], ended["reason"]) == ("employer", "taken-back")


async def test_what_another_agency_reported_stands(desk: DeskUnderTest):
    number, worker, report = await reported(desk)
    await desk.post("union", layoff(number, wants=["work"], wishes=["barista"]))
    await desk.post("employer", retraction(report))
    assert await spells(desk, worker) == [(1, "open")]
    (_, amended) = (await desk.announced("pulih.application.amended.v1"))[-1]
    assert (amended["wants"], amended["wishes"], amended["concerns"]) == (["work"], ["barista"], ["union"])


async def test_what_was_retracted_is_not_sought_by_one_who_is_merged_and_split(desk: DeskUnderTest):
    _, worker, _ = await reported(desk)
    number, other, _ = await reported(desk)
    wrong = layoff(number, wants=["work"], wishes=["barista"], reach="abroad")
    await desk.post("union", wrong)
    await desk.post("union", retraction(wrong))
    await desk.post("office", event("IdentitiesMerged", {"on": ON, "worker": worker, "other": other}))
    assert await sought(desk, worker) == (["training"], [], "province")
    await desk.post("office", event("IdentitiesKeptApart", {"on": ON, "worker": worker, "other": other}))
    assert await sought(desk, other) == (["training"], [], "province")


async def test_what_is_retracted_of_one_who_was_merged_is_not_sought_after_the_split(desk: DeskUnderTest):
    _, worker, _ = await reported(desk)
    number, other, _ = await reported(desk)
    wrong = layoff(number, wants=["work"], wishes=["barista"], reach="abroad")
    await desk.post("union", wrong)
    await desk.post("office", event("IdentitiesMerged", {"on": ON, "worker": worker, "other": other}))
    await desk.post("union", retraction(wrong))
    await desk.post("office", event("IdentitiesKeptApart", {"on": ON, "worker": worker, "other": other}))
    assert await sought(desk, other) == (["training"], [], "province")


async def test_a_spell_that_opens_by_a_merge_begins_with_what_was_not_retracted(desk: DeskUnderTest):
    number, worker, _ = await reported(desk)
    await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-10", "nik": number, "reason": "mediation"}))
    number, other, wrong = await reported(desk)
    await desk.post("union", layoff(number, wants=["work"]))
    await desk.post("employer", retraction(wrong))
    await desk.post("office", event("IdentitiesMerged", {"on": ON, "worker": worker, "other": other}))
    assert await spells(desk, worker) == [(1, "withdrawn"), (2, "open")]
    (_, registered) = (await desk.announced("pulih.worker.registered.v1"))[-1]
    assert (registered["worker"], registered["wants"], registered["agency"]) == (worker, ["work"], "union")


async def test_the_place_of_two_who_are_merged_does_not_rest_on_what_was_retracted(desk: DeskUnderTest):
    with today_is("2021-09-06"):
        number, worker, wrong = await reported(desk)
    with today_is("2021-09-07"):
        _, other, _ = await reported(desk)
    with today_is("2021-09-08"):
        await desk.post("union", layoff(number))
    await desk.post("office", retraction(wrong, agency="employer"))
    await desk.post("office", event("IdentitiesMerged", {"on": ON, "worker": worker, "other": other}))
    (_, amended) = (await desk.announced("pulih.application.amended.v1"))[-1]
    ((position,),) = await desk.rows(
        "SELECT position FROM journal WHERE key = :id AND type = 'pulih.worker.registered.v1'", id=other
    )
    assert (amended["applied_on"], amended["position"]) == ("2021-09-07", position)


async def test_of_the_claims_that_were_not_retracted_the_first_is_about_its_spell_whatever_its_day(desk: DeskUnderTest):
    number, worker, wrong = await reported(desk)
    await desk.post("union", layoff(number, on="2021-09-20"))
    await desk.post("employer", retraction(wrong))
    await desk.post("office", event("LayoffWithdrawn", {"on": "2021-09-10", "nik": number, "reason": "mediation"}))
    assert await spells(desk, worker) == [(1, "withdrawn")]


async def test_the_agency_of_the_first_claim_that_was_not_retracted_fills_in_what_is_empty(desk: DeskUnderTest):
    number, worker, wrong = await reported(desk)
    await desk.post("union", layoff(number))
    await desk.post("employer", retraction(wrong))
    await desk.post("union", layoff(number, person=person(number, phone="0812 3456 7890")))
    assert (await desk.identity(UUID(worker)))["phone"] == "0812 3456 7890"


async def test_of_an_agency_that_reports_again_and_again_the_first_claim_that_was_not_retracted_is_kept(
    desk: DeskUnderTest,
):
    number, worker, wrong = await reported(desk)
    await desk.post("union", layoff(number))
    await desk.post("employer", layoff(number, on="2021-09-01"))
    await desk.post("employer", retraction(wrong))
    await desk.post("employer", *(layoff(number, on=f"2021-09-1{nth}") for nth in range(CLAIMS_OF_AN_AGENCY)))
    ((claims,),) = await desk.rows("SELECT claims FROM spell WHERE worker = :id", id=worker)
    kept = [claim["on"] for claim in claims if claim["agency"] == "employer"]
    assert kept == ["2021-09-01", *(f"2021-09-1{nth}" for nth in range(1, CLAIMS_OF_AN_AGENCY))]


async def test_a_withdrawal_retracted_lets_the_spell_go_on_at_its_old_place(desk: DeskUnderTest):
    number, worker, _ = await reported(desk)
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-10", "nik": number, "reason": "mediation"})
    await desk.post("employer", withdrawal)
    clock.move(timedelta(days=14))
    assert await outcome(desk, "employer", retraction(withdrawal)) == "accepted"
    assert await spells(desk, worker) == [(1, "open")]
    ((_, said),) = await desk.announced("pulih.registration.reinstated.v1")
    assert said["keeps_place"]
    ((_, registered),) = await desk.announced("pulih.worker.registered.v1")
    assert said["applied_on"] == registered["applied_on"]


async def test_of_a_spell_that_goes_on_the_agency_is_the_first_whose_claim_stands(desk: DeskUnderTest):
    number, _, _ = await reported(desk)
    await desk.post("union", layoff(number))
    withdrawals = [event("LayoffWithdrawn", {"on": "2021-09-10", "nik": number, "reason": "mediation"}) for _ in "12"]
    await desk.post("employer", withdrawals[0])
    await desk.post("union", withdrawals[1])
    await desk.post("union", retraction(withdrawals[1]))
    ((_, said),) = await desk.announced("pulih.registration.reinstated.v1")
    assert (said["agency"], said["concerns"]) == ("union", ["union"])


async def test_a_report_that_is_retracted_does_not_say_since_when_a_worker_is_without_work(desk: DeskUnderTest):
    number, worker, _ = await reported(desk)
    await desk.hear(example(WorkerPlaced, worker=UUID(worker), on=date(2021, 9, 10)))
    wrong, right = layoff(number, on="2021-10-04"), layoff(number, on="2021-10-18")
    withdrawal = event("LayoffWithdrawn", {"on": "2021-10-19", "nik": number, "reason": "mediation"})
    await desk.receipts("union", wrong)
    await desk.receipts("employer", right)
    await desk.receipts("union", retraction(wrong))
    await desk.receipts("employer", withdrawal)
    assert await outcome(desk, "employer", retraction(withdrawal)) == "accepted"
    ((_, said),) = await desk.announced("pulih.registration.reinstated.v1")
    assert (said["spell"], said["without_work_since"]) == (2, "2021-10-18")


async def test_a_withdrawal_retracted_after_14_days_gives_todays_place(desk: DeskUnderTest):
    number, _, _ = await reported(desk)
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-10", "nik": number, "reason": "mediation"})
    await desk.post("employer", withdrawal)
    clock.move(timedelta(days=15))
    await desk.post("employer", retraction(withdrawal))
    ((_, said),) = await desk.announced("pulih.registration.reinstated.v1")
    assert not said["keeps_place"]
    assert said["applied_on"] == str(clock.today())


async def test_a_denial_retracted_lets_the_claim_stand_again(desk: DeskUnderTest):
    number, worker, _ = await reported(desk)
    denial = event("ClaimContested", {"on": "2021-09-10", "nik": number, "claimant": "employer"})
    await desk.post("office", denial)
    assert await spells(desk, worker) == [(1, "withdrawn")]
    await desk.post("office", retraction(denial))
    assert await spells(desk, worker) == [(1, "open")]


async def test_a_late_claim_keeps_no_spell_withdrawn(desk: DeskUnderTest):
    """A claim that stands in a spell that was withdrawn does not say that the office withdrew it."""
    number, worker, _ = await reported(desk)
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-10", "nik": number, "reason": "mediation"})
    await desk.post("employer", withdrawal)
    (late,) = await desk.receipts("union", layoff(number, on="2021-09-01"))
    assert late["warnings"]
    await desk.post("employer", retraction(withdrawal))
    assert await spells(desk, worker) == [(1, "open")]
    ((_, said),) = await desk.announced("pulih.registration.reinstated.v1")
    assert sorted(said["concerns"]) == ["employer", "union"]


async def test_what_the_office_withdrew_stays_withdrawn_when_another_agencys_withdrawal_is_retracted(
    desk: DeskUnderTest,
):
    number, worker, report = await reported(desk)
    await desk.post("union", layoff(number))
    about = {"on": "2021-09-10", "nik": number, "reason": "mediation"}
    own, offices = event("LayoffWithdrawn", about), event("LayoffWithdrawn", about)
    await desk.post("employer", own)
    await desk.post("employer", retraction(report))
    await desk.post("office", offices)
    await desk.post("employer", retraction(own))
    assert await spells(desk, worker) == [(1, "withdrawn")]
    await desk.post("office", retraction(offices))
    assert await spells(desk, worker) == [(1, "open")]


@pytest.mark.parametrize("first", ["employer", "office"])
async def test_of_a_withdrawal_by_an_agency_and_one_by_the_office_the_spell_goes_on_when_both_are_retracted(
    desk: DeskUnderTest, first: str
):
    number, worker, _ = await reported(desk)
    await desk.post("union", layoff(number))
    about = {"on": "2021-09-10", "nik": number, "reason": "mediation"}
    said = {slug: event("LayoffWithdrawn", about) for slug in ("employer", "office")}
    for slug, withdrawal in said.items():
        await desk.post(slug, withdrawal)
    then = "employer" if first == "office" else "office"
    await desk.post(first, retraction(said[first]))
    assert await spells(desk, worker) == [(1, "open" if first == "office" else "withdrawn")]
    await desk.post(then, retraction(said[then]))
    assert await spells(desk, worker) == [(1, "open")]
    ((concerns,),) = await desk.rows("SELECT concerns FROM spell WHERE worker = :id", id=worker)
    assert sorted(concerns) == ["employer", "union"]


async def test_what_was_retracted_of_what_an_earlier_release_wrote_down_ends_nothing(desk: DeskUnderTest):
    """An event and the row of who said it had two ids then."""
    number, worker, _ = await reported(desk)
    denial = event("ClaimContested", {"on": "2021-09-10", "nik": number, "claimant": "employer"})
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-11", "nik": number, "reason": "mediation"})
    await desk.post("office", denial)
    await desk.run("UPDATE assertion SET id = gen_random_uuid() WHERE type = 'pulih.claim.contested.v1'")
    await desk.post("office", retraction(denial))
    await desk.post("employer", withdrawal)
    await desk.post("employer", retraction(withdrawal))
    assert await spells(desk, worker) == [(1, "open")]


async def test_a_report_that_the_worker_denies_is_retracted_by_the_office_alone(desk: DeskUnderTest):
    """Otherwise its agency would retract it and report the worker anew."""
    number, worker, report = await reported(desk)
    await desk.post("office", event("ClaimContested", {"on": "2021-09-10", "nik": number, "claimant": "employer"}))
    before = await desk.journal_length()
    refused = await outcome(desk, "employer", retraction(report))
    assert (refused["status"], refused["type"]) == (409, "urn:pulih:problem:contested")
    assert await desk.journal_length() == before
    assert (await outcome(desk, "employer", layoff(number)))["type"] == "urn:pulih:problem:contested"
    assert await outcome(desk, "office", retraction(report, agency="employer")) == "accepted"
    assert await outcome(desk, "employer", layoff(number)) == "accepted"
    assert await spells(desk, worker) == [(1, "withdrawn"), (2, "open")]


async def test_a_later_spell_keeps_what_a_withdrawal_gives_back(desk: DeskUnderTest):
    """The old spell ended, a new layoff was reported, and then the withdrawal turns out to be wrong."""
    number, worker, _ = await reported(desk)
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-10", "nik": number, "reason": "mediation"})
    await desk.post("employer", withdrawal)
    await desk.post("union", layoff(number, on="2021-09-15"))
    await desk.post("employer", retraction(withdrawal))
    assert await spells(desk, worker) == [(1, "withdrawn"), (2, "open")]
    ((claims,),) = await desk.rows("SELECT concerns FROM spell WHERE worker = :id AND number = 2", id=worker)
    assert sorted(claims) == ["employer", "union"]


async def test_who_said_it_and_the_worker_s_office_may_retract_and_the_others_are_refused_alike(desk: DeskUnderTest):
    _, _, report = await reported(desk)
    foreign = await outcome(desk, "union", retraction(report, agency="employer"))
    unknown = await outcome(desk, "union", retraction({"source": "/nowhere", "id": "nothing"}, agency="employer"))
    assert foreign == unknown
    assert foreign["status"] == 403
    assert await outcome(desk, "office", retraction(report, agency="employer")) == "accepted"


async def test_an_office_elsewhere_is_refused_like_anybody(desk: DeskUnderTest):
    await desk.agency("disnaker-serang", "office", "36.04")
    _, _, report = await reported(desk)
    foreign = await outcome(desk, "disnaker-serang", retraction(report, agency="employer"))
    unknown = await outcome(desk, "disnaker-serang", retraction({"source": "/nowhere", "id": "nothing"}))
    assert foreign == unknown


async def test_after_90_days_only_the_worker_s_office_may(desk: DeskUnderTest):
    _, worker, report = await reported(desk)
    clock.move(timedelta(days=91))
    refused = await outcome(desk, "employer", retraction(report))
    assert (refused["status"], refused["type"]) == (409, "urn:pulih:problem:too-late")
    assert await outcome(desk, "office", retraction(report, agency="employer")) == "accepted"
    assert await spells(desk, worker) == [(1, "withdrawn")]


async def test_after_three_retractions_in_30_days_only_the_worker_s_office_may(desk: DeskUnderTest):
    number, _, _ = await reported(desk)
    grants = [grant(number) for _ in range(6)]
    await desk.post("union", layoff(number))
    await desk.post("union", *grants)
    for given in grants[:3]:
        assert await outcome(desk, "union", retraction(given)) == "accepted"
    refused = await outcome(desk, "union", retraction(grants[3]))
    assert (refused["status"], refused["type"]) == (409, "urn:pulih:problem:retracted-too-often")
    assert await outcome(desk, "office", retraction(grants[3], agency="union")) == "accepted"
    clock.move(timedelta(days=31))
    assert await outcome(desk, "union", retraction(grants[4])) == "accepted"


async def test_said_again_a_retraction_changes_nothing(desk: DeskUnderTest):
    number, worker, _ = await reported(desk)
    given = grant(number)
    await desk.post("office", given)
    first = retraction(given)
    await desk.post("office", first)
    before = await desk.journal_length()
    (repeat,) = await desk.receipts("office", first)
    (again,) = await desk.receipts("office", retraction(given))
    assert (repeat["outcome"], again["outcome"]) == ("duplicate", "accepted")
    assert again["warnings"] == ["This event was retracted before; nothing changes."]
    assert again["worker"] == worker
    assert await desk.journal_length() == before


async def test_a_grant_retracted_is_in_no_sum(desk: DeskUnderTest):
    number, _, _ = await reported(desk)
    given = grant(number)
    await desk.post("office", given, grant(number))
    await desk.post("office", retraction(given))
    figures = await desk.figures()
    assert (figures["grants"], figures["grants.tools"], figures["retracted"]) == (1, 1, 1)


async def test_a_report_retracted_is_not_counted_as_reported(desk: DeskUnderTest):
    _, _, report = await reported(desk)
    await desk.post("employer", retraction(report))
    assert (await desk.figures())["reported"] == 0


@pytest.mark.parametrize("name", ["CourseOffered", "VacancyPosted"])
async def test_what_is_said_of_courses_and_vacancies_only_its_speaker_retracts(desk: DeskUnderTest, name: str):
    speaker = "training-provider" if name == "CourseOffered" else "employer"
    what = {"on": "2021-09-01", "code": "A", "title": "Sesuatu", "vocation": "sewing"}
    course = {"funding": "APBN", "seats": 2, "starts_on": "2021-09-13", "ends_on": "2021-10-08"}
    said = event(name, {**what, **(course if name == "CourseOffered" else {"employer": "PT", "openings": 1})})
    await desk.post(speaker, said)
    assert (await outcome(desk, "office", retraction(said, agency=speaker)))["status"] == 403
    assert await outcome(desk, speaker, retraction(said)) == "accepted"
    ((_, told),) = await desk.announced(
        "pulih.course-fact.retracted.v1" if name == "CourseOffered" else "pulih.vacancy-fact.retracted.v1"
    )
    assert (told["code"], told["agency"]) == ("A", speaker)


async def test_a_retraction_names_the_event_that_the_other_services_heard(desk: DeskUnderTest):
    number, _, _ = await reported(desk)
    given = grant(number)
    await desk.post("office", given)
    await desk.post("office", retraction(given))
    ((fact,),) = await desk.rows("SELECT id FROM journal WHERE type = 'pulih.grant.recorded.v1'")
    ((_, told),) = await desk.announced("pulih.worker-fact.retracted.v1")
    assert told["fact"] == str(fact)


async def test_some_things_are_put_right_by_saying_them_anew(desk: DeskUnderTest):
    number, _, report = await reported(desk)
    corrected = event("IdentityCorrected", {"on": ON, "nik": number, "correction": {"name": "Contoh Dua"}})
    withdrawn = retraction(report)
    await desk.post("office", corrected)
    await desk.post("employer", withdrawn)
    for slug, said, hint in (
        ("office", corrected, "Post IdentityCorrected with what is right."),
        ("employer", withdrawn, "A retraction is not retracted. Say the fact anew, under a new id."),
    ):
        refused = await outcome(desk, slug, retraction(said))
        assert (refused["status"], refused["detail"]) == (409, hint)


async def test_a_fact_and_its_retraction_may_come_in_one_batch(desk: DeskUnderTest):
    number = nik()
    report = layoff(number)
    receipts = await desk.receipts("employer", report, retraction(report), layoff(number))
    assert [receipt["outcome"] for receipt in receipts] == ["accepted"] * 3
    assert await spells(desk, receipts[0]["worker"]) == [(1, "withdrawn"), (2, "open")]


async def test_a_report_that_waits_for_a_review_is_reviewed_no_longer(desk: DeskUnderTest):
    number, worker, _ = await reported(desk)
    other = layoff(number, person=person(number, name="Orang Lain"))
    await desk.post("union", other)
    assert (await desk.figures())["questioned"] == 1
    assert await outcome(desk, "union", retraction(other)) == "accepted"
    assert (await desk.figures())["questioned"] == 0
    assert await spells(desk, worker) == [(1, "open")]


async def test_a_report_that_waits_for_a_review_names_no_worker_when_it_is_retracted(desk: DeskUnderTest):
    number, _, _ = await reported(desk)
    other = layoff(number, person=person(number, name="Orang Lain"))
    await desk.post("union", other)
    first, again = retraction(other), retraction(other)
    for posted, became in ((first, "accepted"), (first, "duplicate"), (again, "accepted"), (again, "duplicate")):
        (receipt,) = await desk.receipts("union", posted)
        assert (receipt["outcome"], receipt.get("worker")) == (became, None)


async def test_the_journey_keeps_both(desk: DeskUnderTest):
    number, worker, _ = await reported(desk)
    given = grant(number)
    await desk.post("office", given)
    await desk.post("office", retraction(given))
    steps = (await desk.client.get(f"/workers/{worker}/journey", headers=OPERATOR)).json()["steps"]
    assert [step["what"]["en"] for step in steps[-2:]] == [
        "Was granted tools.",
        "The record of a grant (office, 2021-10-01) was retracted by office: it was typed wrongly.",
    ]


async def test_an_agency_retracts_what_an_office_entered_for_it_and_the_office_too(desk: DeskUnderTest):
    await desk.client.put("/agencies/employer/delegates", json={"delegates": ["office"]}, headers=OPERATOR)
    number = nik()
    entered = layoff(number, on_behalf_of="employer")
    await desk.post("office", entered)
    assert await outcome(desk, "employer", retraction(entered, agency="office")) == "accepted"
    again = layoff(number, on_behalf_of="employer")
    await desk.post("office", again)
    assert await outcome(desk, "office", retraction(again, on_behalf_of="employer")) == "accepted"


async def test_what_was_said_of_an_erased_worker_is_unknown(desk: DeskUnderTest):
    number, worker, report = await reported(desk)
    given = grant(number)
    await desk.post("office", given)
    await desk.post("employer", retraction(report))
    assert (await desk.client.delete(f"/workers/{worker}", headers=desk.bearer("office"))).status_code == 204
    unknown = await outcome(desk, "office", retraction({"source": "/nowhere", "id": "nothing"}))
    assert await outcome(desk, "office", retraction(given)) == unknown
