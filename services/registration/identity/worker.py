"""What the desk knows of a worker, and what an agency says of who a worker is."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from services.registration.identity.data_keys import DataKey
from services.registration.spells import Spell

Questioned = Literal["name", "birth_date"]
"""What agencies can contradict each other in."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What an agency says of who a worker is: fingerprints to compare, and the details that will be sealed.

    `stated` says whether the agency named the region itself; otherwise it is derived from the NIK.
    """

    nik: bytes
    name: bytes
    birth: bytes | None
    region: str | None
    stated: bool
    details: dict[str, str]


@dataclass(slots=True)
class Worker:
    """What the desk knows of one worker: `spell` is the present one, `card` the day of the newest card's issue.

    `nik`, `name` and `birth` are fingerprints; `sealed` and `contact` are encrypted, `sealed` with the data key `key`.
    """

    id: UUID
    nik: bytes
    name: bytes
    birth: bytes | None
    region: str | None
    sealed: str
    contact: str
    review: list[str] = field(default_factory=list)
    spell: Spell | None = None
    card: date | None = None
    changed: bool = False
    key: DataKey | None = None

    def differences(self, statement: Statement) -> list[Questioned]:
        """Name what a statement contradicts. What one side does not say contradicts nothing."""
        differs: list[Questioned] = []
        if statement.name != self.name:
            differs.append("name")
        if None not in (statement.birth, self.birth) and statement.birth != self.birth:
            differs.append("birth_date")
        return differs
