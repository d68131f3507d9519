"""Letters go to a real mail server: each until it is taken or refused, and each told of once."""

import asyncio
import json
import logging
import os
import socket
from base64 import urlsafe_b64encode
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from pydantic import ValidationError

from services.notification.channels.protocol import ChannelAway
from services.notification.channels.smtp import SmtpChannel
from services.notification.delivery import Delivery
from services.notification.domain import WORKER, message_id
from services.notification.settings import NotificationSettings
from services.notification.settlements import Settlement
from shared.events import ApplicationAmended, JobseekerCardIssued, WorkerEnrolled, WorkerPlaced, WorkerRegistered
from shared.sealing import CONTACT, Seal
from tests.key_files import key_file
from tests.unit.notification.examples import BUDI, CENTRE, OFFICE, SITI, UNION, event_id, example

KEY = os.urandom(32)
PHONE = "081200001234"


class MailServer:
    """Takes letters as a mail server does; `answers` holds what it says to a recipient next."""

    def __init__(self):
        self.letters = []
        self.answers = {}
        self.on_data = None

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  aiosmtpd's name
        answer = self.answers.get(address, [])
        said = answer.pop(0) if answer else "250 OK"
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        mail = message_from_bytes(envelope.content, policy=default)
        self.letters.append((envelope.rcpt_tos[0], mail))
        if self.on_data:
            return self.on_data() or "250 OK"
        return "250 OK"

    @property
    def recipients(self):
        return sorted(address for address, _ in self.letters)


@pytest.fixture
def server():
    handler = MailServer()
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port())
    controller.start()
    handler.port = controller.port
    handler.controller = controller
    yield handler
    if controller.server is not None:
        controller.stop(no_assert=True)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
async def notification(open_notification, server):
    return await open_notification(**settings(server))


def settings(server, **given):
    return {
        "channel": "smtp",
        "contact_key": urlsafe_b64encode(KEY).decode(),
        "smtp_host": "127.0.0.1",
        "smtp_port": server.port,
        "smtp_tls": "none",
        "smtp_from": "Pulih <kabar@pulih.example>",
        "smtp_timeout": 5,
        **given,
    }


def sealed(worker=SITI, key=KEY, **contact):
    return Seal(key).seal(json.dumps(contact).encode(), about=worker, **CONTACT)


async def register(notification, worker=SITI, n=1, **contact):
    """Register a worker whom one agency reported."""
    contact = contact or {"name": "Siti", "email": "siti@example.org", "phone": PHONE}
    await notification.hear(
        example(
            WorkerRegistered,
            n=n,
            worker=worker,
            contact=sealed(worker, **contact),
            concerns=[],
            agency=OFFICE,
            referred_by=None,
        )
    )


def delivery_of(notification):
    return Delivery(notification.database, SmtpChannel(notification.settings), notification.settings)


async def deliver_due(notification):
    return await delivery_of(notification).deliver_due()


async def make_due(notification):
    await notification.run("UPDATE message SET next_at = now() WHERE state = 'pending'")


async def told(notification):
    return [
        (type.removeprefix("pulih.notification."), data["to"], data.get("reason"))
        for type, data in await notification.journal()
    ]


async def test_worker_and_agency_get_their_letters_and_it_is_said_so(notification, server):
    await notification.admit(OFFICE, email="disnaker@example.org", name="Disnaker Purworejo")
    await register(notification)
    assert await notification.messages() == [(WORKER, "pending"), (OFFICE, "pending")]
    assert await notification.journal() == []
    assert await deliver_due(notification) == 2
    assert server.recipients == ["disnaker@example.org", "siti@example.org"]
    assert await notification.messages() == [(WORKER, "delivered"), (OFFICE, "delivered")]
    assert await told(notification) == [("delivered.v1", WORKER, None), ("delivered.v1", OFFICE, None)]
    (mail,) = [mail for address, mail in server.letters if address == "siti@example.org"]
    assert mail["Message-ID"] == f"<{message_id(event_id(1), WORKER)}@pulih.example>"
    assert "Yth. Bapak/Ibu Siti," in mail.get_content()
    assert "melalui Disnaker Purworejo" in mail.get_content()
    assert await deliver_due(notification) == 0
    assert await notification.broken_ids() == []


