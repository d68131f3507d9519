"""An agency reads its own mailbox, an office what its workers were told, an operator everything; and nobody reads more."""

import pytest

from services.notification.domain import WORKER
from shared.events import CourseOfferRefused, WorkerEnrolled, WorkerReferred, type_of
from tests.unit.notification.conftest import OPERATOR_KEY
from tests.unit.notification.examples import BUDI, CENTRE, EMPLOYER, OFFICE, SITI, UNION, event_id, example


@pytest.fixture
async def ask(notification):
    """Ask for messages with a key."""

    async def ask_(key, **query):
        return await notification.http.get("/messages", params=query, headers={"Authorization": f"Bearer {key}"})

    return ask_


@pytest.fixture
async def told(notification):
    """Siti was enrolled and referred; Budi was enrolled, and is no concern of the office."""
    await notification.hear(example(WorkerEnrolled, n=1))
    await notification.hear(example(WorkerReferred, n=2, agency=EMPLOYER))
    await notification.hear(example(WorkerEnrolled, n=3, worker=BUDI, concerns=[]))


def receivers(answer):
    return [item["to"] for item in answer.json()["items"]]


async def test_an_agency_reads_its_own_mailbox_alone(notification, ask, told):
    answer = await ask(await notification.admit(CENTRE, role="training-provider"))
    assert answer.status_code == 200
    assert receivers(answer) == [CENTRE, CENTRE]
    assert [item["worker"] for item in answer.json()["items"]] == [str(SITI), str(BUDI)]
    assert answer.json()["next"] is None


async def test_a_message_is_shown_whole_in_both_languages(notification, ask, told):
    await notification.admit(CENTRE, role="training-provider", name="BLK Purworejo")
    answer = await ask(await notification.admit(UNION, role="union", name="SP Garmen"), type=type_of(WorkerEnrolled))
    (item,) = answer.json()["items"]
    assert {name: item[name] for name in ("to", "worker", "event", "type", "channel", "state", "failure")} == {
        "to": UNION,
        "worker": str(SITI),
        "event": str(event_id(1)),
        "type": "pulih.worker.enrolled.v1",
        "channel": "mailbox",
        "state": "delivered",
        "failure": None,
    }
    assert item["at"] == "2021-09-06T08:00:00Z"
    assert item["id_text"]["subject"] == "Seorang pekerja mendapat kursi pelatihan: Menjahit"
    assert item["id_text"]["body"].startswith("Yth. SP Garmen,")
    assert "at BLK Purworejo, from 1 March 2021" in item["en_text"]["body"]


async def test_an_office_reads_what_its_worker_was_told_by_everyone(notification, ask, told):
    answer = await ask(await notification.admit(OFFICE), worker=str(SITI))
    assert receivers(answer) == [WORKER, OFFICE, UNION, CENTRE, WORKER, OFFICE, UNION, EMPLOYER]
    only = await ask("key of " + OFFICE, worker=str(SITI), to=WORKER)
    assert receivers(only) == [WORKER, WORKER]


async def test_an_office_that_is_not_concerned_is_refused(notification, ask, told):
    answer = await ask(await notification.admit(OFFICE), worker=str(BUDI))
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "no message about this worker" in answer.json()["detail"]


async def test_an_agency_that_is_no_office_sees_its_own_messages_about_a_worker_alone(notification, ask, told):
    key = await notification.admit(CENTRE, role="training-provider")
    assert receivers(await ask(key, worker=str(SITI))) == [CENTRE]


async def test_anothers_mailbox_is_refused(notification, ask, told):
    answer = await ask(await notification.admit(OFFICE), to=UNION)
    assert answer.status_code == 403


async def test_an_agency_called_worker_reads_nothing(notification, ask, told):
    answer = await ask(await notification.admit("worker"))
    assert answer.status_code == 403


async def test_an_operator_reads_any(notification, ask, told):
    assert len(receivers(await ask(OPERATOR_KEY))) == 10
    assert receivers(await ask(OPERATOR_KEY, worker=str(BUDI))) == [WORKER, CENTRE]
    assert receivers(await ask(OPERATOR_KEY, to=UNION)) == [UNION, UNION]
    assert receivers(await ask(OPERATOR_KEY, to=UNION, type=type_of(WorkerReferred))) == [UNION]


async def test_pages_follow_one_another_without_a_gap_and_a_reader_can_come_back(notification, ask, told):
    seen, after = [], {}
    while True:
        page = (await ask(OPERATOR_KEY, limit=3, **after)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == len(set(seen)) == 10
    assert (await ask(OPERATOR_KEY, after=seen[-1])).json() == {"items": [], "next": None}
    await notification.hear(example(CourseOfferRefused, n=4, agency=CENTRE))
    (new,) = (await ask(OPERATOR_KEY, after=seen[-1])).json()["items"]
    assert (new["to"], new["worker"], new["subject"]) == (CENTRE, None, str(example(CourseOfferRefused).course))


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"type": "pulih.worker.enroled.v1"}, "/query/type"),
        ({"after": str(event_id(99))}, "/query/after"),
        ({"after": "page-2"}, "/query/after"),
        ({"worker": "siti"}, "/query/worker"),
        ({"limit": "0"}, "/query/limit"),
        ({"limit": "1001"}, "/query/limit"),
    ],
)
async def test_a_wrong_question_is_answered_with_what_to_mend(ask, query, pointer):
    answer = await ask(OPERATOR_KEY, **query)
    assert answer.status_code == 422
    assert answer.json()["pointer"] == pointer


async def test_without_a_good_key_nothing_is_read(notification, ask, told):
    assert (await ask("a guess")).status_code == 401
    assert (await notification.http.get("/messages")).status_code == 401
