"""A channel is one module and one entry in a table: a made-up one works through the same delivery as mail."""

import asyncio
import logging
import os
from base64 import urlsafe_b64encode
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import ClassVar

import pytest
from pydantic import ValidationError

from services.notification import delivery
from services.notification.channels import CHANNELS
from services.notification.channels.protocol import ChannelAway, Delivered, PutOff, Refused
from services.notification.domain import WORKER, message_id
from services.notification.settings import NotificationSettings
from shared.events import WorkerEnrolled
from tests.key_files import key_file
from tests.unit.notification.examples import CENTRE, OFFICE, UNION, event_id, example

PHONES = {"Disnaker": "0811", "SP": "0812", "BLK": "0813"}
KEY = urlsafe_b64encode(os.urandom(32)).decode()


class TextMessages:
    """Sends to agencies by phone. `answers` holds what it says of letters to a phone, one after another."""

    needs = ("operators",)
    away = "the network is away"
    connections = 3
    timeout = 0.2
    patience = 60.0
    sent: ClassVar[list] = []
    answers: ClassVar[dict] = {}

    def __init__(self, settings):
        pass

    def address_in(self, contact):
        return PHONES.get(contact.name)

    @asynccontextmanager
    async def connect(self):
        yield self

    async def send(self, letter):
        said = self.answers[letter.address].pop(0) if self.answers.get(letter.address) else Delivered()
        if said == "hangs":
            await asyncio.Event().wait()
        if isinstance(said, Exception):
            raise said
        if said == Delivered():
            self.sent.append((letter.address, letter.message))
        return said


@pytest.fixture
def network(monkeypatch):
    monkeypatch.setattr(TextMessages, "sent", [])
    monkeypatch.setattr(TextMessages, "answers", {})
    monkeypatch.setitem(CHANNELS, "text", TextMessages)
    return TextMessages


@pytest.fixture
async def notification(open_notification, network):
    """A service whose agencies are told by text message; three of them are, of one event."""
    service = await open_notification(channel="text", contact_key=KEY, address_patience=0)
    for slug, name in zip((OFFICE, UNION, CENTRE), PHONES, strict=True):
        await service.admit(slug, name=name)
    await service.hear(example(WorkerEnrolled))
    return service


def delivery_of(notification):
    return delivery.Delivery(notification.database, TextMessages(notification.settings), notification.settings)


async def states(notification):
    rows = await notification.rows("SELECT receiver, state, failure, attempts, channel FROM message ORDER BY position")
    assert {row.channel for row in rows} == {"text"}
    return {row.receiver: (row.state, row.failure, row.attempts) for row in rows}


async def test_letters_go_out_and_it_is_said_so(notification, network):
    assert await delivery_of(notification).deliver_due() == 4
    assert network.sent == [
        (phone, message_id(event_id(1), slug)) for phone, slug in (("0811", OFFICE), ("0812", UNION), ("0813", CENTRE))
    ]
    assert await states(notification) == {
        WORKER: ("failed", "no address", 0),
        **dict.fromkeys((OFFICE, UNION, CENTRE), ("delivered", None, 1)),
    }
    assert [(type, data["channel"]) for type, data in await notification.journal()] == [
        ("pulih.notification.failed.v1", "text"),
        *[("pulih.notification.delivered.v1", "text")] * 3,
    ]
    assert await notification.broken_ids() == []


async def test_each_answer_has_its_settlement(notification, network):
    network.answers.update({"0811": [Refused("no such number")], "0812": [PutOff("the phone is off")]})
    await delivery_of(notification).deliver_due()
    found = await states(notification)
    assert found[OFFICE] == ("failed", "no such number", 1)
    assert found[UNION] == ("pending", None, 1)
    assert found[CENTRE] == ("delivered", None, 1)


async def test_away_it_keeps_the_letters_and_they_are_due_at_once(notification, network):
    network.answers["0811"] = [ChannelAway("NoCarrier", "the phone's network is away")]
    with pytest.raises(ChannelAway, match="NoCarrier"):
        await delivery_of(notification).deliver_due()
    found = await states(notification)
    assert found[OFFICE] == ("pending", None, 1)
    assert found[UNION] == found[CENTRE] == ("pending", None, 0)
    assert await delivery_of(notification).deliver_due() == 2
    assert [phone for phone, _ in network.sent] == ["0812", "0813"]


async def test_a_channel_that_hangs_is_away_after_its_timeout(notification, network):
    network.answers["0811"] = ["hangs"]
    with pytest.raises(ChannelAway, match="TimeoutError"):
        await delivery_of(notification).deliver_due()
    assert (await states(notification))[OFFICE] == ("pending", None, 1)


@pytest.mark.parametrize("reason", ["the phone's network is away", None])
async def test_a_letter_that_it_was_away_for_too_long_fails_for_that_reason(notification, network, monkeypatch, reason):
    monkeypatch.setattr(network, "patience", 0.0)
    network.answers["0811"] = [ChannelAway("NoCarrier", reason)]
    with pytest.raises(ChannelAway):
        await delivery_of(notification).deliver_due()
    found = await states(notification)
    assert found[OFFICE] == ("failed", reason or "the network is away", 1)
    assert found[UNION] == found[CENTRE] == ("failed", "the network is away", 0)


async def test_it_pauses_longer_and_longer_while_the_channel_is_away(notification, network, monkeypatch, caplog):
    pauses = []

    async def note(seconds):
        pauses.append(seconds)
        if len(pauses) == 8:
            raise asyncio.CancelledError

    monkeypatch.setattr(delivery, "asyncio", SimpleNamespace(**{**vars(asyncio), "sleep": note}))
    away = delivery_of(notification)

    async def deliver_due():
        raise ChannelAway("NoCarrier")

    away.deliver_due = deliver_due
    with caplog.at_level(logging.WARNING), pytest.raises(asyncio.CancelledError):
        await away.run()
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert {(record.getMessage(), record.fault) for record in caplog.records} == {("the network is away", "NoCarrier")}


async def test_a_process_runs_as_many_deliveries_as_the_channel_has_connections(notification):
    assert [duty.__qualname__ for duty in notification.service.duties].count("Delivery.run") == 3


async def test_what_waits_for_another_channel_is_left_to_it(notification, open_notification, network, monkeypatch):
    monkeypatch.setitem(CHANNELS, "pager", TextMessages)
    other = await open_notification(on=notification, channel="pager", contact_key=KEY)
    assert await delivery_of(other).deliver_due() == 0
    assert await delivery_of(notification).deliver_due() == 4


def test_a_missing_setting_of_it_is_named(network, monkeypatch):
    monkeypatch.setattr(network, "needs", ("smtp_user",))
    with pytest.raises(ValidationError, match="PULIH_CHANNEL=text needs PULIH_SMTP_USER, PULIH_CONTACT_KEY"):
        NotificationSettings(database_url="postgresql://x", operators=key_file(), channel="text")


def test_a_word_that_is_no_channels_is_refused_with_those_that_are(network):
    with pytest.raises(ValidationError, match="one of mailbox, smtp, text was expected"):
        NotificationSettings(database_url="postgresql://x", operators=key_file(), channel="pigeon")
