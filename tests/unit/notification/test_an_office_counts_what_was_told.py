"""An office asks how many messages there were about its workers, to whom, by which channel, and what became of them."""

import pytest

from shared.events import WorkerEnrolled, WorkerRegistered
from tests.unit.notification.conftest import OPERATOR_KEY
from tests.unit.notification.examples import BUDI, OFFICE, SITI, UNION, example


@pytest.fixture
async def ask(notification):
    async def ask_(path, key):
        answer = await notification.http.get(path, headers={"Authorization": f"Bearer {key}"})
        return answer.status_code, answer.json()

    return ask_


@pytest.fixture
async def told(notification):
    """Siti of Purworejo was registered and enrolled, Budi of Serang registered."""
    await notification.hear(
        example(WorkerRegistered, n=11, worker=SITI, region="33.06", agency=UNION, referred_by=None, concerns=[UNION]),
        example(WorkerRegistered, n=12, worker=BUDI, region="36.04", agency=UNION, referred_by=None, concerns=[UNION]),
    )
    await notification.hear(example(WorkerEnrolled, n=13, concerns=[UNION]))


async def test_messages_are_counted_by_receiver_for_who_lives_where_the_office_acts(notification, ask, told):
    office = await notification.admit(OFFICE, region="33.06")
    _, answer = await ask("/figures?by=receiver,state", office)
    assert [(cell["receiver"], cell["state"], cell["count"]) for cell in answer["cells"]] == [
        ("agency", "delivered", 3),
        ("worker", "delivered", 2),
    ]
    _, everywhere = await ask("/figures", OPERATOR_KEY)
    assert everywhere["cells"][0]["count"] == (await notification.rows("SELECT count(*) FROM message"))[0][0] > 5


async def test_a_cell_lists_the_events_that_were_told(notification, ask, told):
    office = await notification.admit(OFFICE, region="33.06")
    _, listed = await ask("/figures/messages?receiver=worker&type=pulih.worker.enrolled.v1", office)
    said = await notification.rows("SELECT event FROM message WHERE type LIKE '%enrolled%' AND receiver = 'worker'")
    assert [(item["worker"], item["event"]) for item in listed["items"]] == [(str(SITI), str(said[0].event))]


async def test_another_agency_is_refused(notification, ask, told):
    union = await notification.admit(UNION, role="union")
    assert (await ask("/figures", union))[0] == 403
    assert (await ask("/figures/messages", union))[0] == 403
