"""What is heard is told once to each receiver: a repeat, a replayed journal or a second office makes no second message."""

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
async def test_each_event_puts_a_message_into_every_mailbox_and_says_so(office, kind):
    event = example(kind)
    await office.hear(event)
    receivers = who_is_told(event)
    assert await office.messages() == [(receiver, "delivered") for receiver in receivers]
    assert await office.journal() == [
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


async def test_a_repeat_makes_no_second_message(office):
    records = office.records(example(WorkerEnrolled))
    await office.inbox.take_in(records)
    await office.inbox.take_in(records)
    assert len(await office.messages()) == len(await office.journal()) == 4


async def test_a_journal_that_is_played_again_to_a_new_bookmark_makes_no_second_message(office):
    events = [example(WorkerEnrolled, n=n) for n in range(1, 6)]
    await office.hear(*events)
    await office.rows("UPDATE bookmark SET position = 0, heard = 0 RETURNING 1")
    office.said.clear()
    await office.hear(*events, example(WorkerPlaced, n=6))
    assert len(await office.messages()) == len(await office.journal()) == 5 * 4 + 3
    assert (await office.figures())["messages"] == 23
    assert await office.broken_rules() == []


async def test_an_event_that_comes_twice_in_one_batch_is_told_once(office):
    await office.hear(example(WorkerEnrolled), example(WorkerEnrolled))
    assert len(await office.messages()) == len(await office.journal()) == 4
    assert await office.broken_rules() == []


async def test_two_offices_that_hear_the_same_at_once_tell_it_once(office, open_office):
    other = await open_office(of=office)
    events = [example(WorkerEnrolled, n=n, worker=event_id(n)) for n in range(1, 101)]
    records = office.records(*events)
    await asyncio.gather(office.inbox.take_in(records), other.inbox.take_in(records))
    assert len(await office.messages()) == len(await office.journal()) == 400
    assert await office.broken_rules() == []


async def test_failure_leaves_nothing_behind(office):
    async with office.database.work() as work:
        await work.run("ALTER TABLE tally ADD CONSTRAINT not_them CHECK (receiver <> 'sp-garmen')")
    await office.hear(example(WorkerRegistered, contact="sealed"), speaker="registration")
    for table in ("message", "tally", "contact", "journal"):
        assert await office.rows(f"SELECT 1 FROM {table}") == [], table
    ((reason,),) = await office.rows("SELECT reason FROM dead_letter")
    assert "not_them" in reason


async def test_a_neighbour_of_a_bad_event_is_told(office):
    async with office.database.work() as work:
        await work.run("ALTER TABLE message ADD CONSTRAINT no_second CHECK (event::text NOT LIKE '%2') NOT VALID")
    await office.hear(*(example(WorkerEnrolled, n=n) for n in (1, 2, 3)))
    assert {row.event for row in await office.rows("SELECT event FROM message")} == {event_id(1), event_id(3)}


async def test_the_database_itself_takes_no_second_message(office):
    await office.hear(example(WorkerEnrolled))
    columns = "id, event, type, receiver, subject, data, said_at, channel, state, kept_at, settled_at"
    with pytest.raises(IntegrityError):
        await office.rows(f"INSERT INTO message ({columns}) SELECT {columns} FROM message RETURNING 1")


async def test_what_agencies_say_otherwise_needs_no_message(office):
    await office.hear(example(LayoffReported), example(CourseCancelled), speaker="registration")
    assert await office.messages() == []


async def test_a_contact_is_kept_sealed_as_it_came_and_nowhere_else(office):
    await office.hear(example(WorkerRegistered, contact="c2VhbGVk"), speaker="registration")
    assert [tuple(row) for row in await office.rows("SELECT worker, sealed FROM contact")] == [(SITI, "c2VhbGVk")]
    everything = await office.rows("SELECT data::text FROM message UNION ALL SELECT data::text FROM journal")
    assert not any("c2VhbGVk" in row[0] for row in everything)


async def test_the_latest_contact_counts_and_an_older_one_changes_nothing(office):
    await office.hear(
        example(WorkerRegistered, n=1, contact="first"),
        example(ApplicationAmended, n=2, contact="second"),
        example(ApplicationAmended, n=3, contact=None),
        speaker="registration",
    )
    assert [row.sealed for row in await office.rows("SELECT sealed FROM contact")] == ["second"]
    await office.rows("UPDATE bookmark SET position = 0 RETURNING 1")
    office.said.clear()
    await office.hear(example(WorkerRegistered, n=1, contact="first"), speaker="registration")
    assert [row.sealed for row in await office.rows("SELECT sealed FROM contact")] == ["second"]


async def test_the_figures_name_every_mailbox(office):
    await office.hear(example(WorkerEnrolled, n=1), example(WorkerEnrolled, n=2, worker=BUDI))
    await office.hear(example(CourseOfferRefused, n=3, agency=CENTRE))
    assert await office.figures() == {
        "messages": 9,
        "messages.worker": 2,
        "messages.agency": 7,
        f"messages.agency.{OFFICE}": 2,
        f"messages.agency.{UNION}": 2,
        f"messages.agency.{CENTRE}": 3,
        "delivered": 9,
        "failed": 0,
        "pending": 0,
    }


async def test_a_message_that_was_lost_or_added_by_hand_breaks_the_rule(office):
    await office.hear(example(WorkerEnrolled))
    assert await office.broken_rules() == []
    await office.rows("DELETE FROM message WHERE receiver = 'sp-garmen' RETURNING 1")
    assert await office.broken_rules() == ["sp-garmen: delivered"]
    await office.rows("DELETE FROM tally WHERE receiver = 'worker' RETURNING 1")
    assert await office.broken_rules() == ["sp-garmen: delivered", "worker: delivered"]


async def test_an_agency_is_known_until_it_is_revoked(office):
    key = await office.admit(OFFICE)
    asked = {"headers": {"Authorization": f"Bearer {key}"}}
    assert (await office.http.get("/messages", **asked)).status_code == 200
    ((id,),) = await office.rows("SELECT id FROM agency")
    revoked = AgencyRevoked(id=id, agency=OFFICE)
    await office.hear(msgspec.structs.replace(revoked, envelope=said(9)), speaker="registration")
    assert [row.revoked for row in await office.rows("SELECT revoked FROM agency")] == [True]


async def test_the_type_is_kept_by_its_name_and_the_worker_is_the_subject(office):
    await office.hear(example(WorkerEnrolled))
    kept = await office.rows("SELECT DISTINCT type, subject FROM message")
    assert [tuple(row) for row in kept] == [(type_of(WorkerEnrolled), SITI)]
    assert (await office.messages())[0][0] == WORKER


async def test_messages_are_kept_in_the_order_of_commits_so_that_a_reader_misses_none(office):
    tell = office.inbox.handlers.handle
    async with office.database.work() as first:
        await tell([example(CourseOfferRefused, n=1, agency=CENTRE)], first)
        later = asyncio.create_task(office.hear(example(VacancyPostRefused, n=2, agency=EMPLOYER), speaker="placement"))
        done, _ = await asyncio.wait([later], timeout=0.5)
        assert not done, "a later message could be read before an earlier one"
    await later
    order = [row.event for row in await office.rows("SELECT event FROM message ORDER BY position")]
    assert order == [event_id(1), event_id(2)]
