"""A provider reads the names of its participants, an employer those referred to it, an office its own workers'; nobody else."""

from typing import Any
from uuid import UUID

import pytest

from contract.examples import PROVIDER, example
from shared.events import EnrolmentCancelled, ReferralLapsed, WorkerEnrolled, WorkerPlaced, WorkerReferred
from shared.http import auth
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, layoff, nik

NOBODY = "0190f6b0-7d5c-7a10-8f00-000000000001"


@pytest.fixture
async def desk(desk: DeskUnderTest) -> DeskUnderTest:
    await desk.agency(PROVIDER, "training-provider")
    await desk.agency("pt-baru", "employer")
    await desk.agency("purworejo", "office", "33.06")
    await desk.agency("serang", "office", "36.04")
    return desk


async def register(desk: DeskUnderTest, name: str = "Siti Aminah", **more: Any) -> tuple[str, str]:
    number = nik()
    (receipt,) = await desk.receipts("employer", layoff(number, person={"nik": number, "name": name, **more}))
    return number, receipt["worker"]


async def ask(desk: DeskUnderTest, slug: str, *workers: str, purpose: str = "calling the roll") -> Any:
    wanted = {"workers": list(workers), "purpose": purpose}
    return await desk.client.post("/identities", json=wanted, headers=desk.bearer(slug))


async def access(desk: DeskUnderTest) -> list[tuple[Any, ...]]:
    rows = await desk.rows("SELECT agency, person, route, worker, outcome, purpose FROM access ORDER BY position")
    return [tuple(row) for row in rows if row.agency]


async def test_a_training_centre_calls_the_roll_of_its_package_of_sixteen(desk: DeskUnderTest):
    workers = [
        (await register(desk, f"Peserta {chr(97 + n)}", phone=f"+62 811 000 {n:03}", email="a@example.com"))[1]
        for n in range(16)
    ]
    await desk.hear(*(example(WorkerEnrolled, worker=UUID(worker)) for worker in workers))
    answer = await ask(desk, PROVIDER, *workers)
    assert answer.status_code == 200
    items = answer.json()["items"]
    assert [(item["worker"], item["status"]) for item in items] == [(worker, 200) for worker in workers]
    assert [item["identity"] for item in items] == [
        {"name": f"Peserta {chr(97 + n)}", "phone": f"+62 811 000 {n:03}"} for n in range(16)
    ]
    assert await access(desk) == [
        (PROVIDER, "first", "POST /identities", UUID(worker), "read", "calling the roll") for worker in workers
    ]
    for slug in desk.keys.keys() - {PROVIDER, "purworejo", "office"}:
        refused = await ask(desk, slug, *workers)
        assert (refused.status_code, refused.headers["retry-after"]) == (403, "5"), slug
        assert {item["status"] for item in refused.json()["items"]} == {403}
        assert "Peserta" not in refused.text


async def test_it_answers_worker_by_worker_and_alike_for_nobody(desk: DeskUnderTest):
    _, own = await register(desk)
    _, foreign = await register(desk)
    await desk.hear(example(WorkerEnrolled, worker=UUID(own)))
    answer = await ask(desk, PROVIDER, own, foreign, NOBODY)
    assert (answer.status_code, answer.headers["retry-after"]) == (207, "5")
    first, second, third = answer.json()["items"]
    assert first["status"] == 200
    assert (second["status"], second["problem"]) == (403, third["problem"])
    assert {**second, "worker": ""} == {**third, "worker": ""}


async def test_a_seat_given_back_ends_it(desk: DeskUnderTest):
    _, worker = await register(desk)
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))
    await desk.hear(example(EnrolmentCancelled, worker=UUID(worker)))
    assert (await ask(desk, PROVIDER, worker)).status_code == 403


async def test_an_employer_reads_names_while_the_referral_is_open(desk: DeskUnderTest):
    _, worker = await register(desk, phone="0811 222 333")
    of_it = {"worker": UUID(worker), "agency": "pt-baru"}
    assert (await ask(desk, "pt-baru", worker)).status_code == 403
    await desk.hear(example(WorkerReferred, **of_it))
    (item,) = (await ask(desk, "pt-baru", worker)).json()["items"]
    assert item["identity"] == {"name": "Siti Aminah", "phone": "0811 222 333"}
    await desk.hear(example(ReferralLapsed, **of_it))
    assert (await ask(desk, "pt-baru", worker)).status_code == 403
    await desk.hear(example(WorkerPlaced, **of_it, vacancy=example(WorkerReferred).vacancy))
    assert (await ask(desk, "pt-baru", worker)).status_code == 403


