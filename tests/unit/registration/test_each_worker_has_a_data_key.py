"""Each worker's texts are sealed with a key of the worker's own; master keys change while posts go on."""

import asyncio
import base64
import os
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from services.registration.identity.data_keys import WRAPPED, DataKey
from services.registration.identity.sealing import ASSERTION, IDENTITY, IdentitySeals
from services.registration.privacy import key_upkeep
from services.registration.privacy.key_upkeep import KeyUpkeep
from services.registration.settings import RegistrationSettings
from shared import rotation
from shared.key_rings import KeyRing
from shared.sealing import CONTACT, BrokenSeal, Cipher, Seal
from tests import long
from tests.key_files import key_file
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik, person

Open = Callable[..., Awaitable[DeskUnderTest]]
NEW = base64.urlsafe_b64encode(b"n" * 32).decode()
NEWER = base64.urlsafe_b64encode(b"m" * 32).decode()


def seals_of(desk: DeskUnderTest) -> IdentitySeals:
    settings = desk.service.settings
    assert isinstance(settings, RegistrationSettings)
    return IdentitySeals(settings.seal, settings.contacts, desk.data_keys)


def upkeep_of(desk: DeskUnderTest) -> KeyUpkeep:
    return KeyUpkeep(desk.database, seals_of(desk))


async def reopened(open_desk: Open, desk: DeskUnderTest, **settings: Any) -> DeskUnderTest:
    """Start the desk anew on the same database, with other keys."""
    other = await open_desk(desk.database, **settings)
    other.keys = desk.keys
    return other


async def worker_of(desk: DeskUnderTest, slug: str, *events: Any) -> list[UUID]:
    return [UUID(receipt["worker"]) for receipt in await desk.receipts(slug, *events)]


async def key_of(desk: DeskUnderTest, worker: UUID) -> bytes:
    ((wrapped,),) = await desk.rows("SELECT wrapped FROM data_key WHERE worker = :id", id=worker)
    return desk.data_keys.masters.open(wrapped, about=worker, **WRAPPED)


async def test_what_is_kept_of_a_worker_opens_with_that_workers_key_alone(desk: DeskUnderTest):
    siti, budi = await worker_of(desk, "office", layoff(nik()), layoff(nik()))
    for worker, other in ((siti, budi), (budi, siti)):
        ((identity,),) = await desk.rows("SELECT sealed FROM worker WHERE id = :id", id=worker)
        ((typed,),) = await desk.rows("SELECT sealed FROM assertion WHERE worker = :id", id=worker)
        own, others = Cipher(await key_of(desk, worker)), Cipher(await key_of(desk, other))
        for sealed, use in ((identity, IDENTITY), (typed, ASSERTION)):
            assert b"Contoh Pekerja" in own.open(sealed, about=worker, **use)
            for wrong in (others, seals_of(desk).own):
                with pytest.raises(BrokenSeal):
                    wrong.open(sealed, about=worker, **use)


async def test_all_that_agencies_say_of_a_worker_is_sealed_with_the_same_key(desk: DeskUnderTest):
    number = nik()
    (worker,) = await worker_of(desk, "office", layoff(number))
    key = await key_of(desk, worker)
    await desk.post("office", layoff(number, person=person(number, phone="+62 811 222 333")))
    await desk.post("office", event("GrantRecorded", {"on": "2021-10-01", "nik": number, "kind": "tools"}))
    assert await key_of(desk, worker) == key
    assert (await desk.identity(worker))["phone"] == "+62 811 222 333"
    assert [said.get("kind") for said in await desk.typed_about(worker)] == ["laid-off", "laid-off", "tools"]


async def test_what_is_said_of_courses_is_sealed_with_the_desks_own_key(desk: DeskUnderTest):
    course = event("CourseCancelled", {"on": "2021-09-01", "code": "S1"})
    await desk.post("training-provider", course)
    ((about, sealed),) = await desk.rows("SELECT subject, sealed FROM assertion")
    assert b"S1" in seals_of(desk).own.open(sealed, about=about, **ASSERTION)
    assert await desk.rows("SELECT count(*) FROM data_key") == [(0,)]


