"""Who somebody is, closed as soon as it is read: fingerprints to find and to compare, seals to keep."""

import re
from dataclasses import dataclass
from uuid import UUID

import msgspec

from services.registration.identity.people import Claim, Worker
from services.registration.posting.forms import Person
from shared.sealing import Seal

CONTACT = ("name", "email", "phone")
FIRST_STAYS = ("nik", "name", "birth_date", "sex")
_APART = re.compile(r"[\W\d_]+")


@dataclass(frozen=True)
class Persons:
    """The desk's two seals: its own, and the one that notification can open."""

    seal: Seal
    contact_seal: Seal

    def nik_print(self, nik: str) -> bytes:
        """Give the fingerprint by which a NIK is found again."""
        return self.seal.fingerprint(b"nik " + nik.encode())

    def claim(self, person: Person, region: str | None) -> Claim:
        """Close what an agency says of a person. `region` is the code, or the name as it was typed."""
        name = _APART.sub(" ", person.name.casefold()).strip()
        born = None if person.birth_date is None else person.birth_date.isoformat()
        return Claim(
            nik=self.nik_print(person.nik),
            name=self.seal.fingerprint(b"name " + name.encode()),
            birth=None if born is None else self.seal.fingerprint(b"born " + born.encode()),
            region=region,
            stated=person.region is not None,
            details=msgspec.to_builtins(person),
        )

    def worker(self, id: UUID, claim: Claim) -> Worker:
        """Make a worker of the first claim about them; it is not registered yet."""
        return Worker(
            id=id,
            nik=claim.nik,
            name=claim.name,
            birth=claim.birth,
            region=claim.region,
            sealed=self._sealed(id, claim.details),
            contact=self._contact(id, claim.details),
        )

    def bring_up_to_date(self, worker: Worker, claim: Claim) -> bool:
        """Take over what a later claim adds; the first name and birth date stay. Says whether the contacts changed."""
        known: dict[str, str] = msgspec.json.decode(self.seal.open(worker.sealed, about=worker.id))
        now = {
            **known,
            **{key: value for key, value in claim.details.items() if key not in FIRST_STAYS or key not in known},
        }
        if now == known:
            return False
        worker.sealed, worker.changed = self._sealed(worker.id, now), True
        worker.birth = worker.birth or claim.birth
        if all(now.get(key) == known.get(key) for key in CONTACT):
            return False
        worker.contact = self._contact(worker.id, now)
        return True

    def _sealed(self, worker: UUID, details: dict[str, str]) -> str:
        return self.seal.seal(msgspec.json.encode(details), about=worker)

    def _contact(self, worker: UUID, details: dict[str, str]) -> str:
        contact = {key: details[key] for key in CONTACT if key in details}
        return self.contact_seal.seal(msgspec.json.encode(contact), about=worker)
