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

from services.notification.domain import WORKER, message_id
from services.notification.letters import Fate
from services.notification.mail import MailServerAway, Postman
from services.notification.settings import NotificationSettings
from shared.events import ApplicationAmended, JobseekerCardIssued, WorkerEnrolled, WorkerRegistered
from shared.sealing import Seal
from tests.unit.notification.examples import BUDI, CENTRE, OFFICE, SITI, UNION, event_id, example

KEY = os.urandom(32)


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
async def office(open_office, server):
    return await open_office(**settings(server))


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
    return Seal(key).seal(json.dumps(contact).encode(), about=worker)


async def register(office, worker=SITI, n=1, **contact):
    """Register a worker whom one agency reported."""
    contact = contact or {"name": "Siti", "email": "siti@example.org", "phone": "0812"}
    await office.hear(
        example(
            WorkerRegistered,
            n=n,
            worker=worker,
            contact=sealed(worker, **contact),
            concerns=[],
            agency=OFFICE,
            referred_by=None,
        ),
        speaker="registration",
    )


async def go_round(office):
    return await Postman(office.database, office.settings).go_round()


async def make_due(office):
    await office.rows("UPDATE message SET next_at = now() WHERE state = 'pending' RETURNING 1")


async def told(office):
    return [
        (type.removeprefix("pulih.notification."), data["to"], data.get("reason"))
        for type, data in await office.journal()
    ]


async def test_worker_and_agency_get_their_letters_and_it_is_said_so(office, server):
    await office.admit(OFFICE, email="disnaker@example.org", name="Disnaker Purworejo")
    await register(office)
    assert await office.messages() == [(WORKER, "pending"), (OFFICE, "pending")]
    assert await office.journal() == []
    assert await go_round(office) == 2
    assert server.recipients == ["disnaker@example.org", "siti@example.org"]
    assert await office.messages() == [(WORKER, "delivered"), (OFFICE, "delivered")]
    assert await told(office) == [("delivered.v1", WORKER, None), ("delivered.v1", OFFICE, None)]
    (mail,) = [mail for address, mail in server.letters if address == "siti@example.org"]
    assert mail["Message-ID"] == f"<{message_id(event_id(1), WORKER)}@pulih.example>"
    assert "Yth. Bapak/Ibu Siti," in mail.get_content()
    assert "melalui Disnaker Purworejo" in mail.get_content()
    assert await go_round(office) == 0
    assert await office.broken_rules() == []


async def test_the_duty_does_it_by_itself(office, server):
    await office.admit(OFFICE, email="disnaker@example.org")
    assert [duty.__qualname__ for duty in office.service.duties].count("Postman.deliver_mail") == 2
    duties = [asyncio.create_task(duty()) for duty in office.service.duties if "Postman" in duty.__qualname__]
    await register(office)
    async with asyncio.timeout(10):
        while len(await office.journal()) < 2:
            await asyncio.sleep(0.05)
    for duty in duties:
        duty.cancel()
    await asyncio.gather(*duties, return_exceptions=True)
    assert server.recipients == ["disnaker@example.org", "siti@example.org"]


async def test_refused_for_good_fails_and_says_so_without_the_servers_words(office, server, caplog):
    server.answers["siti@example.org"] = ["550 5.1.1 <siti@example.org> no such person"]
    await office.admit(OFFICE, email="disnaker@example.org")
    await register(office)
    await go_round(office)
    assert await office.messages() == [(WORKER, "failed"), (OFFICE, "delivered")]
    assert await told(office) == [("failed.v1", WORKER, "refused with 550"), ("delivered.v1", OFFICE, None)]
    assert "siti" not in caplog.text
    figures = await office.figures()
    assert (figures["failed"], figures["delivered"], figures["pending"]) == (1, 1, 0)
    assert await office.broken_rules() == []


async def test_not_now_is_tried_again_later_and_then_delivered(office, server):
    server.answers["siti@example.org"] = ["451 4.7.1 come back later"]
    await register(office)
    await go_round(office)
    assert (await office.messages())[0] == (WORKER, "pending")
    ((attempts, wait),) = await office.rows(
        "SELECT attempts, extract(epoch FROM next_at - now()) FROM message WHERE receiver = 'worker'"
    )
    assert attempts == 1
    assert 50 < wait <= 60
    assert await go_round(office) == 0
    await make_due(office)
    await go_round(office)
    assert server.recipients == ["siti@example.org"]
    assert ("delivered.v1", WORKER, None) in await told(office)


