from typing import Any

import msgspec
import pytest

from services.registration.posting.forms import form_of
from services.registration.posting.mistakes import DataLocation
from tests.unit.registration.posting import TYPES, DeskUnderTest, event, layoff, nik

COURSE = (
    '{"on":"2021-09-01","code":"K","title":"Menjahit","vocation":"sewing","region":null,"reach":"regency","mode":"in-person",'
    '"funding":"APBN","venue":"centre","seats":2,"starts_on":"2021-09-13","ends_on":"2021-10-08"}'
)
VACANCY = (
    '{"on":"2021-09-01","code":"V","title":"Penjahit","vocation":"sewing","employer":"PT","region":"33.06","country":"ID",'
    '"openings":2}'
)
APPLICATION = (
    '{"on":"2021-09-06","person":{"nik":"3306000101908888","name":"Contoh Pekerja"},"wants":["work"],"wishes":[],'
    '"reach":"province","card":false}'
)
FROM_BEFORE = pytest.mark.parametrize(
    ("name", "slug", "content", "added"),
    [
        ("JobseekerApplied", "office", APPLICATION, {"replaces": False}),
        ("CourseOffered", "training-provider", COURSE, {"entry_until": None}),
        ("VacancyPosted", "employer", VACANCY, {"certificate": False}),
    ],
    ids=["an application", "an offer", "a posting"],
)
"""What an earlier release kept of an event, and what it would have kept of the fields that came since."""


async def test_the_same_event_again_is_a_duplicate_with_the_same_worker(desk: DeskUnderTest):
    sent = layoff(nik(), wishes=["Welding"])
    (first,) = await desk.receipts("employer", sent)
    said = await desk.announced()
    answer = await desk.post("employer", sent)
    (again,) = answer.json()["receipts"]
    assert answer.status_code == 202
    assert again == {**first, "outcome": "duplicate"}
    assert await desk.announced() == said
    assert await desk.rows("SELECT count(*) FROM assertion") == [(1,)]


async def test_the_same_content_written_otherwise_is_still_the_same(desk: DeskUnderTest):
    sent = layoff(nik())
    await desk.post("employer", sent)
    data = dict(reversed(sent["data"].items())) | {"wants": ["training"], "employer": None}
    (again,) = await desk.receipts("employer", {**sent, "data": data, "time": "2026-01-01T00:00:00Z"})
    assert again["outcome"] == "duplicate"


async def test_the_same_id_with_other_content_is_refused(desk: DeskUnderTest):
    sent = layoff(nik())
    await desk.post("employer", sent)
    answer = await desk.post("employer", {**layoff(nik()), "id": sent["id"]})
    (receipt,) = answer.json()["receipts"]
    assert answer.status_code == 422
    assert receipt["problem"]["status"] == 409
    assert await desk.rows("SELECT count(*) FROM worker") == [(1,)]


async def test_the_same_id_for_another_type_is_refused(desk: DeskUnderTest):
    number = nik()
    sent = layoff(number)
    await desk.post("employer", sent)
    withdrawal = event("LayoffWithdrawn", {"on": "2021-09-07", "nik": number, "reason": "recall"}, id=sent["id"])
    (receipt,) = await desk.receipts("employer", withdrawal)
    assert receipt["problem"]["status"] == 409
    assert await desk.rows("SELECT state FROM spell") == [("open",)]


async def test_the_same_words_in_another_type_are_other_content(desk: DeskUnderTest):
    words = {"on": "2021-09-07", "code": "C-1", "reason": "pandemic"}
    paused = event("CoursePaused", words)
    (accepted,) = await desk.receipts("training-provider", paused)
    (refused,) = await desk.receipts("training-provider", event("CourseCancelled", words, id=paused["id"]))
    assert accepted["outcome"] == "accepted"
    assert refused["problem"]["status"] == 409


async def test_another_source_or_another_agency_may_use_the_same_id(desk: DeskUnderTest):
    sent = layoff(nik())
    await desk.post("employer", sent)
    (other_source,) = await desk.receipts("employer", {**sent, "source": "/other-payroll"})
    (other_agency,) = await desk.receipts("union", sent)
    assert other_source["outcome"] == other_agency["outcome"] == "accepted"
    assert await desk.rows("SELECT count(*) FROM worker") == [(1,)]


async def test_in_one_batch_too(desk: DeskUnderTest):
    sent = layoff(nik())
    receipts = await desk.receipts("employer", sent, sent, {**layoff(nik()), "id": sent["id"]}, sent)
    assert [receipt["outcome"] for receipt in receipts] == ["accepted", "duplicate", "refused", "duplicate"]
    assert receipts[2]["problem"]["status"] == 409
    assert len({receipt["worker"] for receipt in receipts if "worker" in receipt}) == 1
    assert await desk.rows("SELECT count(*) FROM worker") == [(1,)]


async def test_a_refused_event_can_be_mended_under_its_id(desk: DeskUnderTest):
    number = nik()
    bad = event("LayoffWithdrawn", {"on": "2021-09-07", "nik": number, "reason": "recall"})
    twice = await desk.receipts("office", bad, bad)
    assert [receipt["problem"]["status"] for receipt in twice] == [403, 403]
    await desk.post("office", layoff(number))
    (mended,) = await desk.receipts("office", bad)
    assert mended["outcome"] == "accepted"


@FROM_BEFORE
async def test_an_event_from_before_a_field_came_is_a_duplicate(
    desk: DeskUnderTest, name: str, slug: str, content: str, added: dict[str, Any]
):
    sent = event(name, msgspec.json.decode(content))
    (first,) = await desk.receipts(slug, sent)
    said, seal = await desk.announced(), desk.service.settings.seal
    async with desk.database.work() as work:
        before = seal.fingerprint(f"said {TYPES[name]} {content}".encode())
        await work.run("UPDATE assertion SET digest = :before", before=before)
    for data in (sent["data"], {**sent["data"], **added}):
        (again,) = await desk.receipts(slug, {**sent, "data": data})
        assert again == {**first, "outcome": "duplicate"}
    assert await desk.announced() == said


@FROM_BEFORE
def test_what_a_new_field_says_is_other_content(name: str, slug: str, content: str, added: dict[str, Any]):
    form = form_of(name)
    assert form is not None
    (field,) = added
    said = {**msgspec.json.decode(content), field: "2021-09-20" if name == "CourseOffered" else True}
    read = form.read(msgspec.json.encode(said), DataLocation())
    assert msgspec.json.decode(msgspec.json.encode(read)) == said