async def test_the_duty_does_it_by_itself(notification, server):
    await notification.admit(OFFICE, email="disnaker@example.org")
    assert [duty.__qualname__ for duty in notification.service.duties].count("Delivery.run") == 2
    duties = [asyncio.create_task(duty()) for duty in notification.service.duties if "Delivery" in duty.__qualname__]
    await register(notification)
    async with asyncio.timeout(10):
        while len(await notification.journal()) < 2:
            await asyncio.sleep(0.05)
    for duty in duties:
        duty.cancel()
    await asyncio.gather(*duties, return_exceptions=True)
    assert server.recipients == ["disnaker@example.org", "siti@example.org"]


async def test_refused_for_good_fails_and_says_so_without_the_servers_words(notification, server, caplog):
    server.answers["siti@example.org"] = ["550 5.1.1 <siti@example.org> no such person"]
    await notification.admit(OFFICE, email="disnaker@example.org")
    await register(notification)
    await deliver_due(notification)
    assert await notification.messages() == [(WORKER, "failed"), (OFFICE, "delivered")]
    assert await told(notification) == [("failed.v1", WORKER, "refused with 550"), ("delivered.v1", OFFICE, None)]
    assert "siti" not in caplog.text
    figures = await notification.figures()
    assert (figures["failed"], figures["delivered"], figures["pending"]) == (1, 1, 0)
    assert await notification.broken_ids() == []


@pytest.mark.parametrize(("grade", "times"), [("employer-says", 1), ("confirmed", 0)])
async def test_it_is_said_that_the_worker_was_told_of_an_employer_s_word(notification, server, grade, times):
    await notification.admit(OFFICE, email="disnaker@example.org")
    await register(notification)
    await notification.hear(example(WorkerPlaced, n=7, grade=grade, concerns=[OFFICE]))
    await deliver_due(notification)
    said = [data for type, data in await notification.journal() if type == "pulih.placement.told.v1"]
    assert said == [{"subject": str(SITI), "placement": str(event_id(7)), "channel": "smtp"}] * times


async def test_who_could_not_be_told_was_not_told(notification, server):
    server.answers["siti@example.org"] = ["550 no such person"] * 2
    await register(notification)
    await notification.hear(example(WorkerPlaced, n=7, grade="employer-says"))
    await deliver_due(notification)
    assert "pulih.placement.told.v1" not in [type for type, _ in await notification.journal()]


async def test_a_message_that_stays_in_the_mailbox_tells_nobody_outside_the_house(open_notification):
    notification = await open_notification()
    await notification.hear(example(WorkerPlaced, n=7, grade="employer-says"))
    assert "pulih.placement.told.v1" not in [type for type, _ in await notification.journal()]


async def test_not_now_is_tried_again_later_and_then_delivered(notification, server):
    server.answers["siti@example.org"] = ["451 4.7.1 come back later"]
    await register(notification)
    await deliver_due(notification)
    assert (await notification.messages())[0] == (WORKER, "pending")
    ((attempts, wait),) = await notification.rows(
        "SELECT attempts, extract(epoch FROM next_at - now()) FROM message WHERE receiver = 'worker'"
    )
    assert attempts == 1
    assert 50 < wait <= 60
    assert await deliver_due(notification) == 0
    await make_due(notification)
    await deliver_due(notification)
    assert server.recipients == ["siti@example.org"]
    assert ("delivered.v1", WORKER, None) in await told(notification)


async def test_after_days_of_not_now_it_has_failed(open_notification, server):
    notification = await open_notification(**settings(server, smtp_patience=0.001))
    server.answers["siti@example.org"] = ["451 come back later"]
    await register(notification)
    await deliver_due(notification)
    assert ("failed.v1", WORKER, "refused with 451") in await told(notification)


async def test_who_gave_no_address_is_told_otherwise(notification, server):
    await notification.admit(OFFICE)
    await register(notification, name="Siti", phone=PHONE)
    await deliver_due(notification)
    assert server.letters == []
    assert await told(notification) == [("failed.v1", WORKER, "no address"), ("failed.v1", OFFICE, "no address")]


