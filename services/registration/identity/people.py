"""Who somebody is to the desk: what an agency claims of a person, and what is known of the worker."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from services.registration.spells import Spell

Identity = Literal["name", "birth_date"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What an agency says of who somebody is: fingerprints to compare, and the details that will be sealed."""

    nik: bytes
    name: bytes
    birth: bytes | None
    region: str | None
    stated: bool
    details: dict[str, str]


@dataclass(slots=True)
class Worker:
    """What the desk knows of one person; `spell` is the present one, `card` the day of the newest card's issue."""

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

    def differences(self, claim: Claim) -> list[Identity]:
        """Name what a claim contradicts. What one side does not say contradicts nothing."""
        differs: list[Identity] = []
        if claim.name != self.name:
            differs.append("name")
        if None not in (claim.birth, self.birth) and claim.birth != self.birth:
            differs.append("birth_date")
        return differs
