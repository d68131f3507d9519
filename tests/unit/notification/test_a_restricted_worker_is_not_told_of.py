"""WorkerRestricted: what is said of the worker is withheld, and only the worker's office reads it; lifted, nothing is sent later."""

import pytest

from services.notification.domain import WORKER
from shared.events import WorkerEnrolled, WorkerGraduated, WorkerRegistered, WorkerRestricted
from tests.unit.notification.conftest import OPERATOR_KEY
from tests.unit.notification.examples import BUDI, CENTRE, OFFICE, SITI, example


def restricted(n=2, *, restricted=True, worker=SITI):
    return example(WorkerRestricted, n=n, worker=worker, restricted=restricted)


@pytest.fixture
async def told(notification):
    """Siti was registered and enrolled before she was restricted, and graduated while she was; so did Budi, who was not."""
    await notification.admit(OFFICE, name="Disnaker")
    await notification.admit(CENTRE, role="training-provider")
    for n, worker in ((10, SITI), (20, BUDI)):
        await notification.hear(
            example(WorkerRegistered, n=n, worker=worker, agency=OFFICE, concerns=[], referred_by=None)
        )
        await notification.hear(example(WorkerEnrolled, n=n + 1, worker=worker, concerns=[]))
    await notification.hear(restricted(n=30))
    for n, worker in ((12, SITI), (22, BUDI)):
        await notification.hear(example(WorkerGraduated, n=n, worker=worker, concerns=[]))
    return notification


async def states(notification, worker=SITI):
    found = await notification.rows(
        "SELECT receiver, state FROM message WHERE subject = :worker ORDER BY position", worker=worker
    )
    return [tuple(row) for row in found]


async def read(notification, key, **query):
    answer = await notification.http.get("/messages", params=query, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200, answer.text
    return [(item["worker"], item["state"]) for item in answer.json()["items"]]


async def test_what_is_said_meanwhile_is_withheld_and_not_announced_as_delivered(told):
    assert await states(told) == [
        (WORKER, "delivered"),
        (OFFICE, "delivered"),
        (WORKER, "delivered"),
        (CENTRE, "delivered"),
        (WORKER, "withheld"),
        (CENTRE, "withheld"),
    ]
    assert {state for _, state in await states(told, BUDI)} == {"delivered"}
    assert len(await told.journal()) == 10
    figures = await told.figures()
    assert (figures["messages"], figures["delivered"], figures["withheld"]) == (12, 10, 2)
    assert await told.broken_ids() == []


async def test_agencies_read_nothing_of_the_worker_and_the_office_and_operators_all(told):
    assert await read(told, "key of " + CENTRE) == [(str(BUDI), "delivered")] * 2
    whole = [(str(SITI), state) for _, state in await states(told)]
    assert await read(told, "key of " + OFFICE, worker=str(SITI)) == whole
    assert await read(told, OPERATOR_KEY, worker=str(SITI)) == whole


async def test_lifted_agencies_read_again_what_they_were_told_and_never_what_was_withheld(told):
    await told.hear(restricted(n=40, restricted=False))
    assert await read(told, "key of " + CENTRE, worker=str(SITI)) == [(str(SITI), "delivered")]
    assert [state for _, state in await states(told)][4:] == ["withheld", "withheld"]
    await told.hear(example(WorkerGraduated, n=41, worker=SITI, concerns=[]))
    assert [state for _, state in await states(told)][6:] == ["delivered", "delivered"]


async def test_what_has_not_gone_out_by_mail_is_withheld_and_not_sent_later(open_notification):
    mail = {"smtp_host": "127.0.0.1", "smtp_from": "Pulih <kabar@pulih.example>", "contact_key": "A" * 43}
    notification = await open_notification(channel="smtp", **mail)
    await notification.hear(example(WorkerRegistered, n=1, concerns=[], agency=OFFICE, referred_by=None))
    await notification.hear(restricted(n=2))
    await notification.hear(restricted(n=3, restricted=False))
    assert [state for _, state in await states(notification)] == ["withheld", "withheld"]
    figures = await notification.figures()
    assert (figures["pending"], figures["withheld"]) == (0, 2)
    assert await notification.broken_ids() == []


async def test_of_several_in_one_batch_the_last_counts(notification):
    await notification.hear(restricted(n=1), restricted(n=2, restricted=False), restricted(n=3, worker=BUDI))
    assert await notification.rows("SELECT worker FROM restricted") == [(BUDI,)]
