"""An agency reads its own mailbox, an office what its workers were told, an operator everything; and nobody reads more."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from services.notification.domain import WORKER
from shared.events import (
    AgencyDelegated,
    ApplicationAmended,
    ClaimAdded,
    ClaimEnded,
    CourseOfferRefused,
    EnrolmentCancelled,
    Envelope,
    PlacementVoided,
    ReferralLapsed,
    WorkerEnrolled,
    WorkerMoved,
    WorkerPlaced,
    WorkerReferred,
    WorkerRegistered,
    type_of,
)
from shared.http import auth
from tests.unit.notification.conftest import OPERATOR_KEY
from tests.unit.notification.examples import BUDI, CENTRE, EMPLOYER, OFFICE, SITI, UNION, event_id, example, said


@pytest.fixture
async def ask(notification):
    """Ask for messages with a key."""

    async def ask_(key, **query):
        return await notification.http.get("/messages", params=query, headers={"Authorization": f"Bearer {key}"})

    return ask_


@pytest.fixture
async def told(notification):
    """Siti, from Purworejo, was reported by her union, enrolled and referred; Budi, from Serang, was enrolled."""
    registered = {"agency": UNION, "referred_by": UNION, "concerns": [UNION]}
    await notification.hear(
        example(WorkerRegistered, n=11, worker=SITI, region="33.06", **registered),
        example(WorkerRegistered, n=12, worker=BUDI, region="36.04", **registered),
    )
    await notification.hear(example(WorkerEnrolled, n=13, concerns=[UNION]))
    await notification.hear(example(WorkerReferred, n=14, concerns=[UNION], agency=EMPLOYER))
    await notification.hear(example(WorkerEnrolled, n=15, worker=BUDI, concerns=[]))


def receivers(answer):
    return [item["to"] for item in answer.json()["items"]]


async def test_an_agency_reads_its_own_mailbox_alone(notification, ask, told):
    answer = await ask(await notification.admit(CENTRE, role="training-provider"))
    assert answer.status_code == 200
    assert receivers(answer) == [CENTRE, CENTRE]
    assert [item["worker"] for item in answer.json()["items"]] == [str(SITI), str(BUDI)]
    assert answer.json()["next"] is None


async def test_a_message_is_shown_whole_in_both_languages_to_who_teaches(notification, ask, told):
    answer = await ask(
        await notification.admit(CENTRE, role="training-provider", name="BLK Purworejo"), worker=str(SITI)
    )
    (item,) = answer.json()["items"]
    assert {name: item[name] for name in ("to", "worker", "event", "type", "channel", "state", "failure")} == {
        "to": CENTRE,
        "worker": str(SITI),
        "event": str(event_id(13)),
        "type": "pulih.worker.enrolled.v1",
        "channel": "mailbox",
        "state": "delivered",
        "failure": None,
    }
    assert item["at"] == "2021-09-06T08:00:00Z"
    assert item["id_text"]["subject"] == "Peserta baru untuk Menjahit (S1)"
    assert item["id_text"]["body"].startswith("Yth. BLK Purworejo,")
    assert "takes seat 1 of 2 on your course" in item["en_text"]["body"]


async def test_an_agency_with_a_claim_reads_its_own_report_and_then_the_state_in_a_word(notification, ask, told):
    answer = await ask(await notification.admit(UNION, role="union"), worker=str(SITI))
    own, enrolled, referred = (item["en_text"]["body"] for item in answer.json()["items"])
    assert "is registered through" in own
    assert "now in training." in enrolled
    assert "now referred." in referred
    for elsewhere in ("Menjahit", "blk-purworejo", "PT Garmen", EMPLOYER):
        assert elsewhere not in enrolled + referred


async def test_an_office_reads_what_its_worker_was_told_by_everyone(notification, ask, told):
    for slug, region in (("disnaker", "33.06"), ("disnaker-jateng", "33"), ("kemnaker", None)):
        answer = await ask(await notification.admit(slug, region=region), worker=str(SITI))
        assert receivers(answer) == [WORKER, UNION, WORKER, UNION, CENTRE, WORKER, UNION, EMPLOYER]
    only = await ask("key of disnaker", worker=str(SITI), to=WORKER)
    assert receivers(only) == [WORKER, WORKER, WORKER]


async def test_an_office_that_is_concerned_reads_whole_only_of_those_who_live_in_its_region(notification, ask, told):
    await notification.hear(example(WorkerEnrolled, n=16, worker=BUDI, concerns=["disnaker"]))
    await notification.hear(example(WorkerEnrolled, n=17, worker=SITI, concerns=["disnaker"]))
    answer = await ask(await notification.admit("disnaker", region="33.06"))
    assert [item["worker"] for item in answer.json()["items"]] == [str(SITI)]
    assert "has seat 1 of 2 on the course" in answer.json()["items"][0]["en_text"]["body"]


@pytest.mark.parametrize("role", ["office", "social-insurance"])
async def test_who_does_not_act_where_the_worker_lives_learns_nothing(notification, ask, told, role):
    key = await notification.admit("disnaker-serang", role=role, region="36.04")
    known, unknown = [await ask(key, worker=str(id)) for id in (SITI, event_id(99))]
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    if role == "office":
        assert known.status_code == 403
        assert known.headers["retry-after"] == "5"
        assert known.headers["content-type"] == "application/problem+json"
        assert (await ask(key, worker=str(BUDI))).status_code == 200
    else:
        assert known.json()["items"] == []


async def test_a_worker_who_moved_is_the_new_offices(notification, ask, told):
    old, new = await notification.admit("old", region="33.06"), await notification.admit("new", region="36.04")
    await notification.hear(example(WorkerMoved, n=20, worker=SITI, came_from="33.06", region="36.04"))
    assert (await ask(old, worker=str(SITI))).status_code == 403
    assert (await ask(new, worker=str(SITI))).status_code == 200
    await notification.hear(example(ApplicationAmended, n=21, worker=SITI, region="33.06"))
    assert (await ask(old, worker=str(SITI))).status_code == 200


async def test_where_a_claim_has_ended_nothing_is_read_but_that_it_has(notification, ask, told):
    key = await notification.admit(UNION, role="union")
    assert len(receivers(await ask(key, worker=str(SITI)))) == 3
    await notification.hear(example(ClaimEnded, n=20, agency=UNION, reason="contested"))
    (left,) = (await ask(key, worker=str(SITI))).json()["items"]
    assert left["type"] == type_of(ClaimEnded)
    assert {item["worker"] for item in (await ask(key)).json()["items"]} == {str(SITI), str(BUDI)}
    await notification.hear(example(ClaimAdded, n=21, agency=UNION))
    assert len(receivers(await ask(key, worker=str(SITI)))) == 5


async def test_where_a_referral_or_a_seat_has_ended_nothing_is_read_but_that_it_has(notification, ask, told):
    for slug, role, ended in (
        (EMPLOYER, "employer", example(ReferralLapsed, n=20, agency=EMPLOYER, concerns=[])),
        (CENTRE, "training-provider", example(EnrolmentCancelled, n=21, concerns=[])),
    ):
        key = await notification.admit(slug, role=role)
        assert len(receivers(await ask(key, worker=str(SITI)))) == 1
        await notification.hear(ended)
        (left,) = (await ask(key, worker=str(SITI))).json()["items"]
        assert left["type"] == type_of(type(ended))


async def test_where_a_hire_is_void_nothing_is_read_but_that_it_is_until_the_worker_is_referred_again(
    notification, ask, told
):
    key = await notification.admit(EMPLOYER, role="employer")
    of_it = {"agency": EMPLOYER, "vacancy": example(WorkerReferred).vacancy, "concerns": []}
    hired, void, referred = (
        example(kind, **of_it, envelope=msgspec.structs.replace(said(n), at=datetime.now(UTC)))
        for n, kind in enumerate((WorkerPlaced, PlacementVoided, WorkerReferred), 20)
    )
    await notification.hear(hired)
    assert len(receivers(await ask(key, worker=str(SITI)))) == 2
    await notification.hear(void)
    (left,) = (await ask(key, worker=str(SITI))).json()["items"]
    assert left["type"] == type_of(PlacementVoided)
    await notification.hear(referred)
    assert len(receivers(await ask(key, worker=str(SITI)))) == 4


@pytest.mark.parametrize(("days", "messages"), [(300, 4), (400, 0)])
async def test_a_claim_is_read_by_for_a_year_after_the_spell(notification, ask, told, days, messages):
    ended_at = datetime.now(UTC) - timedelta(days=days)
    placed = Envelope(id=event_id(30), at=ended_at, by="/placement", position=9)
    await notification.hear(example(WorkerPlaced, concerns=[UNION], agency=EMPLOYER, envelope=placed))
    key = await notification.admit(UNION, role="union")
    await notification.run(
        f"UPDATE message SET said_at = '{ended_at.isoformat()}' WHERE type = '{type_of(WorkerPlaced)}'"
    )
    assert len(receivers(await ask(key, worker=str(SITI)))) == messages


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
    assert len(receivers(await ask(OPERATOR_KEY))) == 12
    assert receivers(await ask(OPERATOR_KEY, worker=str(BUDI))) == [WORKER, UNION, WORKER, CENTRE]
    assert receivers(await ask(OPERATOR_KEY, to=UNION)) == [UNION] * 4
    assert receivers(await ask(OPERATOR_KEY, to=UNION, type=type_of(WorkerReferred))) == [UNION]


async def test_pages_follow_one_another_without_a_gap_and_a_reader_can_come_back(notification, ask, told):
    seen, after = [], {}
    while True:
        page = (await ask(OPERATOR_KEY, limit=3, **after)).json()
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert len(seen) == len(set(seen)) == 12
    assert (await ask(OPERATOR_KEY, after=seen[-1])).json() == {"items": [], "next": None}
    await notification.hear(example(CourseOfferRefused, n=40, agency=CENTRE))
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


async def test_who_read_of_a_worker_is_recorded(notification, ask, told):
    office = await notification.admit(OFFICE, role="office", region="33.06")
    other = await notification.admit("disnaker-serang", role="office", region="36.04")
    await ask(office, worker=str(SITI))
    await ask(other, worker=str(SITI))
    bearer = {"Authorization": f"Bearer {office}"}
    path = f"/workers/{SITI}/access"
    assert (await notification.http.get(path, headers={"Authorization": f"Bearer {other}"})).status_code == 403
    answer = await notification.http.get(path, headers=bearer)
    assert [(row["agency"], row["person"], row["outcome"]) for row in answer.json()["items"]] == [
        (OFFICE, "first", "read"),
        ("disnaker-serang", "first", "refused"),
        ("disnaker-serang", "first", "refused"),
        (OFFICE, "first", "read"),
    ]


async def test_a_delegate_reads_the_mailbox_of_the_agency_for_which_it_enters(notification, ask, told, monkeypatch):
    monkeypatch.setattr(auth, "REMEMBERED_SECONDS", 0.0)
    await notification.admit(CENTRE, role="training-provider")
    key = await notification.admit("disnaker-serang", role="office", region="36.04")
    assert (await ask(key, to=CENTRE)).status_code == 403
    assert (await ask(key, to="nobody")).json() == (await ask(key, to=CENTRE)).json()
    centre = UUID(int=1_000_000)
    await notification.hear(AgencyDelegated(id=centre, agency=CENTRE, delegates=["disnaker-serang"]))
    assert receivers(await ask(key, to=CENTRE)) == [CENTRE, CENTRE]
    assert (await ask(key, to=UNION)).status_code == 403
