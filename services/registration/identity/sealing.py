"""Encrypts and fingerprints personal data: fingerprints find and compare workers, sealed data is kept."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec

from services.registration.identity.data_keys import DataKeys
from services.registration.identity.person import Person
from services.registration.identity.worker import Statement, Worker
from shared.key_rings import KeyRing
from shared.sealing import CONTACT, Cipher, Seal, Use

IDENTITY: Final[Use] = {"field": "identity", "purpose": "registration"}
"""Who a worker is, as far as it is known."""
ASSERTION: Final[Use] = {"field": "assertion", "purpose": "registration"}
"""What an agency typed."""
REACHED_BY = ("name", "email", "phone")
"""What notification needs to reach a worker."""
FIRST_STAYS = ("nik", "name", "birth_date", "sex")
COMPARED = ("phone", "email", "address")
"""Contacts whose change by a stranger would lead messages astray."""
_NO_DIGITS = re.compile(r"\D+")
_PREFIX = re.compile(r"^(?:62|0)")
_NO_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of a statement: whether the contacts changed, and the contacts in which it differed and was not taken."""

    contacts_changed: bool
    differs: tuple[str, ...] = ()


@dataclass(frozen=True)
class IdentitySeals:
    """The keys for personal data: each worker's data key, the ring for `contact`, which notification opens, and `own`.

    `own` is the desk's key: it makes the fingerprints, and seals what is said about courses and vacancies.
    """

    own: Seal
    contact: KeyRing
    data_keys: DataKeys

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
        """Make a worker of the first statement about them, with a data key; it is not registered yet."""
        key = self.data_keys.new(id)
        return Worker(
            id=id,
            nik=statement.nik,
            name=statement.name,
            birth=statement.birth,
            region=statement.region,
            sealed=_sealed(self.data_keys.cipher_of(id, key), id, statement.details),
            contact=self._sealed_contact(id, statement.details),
            key=key,
        )

    def add_statement(self, worker: Worker, statement: Statement, *, replace: bool) -> Learned:
        """Seal what a later statement adds to what is known; `replace` says that it also replaces contacts.

        The first name and birth date stay: others are for a review.
        """
        cipher = self.cipher_of(worker)
        known: dict[str, str] = msgspec.json.decode(cipher.open(worker.sealed, about=worker.id, **IDENTITY))
        details = {
            name: value for name, value in statement.details.items() if name not in FIRST_STAYS or name not in known
        }
        differs = tuple(
            name for name in details if name in COMPARED and not _is_same(name, known.get(name), details[name])
        )
        now = {**known, **details} if replace else {**details, **known}
        if now == known:
            return Learned(contacts_changed=False, differs=differs)
        worker.sealed, worker.changed = _sealed(cipher, worker.id, now), True
        worker.birth = worker.birth or statement.birth
        if all(now.get(name) == known.get(name) for name in REACHED_BY):
            return Learned(contacts_changed=False, differs=differs)
        worker.contact = self._sealed_contact(worker.id, now)
        return Learned(contacts_changed=True, differs=differs)

    def differences(self, worker: Worker, statement: Statement) -> tuple[str, ...]:
        """Name the contacts in which a statement differs from what is known; nothing is changed."""
        known: dict[str, str] = msgspec.json.decode(
            self.cipher_of(worker).open(worker.sealed, about=worker.id, **IDENTITY)
        )
        return tuple(
            name
            for name in COMPARED
            if name in statement.details and not _is_same(name, known.get(name), statement.details[name])
        )

    def cipher_of(self, worker: Worker) -> Cipher:
        """Give what seals the texts about a worker: the data key, or `own` until a worker of old has been given one."""
        return self.own if worker.key is None else self.data_keys.cipher_of(worker.id, worker.key)

    def _sealed_contact(self, worker: UUID, details: dict[str, str]) -> str:
        contact = {key: details[key] for key in REACHED_BY if key in details}
        return self.contact.seal(msgspec.json.encode(contact), about=worker, **CONTACT)


def _sealed(cipher: Cipher, worker: UUID, details: dict[str, str]) -> str:
    return cipher.seal(msgspec.json.encode(details), about=worker, **IDENTITY)


def _is_same(name: str, known: str | None, given: str) -> bool:
    """Whether a contact that is known is given again, perhaps written otherwise; what is not known differs from nothing."""
    if known is None:
        return True
    if name == "phone":
        return _number(known) == _number(given)
    return " ".join(known.casefold().split()) == " ".join(given.casefold().split())


def _number(phone: str) -> str:
    """Give a telephone number's digits without the country or the 0 before them: +62 812 and 0812 are the same."""
    return _PREFIX.sub("", _NO_DIGITS.sub("", phone))
