"""Encrypts and fingerprints personal data: fingerprints find and compare workers, sealed data is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import msgspec

from services.registration.identity.data_keys import DataKey, DataKeys
from services.registration.identity.person import Correction, Person
from services.registration.identity.told import NOTHING, YearAndSex, told_of
from services.registration.identity.worker import Questioned, Statement, Worker
from shared import clock
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
SHORT_BYTES = 2
BIRTH_BYTES: Final = 8
"""The beginning of a birth print, by which candidates are told from one another."""
_NO_DIGITS = re.compile(r"\D+")
_PREFIX = re.compile(r"^(?:62|0)")
_NO_LETTERS = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Learned:
    """What became of a statement: whether other services must be told, and the contacts in which it differs and was not taken."""

    to_tell: bool
    differs: list[str]


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
        """Read what an agency says of a person. `region` is the code, or the name as it was typed."""
        return Statement(
            nik=self.nik_fingerprint(person.nik),
            name=_plain(person.name),
            born=None if person.birth_date is None else person.birth_date.isoformat(),
            region=region,
            stated=person.region is not None,
            details=msgspec.to_builtins(person),
        )

    def new_worker(self, id: UUID, statement: Statement) -> Worker:
        """Make a worker of the first statement about them, with a data key; it is not registered yet."""
        key, details = self.data_keys.new(id), statement.details
        name, birth, person, phone = self._prints(id, statement.name, statement.born, details.get("phone"))
        born, sex = told_of(details, clock.today())
        return Worker(
            id=id,
            nik=statement.nik,
            name=name,
            birth=birth,
            person=person,
            phone=phone,
            region=statement.region,
            sealed=_sealed(self.data_keys.cipher_of(id, key), id, details),
            contact=self._sealed_contact(id, details),
            birth_year=born,
            sex=sex,
            key=key,
        )

    def contradictions(self, worker: Worker, statement: Statement) -> list[Questioned]:
        """Name what a statement contradicts. What one side does not say contradicts nothing."""
        differs: list[Questioned] = []
        if not self.is_name(worker.id, worker.name, statement.name):
            differs.append("name")
        if not self.is_birth(worker.id, worker.birth, statement.born):
            differs.append("birth_date")
        return differs

    def is_name(self, worker: UUID, name_print: bytes, name: str) -> bool:
        """Whether a worker has this name. Prints from before they were of one worker alone are known too."""
        return name_print == self._print(b"name ", worker, name) or name_print == self.own.fingerprint(
            b"name " + name.encode()
        )

    def is_birth(self, worker: UUID, birth_print: bytes | None, born: str | None) -> bool:
        """Whether a worker was born on this day, as far as both are known."""
        if birth_print is None or born is None:
            return True
        return birth_print == self._birth(worker, born) or birth_print == self.own.fingerprint(b"born " + born.encode())

    def are_prints_of(self, worker: UUID, name: bytes, birth: bytes | None, statement: Statement) -> bool:
        """Whether two prints of one worker alone are those of a statement's name and birth date."""
        return (
            statement.born is not None
            and birth == self._birth(worker, statement.born)
            and name == self._print(b"name ", worker, statement.name)
        )

    def born_with(self, statement: Statement, candidates: bytes) -> list[UUID]:
        """Of candidates, each packed as an id and the beginning of the birth print, give those born on a statement's day."""
        if statement.born is None:
            return []
        born, size = statement.born.encode(), 16 + BIRTH_BYTES
        packed = (candidates[start : start + size] for start in range(0, len(candidates), size))
        return [
            UUID(bytes=each[:16])
            for each in packed
            if self.own.fingerprint(b"born " + each[:16] + born).startswith(each[16:])
        ]

    def known_of(self, worker: Worker) -> dict[str, Any]:
        """Open what is known of who a worker is. Raises `BrokenSeal`."""
        return self._opened(worker.id, worker.sealed, worker.key)

    def add_statement(self, worker: Worker, statement: Statement, *, fills: bool, replaces: bool) -> Learned:
        """Add a later statement to what is known: it `fills` in what is empty, or also `replaces` contacts, or neither.

        The first name and birth date stay: others are for a review.
        """
        known, said = self.known_of(worker), statement.details
        differs = [name for name in COMPARED if name in said and not _is_same(name, known.get(name), said[name])]
        taken = {name: value for name, value in said.items() if name not in FIRST_STAYS or name not in known}
        now = {**known, **taken} if replaces else {**taken, **known} if fills else known
        to_tell = self._keep(worker, known, now)
        return Learned(to_tell=to_tell, differs=[] if replaces else differs)

    def correct(self, worker: Worker, correction: Correction) -> bool:
        """Change what is known by the word of the worker's office. Says whether other services must be told."""
        known = self.known_of(worker)
        return self._keep(worker, known, {**known, **msgspec.to_builtins(correction)})

    def lend(self, worker: Worker, other: Worker) -> list[str]:
        """Fill in what is empty of a worker with what is known of another who is the same person. Names what."""
        known, theirs = self.known_of(worker), self.known_of(other)
        lent = [name for name in theirs if name not in known]
        told = YearAndSex(worker.birth_year or other.birth_year, worker.sex or other.sex)
        self._keep(worker, known, {**known, **{name: theirs[name] for name in lent}}, lent=told)
        return lent

    def take_back(self, worker: Worker, other: Worker, lent: Sequence[str]) -> None:
        """Leave out what another worker lent, unless something else was said since."""
        known, theirs = self.known_of(worker), self.known_of(other)
        back = [name for name in lent if name in known and known[name] == theirs.get(name)]
        self._keep(worker, known, {name: value for name, value in known.items() if name not in back}, lent=NOTHING)

    def _keep(
        self, worker: Worker, known: dict[str, Any], now: dict[str, Any], *, lent: YearAndSex | None = None
    ) -> bool:
        """Keep what is known now. Says whether other services must be told: of contacts, of the birth year, of the sex.

        What it does not tell of the last two is `lent` by a worker who means this one: without it, as before. A worker from before
        they were told is told of now.
        """
        contacts_changed = now != known and self._seal_anew(worker, known, now)
        born, sex = told_of(now, clock.today())
        if born is None or sex is None:
            lent = _lent(worker, known) if lent is None else lent
            born, sex = born or lent.birth_year, sex or lent.sex
        if (born, sex) == (worker.birth_year, worker.sex):
            return contacts_changed
        worker.birth_year, worker.sex, worker.changed = born, sex, True
        return True

    def _seal_anew(self, worker: Worker, known: dict[str, Any], now: dict[str, Any]) -> bool:
        """Seal what is known now, with the prints of it. Says whether the contacts changed."""
        worker.nik = self.nik_fingerprint(now["nik"])
        worker.name, worker.birth, worker.person, worker.phone = self.prints_of(worker.id, now)
        worker.sealed, worker.changed = _sealed(self.cipher_of(worker), worker.id, now), True
        if all(now.get(name) == known.get(name) for name in REACHED_BY):
            return False
        worker.contact = self._sealed_contact(worker.id, now)
        return True

    def prints_of(self, worker: UUID, known: dict[str, Any]) -> tuple[bytes, bytes | None, int | None, int | None]:
        """Give the prints of what is known: name, birth date, 16 bits of both together, 16 bits of the phone."""
        return self._prints(worker, _plain(known["name"]), known.get("birth_date"), known.get("phone"))

    def _prints(
        self, worker: UUID, name: str, born: str | None, phone: str | None
    ) -> tuple[bytes, bytes | None, int | None, int | None]:
        return (
            self._print(b"name ", worker, name),
            self._birth(worker, born),
            self._person(name, born),
            self._phone(phone),
        )

    def is_phone_of(self, worker: UUID, sealed: str, key: DataKey | None, phone: str) -> bool:
        """Whether a worker is known to have this phone number."""
        known = self._opened(worker, sealed, key).get("phone")
        return known is not None and _number(known) == _number(phone)

    def _print(self, kind: bytes, worker: UUID, text: str) -> bytes:
        """Give a fingerprint of one worker alone: two workers' prints of the same text differ."""
        return self.own.fingerprint(kind + worker.bytes + text.encode())

    def _birth(self, worker: UUID, born: str | None) -> bytes | None:
        return None if born is None else self._print(b"born ", worker, born)

    def _person(self, name: str, born: str | None) -> int | None:
        """Give 16 bits of name and birth date together: alike workers are found by them, and nobody is singled out."""
        return None if born is None else _short(self.own.fingerprint(f"person {name} {born}".encode()))

    def _phone(self, phone: str | None) -> int | None:
        return None if phone is None else _short(self.own.fingerprint(f"phone {_number(phone)}".encode()))

    def cipher_of(self, worker: Worker) -> Cipher:
        """Give what seals the texts about a worker: the data key, or `own` until a worker of old has been given one."""
        return self._cipher(worker.id, worker.key)

    def _cipher(self, worker: UUID, key: DataKey | None) -> Cipher:
        return self.own if key is None else self.data_keys.cipher_of(worker, key)

    def _opened(self, worker: UUID, sealed: str, key: DataKey | None) -> dict[str, Any]:
        opened: dict[str, Any] = msgspec.json.decode(self._cipher(worker, key).open(sealed, about=worker, **IDENTITY))
        return opened

    def _sealed_contact(self, worker: UUID, details: dict[str, Any]) -> str:
        contact = {key: details[key] for key in REACHED_BY if key in details}
        return self.contact.seal(msgspec.json.encode(contact), about=worker, **CONTACT)


def _sealed(cipher: Cipher, worker: UUID, details: dict[str, Any]) -> str:
    return cipher.seal(msgspec.json.encode(details), about=worker, **IDENTITY)


def _lent(worker: Worker, known: dict[str, Any]) -> YearAndSex:
    """Give what is told of a worker and is not known of the worker: another who means this one lent it."""
    own = told_of(known, clock.today())
    return YearAndSex(None if own.birth_year else worker.birth_year, None if own.sex else worker.sex)


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


def _plain(name: str) -> str:
    """Write a name without capitals, digits and signs."""
    return _NO_LETTERS.sub(" ", name.casefold()).strip()


def _short(fingerprint: bytes) -> int:
    return int.from_bytes(fingerprint[:SHORT_BYTES])
