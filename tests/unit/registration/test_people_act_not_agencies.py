"""An agency's members have a key each; operators and the agency's own members add them and revoke them, nobody else."""

import asyncio
from typing import Any

import pytest

from shared.events import MemberRevoked
from shared.http import auth
from tests.service_under_test import only
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, layoff, nik


async def add(desk: DeskUnderTest, agency: str, name: str, *, by: dict[str, str] | None = None) -> Any:
    return await desk.client.post(f"/agencies/{agency}/members", json={"name": name}, headers=by or OPERATOR)


async def revoke(desk: DeskUnderTest, agency: str, name: str, *, by: dict[str, str] | None = None) -> int:
    answer = await desk.client.delete(f"/agencies/{agency}/members/{name}", headers=by or OPERATOR)
    return answer.status_code


async def member(desk: DeskUnderTest, agency: str, name: str) -> dict[str, str]:
    """Add a member, and give what its requests carry."""
    answer = await add(desk, agency, name)
    assert answer.status_code == 201, answer.text
    desk.keys[f"{agency}/{name}"] = answer.json()["key"]
    return desk.bearer(f"{agency}/{name}")


async def listed(desk: DeskUnderTest, agency: str, by: dict[str, str] = OPERATOR) -> dict[str, bool]:
    answer = await desk.client.get(f"/agencies/{agency}/members", headers=by)
    assert answer.status_code == 200, answer.text
    return {each["name"]: each["revoked"] for each in answer.json()["items"]}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no key be believed for two seconds more."""
    monkeypatch.setattr(auth, "REMEMBERED_SECONDS", 0.0)


async def test_a_member_gets_a_key_once_and_only_its_hash_is_kept(desk: DeskUnderTest):
    answer = await add(desk, "employer", "siti")
    assert answer.status_code == 201
    key = answer.json().pop("key")
    assert answer.json() == {"agency": "employer", "name": "siti", "key": key}
    ((type, data),) = await desk.rows("SELECT type, data FROM journal ORDER BY position DESC LIMIT 1")
    assert (type, data["agency"], data["member"]) == ("pulih.member.admitted.v1", "employer", "siti")
    assert key not in repr(await desk.rows("SELECT * FROM member")) + repr(data)


async def test_an_agency_is_admitted_with_a_first_member(desk: DeskUnderTest):
    assert await listed(desk, "employer") == {"first": False}


async def test_what_an_agency_said_names_the_member_who_posted_it(desk: DeskUnderTest):
    await member(desk, "employer", "siti")
    for who in ("employer", "employer/siti"):
        assert (await desk.post(who, layoff(nik()))).status_code == 202
    assert await desk.rows("SELECT member FROM assertion ORDER BY received_at") == [("first",), ("siti",)]


async def test_members_of_one_agency_cannot_give_one_event_id_to_two_contents(desk: DeskUnderTest):
    await member(desk, "employer", "siti")
    said = layoff(nik())
    await desk.post("employer", said)
    (again,) = await desk.receipts("employer/siti", said)
    (other,) = await desk.receipts("employer/siti", {**layoff(nik()), "id": said["id"]})
    assert (again["outcome"], other["outcome"]) == ("duplicate", "refused")


async def test_a_member_is_revoked_alone(desk: DeskUnderTest):
    siti, budi = await member(desk, "employer", "siti"), await member(desk, "employer", "budi")
    assert await revoke(desk, "employer", "siti") == 204
    assert await revoke(desk, "employer", "siti") == 204, "a second time changes nothing"
    assert await listed(desk, "employer", by=budi) == {"budi": False, "first": False, "siti": True}
    assert (await desk.client.get("/agencies/employer/members", headers=siti)).status_code == 401
    assert (await desk.post("employer/siti", layoff(nik()))).status_code == 401
    assert (await desk.post("employer", layoff(nik()))).status_code == 202
    assert [each.member for each in only(MemberRevoked, await desk.said())] == ["siti"]


async def test_a_lost_key_is_a_revoked_member_and_a_new_one(desk: DeskUnderTest):
    lost = await member(desk, "employer", "siti")
    assert (await add(desk, "employer", "siti")).json()["pointer"] == "/name"
    await revoke(desk, "employer", "siti")
    found = await member(desk, "employer", "siti")
    assert await listed(desk, "employer", by=found) == {"first": False, "siti": False}
    assert (await desk.client.get("/agencies/employer/members", headers=lost)).status_code == 401


async def test_a_revoked_agency_comes_back_with_its_first_member_alone(desk: DeskUnderTest):
    siti = await member(desk, "union", "siti")
    await desk.client.delete("/agencies/union", headers=OPERATOR)
    assert (await desk.client.get("/agencies/union/members", headers=siti)).status_code == 401
    assert (await add(desk, "union", "budi")).status_code == 409
    await desk.agency("union", "union")
    assert await listed(desk, "union") == {"first": False, "siti": True}
    assert (await desk.client.get("/agencies/union/members", headers=siti)).status_code == 401
    assert (await desk.post("union", layoff(nik()))).status_code == 202


async def test_a_member_manages_its_own_agency(desk: DeskUnderTest):
    siti = await member(desk, "employer", "siti")
    assert (await add(desk, "employer", "budi", by=siti)).status_code == 201
    assert await revoke(desk, "employer", "first", by=siti) == 204
    assert await revoke(desk, "employer", "budi", by=siti) == 204
    assert await revoke(desk, "employer", "siti", by=siti) == 409, "the last key"
    assert await listed(desk, "employer", by=siti) == {"budi": True, "first": True, "siti": False}
    assert await revoke(desk, "employer", "siti") == 204, "an operator may"


@pytest.mark.parametrize("by", ["union", "office"])
async def test_another_agency_is_told_the_same_whether_the_agency_exists_or_not(desk: DeskUnderTest, by: str):
    answers = set()
    for agency in ("employer", "nobody"):
        for method, path, body in (
            ("GET", f"/agencies/{agency}/members", None),
            ("POST", f"/agencies/{agency}/members", {"name": "spy"}),
            ("POST", f"/agencies/{agency}/members", {"wrong": 1}),
            ("DELETE", f"/agencies/{agency}/members/first", None),
            ("DELETE", f"/agencies/{agency}/members/nobody", None),
        ):
            answer = await desk.client.request(method, path, json=body, headers=desk.bearer(by))
            answers.add((answer.status_code, answer.text))
    ((status, _),) = answers
    assert status == 403
    assert await listed(desk, "employer") == {"first": False}


async def test_without_a_key_nothing_is_told(desk: DeskUnderTest):
    for method, path in (("GET", ""), ("POST", ""), ("DELETE", "/first")):
        answer = await desk.client.request(method, f"/agencies/employer/members{path}")
        assert answer.status_code == 401


async def test_an_operator_is_told_what_there_is_not(desk: DeskUnderTest):
    assert (await add(desk, "nobody", "siti")).status_code == 404
    assert (await desk.client.get("/agencies/nobody/members", headers=OPERATOR)).status_code == 404
    assert await revoke(desk, "nobody", "siti") == 404
    assert await revoke(desk, "employer", "nobody") == 404


@pytest.mark.parametrize("body", ['{"name": "Siti"}', '{"name": ""}', "{}", '{"name": "a", "key": "b"}', "not json"])
async def test_what_is_wrong_with_a_new_member_is_named(desk: DeskUnderTest, body: str):
    answer = await desk.client.post("/agencies/employer/members", content=body, headers=OPERATOR)
    assert answer.status_code == (400 if body == "not json" else 422)
    assert await listed(desk, "employer") == {"first": False}


async def test_a_key_that_was_just_revoked_gives_out_no_other(desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(auth, "REMEMBERED_SECONDS", 60.0)
    stolen = await member(desk, "employer", "siti")
    assert (await desk.client.get("/agencies/employer/members", headers=stolen)).status_code == 200
    await revoke(desk, "employer", "siti")
    assert (await add(desk, "employer", "thief", by=stolen)).status_code == 401
    assert await revoke(desk, "employer", "first", by=stolen) == 401
    assert await listed(desk, "employer") == {"first": False, "siti": True}


async def test_two_who_revoke_each_other_leave_one(desk: DeskUnderTest):
    siti = await member(desk, "employer", "siti")
    outcomes = await asyncio.gather(
        revoke(desk, "employer", "siti", by=desk.bearer("employer")), revoke(desk, "employer", "first", by=siti)
    )
    assert sorted(outcomes) == [204, 401]
    assert sorted((await listed(desk, "employer")).values()) == [False, True]


async def test_members_are_listed_page_by_page(desk: DeskUnderTest):
    for name in ("siti", "budi"):
        await member(desk, "employer", name)
    seen, after = [], ""
    while after is not None:
        page = (
            await desk.client.get("/agencies/employer/members", params={"limit": 1, "after": after}, headers=OPERATOR)
        ).json()
        seen += [each["name"] for each in page["items"]]
        after = page["next"]
    assert seen == ["budi", "first", "siti"]


async def test_the_list_of_agencies_counts_good_keys(desk: DeskUnderTest):
    await member(desk, "employer", "siti")
    await revoke(desk, "employer", "first")
    await desk.client.delete("/agencies/union", headers=OPERATOR)
    items = (await desk.client.get("/agencies", headers=OPERATOR)).json()["items"]
    assert {each["slug"]: each["members"] for each in items} == {
        "office": 1,
        "employer": 1,
        "union": 0,
        "social-insurance": 1,
        "training-provider": 1,
    }


async def test_agencies_admitted_at_once_are_admitted_once(desk: DeskUnderTest):
    wanted = {"slug": "lpk", "name": "LPK", "role": "training-provider"}
    answers = await asyncio.gather(*(desk.client.post("/agencies", json=wanted, headers=OPERATOR) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    (key,) = [answer.json()["key"] for answer in answers if answer.status_code == 201]
    desk.keys["lpk"] = key
    assert await listed(desk, "lpk", by=desk.bearer("lpk")) == {"first": False}
