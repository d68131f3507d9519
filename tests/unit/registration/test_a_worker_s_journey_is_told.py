import json
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.registration.handlers import STEPS
from services.registration.journey import phrases
from shared.events import FACTS, SpellEvent, WorkerWaitlisted, type_of
from tests.spoken import all_spoken
from tests.unit.registration.front import OPERATOR, ServiceUnderTest, event, layoff, nik
from tests.unit.registration.test_spells_begin_and_end import ear, enrolled, placed


async def journey(office: ServiceUnderTest, worker: str, slug: str | None = None) -> Any:
    headers = office.bearer(slug) if slug else OPERATOR
    return await office.client.get(f"/workers/{worker}/journey", headers=headers)


async def test_it_says_what_happened_who_said_so_and_what_comes_next(office: ServiceUnderTest):
    number = nik()
    (receipt,) = await office.receipts("employer", layoff(number, person={"nik": number, "name": "Rahasia Sekali"}))
    worker = receipt["worker"]
    told = (await journey(office, worker)).json()
    assert told["state"] == "seeking-training"
    assert "free one is given in the order of application" in told["next"]["en"]
    await (await ear(office)).take_in(all_spoken([enrolled(worker)], by="training"))
    told = (await journey(office, worker)).json()
    assert [(step["by"], step["what"]["en"]) for step in told["steps"]] == [
        ("employer", "Reported as laid off on 2021-09-06."),
        ("registration", "Registered (laid off) since 2021-09-06."),
        ("training", "Has seat 3 of 16 on the course Sewing (2021-09-13 to 2021-10-08)."),
    ]
    assert told["steps"][2]["what"]["id"].startswith("Mendapat kursi 3 dari 16")
    assert [step["at"] for step in told["steps"]] == sorted(step["at"] for step in told["steps"])
    assert told["next"]["en"] == "The course runs from 2021-09-13 to 2021-10-08; blk records the result."
    await (await ear(office)).take_in(all_spoken([placed(worker)], by="placement"))
    told = (await journey(office, worker)).json()
    assert (told["worker"], told["spell"], told["state"]) == (worker, 1, "placed")
    assert told["next"]["id"].startswith("Tidak ada")
    for secret in (number, "Rahasia", "contact"):
        assert secret not in json.dumps(told)


async def test_what_is_as_usual_is_said_too(office: ServiceUnderTest):
    (receipt,) = await office.receipts("employer", layoff(nik()))
    waiting = WorkerWaitlisted(worker=UUID(receipt["worker"]), spell=1, applied_on=date(2021, 9, 6))
    await (await ear(office)).take_in(all_spoken([waiting], by="training"))
    told = (await journey(office, receipt["worker"])).json()
    assert told["steps"][-1]["what"] == {
        "id": "Masuk daftar tunggu: belum ada kursi.",
        "en": "On the waiting list: no seat is free yet.",
    }


async def test_offices_operators_and_agencies_concerned_may_read_it(office: ServiceUnderTest):
    number = nik()
    (receipt,) = await office.receipts("employer", layoff(number))
    worker = receipt["worker"]
    await office.agency("blk", "training-provider")
    statuses = {
        slug: (await journey(office, worker, slug)).status_code for slug in ("employer", "office", "union", "blk")
    }
    assert statuses == {"employer": 200, "office": 200, "union": 403, "blk": 403}
    await (await ear(office)).take_in(all_spoken([enrolled(worker)], by="training"))
    assert (await journey(office, worker, "blk")).status_code == 200
    await office.post("union", event("GrantRecorded", {"on": "2021-10-01", "nik": number, "kind": "tools"}))
    assert (await journey(office, worker, "union")).status_code == 200


async def test_nobodys_journey_is_not_found(office: ServiceUnderTest):
    assert (await journey(office, "0190f6b0-7d5c-7a10-8f00-000000000001", "office")).status_code == 404
    assert (await journey(office, "me")).status_code == 422
    assert (await office.client.get("/workers/0190f6b0-7d5c-7a10-8f00-000000000001/journey")).status_code == 401


@pytest.mark.parametrize(
    "sentences", [*phrases.HAPPENED.values(), *phrases.NEXT.values()], ids=lambda both: both[1][:30]
)
def test_every_sentence_ends_in_both_languages(sentences: tuple[str, str]):
    assert all(sentence.endswith(".") for sentence in sentences)


def test_every_event_about_a_worker_has_its_sentence():
    heard = {kind.__name__ for kind in STEPS} | {"WorkerPlaced"}
    said = {
        "WorkerRegistered",
        "ApplicationAmended",
        "RegistrationWithdrawn",
        "JobseekerCardIssued",
        "IdentityQuestioned",
    }
    facts = {fact.__name__ for fact in FACTS.values() if fact.about == "worker"}
    assert set(phrases.HAPPENED) == heard | said | facts
    steps = {
        kind.__name__
        for kind in SpellEvent.__subclasses__()
        if type_of(kind) and kind.__module__ == SpellEvent.__module__
    }
    assert steps - said <= heard
