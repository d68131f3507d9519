"""A batch of 600 events costs as many statements as one of 200."""

import pytest

from services.notification.domain import TOLD
from shared.agencies import KEPT
from shared.events import (
    CourseOfferRefused,
    WorkerEnrolled,
    WorkerErased,
    WorkerMerged,
    WorkerRegistered,
    WorkerRestricted,
    WorkerSplit,
    type_of,
)
from tests.counting import FEW, MORE, counting
from tests.unit.notification.examples import event_id, example

EVERY = (*TOLD, *KEPT, WorkerErased, WorkerRestricted)


async def statements(notification, kind, numbers):
    records = notification.records([example(kind, n=n, **own(kind, n)) for n in numbers])
    with counting(notification.database) as seen:
        await notification.inbox.take_in(records)
    return seen


def own(kind, n):
    """What is different in each event: whom it is about, an agency's name and key, and the number of a merge."""
    agency = {"agency": f"lpk-{n}", "key_hash": f"{n:064x}"} if "key_hash" in kind.__struct_fields__ else {}
    merge = {"number": n + 1} if kind in (WorkerMerged, WorkerSplit) else {}
    return {kind.about: event_id(n), **agency, **merge}


async def test_every_type_that_is_heard_is_counted_here(open_notification):
    notification = await open_notification()
    assert {type_of(kind) for kind in EVERY} == notification.service.handlers.types


@pytest.mark.parametrize("kind", EVERY)
async def test_each_type_costs_the_same(open_notification, kind):
    notification = await open_notification()
    few = await statements(notification, kind, range(FEW))
    many = await statements(notification, kind, range(1_001, 1_001 + MORE))
    assert len(few) == len(many) <= (15 if kind in (WorkerMerged, WorkerSplit) else 10)


@pytest.mark.parametrize("channel", ["mailbox", "smtp"])
@pytest.mark.parametrize("kind", [WorkerRegistered, WorkerEnrolled, CourseOfferRefused])
async def test_two_hundred_cost_as_much_as_six_hundred(open_notification, kind, channel):
    mail = {"smtp_host": "localhost", "smtp_from": "pulih@example.org", "contact_key": "A" * 43}
    notification = await open_notification(channel=channel, **(mail if channel == "smtp" else {}))
    few = await statements(notification, kind, range(FEW))
    many = await statements(notification, kind, range(1_001, 1_001 + MORE))
    assert len(few) == len(many) <= 10
    assert (await notification.figures())["messages"] > 600


async def test_the_figures_cost_the_same_however_many_messages_there_are(notification):
    async def cost():
        with counting(notification.database) as seen:
            figures = await notification.figures()
        assert not any("message" in statement for statement in seen)
        return len(seen), figures["messages"]

    await notification.hear(*(example(WorkerEnrolled, n=n) for n in range(1, 11)))
    few = await cost()
    await notification.hear(*(example(WorkerEnrolled, n=n) for n in range(11, 511)))
    assert (few, await cost()) == ((3, 40), (3, 2_040))
