"""Encrypts and fingerprints personal data: fingerprints find and compare workers, sealed data is kept."""

import re
from dataclasses import dataclass
from uuid import UUID

import msgspec

from services.registration.identity.person import Person
from services.registration.identity.worker import Statement, Worker
from shared.sealing import Seal

CONTACT = ("name", "email", "phone")
FIRST_STAYS = ("nik", "name", "birth_date", "sex")
_NO_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class IdentitySeals:
    """The seals for personal data: the desk's `own`, and that for the `contact`, which notification can open."""

    own: Seal
    contact: Seal

    def nik_fingerprint(self, nik: str) -> bytes:
        """Give the fingerprint by which a NIK is found again."""
        return self.own.fingerprint(b"nik " + nik.encode())

    def statement(self, person: Person, region: str | None) -> Statement:
        """Fingerprint what an agency says of a person. `region` is the code, or the name as it was typed."""
        name = _NO_LETTERS.sub(" ", person.name.casefold()).strip()
        born = None if person.birth_date is None else person.birth_date.isoformat()
        return Statement(
            nik=self.nik_fingerprint(person.nik),
            name=self.own.fingerprint(b"name " + name.encode()),
            birth=None if born is None else self.own.fingerprint(b"born " + born.encode()),
            region=region,
            stated=person.region is not None,
            details=msgspec.to_builtins(person),
        )

    def new_worker(self, id: UUID, statement: Statement) -> Worker:
        """Make a worker of the first statement about them; it is not registered yet."""
        return Worker(
            id=id,
            nik=statement.nik,
            name=statement.name,
            birth=statement.birth,
            region=statement.region,
            sealed=self._sealed(id, statement.details),
            contact=self._sealed_contact(id, statement.details),
        )

    def add_statement(self, worker: Worker, statement: Statement) -> bool:
        """Seal what a later statement adds; the first name and birth date stay. Says whether the contacts changed."""
        known: dict[str, str] = msgspec.json.decode(self.own.open(worker.sealed, about=worker.id))
        now = {
            **known,
            **{key: value for key, value in statement.details.items() if key not in FIRST_STAYS or key not in known},
        }
        if now == known:
            return False
        worker.sealed, worker.changed = self._sealed(worker.id, now), True
        worker.birth = worker.birth or statement.birth
        if all(now.get(key) == known.get(key) for key in CONTACT):
            return False
        worker.contact = self._sealed_contact(worker.id, now)
        return True

    def _sealed(self, worker: UUID, details: dict[str, str]) -> str:
        return self.own.seal(msgspec.json.encode(details), about=worker)

    def _sealed_contact(self, worker: UUID, details: dict[str, str]) -> str:
        contact = {key: details[key] for key in CONTACT if key in details}
        return self.contact.seal(msgspec.json.encode(contact), about=worker)