async def test_an_agency_that_was_revoked_gets_no_letters(notification, server):
    await notification.admit(OFFICE, email="disnaker@example.org")
    await notification.run("UPDATE agency SET revoked = true")
    await register(notification)
    await deliver_due(notification)
    assert server.recipients == ["siti@example.org"]


async def test_a_contact_that_arrives_after_a_step_is_waited_for(notification, server):
    await notification.hear(example(JobseekerCardIssued, n=5))
    await deliver_due(notification)
    assert await notification.messages() == [(WORKER, "pending"), (OFFICE, "pending")]
    await notification.admit(OFFICE, email="disnaker@example.org")
    await register(notification, n=6)
    await make_due(notification)
    await deliver_due(notification)
    assert {state for _, state in await notification.messages()} == {"delivered"}


async def test_an_address_is_not_waited_for_for_ever(open_notification, server):
    notification = await open_notification(**settings(server, address_patience=0))
    await notification.hear(example(WorkerEnrolled, concerns=[]))
    await deliver_due(notification)
    assert await told(notification) == [("failed.v1", WORKER, "no address"), ("failed.v1", CENTRE, "no address")]


async def test_a_new_address_is_used_from_then_on(notification, server):
    await register(notification)
    await notification.hear(example(ApplicationAmended, n=2, concerns=[], contact=sealed(email="baru@example.org")))
    await deliver_due(notification)
    assert server.recipients == ["baru@example.org", "baru@example.org"]


async def test_killed_between_sending_and_settling_it_is_sent_again_under_the_same_id_and_told_once(
    notification, server
):
    await register(notification, worker=SITI)
    await notification.run("DELETE FROM message WHERE receiver <> 'worker'")
    delivery = delivery_of(notification)
    killed = asyncio.Event()

    async def never_settles(settlements):
        if any(each.state == "delivered" for each in settlements):
            killed.set()
            await asyncio.Event().wait()

    delivery._settle = never_settles
    delivering = asyncio.create_task(delivery.deliver_due())
    await asyncio.wait_for(killed.wait(), 10)
    assert len(server.letters) == 1
    assert await deliver_due(notification) == 0, "another delivery takes what is claimed only when the claim is over"
    ((lease,),) = await notification.rows("SELECT extract(epoch FROM next_at - now()) FROM message")
    assert 0 < lease <= delivery.lease
    await make_due(notification)
    await deliver_due(notification)
    assert len({mail["Message-ID"] for _, mail in server.letters}) == 1
    assert len(server.letters) == 2
    assert await told(notification) == [("delivered.v1", WORKER, None)]
    for task in asyncio.all_tasks() - {asyncio.current_task(), delivering}:
        if "Delivery._send" in repr(task):
            task.cancel()
    await asyncio.gather(delivering, return_exceptions=True)


async def test_told_to_stop_it_finishes_the_letter_that_is_being_sent_and_gives_the_others_back(notification, server):
    for n, worker in enumerate((SITI, BUDI), 1):
        await register(notification, worker=worker, n=n, email=f"w{n}@example.org")
    await notification.run("DELETE FROM message WHERE receiver <> 'worker'")
    await notification.run("UPDATE tally SET n = 0 WHERE receiver <> 'worker'")
    delivering = asyncio.create_task(deliver_due(notification))
    server.on_data = lambda: delivering.get_loop().call_soon_threadsafe(delivering.cancel) and None
    with pytest.raises(asyncio.CancelledError):
        await delivering
    assert await notification.messages() == [(WORKER, "delivered"), (WORKER, "pending")]
    server.on_data = None
    assert await deliver_due(notification) == 1
    assert server.recipients == ["w1@example.org", "w2@example.org"]
    assert await notification.broken_ids() == []


async def test_deliveries_share_what_is_pending_and_no_letter_goes_out_twice(notification, open_notification, server):
    other = await open_notification(on=notification, **settings(server))
    for n in range(1, 121):
        await register(notification, worker=event_id(n), n=n, email=f"w{n}@example.org")

    async def deliver_all(each):
        while await deliver_due(each):
            pass

    await notification.admit(OFFICE, email="disnaker@example.org")
    await asyncio.gather(deliver_all(notification), deliver_all(notification), deliver_all(other))
    assert len(server.letters) == 240
    assert len({mail["Message-ID"] for _, mail in server.letters}) == 240
    assert len(await notification.journal()) == 240
    assert await notification.broken_ids() == []


