"""Looks after the keys: every worker has a data key, the first master key wraps it, the first contact key seals the contact."""

import asyncio
import logging
from collections import defaultdict
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row

from services.registration import tables
from services.registration.identity.data_keys import WRAPPED, lacks
from services.registration.identity.sealing import ASSERTION, IDENTITY, IdentitySeals
from shared.database.unit_of_work import Database, UnitOfWork
from shared.faults import Misconfigured
from shared.http.paging import BEFORE_ALL
from shared.rotation import EVERY, SealedColumn, rotate
from shared.sealing import CONTACT, BrokenSeal

log = logging.getLogger(__name__)

WITHOUT_KEY_PAGE: Final = 100
"""Workers given a data key by one transaction: each has some texts to seal again."""
WRAPPED_KEYS: Final = SealedColumn("data_key", "wrapped", WRAPPED)
CONTACTS: Final = SealedColumn("worker", "contact", CONTACT, worker="id")


class KeyUpkeep:
    """Gives data keys to workers from before there were any, and rotates master keys and contact keys, while posts go on."""

    def __init__(self, database: Database, seals: IdentitySeals) -> None:
        self._database = database
        self._seals = seals

    async def check(self) -> None:
        """Make sure that every master key is there that some data key needs. Raises `Misconfigured`."""
        async with self._database.reading() as work:
            found = await work.rows("SELECT DISTINCT split_part(wrapped, ':', 1) AS id FROM data_key ORDER BY 1")
        for row in found:
            if row.id not in self._seals.data_keys.masters.ids:
                raise Misconfigured(lacks(row.id))

    async def run(self) -> None:
        """Look after the keys for as long as the service runs."""
        while True:
            while await self.look_once():
                pass
            await asyncio.sleep(EVERY)

    async def look_once(self) -> int:
        """Do all that is to be done now. Gives how many rows that were; those in use meanwhile are left for the next time."""
        given = await self._give_data_keys()
        wrapped = await rotate(self._database, self._seals.data_keys.masters, WRAPPED_KEYS)
        contacts = await rotate(self._database, self._seals.contact, CONTACTS)
        if given or wrapped or contacts:
            log.info("keys were renewed", extra={"given": given, "wrapped": wrapped, "contacts": contacts})
        return given + wrapped + contacts

    async def _give_data_keys(self) -> int:
        given, after = 0, BEFORE_ALL
        while True:
            async with self._database.work() as work:
                page = await _without_data_key(work, after)
                if not page:
                    return given
                given += await self._give(work, page)
            after = page[-1].id

    async def _give(self, work: UnitOfWork, page: list[Row[Any]]) -> int:
        """Give these workers a data key each, and seal their texts with it. They are locked."""
        ids = [row.id for row in page]
        # another instance may have given some of them one before they were locked here
        have = {row.worker for row in await work.rows(_HAVE_KEYS, ids=ids)}
        typed: dict[UUID, list[Row[Any]]] = defaultdict(list)
        for row in await work.rows(_TYPED, ids=ids):
            typed[row.worker].append(row)
        keys, identities, assertions = [], [], []
        for row in page:
            if row.id in have:
                continue
            try:
                wrapped, identity, prints, said = self._sealed_anew(row, typed[row.id])
            except BrokenSeal:
                log.error("a worker's texts do not open: is PULIH_SEALING_KEY another?", extra={"worker": str(row.id)})  # noqa: TRY400  where it stands says nothing more
                continue
            keys.append({"worker": row.id, "wrapped": wrapped})
            identities.append({"id": row.id, "sealed": identity, **dict(zip(PRINTS, prints, strict=True))})
            assertions += said
        await work.insert(tables.DataKeyRow, keys)
        await work.update(tables.WorkerRow, identities)
        await work.update(tables.AssertionRow, assertions)
        return len(keys)

    def _sealed_anew(
        self, row: Row[Any], typed: list[Row[Any]]
    ) -> tuple[str, str, tuple[Any, ...], list[dict[str, Any]]]:
        own, data_keys = self._seals.own, self._seals.data_keys
        key = data_keys.new(row.id)
        cipher = data_keys.cipher_of(row.id, key)
        identity = own.open(row.sealed, about=row.id, **IDENTITY)
        said = [(each.id, own.open(each.sealed, about=row.id, **ASSERTION)) for each in typed]
        return (
            key.wrapped,
            cipher.seal(identity, about=row.id, **IDENTITY),
            self._seals.prints_of(row.id, msgspec.json.decode(identity)),
            [{"id": id, "sealed": cipher.seal(content, about=row.id, **ASSERTION)} for id, content in said],
        )


PRINTS: Final = ("name_print", "birth_print", "person_print", "phone_print")
_HAVE_KEYS: Final = "SELECT worker FROM data_key WHERE worker = ANY(CAST(:ids AS uuid[]))"
_TYPED: Final = "SELECT id, worker, sealed FROM assertion WHERE worker = ANY(CAST(:ids AS uuid[]))"


async def _without_data_key(work: UnitOfWork, after: UUID) -> list[Row[Any]]:
    """Lock the next workers who have no data key; whoever is locked already is left out."""
    return list(
        await work.rows(
            "SELECT id, sealed FROM worker WHERE id > :after AND sealed <> '' "
            "AND NOT EXISTS (SELECT FROM data_key WHERE data_key.worker = worker.id) "
            "ORDER BY id LIMIT :page FOR NO KEY UPDATE OF worker SKIP LOCKED",
            after=after,
            page=WITHOUT_KEY_PAGE,
        )
    )
