"""What is heard is told once to each receiver: a repeat, a replayed journal or a second instance makes no second message."""

import asyncio

import msgspec
import pytest
from sqlalchemy.exc import IntegrityError

from services.notification.domain import TOLD, WORKER, message_id, who_is_told
from shared.events import (
    AgencyRevoked,
    ApplicationAmended,
    CourseCancelled,
    CourseOfferRefused,
    LayoffReported,
    VacancyPostRefused,
    WorkerEnrolled,
    WorkerPlaced,
    WorkerRegistered,
    type_of,
)
from tests.unit.notification.examples import BUDI, CENTRE, EMPLOYER, OFFICE, SITI, UNION, event_id, example, said


@pytest.mark.parametrize("kind", TOLD, ids=lambda kind: kind.__name__)
async def test_each_event_puts_a_message_into_every_mailbox_and_says_so(notification, kind):
    event = example(kind)
    await notification.hear(event)
    receivers = who_is_told(event)
    assert await notification.messages() == [(receiver, "delivered") for receiver in receivers]
    assert await notification.journal() == [
        (
            "pulih.notification.delivered.v1",
            {
                "subject": str(event.key),
                "message": str(message_id(event.envelope.id, receiver)),
                "to": receiver,
                "event": str(event.envelope.id),
                "channel": "mailbox",
            },
        )
        for receiver in receivers
    ]


async def test_a_repeat_makes_no_second_message(notification):
    records = notification.records([example(WorkerEnrolled)])
    await notification.inbox.take_in(records)
    await notification.inbox.take_in(records)
    assert len(await notification.messages()) == len(await notification.journal()) == 4


async def test_a_journal_that_is_played_again_to_a_new_bookmark_makes_no_second_message(notification):
    events = [example(WorkerEnrolled, n=n) for n in range(1, 6)]
    await notification.hear(*events)
    await notification.run("UPDATE bookmark SET position = 0, heard = 0")
    notification.forget_positions()
    await notification.hear(*events, example(WorkerPlaced, n=6, agency=OFFICE))
    assert len(await notification.messages()) == len(await notification.journal()) == 5 * 4 + 3
    assert (await notification.figures())["messages"] == 23
    assert await notification.broken_ids() == []


async def test_an_event_that_comes_twice_in_one_batch_is_told_once(notification):
    await notification.hear(example(WorkerEnrolled), example(WorkerEnrolled))
    assert len(await notification.messages()) == len(await notification.journal()) == 4
    assert await notification.broken_ids() == []


async def test_two_instances_that_hear_the_same_at_once_tell_it_once(notification, open_notification):
    other = await open_notification(on=notification)
    events = [example(WorkerEnrolled, n=n, worker=event_id(n)) for n in range(1, 101)]
    records = notification.records(events)
    await asyncio.gather(notification.inbox.take_in(records), other.inbox.take_in(records))
    assert len(await notification.messages()) == len(await notification.journal()) == 400
    assert await notification.broken_ids() == []


async def test_failure_leaves_nothing_behind(notification):
    async with notification.database.work() as work:
        await work.run("ALTER TABLE tally ADD CONSTRAINT not_them CHECK (receiver <> 'sp-garmen')")
    await notification.hear(example(WorkerRegistered, contact="sealed"))
    for table in ("message", "tally", "contact", "journal"):
        assert await notification.rows(f"SELECT 1 FROM {table}") == [], table
    ((reason,),) = await notification.rows("SELECT reason FROM dead_letter")
    assert "not_them" in reason


async def test_a_neighbour_of_a_bad_event_is_told(notification):
    async with notification.database.work() as work:
        await work.run("ALTER TABLE message ADD CONSTRAINT no_second CHECK (event::text NOT LIKE '%2') NOT VALID")
    await notification.hear(*(example(WorkerEnrolled, n=n) for n in (1, 2, 3)))
    assert {row.event for row in await notification.rows("SELECT event FROM message")} == {event_id(1), event_id(3)}


async def test_the_database_itself_takes_no_second_message(notification):
    await notification.hear(example(WorkerEnrolled))
    columns = "id, event, type, receiver, subject, data, said_at, channel, state, kept_at, settled_at"
    with pytest.raises(IntegrityError):
        await notification.run(f"INSERT INTO message ({columns}) SELECT {columns} FROM message")