async def test_after_days_of_not_now_it_has_failed(open_office, server):
    office = await open_office(**settings(server, smtp_patience=0.001))
    server.answers["siti@example.org"] = ["451 come back later"]
    await register(office)
    await go_round(office)
    assert ("failed.v1", WORKER, "refused with 451") in await told(office)


async def test_who_gave_no_address_is_told_otherwise(office, server):
    await office.admit(OFFICE)
    await register(office, name="Siti", phone="0812")
    await go_round(office)
    assert server.letters == []
    assert await told(office) == [("failed.v1", WORKER, "no address"), ("failed.v1", OFFICE, "no address")]


async def test_an_agency_that_was_revoked_gets_no_letters(office, server):
    await office.admit(OFFICE, email="disnaker@example.org")
    await office.rows("UPDATE agency SET revoked = true RETURNING 1")
    await register(office)
    await go_round(office)
    assert server.recipients == ["siti@example.org"]


async def test_a_contact_that_arrives_after_a_step_is_waited_for(office, server):
    await office.hear(example(JobseekerCardIssued, n=5))
    await go_round(office)
    assert await office.messages() == [(WORKER, "pending"), (OFFICE, "pending")]
    await office.admit(OFFICE, email="disnaker@example.org")
    await register(office, n=6)
    await make_due(office)
    await go_round(office)
    assert {state for _, state in await office.messages()} == {"delivered"}


async def test_an_address_is_not_waited_for_for_ever(open_office, server):
    office = await open_office(**settings(server, address_patience=0))
    await office.hear(example(WorkerEnrolled, concerns=[]))
    await go_round(office)
    assert await told(office) == [("failed.v1", WORKER, "no address"), ("failed.v1", CENTRE, "no address")]


async def test_a_new_address_is_used_from_then_on(office, server):
    await register(office)
    await office.hear(
        example(ApplicationAmended, n=2, concerns=[], contact=sealed(email="baru@example.org")), speaker="registration"
    )
    await go_round(office)
    assert server.recipients == ["baru@example.org", "baru@example.org"]


async def test_killed_between_sending_and_marking_it_is_sent_again_under_the_same_id_and_told_once(office, server):
    await register(office, worker=SITI)
    await office.rows("DELETE FROM message WHERE receiver <> 'worker' RETURNING 1")
    postman = Postman(office.database, office.settings)
    killed = asyncio.Event()

    async def never_marks(fates):
        if any(fate.state == "delivered" for fate in fates):
            killed.set()
            await asyncio.Event().wait()

    postman._settle = never_marks
    walk = asyncio.create_task(postman.go_round())
    await asyncio.wait_for(killed.wait(), 10)
    assert len(server.letters) == 1
    assert await go_round(office) == 0, "another postman takes what is claimed only when the claim is over"
    ((lease,),) = await office.rows("SELECT extract(epoch FROM next_at - now()) FROM message")
    assert 0 < lease <= postman.lease
    await make_due(office)
    await go_round(office)
    assert len({mail["Message-ID"] for _, mail in server.letters}) == 1
    assert len(server.letters) == 2
    assert await told(office) == [("delivered.v1", WORKER, None)]
    for task in asyncio.all_tasks() - {asyncio.current_task(), walk}:
        if "_hand_over" in repr(task):
            task.cancel()
    await asyncio.gather(walk, return_exceptions=True)


async def test_told_to_stop_it_finishes_the_letter_in_hand_and_gives_the_others_back(office, server):
    for n, worker in enumerate((SITI, BUDI), 1):
        await register(office, worker=worker, n=n, email=f"w{n}@example.org")
    await office.rows("DELETE FROM message WHERE receiver <> 'worker' RETURNING 1")
    await office.rows("UPDATE tally SET n = 0 WHERE receiver <> 'worker' RETURNING 1")
    walk = asyncio.create_task(go_round(office))
    server.on_data = lambda: walk.get_loop().call_soon_threadsafe(walk.cancel) and None
    with pytest.raises(asyncio.CancelledError):
        await walk
    assert await office.messages() == [(WORKER, "delivered"), (WORKER, "pending")]
    server.on_data = None
    assert await go_round(office) == 1
    assert server.recipients == ["w1@example.org", "w2@example.org"]
    assert await office.broken_rules() == []