async def test_while_the_mail_server_is_away_nothing_fails_and_afterwards_all_is_sent(notification, server):
    await notification.admit(OFFICE, email="disnaker@example.org")
    await register(notification)
    server.controller.stop()
    with pytest.raises(ChannelAway):
        await deliver_due(notification)
    assert await notification.messages() == [(WORKER, "pending"), (OFFICE, "pending")]
    assert [row.attempts for row in await notification.rows("SELECT attempts FROM message")] == [0, 0]
    back = Controller(server, hostname="127.0.0.1", port=server.port)
    back.start()
    try:
        await deliver_due(notification)
    finally:
        back.stop()
    assert len(server.letters) == 2


async def test_a_server_that_closes_on_one_letter_gets_the_others_first(notification, server):
    server.answers["siti@example.org"] = ["421 closing"]
    await notification.admit(OFFICE, email="disnaker@example.org")
    await register(notification)
    with pytest.raises(ChannelAway):
        await deliver_due(notification)
    await deliver_due(notification)
    assert server.recipients == ["disnaker@example.org"]
    assert await notification.messages() == [(WORKER, "pending"), (OFFICE, "delivered")]


async def test_another_key_than_registrations_fails_nothing_at_once_and_is_said(open_notification, server, caplog):
    other = urlsafe_b64encode(os.urandom(32)).decode()
    notification = await open_notification(**settings(server, contact_key=other))
    await register(notification)
    with caplog.at_level(logging.WARNING):
        await deliver_due(notification)
    assert "is PULIH_CONTACT_KEY registration's?" in caplog.text
    assert (await notification.messages())[0] == (WORKER, "pending")


async def test_no_personal_data_is_left_in_the_store_or_the_log(notification, server, caplog):
    caplog.set_level(logging.DEBUG)
    server.answers["siti@example.org"] = ["451 <siti@example.org> later"]
    await notification.admit(OFFICE, email="disnaker@example.org")
    await register(notification)
    await deliver_due(notification)
    tables = ("message", "tally", "contact", "journal", "dead_letter")
    stored = [row[0] for table in tables for row in await notification.rows(f"SELECT t::text FROM {table} AS t")]
    assert stored
    ours = [
        record.getMessage() + repr(vars(record))
        for record in caplog.records
        if record.name.startswith(("services", "shared"))
    ]
    for text in stored + ours:
        assert "siti" not in text.lower()
        assert PHONE not in text


async def test_mail_stays_readable_over_http(notification, server):
    key = await notification.admit(OFFICE, email="disnaker@example.org")
    await register(notification)
    await deliver_due(notification)
    answer = await notification.http.get("/messages", headers={"Authorization": f"Bearer {key}"})
    assert [(item["channel"], item["state"]) for item in answer.json()["items"]] == [("smtp", "delivered")]


async def test_a_union_that_is_concerned_gets_a_letter_too(notification, server):
    await notification.admit(UNION, role="union", email="sp@example.org")
    await notification.hear(example(WorkerEnrolled, concerns=[UNION]))
    await deliver_due(notification)
    assert server.recipients == ["sp@example.org"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"smtp_host": ""}, "PULIH_SMTP_HOST"),
        ({"contact_key": ""}, "PULIH_CONTACT_KEY"),
        ({"contact_key": "c2hvcnQ="}, "32 bytes"),
        ({"smtp_from": "nobody"}, "PULIH_SMTP_FROM is no mail address"),
    ],
)
def test_a_missing_setting_is_named_at_the_start(given, said, server):
    with pytest.raises(ValidationError, match=said):
        NotificationSettings(database_url="postgresql://x", operators=key_file(), **settings(server, **given))


async def test_a_letter_that_was_settled_twice_is_told_of_once(notification, server):
    await register(notification)
    for delivery in (delivery_of(notification), delivery_of(notification)):
        await delivery._settle([Settlement(message_id(event_id(1), WORKER), "delivered", tried=True)])
    assert await told(notification) == [("delivered.v1", WORKER, None)]
    assert (await notification.figures())["delivered"] == 1
    assert await notification.broken_ids() == []
