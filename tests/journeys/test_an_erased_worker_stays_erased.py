"""A worker is registered, trained, mailed and erased; the stack is restored from a dump and replayed; nothing is left anywhere."""

import asyncio
import json
import re
import socket
from contextlib import suppress
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from itertools import product
from uuid import UUID

import httpx
import pytest
from aiosmtpd.controller import Controller

from deploy.embedded.postgres import Postgres
from deploy.embedded.postgres_programs import run
from services.registration.identity.data_keys import WRAPPED
from services.registration.identity.sealing import ASSERTION, IDENTITY
from shared import clock
from shared.key_rings import KeyRing
from shared.sealing import CONTACT, BrokenSeal, Cipher, Seal, key_from
from shared.topology import SERVICES
from tests.journeys.office import Office
from tests.played import pulih, stack_in
from tests.searching import logs_in, places_in

TODAY = clock.today()
BUDI = {
    "nik": "3306004101900001",
    "name": "Budiarto Wicaksana",
    "birth_date": "1990-01-01",
    "phone": "+62 811 7654 321",
    "email": "budiarto@rahasia.example",
    "address": "Jalan Kenanga 77",
    "region": "33.06",
}
SITI = BUDI | {
    "nik": "3306004101900002",
    "name": "Sitiwati Prameswari",
    "phone": "+62 811 1234 567",
    "email": "sitiwati@rahasia.example",
    "address": "Jalan Melati 5",
}
SEALED = re.compile(rb"(?:[A-Za-z0-9_-]{1,32}:)?2\.[A-Za-z0-9_-]{40,}={0,2}")


class MailServer:
    """Takes every letter."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.letters = []
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd's name
        self.letters.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=default)))
        return "250 OK"

    def to(self, person):
        return [mail["Subject"] for address, mail in self.letters if address == person["email"]]


@pytest.fixture
def mail():
    server = MailServer()
    server.controller.start()
    yield server
    server.controller.stop(no_assert=True)


def settings(mail):
    return {
        "PULIH_CHANNEL": "smtp",
        "PULIH_SMTP_HOST": "127.0.0.1",
        "PULIH_SMTP_PORT": str(mail.port),
        "PULIH_SMTP_TLS": "none",
        "PULIH_SMTP_FROM": "Pulih <kabar@pulih.example>",
    }


async def until(is_so, seconds=60):
    async with asyncio.timeout(seconds):
        while not is_so():
            await asyncio.sleep(0.1)


async def offer(office):
    """Offer a course, and wait until training knows it: who is reported before that is told of the waiting list, too."""
    course = {"title": "Menjahit", "vocation": "sewing", "region": "33.06", "funding": "APBN", "seats": 2}
    days = {"starts_on": str(TODAY), "ends_on": str(TODAY + timedelta(30))}
    await office.post("blk", "CourseOffered", {"code": "S1", **course, **days})
    async with asyncio.timeout(60):
        while not (await office.ask("GET", "/courses", service="training")).json()["items"]:
            await asyncio.sleep(0.1)


async def live(office, person, mail):
    """Report a worker, train the worker, and wait until the letters have come."""
    worker = await office.post(
        "disnaker",
        "LayoffReported",
        {"kind": "laid-off", "person": person, "wants": ["training"], "wishes": ["sewing"]},
    )
    await until(lambda: len(mail.to(person)) == 2)
    await office.post("blk", "TrainingResultRecorded", {"worker": worker, "code": "S1", "result": "graduated"})
    await until(lambda: len(mail.to(person)) == 3)
    return worker


def dump(stack, folder):
    for service in SERVICES:
        run("pg_dump", "--format=custom", f"--file={folder / service}.dump", f"--dbname={stack.database_url(service)}")


def restore(folder):
    """Put every database back to the dump, as an operator does while the services are stopped."""
    postgres = Postgres(folder / "postgres")
    postgres.start()
    try:
        for service in SERVICES:
            url = postgres.admin_url(service)
            run(
                "pg_restore", "--clean", "--if-exists", "--exit-on-error", f"--dbname={url}", f"{folder / service}.dump"
            )
    finally:
        postgres.stop()


def keys_of(folder):
    """Whoever has every key of the stack."""
    secrets = json.loads((folder / "secrets.json").read_text())
    sealing, contact, master = (key_from(secrets[name]) for name in ("sealing", "contact", "master"))
    return Seal(sealing), KeyRing({"0": contact}), KeyRing({"1": master, "0": sealing})


def opened(places, folder, workers):
    """All sealed texts, opened with every key there is: the settings', and the data keys that are found wrapped."""
    own, contacts, masters = keys_of(folder)
    texts = {found.decode() for content in places.values() for found in SEALED.findall(content)}
    data_keys = [Cipher(key) for key in _openings(texts, [masters], workers, [WRAPPED]) if len(key) == 32]
    return _openings(texts, [own, contacts, masters, *data_keys], workers, [IDENTITY, ASSERTION, CONTACT])


