from typing import Any

import pytest

from tests.unit.registration.posting import OPERATOR, DeskUnderTest, layoff, nik


async def admit(desk: DeskUnderTest, **wanted: Any) -> Any:
    return await desk.client.post("/agencies", json=wanted, headers=OPERATOR)


async def test_an_agency_gets_a_key_once_and_only_its_hash_is_kept(desk: DeskUnderTest):
    answer = await admit(desk, slug="blk-serang", name="BLK Serang", role="training-provider", email="blk@example.com")
    assert answer.status_code == 201
    assert set(answer.json()) == {"slug", "name", "role", "key"}
    key = answer.json()["key"]
    ((data,),) = await desk.rows("SELECT data FROM journal ORDER BY position DESC LIMIT 1")
    assert (data["agency"], data["email"], len(data["key_hash"])) == ("blk-serang", "blk@example.com", 64)
    assert key not in repr(await desk.rows("SELECT * FROM agency")) + repr(data)


async def test_an_agency_is_not_admitted_twice(desk: DeskUnderTest):
    answer = await admit(desk, slug="office", name="Another", role="employer")
    assert answer.status_code == 409
    assert await desk.rows("SELECT name FROM agency WHERE slug = 'office'") == [("Office",)]


async def test_a_revoked_agency_may_come_back_with_a_new_key_and_its_old_id(desk: DeskUnderTest):
    ((before,),) = await desk.rows("SELECT id FROM agency WHERE slug = 'union'")
    for _ in range(2):
        answer = await desk.client.delete("/agencies/union", headers=OPERATOR)
        assert answer.status_code == 204
    assert (await desk.post("union", layoff(nik()))).status_code == 401
    again = await admit(desk, slug="union", name="Union", role="union")
    assert again.status_code == 201
    desk.keys["union"] = again.json()["key"]
    assert (await desk.post("union", layoff(nik()))).status_code == 202
    assert await desk.rows("SELECT id FROM agency WHERE slug = 'union'") == [(before,)]
    types = await desk.rows("SELECT type FROM journal WHERE key = :id ORDER BY position", id=before)
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
    desk: DeskUnderTest, wanted: dict[str, str], pointer: str, said: str
):
    answer = await admit(desk, **{"name": "A", "role": "office", **wanted})
    assert answer.status_code == 422
    assert answer.json()["pointer"] == pointer
    assert said in answer.json()["detail"]


async def test_only_operators_admit_list_and_revoke(desk: DeskUnderTest):
    for method, path in (("POST", "/agencies"), ("GET", "/agencies"), ("DELETE", "/agencies/union")):
        assert (await desk.client.request(method, path)).status_code == 401
        assert (await desk.client.request(method, path, headers=desk.bearer("office"))).status_code == 403
    assert (await desk.client.delete("/agencies/nobody", headers=OPERATOR)).status_code == 404
    listed = (await desk.client.get("/agencies", headers=OPERATOR)).json()
    assert [row["slug"] for row in listed["items"]] == [
        "office",
        "employer",
        "union",
        "social-insurance",
        "training-provider",
    ]
    assert listed["next"] is None


async def test_an_agency_acts_in_a_regency_a_province_or_all_of_indonesia(desk: DeskUnderTest):
    for slug, region in (("disnaker", "33.06"), ("disnaker-jateng", "33"), ("kemnaker", None)):
        answer = await admit(desk, slug=slug, name=slug, role="office", **({"region": region} if region else {}))
        assert answer.status_code == 201
    listed = (await desk.client.get("/agencies", headers=OPERATOR)).json()["items"]
    areas = {each["slug"]: each["region"] for each in listed}
    assert (areas["disnaker"], areas["disnaker-jateng"], areas["kemnaker"]) == ("33.06", "33", None)
    said = await desk.rows("SELECT data FROM journal ORDER BY position DESC LIMIT 3")
    assert [data.get("region") for (data,) in said] == [None, "33", "33.06"]


@pytest.mark.parametrize("region", ["Purworejo", "99", "33.99", "3306", ""])
async def test_an_area_is_a_code_that_exists(desk: DeskUnderTest, region: str):
    answer = await admit(desk, slug="disnaker", name="Disnaker", role="office", region=region)
    assert (answer.status_code, answer.json()["pointer"]) == (422, "/region")
