from typing import Any

import pytest

from tests.unit.registration.front import OPERATOR, ServiceUnderTest, event, layoff, nik

CARD = "pulih.jobseeker-card.issued.v1"


def application(number: str, on: str = "2021-09-06") -> dict[str, Any]:
    who = {"nik": number, "name": "Contoh Pekerja"}
    return event("JobseekerApplied", {"on": on, "person": who, "wants": ["training"], "card": True})


async def test_a_jobseeker_who_asks_gets_a_card_for_two_years(office: ServiceUnderTest):
    (receipt,) = await office.receipts("office", application(nik(), "2024-02-29"))
    ((_, card),) = await office.said(CARD)
    assert card["number"].startswith("3306/2024/")
    assert (card["worker"], card["issued_on"], card["valid_until"]) == (receipt["worker"], "2024-02-29", "2026-02-28")
    assert await office.rows("SELECT number, current FROM jobseeker_card") == [(card["number"], True)]


async def test_while_a_card_is_good_no_other_is_issued(office: ServiceUnderTest):
    number = nik()
    await office.post("office", application(number))
    (again, later) = await office.receipts(
        "office", application(number, "2023-09-06"), application(number, "2023-09-07")
    )
    assert again["warnings"] == ["`card`: this worker's jobseeker's card is still good; no other was issued."]
    assert "warnings" not in later
    assert await office.rows("SELECT current FROM jobseeker_card ORDER BY issued_on") == [(False,), (True,)]


async def test_two_who_ask_in_one_batch_get_two_numbers_and_one_who_asks_twice_gets_one(office: ServiceUnderTest):
    first, second = nik(), nik()
    await office.post("office", application(first), application(second), application(first))
    numbers = [card["number"] for _, card in await office.said(CARD)]
    assert len(set(numbers)) == len(numbers) == 2


async def admit(office: ServiceUnderTest, **wanted: Any) -> Any:
    return await office.client.post("/agencies", json=wanted, headers=OPERATOR)


async def test_an_agency_gets_a_key_once_and_only_its_hash_is_kept(office: ServiceUnderTest):
    answer = await admit(
        office, slug="blk-serang", name="BLK Serang", role="training-provider", email="blk@example.com"
    )
    assert answer.status_code == 201
    assert set(answer.json()) == {"slug", "name", "role", "key"}
    key = answer.json()["key"]
    ((data,),) = await office.rows("SELECT data FROM journal ORDER BY position DESC LIMIT 1")
    assert (data["agency"], data["email"], len(data["key_hash"])) == ("blk-serang", "blk@example.com", 64)
    assert key not in repr(await office.rows("SELECT * FROM agency")) + repr(data)


async def test_an_agency_is_not_admitted_twice(office: ServiceUnderTest):
    answer = await admit(office, slug="office", name="Another", role="employer")
    assert answer.status_code == 409
    assert await office.rows("SELECT name FROM agency WHERE slug = 'office'") == [("Office",)]


async def test_a_revoked_agency_may_come_back_with_a_new_key_and_its_old_id(office: ServiceUnderTest):
    ((before,),) = await office.rows("SELECT id FROM agency WHERE slug = 'union'")
    for _ in range(2):
        answer = await office.client.delete("/agencies/union", headers=OPERATOR)
        assert answer.status_code == 204
    assert (await office.post("union", layoff(nik()))).status_code == 401
    again = await admit(office, slug="union", name="Union", role="union")
    assert again.status_code == 201
    office.keys["union"] = again.json()["key"]
    assert (await office.post("union", layoff(nik()))).status_code == 202
    assert await office.rows("SELECT id FROM agency WHERE slug = 'union'") == [(before,)]
    types = await office.rows("SELECT type FROM journal WHERE key = :id ORDER BY position", id=before)
    assert [type.split(".")[2] for (type,) in types] == ["admitted", "revoked", "admitted"]


@pytest.mark.parametrize(
    ("wanted", "pointer", "said"),
    [
        ({"slug": "BLK Serang"}, "/slug", "a-z, 0-9 and -"),
        ({"slug": "x"}, "/slug", "a-z, 0-9 and -"),
        ({"slug": "worker"}, "/slug", "keeps for itself"),
        ({"slug": "a-b", "role": "boss"}, "/role", "one of `employer`, `office`"),
        ({"slug": "a-b", "email": "nobody"}, "/email", "name@domain"),
        ({"slug": "a-b", "name": ""}, "/name", "at least 1 character"),
        ({"slug": "a-b", "key": "mine"}, "/key", "not a field here"),
    ],
)
async def test_what_is_wrong_with_an_admission_is_named(
    office: ServiceUnderTest, wanted: dict[str, str], pointer: str, said: str
):
    answer = await admit(office, **{"name": "A", "role": "office", **wanted})
    assert answer.status_code == 422
    assert answer.json()["pointer"] == pointer
    assert said in answer.json()["detail"]