def _openings(texts, keys, workers, uses):
    plain = []
    for text, key, worker, use in product(texts, keys, workers, uses):
        for closed in {text, text.partition(":")[2]} - {""}:
            with suppress(BrokenSeal):
                plain.append(key.open(closed, about=UUID(worker), **use))
    return plain


def prints_of(folder, person):
    own = keys_of(folder)[0]
    return [
        own.fingerprint(b"nik " + person["nik"].encode()).hex().encode(),
        own.fingerprint(b"name " + person["name"].casefold().encode()).hex().encode(),
    ]


def words_of(person):
    return [person[name].encode() for name in ("nik", "name", "phone", "email", "address")]


def where(places, words):
    return sorted({(name, word.decode()) for name, content in places.items() for word in words if word in content})


async def at_rest(folder):
    await pulih("verify", "--wait", "60", folder=folder)


async def test_nothing_is_left_of_an_erased_worker_when_a_dump_is_restored_and_all_is_said_again(folder, mail):
    async with stack_in(folder, **settings(mail)) as stack, Office(stack) as office:
        await offer(office)
        budi, siti = [await live(office, person, mail) for person in (BUDI, SITI)]
        await at_rest(folder)
        dump(stack, folder)
        for worker in (budi, siti):
            await office.post("disnaker", "BusinessStarted", {"worker": worker, "business": "tailoring"})
        await until(lambda: len(mail.to(BUDI)) == len(mail.to(SITI)) == 4)
        await at_rest(folder)
        before = await places_in(stack)
        assert where(before, prints_of(folder, BUDI)) != []
        assert any(BUDI["address"].encode() in plain for plain in opened(before, folder, [budi]))

        await pulih("subject", "erase", budi, "--yes", "--key", office.keys["disnaker"], folder=folder)
        await at_rest(folder)
        erased = await places_in(stack)
        stores = {name: content for name, content in erased.items() if name != "topics"}  # topics forget by retention
        assert where(erased | logs_in(folder), words_of(BUDI)) == []
        assert where(stores, prints_of(folder, BUDI)) == []
        assert opened(stores, folder, [budi]) == []
        letters = len(mail.to(BUDI))

    await asyncio.to_thread(restore, folder)
    async with stack_in(folder, **settings(mail)) as stack:
        for service in SERVICES:
            await pulih("replay", service, folder=folder)
        await at_rest(folder)
        left = await places_in(stack)
        (worker,) = (await stack_erased(stack))["items"]
    left |= logs_in(folder)
    assert worker["worker"] == budi
    assert where(left, [*words_of(BUDI), *prints_of(folder, BUDI)]) == []
    assert opened(left, folder, [budi]) == []
    assert len(mail.to(BUDI)) == letters
    # the same search finds who was not erased, so it can fail
    assert {name for name, _ in where(left, prints_of(folder, SITI))} == {"registration's database"}
    found = opened(left, folder, [siti])
    assert all(any(word in plain for plain in found) for word in words_of(SITI))
    assert budi.encode() in left["topics"]


async def test_the_office_answers_a_worker_by_command(folder, mail):
    async with stack_in(folder, **settings(mail)) as stack, Office(stack) as office:
        await offer(office)
        budi = await live(office, BUDI, mail)

        async def subject(what, *more, slug="disnaker", code=0):
            return await pulih("subject", what, budi, *more, "--key", office.keys[slug], folder=folder, code=code)

        kept = json.loads(await subject("export"))
        assert kept["identity"]["address"] == BUDI["address"]
        assert [each["to"] for each in kept["messages"]].count("worker") == 3
        assert "for the office where the worker lives" in await subject("export", slug="blk", code=1)

        (folder / "correction.json").write_text('{"phone": "0811 000 111"}')
        await subject("correct", str(folder / "correction.json"))
        assert json.loads(await subject("export"))["identity"]["phone"] == "0811 000 111"
        (folder / "correction.json").write_text('{"telephone": "0811"}')
        assert "is not a field here" in await subject("correct", str(folder / "correction.json"), code=1)

        await subject("restrict")
        await at_rest(folder)
        assert "no relation" in await pulih("journey", budi, "--key", office.keys["blk"], folder=folder, code=1)
        letters = len(mail.to(BUDI))
        await office.post("disnaker", "BusinessStarted", {"worker": budi, "business": "tailoring"})
        await at_rest(folder)
        assert len(mail.to(BUDI)) == letters
        messages = json.loads(await subject("export"))["messages"]
        assert {each["state"] for each in messages if each["to"] == "worker"} == {"delivered", "withheld"}
        await subject("unrestrict")
        await at_rest(folder)
        assert "placed" in await pulih("journey", budi, "--key", office.keys["blk"], folder=folder)
        await subject("erase", "--yes")
        assert "was erased; nothing is kept" in await subject("export", code=1)


async def stack_erased(stack):
    async with httpx.AsyncClient() as http:
        answer = await http.get(
            f"{stack.urls['training']}/erased", headers={"Authorization": f"Bearer {stack.operator_key}"}
        )
    return answer.json()