async def test_a_data_key_is_kept_wrapped_and_nowhere_else(desk: DeskUnderTest):
    (worker,) = await worker_of(desk, "office", layoff(nik()))
    key = await key_of(desk, worker)
    tables = ("worker", "spell", "assertion", "journal", "data_key")
    stored = "".join([str(await desk.rows(f"SELECT CAST(t AS text) FROM {table} AS t")) for table in tables])
    for written in (key.hex(), base64.urlsafe_b64encode(key).decode()):
        assert written.rstrip("=") not in stored
    ((wrapped,),) = await desk.rows("SELECT wrapped FROM data_key")
    said = str(await desk.rows("SELECT CAST(j AS text) FROM journal AS j"))
    assert wrapped.partition("2.")[2] not in said


async def as_before_there_were_data_keys(desk: DeskUnderTest) -> None:
    """Leave the rows as the first version wrote them: under the desk's own key, bound to the worker alone."""
    own = desk.service.settings.seal  # type: ignore[attr-defined]
    async with desk.database.work() as work:
        for row in await work.rows("SELECT w.id, w.sealed, k.wrapped FROM worker w JOIN data_key k ON k.worker = w.id"):
            cipher = desk.data_keys.cipher_of(row.id, DataKey(row.wrapped))
            sealed = _as_at_first(own, cipher.open(row.sealed, about=row.id, **IDENTITY), row.id)
            await work.run("UPDATE worker SET sealed = :sealed WHERE id = :id", id=row.id, sealed=sealed)
            for said in await work.rows("SELECT id, sealed FROM assertion WHERE worker = :id", id=row.id):
                sealed = _as_at_first(own, cipher.open(said.sealed, about=row.id, **ASSERTION), row.id)
                await work.run("UPDATE assertion SET sealed = :sealed WHERE id = :id", id=said.id, sealed=sealed)
        await work.run("DELETE FROM data_key")


def _as_at_first(own: Seal, plain: bytes, about: UUID) -> str:
    nonce = os.urandom(12)
    return base64.urlsafe_b64encode(nonce + own._aes.encrypt(nonce, plain, about.bytes)).decode()


async def test_a_worker_from_before_is_served_and_then_given_a_data_key(desk: DeskUnderTest):
    number = nik()
    await desk.post("employer", layoff(number))
    (worker,) = await worker_of(desk, "union", layoff(number))
    await as_before_there_were_data_keys(desk)
    before = await desk.journal_length()
    await desk.post("office", layoff(number, person=person(number, birth_date="1990-01-01")))
    said = await desk.journal_length()
    assert (await desk.figures())["data-keys.missing"] == 1
    assert await upkeep_of(desk).look_once() == 1
    assert await upkeep_of(desk).look_once() == 0
    assert (await desk.identity(worker))["birth_date"] == "1990-01-01"
    assert len(await desk.typed_about(worker)) == 3
    assert (await desk.figures())["data-keys.missing"] == 0
    assert before < said == await desk.journal_length(), "nothing is announced"
    (receipt,) = await desk.receipts("office", layoff(number, person=person(number, address="Jalan Satu 1")))
    assert receipt["outcome"] == "accepted"
    assert (await desk.identity(worker))["address"] == "Jalan Satu 1"