async def test_two_postmen_share_what_is_pending_and_no_letter_goes_out_twice(office, open_office, server):
    other = await open_office(of=office, **settings(server))
    for n in range(1, 121):
        await register(office, worker=event_id(n), n=n, email=f"w{n}@example.org")

    async def walk(each):
        while await go_round(each):
            pass

    await office.admit(OFFICE, email="disnaker@example.org")
    await asyncio.gather(walk(office), walk(office), walk(other))
    assert len(server.letters) == 240
    assert len({mail["Message-ID"] for _, mail in server.letters}) == 240
    assert len(await office.journal()) == 240
    assert await office.broken_rules() == []


async def test_while_the_mail_server_is_away_nothing_fails_and_afterwards_all_is_sent(office, server):
    await office.admit(OFFICE, email="disnaker@example.org")
    await register(office)
    server.controller.stop()
    with pytest.raises(MailServerAway):
        await go_round(office)
    assert await office.messages() == [(WORKER, "pending"), (OFFICE, "pending")]
    assert [row.attempts for row in await office.rows("SELECT attempts FROM message")] == [0, 0]
    back = Controller(server, hostname="127.0.0.1", port=server.port)
    back.start()
    try:
        await go_round(office)
    finally:
        back.stop()
    assert len(server.letters) == 2


async def test_a_server_that_closes_on_one_letter_gets_the_others_first(office, server):
    server.answers["siti@example.org"] = ["421 closing"]
    await office.admit(OFFICE, email="disnaker@example.org")
    await register(office)
    with pytest.raises(MailServerAway):
        await go_round(office)
    await go_round(office)
    assert server.recipients == ["disnaker@example.org"]
    assert await office.messages() == [(WORKER, "pending"), (OFFICE, "delivered")]


async def test_another_key_than_registrations_fails_nothing_at_once_and_is_said(open_office, server, caplog):
    other = urlsafe_b64encode(os.urandom(32)).decode()
    office = await open_office(**settings(server, contact_key=other))
    await register(office)
    with caplog.at_level(logging.WARNING):
        await go_round(office)
    assert "is PULIH_CONTACT_KEY registration's?" in caplog.text
    assert (await office.messages())[0] == (WORKER, "pending")


async def test_no_personal_data_is_left_in_the_store_or_the_log(office, server, caplog):
    caplog.set_level(logging.DEBUG)
    server.answers["siti@example.org"] = ["451 <siti@example.org> later"]
    await office.admit(OFFICE, email="disnaker@example.org")
    await register(office)
    await go_round(office)
    tables = ("message", "tally", "contact", "journal", "dead_letter")
    stored = [row[0] for table in tables for row in await office.rows(f"SELECT t::text FROM {table} AS t")]
    assert stored
    ours = [
        record.getMessage() + repr(vars(record))
        for record in caplog.records
        if record.name.startswith(("services", "shared"))
    ]
    for text in stored + ours:
        assert "siti" not in text.lower()
        assert "0812" not in text


async def test_mail_stays_readable_over_http(office, server):
    key = await office.admit(OFFICE, email="disnaker@example.org")
    await register(office)
    await go_round(office)
    answer = await office.http.get("/messages", headers={"Authorization": f"Bearer {key}"})
    assert [(item["channel"], item["state"]) for item in answer.json()["items"]] == [("smtp", "delivered")]


async def test_a_union_that_is_concerned_gets_a_letter_too(office, server):
    await office.admit(UNION, role="union", email="sp@example.org")
    await office.hear(example(WorkerEnrolled, concerns=[UNION]))
    await go_round(office)
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
        NotificationSettings(database_url="postgresql://x", operator_key="k", **settings(server, **given))


async def test_a_letter_that_two_postmen_marked_is_told_of_once(office, server):
    await register(office)
    for postman in (Postman(office.database, office.settings), Postman(office.database, office.settings)):
        await postman._settle([Fate(message_id(event_id(1), WORKER), "delivered", tried=True)])
    assert await told(office) == [("delivered.v1", WORKER, None)]
    assert (await office.figures())["delivered"] == 1
    assert await office.broken_rules() == []
