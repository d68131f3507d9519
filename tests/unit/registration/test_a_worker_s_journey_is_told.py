import json
from typing import Any
from uuid import UUID

import pytest

from contract.examples import PROVIDER, example
from services.registration.handlers import STEPS, handlers
from services.registration.journey import wording
from shared.events import EVENTS, PlacementVoided, WorkerEnrolled, WorkerPlaced, WorkerWaitlisted, speaker_of, type_of
from shared.topology import HEARS
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, layoff, nik, today_is


async def journey(desk: DeskUnderTest, worker: str, slug: str | None = None) -> Any:
    headers = desk.bearer(slug) if slug else OPERATOR
    return await desk.client.get(f"/workers/{worker}/journey", headers=headers)


async def test_it_says_what_happened_who_said_so_and_what_comes_next(desk: DeskUnderTest):
    number = nik()
    with today_is("2021-09-06"):
        (receipt,) = await desk.receipts("employer", layoff(number, person={"nik": number, "name": "Rahasia Sekali"}))
    worker = receipt["worker"]
    told = (await journey(desk, worker)).json()
    assert told["state"] == "seeking-training"
    assert "free one is given in the order of application" in told["next"]["en"]
    await desk.hear(example(WorkerEnrolled, worker=UUID(worker)))
    told = (await journey(desk, worker)).json()
    assert [(step["by"], step["what"]["en"]) for step in told["steps"]] == [
        ("employer", "Reported as laid off on 2021-09-06."),
        ("registration", "Registered (laid off) since 2021-09-06."),
        ("training", "Has seat 1 of 2 on the course Menjahit (2021-03-01 to 2021-04-30)."),
    ]
    assert told["steps"][2]["what"]["id"].startswith("Mendapat kursi 1 dari 2")
    assert [step["at"] for step in told["steps"]] == sorted(step["at"] for step in told["steps"])
    assert told["next"]["en"] == f"The course runs from 2021-03-01 to 2021-04-30; {PROVIDER} records the result."
    await desk.hear(example(WorkerPlaced, worker=UUID(worker)))
    told = (await journey(desk, worker)).json()
    assert (told["worker"], told["spell"], told["state"]) == (worker, 1, "placed")
    assert told["next"]["id"].startswith("Tidak ada")
    for secret in (number, "Rahasia", "contact"):
        assert secret not in json.dumps(told)


async def test_default_values_are_told_too(desk: DeskUnderTest):
    (receipt,) = await desk.receipts("employer", layoff(nik()))
    await desk.hear(example(WorkerWaitlisted, worker=UUID(receipt["worker"])))
    told = (await journey(desk, receipt["worker"])).json()
    assert told["steps"][-1]["what"] == {
        "id": "Masuk daftar tunggu: belum ada kursi.",
        "en": "On the waiting list: no seat is free yet.",
    }


async def test_an_operator_learns_that_a_worker_is_unknown(desk: DeskUnderTest):
    assert (await journey(desk, "0190f6b0-7d5c-7a10-8f00-000000000001")).status_code == 404
    assert (await journey(desk, "me")).status_code == 422
    assert (await desk.client.get("/workers/0190f6b0-7d5c-7a10-8f00-000000000001/journey")).status_code == 401


@pytest.mark.parametrize(
    "sentences", [*wording.HAPPENED.values(), *wording.NEXT.values()], ids=lambda both: both[1][:30]
)
def test_every_sentence_ends_in_both_languages(sentences: tuple[str, str]):
    assert all(sentence.endswith(".") for sentence in sentences)


def test_every_event_about_a_worker_has_its_sentence():
    about_workers = {kind.__name__ for kind in EVENTS.values() if kind.about == "worker"}
    assert len(about_workers) > 20
    assert set(wording.HAPPENED) == about_workers


def test_every_event_of_others_about_a_worker_is_kept():
    heard = {kind for kind in EVENTS.values() if kind.about == "worker" and speaker_of(kind) in HEARS["registration"]}
    assert {*STEPS, WorkerPlaced, PlacementVoided} == heard
    assert {type_of(kind) for kind in heard} == handlers.types