async def test_what_agencies_say_otherwise_needs_no_message(notification):
    await notification.hear(example(LayoffReported), example(CourseCancelled))
    assert await notification.messages() == []


async def test_a_contact_is_kept_sealed_as_it_came_and_nowhere_else(notification):
    await notification.hear(example(WorkerRegistered, contact="c2VhbGVk"))
    assert [tuple(row) for row in await notification.rows("SELECT worker, sealed FROM contact")] == [(SITI, "c2VhbGVk")]
    everything = await notification.rows("SELECT data::text FROM message UNION ALL SELECT data::text FROM journal")
    assert not any("c2VhbGVk" in row[0] for row in everything)


async def test_the_latest_contact_counts_and_an_older_one_changes_nothing(notification):
    await notification.hear(
        example(WorkerRegistered, n=1, contact="first"),
        example(ApplicationAmended, n=2, contact="second"),
        example(ApplicationAmended, n=3, contact=None),
    )
    assert [row.sealed for row in await notification.rows("SELECT sealed FROM contact")] == ["second"]
    await notification.run("UPDATE bookmark SET position = 0")
    notification.forget_positions()
    await notification.hear(example(WorkerRegistered, n=1, contact="first"))
    assert [row.sealed for row in await notification.rows("SELECT sealed FROM contact")] == ["second"]


async def test_the_figures_name_every_mailbox(notification):
    await notification.hear(example(WorkerEnrolled, n=1), example(WorkerEnrolled, n=2, worker=BUDI))
    await notification.hear(example(CourseOfferRefused, n=3, agency=CENTRE))
    assert await notification.figures() == {
        "messages": 9,
        "messages.worker": 2,
        "messages.agency": 7,
        f"messages.agency.{OFFICE}": 2,
        f"messages.agency.{UNION}": 2,
        f"messages.agency.{CENTRE}": 3,
        "delivered": 9,
        "failed": 0,
        "pending": 0,
        "withheld": 0,
    }


async def test_a_message_that_was_lost_or_added_by_hand_breaks_the_rule(notification):
    await notification.hear(example(WorkerEnrolled))
    assert await notification.broken_ids() == []
    await notification.run("DELETE FROM message WHERE receiver = 'sp-garmen'")
    assert await notification.broken_ids() == ["sp-garmen: delivered"]
    await notification.run("DELETE FROM tally WHERE receiver = 'worker'")
    assert await notification.broken_ids() == ["sp-garmen: delivered", "worker: delivered"]


async def test_an_agency_is_known_until_it_is_revoked(notification):
    key = await notification.admit(OFFICE)
    asked = {"headers": {"Authorization": f"Bearer {key}"}}
    assert (await notification.http.get("/messages", **asked)).status_code == 200
    ((id,),) = await notification.rows("SELECT id FROM agency")
    revoked = AgencyRevoked(id=id, agency=OFFICE)
    await notification.hear(msgspec.structs.replace(revoked, envelope=said(9)))
    assert [row.revoked for row in await notification.rows("SELECT revoked FROM agency")] == [True]


async def test_the_type_is_kept_by_its_name_and_the_worker_is_the_subject(notification):
    await notification.hear(example(WorkerEnrolled))
    kept = await notification.rows("SELECT DISTINCT type, subject FROM message")
    assert [tuple(row) for row in kept] == [(type_of(WorkerEnrolled), SITI)]
    assert (await notification.messages())[0][0] == WORKER


async def test_messages_are_kept_in_the_order_of_commits_so_that_a_reader_misses_none(notification):
    tell = notification.inbox.handlers.handle
    async with notification.database.work() as first:
        await tell([example(CourseOfferRefused, n=1, agency=CENTRE)], first)
        later = asyncio.create_task(notification.hear(example(VacancyPostRefused, n=2, agency=EMPLOYER)))
        done, _ = await asyncio.wait([later], timeout=0.5)
        assert not done, "a later message could be read before an earlier one"
    await later
    order = [row.event for row in await notification.rows("SELECT event FROM message ORDER BY position")]
    assert order == [event_id(1), event_id(2)]
