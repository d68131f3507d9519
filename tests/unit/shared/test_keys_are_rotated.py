"""A ring's first key seals, each opens what it sealed, and what an older one sealed is sealed again while others work on."""

import os
from base64 import urlsafe_b64encode
from uuid import UUID

import pytest
from pydantic import SecretStr

from shared import rotation
from shared.key_rings import KeyRing, UnknownKey, keys_in
from shared.rotation import SealedColumn, rotate
from shared.sealing import CONTACT, BrokenSeal, Seal

SITI = UUID(int=1)
NAME = b"Siti, a name made up"
OLD, NEW = os.urandom(32), os.urandom(32)
CONTACTS = SealedColumn("contact", "sealed", CONTACT)


def text(key):
    return urlsafe_b64encode(key).decode()


def test_the_first_key_seals_and_says_so():
    sealed = KeyRing({"new": NEW, "old": OLD}).seal(NAME, about=SITI, **CONTACT)
    assert sealed.startswith("new:2.")
    assert KeyRing({"other": OLD, "new": NEW}).open(sealed, about=SITI, **CONTACT) == NAME


def test_what_an_older_key_sealed_opens_and_is_sealed_again_with_the_first():
    sealed = KeyRing({"old": OLD}).seal(NAME, about=SITI, **CONTACT)
    ring = KeyRing({"new": NEW, "old": OLD})
    assert ring.open(sealed, about=SITI, **CONTACT) == NAME
    assert KeyRing({"new": NEW}).open(ring.seal_again(sealed, about=SITI, **CONTACT), about=SITI, **CONTACT) == NAME


def test_a_text_without_a_key_id_is_of_the_key_without_one():
    sealed = Seal(OLD).seal(NAME, about=SITI, **CONTACT)
    ring = KeyRing.of(SecretStr(f"new:{text(NEW)}"), SecretStr(text(OLD)))
    assert ring.ids == ("new", "0")
    assert ring.open(sealed, about=SITI, **CONTACT) == NAME


def test_a_key_that_is_gone_is_named():
    sealed = KeyRing({"old": OLD}).seal(NAME, about=SITI, **CONTACT)
    with pytest.raises(UnknownKey, match="sealed with the key old, which no setting names"):
        KeyRing({"new": NEW}).open(sealed, about=SITI, **CONTACT)


def test_another_key_of_the_same_id_opens_nothing():
    sealed = KeyRing({"a": OLD}).seal(NAME, about=SITI, **CONTACT)
    with pytest.raises(BrokenSeal):
        KeyRing({"a": NEW}).open(sealed, about=SITI, **CONTACT)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("abc", "entry 1 does not"),
        (f"a:{text(OLD)},", "entry 2 does not"),
        (f"a b:{text(OLD)}", "entry 1 does not"),
        (f"a:{text(OLD)},a:{text(NEW)}", "two keys have the id a"),
        (f"a:{text(OLD)},b:YWJj", "entry 2: .* this one has 3"),
    ],
    ids=["no id", "nothing after a comma", "a space in an id", "an id twice", "a short key"],
)
def test_a_wrong_list_of_keys_is_named_without_a_key(given, said):
    with pytest.raises(ValueError, match=said) as wrong:
        keys_in(given)
    assert text(OLD) not in str(wrong.value)


async def keep(database, rows):
    async with database.work() as work:
        for worker, sealed in rows:
            await work.run(
                "INSERT INTO contact (worker, sealed, position) VALUES (:worker, :sealed, 1)",
                worker=worker,
                sealed=sealed,
            )


async def kept(database):
    async with database.reading() as work:
        return {row.worker: row.sealed for row in await work.rows("SELECT worker, sealed FROM contact")}


async def test_page_by_page_every_row_gets_the_first_key(database, monkeypatch):
    monkeypatch.setattr(rotation, "PAGE", 3)
    notification, old, ring = await database("notification"), Seal(OLD), KeyRing({"new": NEW, "0": OLD})
    workers = [UUID(int=n) for n in range(1, 11)]
    await keep(notification, [(each, old.seal(str(each).encode(), about=each, **CONTACT)) for each in workers[:8]])
    fresh = {each: ring.seal(str(each).encode(), about=each, **CONTACT) for each in workers[8:]}
    await keep(notification, fresh.items())
    assert await rotate(notification, ring, CONTACTS) == 8
    assert await rotate(notification, ring, CONTACTS) == 0
    found = await kept(notification)
    assert {each: KeyRing({"new": NEW}).open(found[each], about=each, **CONTACT).decode() for each in workers} == {
        each: str(each) for each in workers
    }
    assert {each: found[each] for each in fresh} == fresh


async def test_a_row_that_does_not_open_keeps_its_key_and_stops_no_other(database, caplog):
    notification, ring = await database("notification"), KeyRing({"new": NEW, "0": OLD})
    lost = Seal(os.urandom(32)).seal(NAME, about=UUID(int=1), **CONTACT)
    await keep(notification, [(UUID(int=1), lost), (UUID(int=2), Seal(OLD).seal(NAME, about=UUID(int=2), **CONTACT))])
    assert await rotate(notification, ring, CONTACTS) == 1
    found = await kept(notification)
    assert found[UUID(int=1)] == lost
    assert found[UUID(int=2)].startswith("new:")
    assert [record.worker for record in caplog.records if "does not open" in record.getMessage()] == [str(UUID(int=1))]


async def test_a_row_that_is_in_use_is_left_for_the_next_time(database):
    notification, ring = await database("notification"), KeyRing({"new": NEW, "0": OLD})
    await keep(
        notification,
        [(UUID(int=n), Seal(OLD).seal(NAME, about=UUID(int=n), **CONTACT)) for n in (1, 2)],
    )
    async with notification.work() as busy:
        await busy.rows("SELECT 1 FROM contact WHERE worker = :worker FOR UPDATE", worker=UUID(int=1))
        assert await rotate(notification, ring, CONTACTS) == 1
    assert await rotate(notification, ring, CONTACTS) == 1
