"""What the desk decided about a batch: receipts to give, rows to keep, events to announce."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from services.registration.posting.assertions import Assertion
from services.registration.posting.receipts import Receipt
from services.registration.spells import Spell
from shared.events import Event, JobseekerCardIssued, MoveAnswered
from shared.events.vocabulary import Slug


@dataclass(frozen=True, slots=True)
class Move:
    """An office says that a worker lives in its region now."""

    worker: UUID
    agency: Slug
    region: str
    came_from: str | None


@dataclass(frozen=True, slots=True)
class Review:
    """Something about who a worker is waits for the worker's office. `assertion` is where what differs is kept, sealed."""

    worker: UUID
    kind: Literal["identity", "contacts", "same-person"]
    fields: list[str]
    agency: Slug
    assertion: UUID
    other: UUID | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """An office decides what waits about a worker: all that agencies contradicted, or whether `other` is the same person."""

    worker: UUID
    by: Slug
    other: UUID | None = None


@dataclass(frozen=True, slots=True)
class Joined:
    """`other` means `worker` from now on, an office decided; it `lent` these fields, which were empty."""

    worker: UUID
    other: UUID
    by: Slug
    lent: list[str]
    number: int


@dataclass(frozen=True, slots=True)
class Parted:
    """`other` means its own worker again, and so do the `members` that came to mean it by a merge, itself among them."""

    worker: UUID
    other: UUID
    members: list[UUID]
    number: int


@dataclass(frozen=True, slots=True)
class Turn:
    """The `number` of a merge or a split, and those that every service takes in before it."""

    number: int
    follows: list[int]


@dataclass(slots=True)
class Decisions:
    """The receipts are in the order of the assertions; `accepted` has each accepted assertion with its fact.

    `unnamed` has the rows of the accepted assertions that name no worker: they are kept for a review and have no other effect, or are
    walk-ins, or retract such a one. `retracted` has the rows of the assertions that are taken back, each with the agency that takes it back.
    `refused` are those that lack a relation, each with its worker where there is one. `walk_ins` are hires of who was not referred.
    """

    receipts: list[Receipt] = field(default_factory=list)
    accepted: list[tuple[Assertion, Event]] = field(default_factory=list)
    spells: dict[tuple[UUID, int], Spell] = field(default_factory=dict)
    cards: list[JobseekerCardIssued] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    retracted: dict[UUID, Slug] = field(default_factory=dict)
    unnamed: set[UUID] = field(default_factory=set)
    decided: list[Verdict] = field(default_factory=list)
    refused: list[tuple[Assertion, UUID | None]] = field(default_factory=list)
    move_answers: list[MoveAnswered] = field(default_factory=list)
    merged: list[Joined] = field(default_factory=list)
    parted: list[Parted] = field(default_factory=list)
    walk_ins: list[Assertion] = field(default_factory=list)

    def keep(self, spell: Spell) -> None:
        """Keep a spell that was opened, amended or ended."""
        self.spells[spell.worker, spell.number] = spell
