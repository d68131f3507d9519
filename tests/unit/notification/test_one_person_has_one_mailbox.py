"""Where two workers were merged, what is said of either id reaches the worker who stays, and who may read of one reads of both."""

import json

import pytest

from services.notification.addresses import AddressBook
from services.notification.domain import WORKER
from services.notification.store import SHOWN
from shared.events import (
    ClaimEnded,
    RegistrationWithdrawn,
    WorkerEnrolled,
    WorkerMerged,
    WorkerRegistered,
    WorkerSplit,
)
from shared.key_rings import KeyRing
from shared.sealing import CONTACT
from tests.unit.notification.conftest import OPERATOR_KEY
from tests.unit.notification.examples import BUDI, CENTRE, EMPLOYER, OFFICE, SITI, UNION, example

KEYS = KeyRing({"0": b"c" * 32})
TWIN = BUDI
"""The id of Siti's other registration."""


def sealed(worker, email):
    return KEYS.seal(json.dumps({"name": "Siti", "email": email}).encode(), about=worker, **CONTACT)


def registered(worker, email, n, **given):
    return example(WorkerRegistered, n=n, worker=worker, contact=sealed(worker, email), region="33.06", **given)


MERGED = example(WorkerMerged, n=3, number=1, worker=TWIN, into=SITI, concerns=[EMPLOYER])
SPLIT = example(WorkerSplit, n=8, number=2, worker=TWIN, former=SITI, concerns=[EMPLOYER])


@pytest.fixture
async def two(notification):
    """Siti was reported by the union under one NIK, and by the employer under another."""
    await notification.hear(
        registered(SITI, "siti@example.com", 1, concerns=[UNION], agency=UNION, referred_by=UNION),
        registered(TWIN, "twin@example.com", 2, concerns=[EMPLOYER], agency=EMPLOYER, referred_by=None),
    )


async def ask(notification, key, **query):
    answer = await notification.http.get("/messages", params=query, headers={"Authorization": f"Bearer {key}"})
    return answer.json()["items"] if answer.status_code == 200 else answer.status_code


async def addresses(notification):
    """Where each message to the worker goes, by the id that it is about."""
    rows = await notification.rows(f"SELECT {SHOWN} FROM message WHERE receiver = '{WORKER}' ORDER BY position")
    async with notification.database.reading() as work:
        book = await AddressBook.read(work, rows)
    return [(row.subject, book.contact_of(row, KEYS).email) for row in rows]


async def test_what_is_said_of_either_id_goes_to_the_contact_of_the_worker_who_stays(notification, two):
    await notification.hear(MERGED)
    await notification.hear(example(WorkerEnrolled, n=4, worker=TWIN))
    assert await addresses(notification) == [
        (SITI, "siti@example.com"),
        (TWIN, "siti@example.com"),
        (TWIN, "siti@example.com"),
        (TWIN, "siti@example.com"),
    ]
    await notification.hear(SPLIT)
    assert {email for subject, email in await addresses(notification) if subject == TWIN} == {"twin@example.com"}


@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0)])
async def test_in_whichever_order_it_is_heard(notification, order):
    """The two ids' events lie in different partitions; those of one id keep their order."""
    events = [
        registered(SITI, "siti@example.com", 1),
        registered(TWIN, "twin@example.com", 2),
        MERGED,
    ]
    for nth in order:
        await notification.hear(events[nth])
    assert {email for _, email in await addresses(notification)} == {"siti@example.com"}


async def test_an_office_reads_both_by_either_id(notification, two):
    key = await notification.admit(OFFICE, region="33.06")
    await notification.hear(MERGED)
    both = [item["id"] for item in await ask(notification, key, worker=str(SITI))]
    assert [item["id"] for item in await ask(notification, key, worker=str(TWIN))] == both
    assert {item["worker"] for item in await ask(notification, OPERATOR_KEY, worker=str(TWIN))} == {
        str(SITI),
        str(TWIN),
    }
    await notification.hear(SPLIT)
    assert {item["worker"] for item in await ask(notification, key, worker=str(SITI))} == {str(SITI)}


async def test_an_agency_with_a_claim_on_either_reads_of_both_until_its_relation_ends(notification, two):
    union, employer = await notification.admit(UNION, role="union"), await notification.admit(EMPLOYER, role="employer")
    await notification.hear(MERGED)
    await notification.hear(example(WorkerEnrolled, n=4, worker=SITI, concerns=[UNION, EMPLOYER], provider=CENTRE))
    for key in (union, employer):
        assert [item["worker"] for item in await ask(notification, key)][-1] == str(SITI)
    await notification.hear(example(ClaimEnded, n=5, worker=SITI, agency=EMPLOYER, concerns=[UNION]))
    assert str(SITI) not in {
        item["worker"] for item in await ask(notification, employer) if item["type"] == "pulih.worker.enrolled.v1"
    }
    await notification.hear(example(RegistrationWithdrawn, n=6, worker=SITI, agency=UNION, concerns=[UNION]))
    assert [item["type"] for item in await ask(notification, union)] == ["pulih.registration.withdrawn.v1"]


async def test_worker_and_agencies_are_told(notification, two):
    await notification.hear(MERGED)
    for item in await ask(notification, OPERATOR_KEY, type="pulih.worker.merged.v1"):
        assert str(SITI) in item["en_text"]["body"]
        assert item["to"] in {WORKER, EMPLOYER, OFFICE}


async def test_a_merge_that_is_heard_again_changes_nothing(notification, two):
    await notification.hear(MERGED)
    await notification.hear(MERGED)
    assert await notification.rows("SELECT worker, person FROM merged_worker") == [(TWIN, SITI)]
    assert await notification.buried() == []