async def test_the_office_reads_everything_of_its_own_workers(desk: DeskUnderTest):
    number, worker = await register(desk, birth_date="1990-01-01", address="Jalan Satu 1")
    (item,) = (await ask(desk, "purworejo", worker)).json()["items"]
    assert item["identity"] == {
        "nik": number,
        "name": "Siti Aminah",
        "birth_date": "1990-01-01",
        "address": "Jalan Satu 1",
    }
    assert (await ask(desk, "serang", worker)).status_code == 403


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        ({"workers": [NOBODY]}, "/purpose"),
        ({"workers": [NOBODY], "purpose": ""}, "/purpose"),
        ({"workers": [NOBODY], "purpose": "12"}, "/purpose"),
        ({"workers": [], "purpose": "roll"}, "/workers"),
        ({"workers": ["me"], "purpose": "roll"}, "/workers/0"),
        ({"workers": [NOBODY] * 1_001, "purpose": "roll"}, "/workers"),
    ],
)
async def test_what_cannot_be_asked_is_named(desk: DeskUnderTest, wanted: dict[str, Any], pointer: str):
    answer = await desk.client.post("/identities", json=wanted, headers=desk.bearer("purworejo"))
    assert (answer.status_code, answer.json()["pointer"]) == (422, pointer)


async def test_operators_read_no_names(desk: DeskUnderTest):
    _, worker = await register(desk)
    wanted = {"workers": [worker], "purpose": "curious"}
    assert (await desk.client.post("/identities", json=wanted, headers=OPERATOR)).status_code == 403


async def by_nik(desk: DeskUnderTest, slug: str, number: str) -> Any:
    return await desk.client.get("/workers", params={"nik": number, "purpose": "counter"}, headers=desk.bearer(slug))


async def test_an_office_finds_its_own_worker_by_nik(desk: DeskUnderTest):
    number, worker = await register(desk)
    found = (await by_nik(desk, "purworejo", number)).json()
    assert (found["worker"], found["state"], found["region"]) == (worker, "seeking-training", "33.06")
    assert found["identity"]["name"] == "Siti Aminah"
    assert (await access(desk))[-1] == ("purworejo", "first", "GET /workers", UUID(worker), "read", "counter")


async def test_any_other_nik_answers_like_one_that_nobody_bears(desk: DeskUnderTest):
    number, worker = await register(desk)
    foreign, unknown = await by_nik(desk, "serang", number), await by_nik(desk, "serang", nik())
    assert (foreign.status_code, foreign.content) == (404, unknown.content)
    assert [row[3:5] for row in (await access(desk))[-2:]] == [(UUID(worker), "refused"), (None, "refused")]
    for slug in ("employer", "union", PROVIDER):
        assert (await by_nik(desk, slug, number)).status_code == 403
    assert (await by_nik(desk, "purworejo", "33")).status_code == 422


async def test_a_delegate_reads_what_the_agency_may_for_which_it_enters(
    desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(auth, "REMEMBERED_SECONDS", 0.0)
    _, worker = await register(desk, phone="+62 811 000 111")
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))
    wanted = {"workers": [worker], "purpose": "calling the roll", "on_behalf_of": PROVIDER}
    journey = f"/workers/{worker}/journey?on_behalf_of={PROVIDER}"
    serang = desk.bearer("serang")
    before = await desk.client.post("/identities", json=wanted, headers=serang)
    unknown = await desk.client.post("/identities", json={**wanted, "on_behalf_of": "nobody"}, headers=serang)
    assert (before.status_code, before.json()) == (403, unknown.json())
    assert (await desk.client.get(journey, headers=serang)).status_code == 403
    answer = await desk.client.put(f"/agencies/{PROVIDER}/delegates", json={"delegates": ["serang"]}, headers=OPERATOR)
    assert answer.status_code == 200
    found = await desk.client.post("/identities", json=wanted, headers=serang)
    assert found.json()["items"][0]["identity"] == {"name": "Siti Aminah", "phone": "+62 811 000 111"}
    assert (await desk.client.get(journey, headers=serang)).status_code == 200
    rows = await access(desk)
    assert rows[-2:] == [
        (PROVIDER, "serang/first", "POST /identities", UUID(worker), "read", "calling the roll"),
        (PROVIDER, "serang/first", "GET /workers/{id}/journey", UUID(worker), "read", None),
    ]
