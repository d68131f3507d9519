"""What the desk knows of a worker, and what an agency says of who a worker is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.registration.identity.data_keys import DataKey
from services.registration.spells import Spell
from shared.events.vocabulary import Sex
from shared.merges import Merged

Questioned = Literal["name", "birth_date"]
"""What agencies can contradict each other in."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What an agency says of who a worker is: the NIK's fingerprint, what is compared, and the details that will be sealed.

    `name` is without capitals and signs. `stated` says whether the agency named the region itself; otherwise it is derived
    from the NIK.
    """

    nik: bytes
    name: str
    born: str | None
    region: str | None
    stated: bool
    details: dict[str, Any]


@dataclass(slots=True)
class Worker:
    """What the desk knows of one worker: `spell` is the present one, `card` the day of the newest card's issue.

    `nik`, `name` and `birth` are fingerprints, the last two of this worker alone. `person` (name and birth date) and `phone`
    are 16 bits of fingerprints, by which workers who may be the same person are found. `sealed` and `contact` are encrypted.
    `birth_year` and `sex` are what is told to other services (`identity/told.py`). `merged` says whom the id means, where it means another worker, and `lent` names what that one has from this one.
    """

    id: UUID
    nik: bytes
    name: bytes
    birth: bytes | None
    person: int | None
    phone: int | None
    region: str | None
    sealed: str
    contact: str
    birth_year: int | None = None
    sex: Sex | None = None
    spell: Spell | None = None
    card: date | None = None
    key: DataKey | None = None
    restricted: bool = False
    """Whether nobody may match, mail or read the worker for the time being."""
    changed: bool = False
    merged: Merged | None = None
    lent: list[str] = field(default_factory=list)
    latest_merge: int | None = None
    """The number of the latest merge or split that was about this worker."""

    @property
    def means(self) -> UUID:
        """The id of the worker whom this one's id means: its own, where it was not merged."""
        return self.merged.person if self.merged else self.id

    @property
    def is_erased(self) -> bool:
        """Whether the personal data was erased: nothing can be said about this worker any more."""
        return not self.sealed
