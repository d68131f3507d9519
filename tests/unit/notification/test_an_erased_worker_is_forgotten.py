"""A worker who is erased leaves no contact and no word in a message; messages are counted as before, and nothing comes back."""

import json
import os
from base64 import urlsafe_b64encode

import pytest

from services.notification import delivery
from services.notification.channels.protocol import Delivered
from services.notification.domain import WORKER
from services.notification.withholding import erase
from shared.events import JobseekerCardIssued, WorkerEnrolled, WorkerErased, WorkerPlaced, WorkerRegistered
from shared.sealing import CONTACT, Seal
from tests.unit.notification.conftest import OPERATOR_KEY
from tests.unit.notification.examples import BUDI, CENTRE, OFFICE, SITI, event_id, example

KEY = os.urandom(32)
MAIL = {
    "channel": "smtp",
    "contact_key": urlsafe_b64encode(KEY).decode(),
    "smtp_host": "127.0.0.1",
    "smtp_from": "Pulih <kabar@pulih.example>",
}


def registered(worker=SITI, n=1):
    contact = Seal(KEY).seal(
        json.dumps({"name": "Siti", "email": "siti@example.org"}).encode(), about=worker, **CONTACT
    )
    return example(WorkerRegistered, n=n, worker=worker, contact=contact, concerns=[], referred_by=None, agency=OFFICE)


def erased(worker=SITI, n=9):
    return example(WorkerErased, worker=worker, n=n)


async def contacts(notification):
    return [row.worker for row in await notification.rows("SELECT worker FROM contact ORDER BY worker")]


async def kept(notification, worker=SITI):
    found = await notification.rows(
        "SELECT receiver, state, data FROM message WHERE subject = :worker ORDER BY position", worker=worker
    )
    return [tuple(row) for row in found]


async def test_the_contact_goes_and_the_messages_are_blank(notification):
    await notification.hear(registered(), registered(BUDI, n=2))
    before = await notification.figures()
    await notification.hear(erased())
    assert await contacts(notification) == [BUDI]
    assert await kept(notification) == [(WORKER, "delivered", {}), (OFFICE, "delivered", {})]
    assert all(data for _, _, data in await kept(notification, BUDI))
    assert await notification.figures() == before
    assert await notification.broken_ids() == []
    assert await notification.rows("SELECT worker FROM erased") == [(SITI,)]


async def test_nobody_is_told_of_it(notification):
    await notification.hear(registered())
    before = len(await notification.journal())
    await notification.hear(erased())
    assert len(await notification.messages()) == 2
    assert len(await notification.journal()) == before


async def test_a_blank_message_says_so_in_both_languages(notification):
    await notification.admit(CENTRE, role="training-provider")
    await notification.hear(example(WorkerEnrolled, title="Menjahit Halus"))
    await notification.hear(erased())
    for key in ("key of " + CENTRE, OPERATOR_KEY):
        answer = await notification.http.get("/messages", headers={"Authorization": f"Bearer {key}"})
        assert "Menjahit Halus" not in answer.text
        assert {(item["id_text"]["subject"], item["en_text"]["subject"]) for item in answer.json()["items"]} == {
            ("Sudah dihapus", "Erased")
        }


async def test_a_registration_that_is_heard_again_brings_nothing_back(notification):
    await notification.hear(registered(), erased())
    await notification.run("UPDATE bookmark SET position = 0, heard = 0")
    notification.forget_positions()
    await notification.hear(registered())
    assert await contacts(notification) == []
    assert {data == {} for _, _, data in await kept(notification)} == {True}


async def test_what_is_said_of_an_erased_worker_later_is_counted_and_withheld(notification):
    await notification.hear(registered(), erased())
    said = len(await notification.journal())
    await notification.hear(example(WorkerPlaced, n=10, worker=SITI, agency=OFFICE, concerns=[]))
    assert (await kept(notification))[2:] == [(WORKER, "withheld", {}), (OFFICE, "withheld", {})]
    assert (await notification.figures())["withheld"] == 2
    assert len(await notification.journal()) == said
    assert await notification.broken_ids() == []


async def test_in_one_batch_the_order_counts(notification):
    await notification.hear(registered(), erased(), registered(BUDI, n=10), erased(BUDI, n=11))
    assert await contacts(notification) == []
    assert {data == {} for worker in (SITI, BUDI) for _, _, data in await kept(notification, worker)} == {True}


class Post:
    """A channel that takes everything; `on_send` is called before each letter but the first is looked at."""

    away = "the post is away"
    connections = 1
    timeout = 5
    patience = 60.0

    def __init__(self, before_the_second=None):
        self.sent = []
        self.before_the_second = before_the_second

    def address_in(self, contact):
        return contact.email

    def connect(self):
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        return None

    async def send(self, letter):
        self.sent.append(letter.address)
        if self.before_the_second and len(self.sent) == 1:
            await self.before_the_second()
        return Delivered()


async def test_what_has_not_gone_out_yet_never_does(open_notification):
    notification = await open_notification(**MAIL)
    await notification.hear(registered(), registered(BUDI, n=2))
    await notification.hear(erased())
    await notification.run("UPDATE message SET next_at = now() WHERE state = 'pending'")
    post = Post()
    await delivery.Delivery(notification.database, post, notification.settings).deliver_due()
    assert post.sent == ["siti@example.org"], "Budi's alone: the address is the same"
    assert await kept(notification) == [(WORKER, "withheld", {}), (OFFICE, "withheld", {})]
    assert (await notification.figures())["withheld"] == 2
    assert await notification.broken_ids() == []


async def test_a_letter_that_was_claimed_before_is_not_sent_after(open_notification):
    notification = await open_notification(**MAIL)
    await notification.hear(registered(), registered(BUDI, n=2))
    await notification.run(
        "DELETE FROM message WHERE receiver <> 'worker'", "UPDATE tally SET n = 0 WHERE receiver <> 'worker'"
    )

    async def erase_budi():
        async with notification.database.work() as work:
            await erase(work, [BUDI])

    post = Post(before_the_second=erase_budi)
    assert await delivery.Delivery(notification.database, post, notification.settings).deliver_due() == 2
    assert len(post.sent) == 1
    assert [state for _, state, _ in await kept(notification, BUDI)] == ["withheld"]
    assert [type for type, _ in await notification.journal()] == ["pulih.notification.delivered.v1"]


async def test_the_contact_is_not_waited_for_where_a_worker_is_erased_before_it_came(open_notification):
    notification = await open_notification(**MAIL)
    await notification.hear(example(JobseekerCardIssued, n=1), erased(n=2))
    assert [state for _, state, _ in await kept(notification)] == ["withheld", "withheld"]


async def test_an_older_database_forgets_again_before_it_is_open(open_notification, tmp_path):
    file = tmp_path / "erased.txt"
    notification = await open_notification(erased_file=file)
    await notification.hear(registered())
    file.write_text(f"{SITI}\n")
    await notification.service.erasures.apply()
    assert await contacts(notification) == []
    assert {data == {} for _, _, data in await kept(notification)} == {True}
    assert await notification.hear(registered()) == []
    assert await contacts(notification) == []


@pytest.mark.parametrize("n", [1, 3])
async def test_a_repeat_changes_nothing(notification, n):
    await notification.hear(registered())
    for again in range(n):
        await notification.hear(erased(n=9 + again))
    assert await kept(notification) == [(WORKER, "delivered", {}), (OFFICE, "delivered", {})]
    assert event_id(1) in {row.event for row in await notification.rows("SELECT event FROM message")}