async def test_workers_from_before_get_their_keys_page_by_page(desk: DeskUnderTest, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(key_upkeep, "WITHOUT_KEY_PAGE", 3)
    workers = await worker_of(desk, "office", *(layoff(nik()) for _ in range(10)))
    await as_before_there_were_data_keys(desk)
    await desk.run("UPDATE worker SET sealed = 'broken' WHERE id = (SELECT min(id::text)::uuid FROM worker)")
    assert await upkeep_of(desk).look_once() == 9
    assert len({await key_of(desk, worker) for worker in sorted(workers)[1:]}) == 9


@pytest.mark.parametrize("workers", [3_000, pytest.param(100_000, marks=long.only)])
async def test_data_keys_are_wrapped_again_while_posts_go_on_and_none_is_refused(
    desk: DeskUnderTest, open_desk: Open, workers: int
):
    numbers = [nik(serial=n % 9_998 + 1, born=f"{n // 9_998 + 1:02d}0190") for n in range(workers)]
    for start in range(0, workers, 1_000):
        await desk.post("office", *map(layoff, numbers[start : start + 1_000]))
    assert (await desk.figures())["data-keys.master.0"] == workers
    keys = dict(zip(numbers[:3], [await key_of(desk, each) for each in await first_workers(desk)], strict=True))
    desk = await reopened(open_desk, desk, master_keys=f"2026:{NEW}", contact_keys=f"c2:{NEWER}")
    rotating = asyncio.create_task(upkeep_of(desk).look_once())
    posted, outcomes = 0, set()
    while not rotating.done() or not posted:
        known = [layoff(numbers[(posted + n) % workers]) for n in range(50)]
        receipts = await desk.receipts("union", *known, layoff(nik(serial=posted % 9_998 + 1, born="311290")))
        outcomes |= {receipt["outcome"] for receipt in receipts}
        posted += len(receipts)
    await rotating
    assert outcomes == {"accepted"}
    while await upkeep_of(desk).look_once():
        pass
    figures = await desk.figures()
    assert figures.get("data-keys.master.0", 0) == 0
    assert figures["data-keys.master.2026"] == figures["workers"] > workers
    assert await desk.rows("SELECT count(*) FROM worker WHERE NOT starts_with(contact, 'c2:')") == [(0,)]
    alone = await reopened(open_desk, desk, master_keys=f"2026:{NEW}", sealing_key=NEWER, contact_keys=f"c2:{NEWER}")
    assert [await key_of(alone, each) for each in await first_workers(alone)] == list(keys.values())
    (worker, *_) = await first_workers(alone)
    ((contact,),) = await alone.rows("SELECT contact FROM worker WHERE id = :id", id=worker)
    assert KeyRing({"c2": b"m" * 32}).open(contact, about=worker, **CONTACT) == b'{"name":"Contoh Pekerja"}'


async def first_workers(desk: DeskUnderTest) -> list[UUID]:
    return [row.id for row in await desk.rows("SELECT id FROM worker ORDER BY id LIMIT 3")]


async def test_rotation_announces_nothing(desk: DeskUnderTest, open_desk: Open, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rotation, "PAGE", 2)
    await desk.post("office", *(layoff(nik()) for _ in range(5)))
    before = await desk.journal_length()
    desk = await reopened(open_desk, desk, master_keys=f"2026:{NEW}", contact_keys=f"c2:{NEWER}")
    assert await upkeep_of(desk).look_once() == 10
    assert await desk.journal_length() == before


async def test_without_a_master_key_that_is_needed_it_does_not_open_and_names_it(desk: DeskUnderTest, open_desk: Open):
    with_new = await reopened(open_desk, desk, master_keys=f"2026:{NEW}")
    await with_new.post("office", layoff(nik()))
    lacking = (await reopened(open_desk, desk)).service
    lacking.is_open = False
    opening = asyncio.create_task(lacking._open())
    said = "data keys are wrapped by the master key 2026, which PULIH_MASTER_KEYS does not name"
    async with asyncio.timeout(10):
        while await lacking.why_not_ready() != said:
            await asyncio.sleep(0.02)
    opening.cancel()
    having = (await reopened(open_desk, desk, master_keys=f"2027:{NEWER},2026:{NEW}")).service
    having.is_open = False
    await having._open()
    assert having.is_open


async def test_a_desk_that_has_not_heard_of_a_master_key_asks_to_post_again(desk: DeskUnderTest, open_desk: Open):
    number = nik()
    await (await reopened(open_desk, desk, master_keys=f"2026:{NEW}")).post("office", layoff(number))
    answer = await desk.post("union", layoff(number))
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "2")
    assert await desk.rows("SELECT count(*) FROM assertion") == [(1,)]


@pytest.mark.parametrize("missing", [{"contact_key": ""}, {"contact_key": None}])
def test_some_contact_key_is_needed(missing: dict[str, Any]):
    with pytest.raises(ValueError, match="set PULIH_CONTACT_KEY or PULIH_CONTACT_KEYS"):
        RegistrationSettings(database_url="postgresql://x", operators=key_file(), sealing_key=NEW, **missing)


async def test_the_operators_see_which_master_keys_are_needed(desk: DeskUnderTest, open_desk: Open):
    await desk.post("office", layoff(nik()))
    desk = await reopened(open_desk, desk, master_keys=f"2026:{NEW}")
    await desk.post("office", layoff(nik()), layoff(nik()))
    figures = (await desk.client.get("/audit", headers=OPERATOR)).json()["figures"]
    assert (figures["data-keys.master.0"], figures["data-keys.master.2026"]) == (1, 2)
