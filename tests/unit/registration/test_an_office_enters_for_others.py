"""What an office enters for an agency is judged as that agency's, by a delegation in that agency's record; the journey names both."""

from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest

from services.registration.posting.examples import EXAMPLES
from services.registration.posting.forms import FORMS, form_of
from services.registration.posting.mistakes import DataLocation
from shared.events import AgencyAdmitted, AgencyDelegated
from shared.http import auth
from tests.counting import counting
from tests.service_under_test import only
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik, person

PROVIDER, OFFICE = "training-provider", "office"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no delegation be believed for two seconds more."""
    monkeypatch.setattr(auth, "REMEMBERED_SECONDS", 0.0)


async def delegate(desk: DeskUnderTest, agency: str, *offices: str, by: dict[str, str] = OPERATOR) -> Any:
    body = {"delegates": list(offices)}
    return await desk.client.put(f"/agencies/{agency}/delegates", json=body, headers=by)


def course(**more: Any) -> dict[str, Any]:
    return event("CourseOffered", {**EXAMPLES["CourseOffered"], "code": "K-1", **more})


async def problem(desk: DeskUnderTest, *posted: dict[str, Any], by: str = OFFICE) -> dict[str, Any]:
    """Post as the office, and give the one problem."""
    (receipt,) = await desk.receipts(by, *posted)
    assert receipt["outcome"] == "refused", receipt
    found: dict[str, Any] = receipt["problem"]
    return found


async def test_it_is_the_agency_s_own_fact_and_names_who_entered_it(desk: DeskUnderTest):
    assert (await delegate(desk, PROVIDER, OFFICE)).status_code == 200
    (entered,) = await desk.receipts(OFFICE, course(on_behalf_of=PROVIDER))
    (own,) = await desk.receipts(PROVIDER, course())
    assert (entered["outcome"], own["outcome"]) == ("accepted", "accepted")
    ((provider,),) = await desk.rows("SELECT id FROM agency WHERE slug = :slug", slug=PROVIDER)
    said = [data for _, data in await desk.announced("pulih.course.offered.v1")]
    assert [(each["agency"], each.get("entered_by")) for each in said] == [(PROVIDER, OFFICE), (PROVIDER, None)]
    assert {UUID(each["course"]) for each in said} == {uuid5(provider, "course:K-1")}


async def test_the_assertion_is_the_poster_s_and_its_member_s(desk: DeskUnderTest):
    await delegate(desk, PROVIDER, OFFICE)
    await desk.receipts(OFFICE, course(on_behalf_of=PROVIDER))
    kept = await desk.rows("SELECT g.slug, a.member FROM assertion AS a JOIN agency AS g ON g.id = a.agency")
    assert kept == [(OFFICE, "first")]


async def test_an_event_s_identity_is_the_poster_s(desk: DeskUnderTest):
    await delegate(desk, "employer", OFFICE)
    sent = layoff(nik(), on_behalf_of="employer")
    plain = {**sent, "data": {name: value for name, value in sent["data"].items() if name != "on_behalf_of"}}
    outcomes = [
        (await desk.receipts(by, each))[0] for by, each in ((OFFICE, sent), (OFFICE, sent), ("employer", plain))
    ]
    assert [each["outcome"] for each in outcomes] == ["accepted", "duplicate", "accepted"]
    assert (await problem(desk, plain))["status"] == 409, "the same id, and said by another agency"


async def test_the_spell_is_the_agency_s(desk: DeskUnderTest):
    """The office reports for an employer: the employer may say what only one who reported may."""
    await delegate(desk, "employer", OFFICE)
    number = nik()
    await desk.receipts(OFFICE, layoff(number, on_behalf_of="employer"))
    assert await desk.rows("SELECT agency FROM spell") == [("employer",)]
    taken_back = event("LayoffWithdrawn", {"on": "2021-09-08", "nik": number, "reason": "reported-in-error"})
    (receipt,) = await desk.receipts("employer", taken_back)
    assert receipt["outcome"] == "accepted"


async def test_the_relation_that_counts_is_the_agency_s(desk: DeskUnderTest):
    """An office of another region has none to the worker, and the employer for which it enters has a claim."""
    wanted = {"slug": "tegal", "name": "Disnaker Tegal", "role": "office", "region": "33.28"}
    desk.keys["tegal"] = (await desk.client.post("/agencies", json=wanted, headers=OPERATOR)).json()["key"]
    await delegate(desk, "employer", "tegal")
    number = nik()
    await desk.receipts("employer", layoff(number))
    taken_back = {"on": "2021-09-08", "nik": number, "reason": "reported-in-error"}
    assert (await problem(desk, event("LayoffWithdrawn", taken_back), by="tegal"))["status"] == 403
    entered = event("LayoffWithdrawn", {**taken_back, "on_behalf_of": "employer"})
    assert (await desk.receipts("tegal", entered))[0]["outcome"] == "accepted"
    assert await desk.rows("SELECT state FROM spell") == [("withdrawn",)]


async def test_the_agency_s_role_counts_and_not_the_office_s(desk: DeskUnderTest):
    await delegate(desk, PROVIDER, OFFICE)
    vacancy = EXAMPLES["VacancyPosted"]
    assert (await desk.receipts(OFFICE, event("VacancyPosted", vacancy)))[0]["outcome"] == "accepted"
    refused = await problem(desk, event("VacancyPosted", {**vacancy, "on_behalf_of": PROVIDER}))
    assert refused["status"] == 403
    assert "The agency's role is training-provider" in refused["detail"]
    assert (await problem(desk, course()))["status"] == 403, "an office teaches no course of its own"


async def test_what_only_an_office_may_write_an_office_may_not_write_for_others(desk: DeskUnderTest):
    await delegate(desk, "employer", OFFICE)
    vacancy = {**EXAMPLES["VacancyPosted"], "title": "Apply at www.example.com"}
    assert (await desk.receipts(OFFICE, event("VacancyPosted", vacancy)))[0]["outcome"] == "accepted"
    refused = await problem(desk, event("VacancyPosted", {**vacancy, "on_behalf_of": "employer"}))
    assert refused["pointer"] == "/0/data/title"


@pytest.mark.parametrize("by", ["employer", OFFICE])
async def test_who_is_no_delegate_is_told_the_same_whether_the_agency_exists_or_not(desk: DeskUnderTest, by: str):
    await desk.agency("other-office", "office")
    await delegate(desk, "union", "other-office")
    await desk.agency("closed", "union")
    await desk.client.delete("/agencies/closed", headers=OPERATOR)
    told = []
    for agency in ("union", "nobody", "closed", "employer", OFFICE):
        answer = await desk.post(by, layoff("3306000101900001", on_behalf_of=agency))
        assert answer.status_code == 403
        told.append(answer.json()["receipts"][0]["problem"])
    assert all(each == told[0] for each in told)
    assert told[0]["pointer"] == "/0/data/on_behalf_of"
    assert await desk.announced() == []


async def test_a_delegation_that_is_taken_back_is_good_no_longer(desk: DeskUnderTest):
    await delegate(desk, PROVIDER, OFFICE)
    await delegate(desk, PROVIDER)
    assert (await problem(desk, course(on_behalf_of=PROVIDER)))["status"] == 403


async def test_a_revoked_agency_is_entered_for_no_longer_and_comes_back_without_delegates(desk: DeskUnderTest):
    await delegate(desk, PROVIDER, OFFICE)
    await desk.client.delete(f"/agencies/{PROVIDER}", headers=OPERATOR)
    assert (await problem(desk, course(on_behalf_of=PROVIDER)))["status"] == 403
    await desk.agency(PROVIDER, PROVIDER)
    assert (await problem(desk, course(on_behalf_of=PROVIDER)))["status"] == 403


async def test_what_was_an_office_and_is_none_enters_for_nobody(desk: DeskUnderTest):
    await delegate(desk, PROVIDER, OFFICE)
    await desk.client.delete(f"/agencies/{OFFICE}", headers=OPERATOR)
    await desk.agency(OFFICE, "employer")
    assert (await problem(desk, course(on_behalf_of=PROVIDER)))["status"] == 403


async def test_who_entered_it_is_not_typed(desk: DeskUnderTest):
    refused = await problem(desk, course(entered_by=OFFICE), by=PROVIDER)
    assert (refused["status"], refused["pointer"]) == (422, "/0/data/entered_by")


@pytest.mark.parametrize("name", FORMS)
def test_every_form_takes_it(name: str):
    example = EXAMPLES[FORMS[name].fact.__name__]
    for slug, kept in (("blk-desa", b"blk-desa"), (None, b""), ("Desa!", None)):
        posted = msgspec.json.encode({**example, "on_behalf_of": slug})
        if kept is None:
            with pytest.raises(Exception, match="`on_behalf_of` does not fit: expected the agency for which your"):
                FORMS[name].read(posted, DataLocation())
        else:
            assert kept in msgspec.json.encode(FORMS[name].read(posted, DataLocation()))


def test_without_it_the_content_is_what_it_was_before_there_was_such_a_field():
    """Events are told from repeats by their content: one that was accepted by an older version is a repeat today."""
    form = form_of("LayoffWithdrawn")
    assert form is not None
    typed = {"on": "2021-09-07", "nik": "3306004101900001", "reason": "recall"}
    wanted = b'{"on":"2021-09-07","worker":null,"nik":"3306004101900001","reason":"recall"}'
    for more in ({}, {"on_behalf_of": None}):
        read = form.read(msgspec.json.encode({**typed, **more}), DataLocation())
        assert msgspec.json.encode(read) == wanted


async def test_the_journey_names_both(desk: DeskUnderTest):
    await delegate(desk, "employer", OFFICE)
    (receipt,) = await desk.receipts(OFFICE, layoff(nik(), on_behalf_of="employer"))
    told = (await desk.client.get(f"/workers/{receipt['worker']}/journey", headers=OPERATOR)).json()
    assert [(step["by"], step["entered_by"]) for step in told["steps"]] == [
        ("employer", OFFICE),
        ("registration", None),
    ]
    assert told["steps"][0]["what"] == {
        "id": "Dilaporkan di-PHK per 2021-09-06. Dimasukkan oleh office atas nama employer.",
        "en": "Reported as laid off on 2021-09-06. Entered by office on behalf of employer.",
    }


async def test_an_agency_is_admitted_with_its_delegates(desk: DeskUnderTest):
    wanted = {"slug": "blk-desa", "name": "BLK Desa", "role": "training-provider", "delegates": [OFFICE, OFFICE]}
    assert (await desk.client.post("/agencies", json=wanted, headers=OPERATOR)).status_code == 201
    assert only(AgencyAdmitted, await desk.said())[-1].delegates == [OFFICE]
    assert (await desk.receipts(OFFICE, course(on_behalf_of="blk-desa")))[0]["outcome"] == "accepted"
    listed = (await desk.client.get("/agencies", headers=OPERATOR)).json()["items"]
    assert {each["slug"]: each["delegates"] for each in listed}["blk-desa"] == [OFFICE]


async def test_only_an_office_may_be_named(desk: DeskUnderTest):
    await desk.agency("closed", "office")
    await desk.client.delete("/agencies/closed", headers=OPERATOR)
    told = set()
    for named in ("employer", "nobody", "closed"):
        answer = await delegate(desk, PROVIDER, OFFICE, named)
        told.add((answer.status_code, answer.text))
        wanted = {"slug": "x-1", "name": "X", "role": "union", "delegates": [named]}
        admitted = await desk.client.post("/agencies", json=wanted, headers=OPERATOR)
        assert (admitted.status_code, admitted.json()["pointer"]) == (422, "/delegates/0")
    ((status, _),) = told
    assert status == 422
    assert only(AgencyDelegated, await desk.said()) == []
    assert await desk.rows("SELECT 1 FROM agency WHERE slug = 'x-1'") == []


async def test_operators_and_the_agency_s_own_members_delegate_and_nobody_else(desk: DeskUnderTest):
    for by in (desk.bearer(OFFICE), desk.bearer("employer")):
        answers = [await delegate(desk, agency, OFFICE, by=by) for agency in (PROVIDER, "nobody")]
        assert {(each.status_code, each.text) for each in answers} == {(403, answers[0].text)}
    assert (await desk.client.put(f"/agencies/{PROVIDER}/delegates", json={"delegates": []})).status_code == 401
    assert (await delegate(desk, "nobody", OFFICE)).status_code == 404
    assert (await delegate(desk, PROVIDER, OFFICE, by=desk.bearer(PROVIDER))).json() == {
        "agency": PROVIDER,
        "delegates": [OFFICE],
    }


async def test_the_same_delegation_again_says_nothing(desk: DeskUnderTest):
    for _ in range(2):
        await delegate(desk, PROVIDER, OFFICE)
    await delegate(desk, PROVIDER)
    assert [each.delegates for each in only(AgencyDelegated, await desk.said())] == [[OFFICE], []]


async def test_events_for_others_cost_the_same_statements(desk: DeskUnderTest):
    await delegate(desk, "employer", OFFICE)
    await desk.post(OFFICE, layoff(nik()))
    costs = []
    for more in ({}, {"on_behalf_of": "employer"}):
        with counting(desk.database) as statements:
            answer = await desk.post(OFFICE, *(layoff(nik(), person=person(nik()), **more) for _ in range(60)))
        assert answer.status_code == 202
        costs.append(len(statements))
    assert costs[0] == costs[1]