async def test_only_operators_admit_list_and_revoke(office: ServiceUnderTest):
    for method, path in (("POST", "/agencies"), ("GET", "/agencies"), ("DELETE", "/agencies/union")):
        assert (await office.client.request(method, path)).status_code == 401
        assert (await office.client.request(method, path, headers=office.bearer("office"))).status_code == 403
    assert (await office.client.delete("/agencies/nobody", headers=OPERATOR)).status_code == 404
    listed = (await office.client.get("/agencies", headers=OPERATOR)).json()
    assert [row["slug"] for row in listed["items"]] == [
        "office",
        "employer",
        "union",
        "social-insurance",
        "training-provider",
    ]
    assert listed["next"] is None


async def test_the_types_can_be_read_by_anybody(office: ServiceUnderTest):
    listed = (await office.client.get("/events/types")).json()["items"]
    assert len(listed) == 15
    for page in listed:
        for name in (page["type"], page["name"]):
            assert (await office.client.get(f"/events/types/{name}")).json() == page
    assert (await office.client.get("/events/types/Nothing")).status_code == 404


async def test_the_figures_count_what_happened(office: ServiceUnderTest):
    withdrawn, unioned = nik(), nik()
    await office.post(
        "office",
        layoff(withdrawn),
        layoff(nik(), kind="furloughed", wants=["work"]),
        application(nik(), "2026-01-01"),
        application(nik(), "2016-01-01"),
        event("LayoffWithdrawn", {"on": "2021-09-07", "nik": withdrawn, "reason": "recall"}),
    )
    await office.post("union", layoff(unioned, wants=["training", "work"]))
    await office.post("social-insurance", layoff(unioned, person={"nik": unioned, "name": "Lain"}))
    await office.post("union", event("GrantRecorded", {"on": "2021-10-01", "nik": unioned, "kind": "tools"}))
    account = (await office.client.get("/audit", headers=OPERATOR)).json()
    assert account["broken_rules"] == []
    assert account["figures"] == {
        "workers": 5,
        "spells": 5,
        "spells.open": 4,
        "spells.withdrawn": 1,
        "spells.placed": 0,
        "reported": 4,
        "reported.laid-off": 3,
        "reported.furloughed": 1,
        "applied.jobseekers": 2,
        "accepted": 8,
        "cards": 2,
        "cards.valid": 1,
        "referred-by-union": 1,
        "agencies": 5,
        "agencies.office": 1,
        "agencies.employer": 1,
        "agencies.union": 1,
        "agencies.social-insurance": 1,
        "agencies.training-provider": 1,
        "grants": 1,
        "grants.daily-allowance": 0,
        "grants.tools": 1,
        "grants.business-credit": 0,
        "questioned": 1,
    }
    places = (await office.client.get("/whereabouts", headers=OPERATOR)).json()
    assert sorted(state for _, _, state in places) == [
        "seeking-both",
        "seeking-training",
        "seeking-training",
        "seeking-work",
        "withdrawn",
    ]


async def test_a_worker_whose_spell_is_not_in_the_books_is_named(office: ServiceUnderTest):
    (receipt,) = await office.receipts("office", layoff(nik()))
    await office.run("UPDATE worker SET spell = 7")
    broken = (await office.client.get("/audit", headers=OPERATOR)).json()["broken_rules"]
    assert [rule["ids"] for rule in broken] == [[receipt["worker"]]] * 2


async def test_the_database_itself_refuses_a_second_open_spell(office: ServiceUnderTest):
    await office.post("office", layoff(nik()))
    with pytest.raises(Exception, match="spell_open"):
        await office.run(
            "INSERT INTO spell (worker, number, state, reason, applied_on, reach, wants, wishes, agency, concerns, reports) "
            "SELECT worker, 2, 'open', reason, applied_on, reach, wants, wishes, agency, concerns, reports FROM spell"
        )


async def test_outcomes_are_counted_for_the_operators(office: ServiceUnderTest):
    def count(text: str, outcome: str) -> float:
        return sum(
            float(line.split()[-1])
            for line in text.splitlines()
            if line.startswith(f'pulih_events_posted_total{{outcome="{outcome}"')
        )

    before = (await office.client.get("/metrics")).text
    sent = layoff(nik())
    await office.post("office", sent, sent, layoff("33"))
    after = (await office.client.get("/metrics")).text
    for outcome in ("accepted", "duplicate", "refused"):
        assert count(after, outcome) == count(before, outcome) + 1
    assert "pulih_desk_waiting 0.0" in after
