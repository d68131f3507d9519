"""What an office decides about who workers are: it corrects one, merges two, or keeps two apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from services.registration import announcements
from services.registration.domain import merging, splitting
from services.registration.domain.decisions import Decisions, Joined, Parted, Turn, Verdict
from services.registration.domain.merging import Known
from services.registration.identity.person import Correction
from services.registration.identity.worker import Worker
from services.registration.posting.assertions import Assertion
from services.registration.spells import Spell
from shared import clock
from shared.events import ApplicationAmended, IdentitiesKeptApart, IdentitiesMerged, IdentityCorrected, WorkerRegistered
from shared.merges import Merges


class Identities(Protocol):
    """Changes what is known of who a worker is (`identity/sealing.py`)."""

    def correct(self, worker: Worker, correction: Correction) -> bool:
        """Change what is known. Says whether other services must be told."""

    def lend(self, worker: Worker, other: Worker) -> list[str]:
        """Fill in what is empty of a worker with what is known of another who is the same person. Names what."""

    def take_back(self, worker: Worker, other: Worker, lent: Sequence[str]) -> None:
        """Leave out what another worker lent."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """What decisions about two workers stand on.

    It has who was merged into whom; the two workers' spells, and where in the journal those were announced, both by worker and
    number; and the numbers of the merges and splits to come.
    """

    merges: Merges
    spells: Mapping[tuple[UUID, int], Spell]
    positions: Mapping[tuple[UUID, int], int]
    numbers: Iterator[int]

    def next_turn(self, worker: Worker, other: Worker) -> Turn:
        """Give the number of a merge or a split of two workers; it follows the latest ones that were about them."""
        follows = sorted({each.latest_merge for each in (worker, other) if each.latest_merge})
        worker.latest_merge = other.latest_merge = next(self.numbers)
        return Turn(worker.latest_merge, follows)

    def known_of(self, *workers: Worker) -> Known:
        """Give what is known of these workers, with their present spells as they are in this batch."""
        present = {(each.id, each.spell.number): each.spell for each in workers if each.spell}
        return Known(self.merges, {**self.spells, **present}, self.positions)


NO_PAIRS: Final = Pairs(Merges(), {}, {}, iter(()))


def correct(
    worker: Worker, fact: IdentityCorrected, assertion: Assertion, seals: Identities, decisions: Decisions
) -> None:
    """Change what is known by the word of the worker's office; what agencies contradicted is decided with it."""
    correction = assertion.correction
    if correction is None:
        return
    told = seals.correct(worker, correction)
    if correction.region not in (None, worker.region):
        worker.region, worker.changed, told = correction.region, True, True
    if told and worker.spell is not None and worker.spell.may_go_on:
        decisions.events.append(announcements.amended(worker, worker.spell))
    decisions.decided += [Verdict(id, fact.agency) for id in dict.fromkeys((worker.id, fact.worker))]


def merge(
    worker: Worker, other: Worker, fact: IdentitiesMerged, pairs: Pairs, seals: Identities, decisions: Decisions
) -> None:
    """Let another worker's id and NIK mean this worker from now on."""
    told, said = (worker.birth_year, worker.sex), len(decisions.events)
    lent = seals.lend(worker, other)
    if worker.region is None and other.region is not None:
        worker.region, worker.changed, lent = other.region, True, [*lent, "region"]
    turn = pairs.next_turn(worker, other)
    merging.merge(worker, other, fact, turn, pairs.known_of(worker, other), clock.today(), decisions)
    _tell_if_another(worker, told, said, decisions)
    decisions.merged.append(Joined(worker.id, other.id, fact.agency, lent, turn.number))


def keep_apart(
    worker: Worker, other: Worker, fact: IdentitiesKeptApart, pairs: Pairs, seals: Identities, decisions: Decisions
) -> None:
    """Decide that two workers are two people, and split them again where they were merged."""
    decisions.decided.append(Verdict(fact.worker, fact.agency, other=fact.other))
    if other.merged is None or other.merged.person != worker.id:
        return
    told, said = (worker.birth_year, worker.sex), len(decisions.events)
    seals.take_back(worker, other, other.lent)
    if "region" in other.lent and worker.region == other.region:
        worker.region, worker.changed = None, True
    turn = pairs.next_turn(worker, other)
    splitting.split(worker, other, fact, turn, pairs.known_of(worker, other), clock.today(), decisions)
    _tell_if_another(worker, told, said, decisions)
    decisions.parted.append(Parted(worker.id, other.id, pairs.merges.members(other.id), turn.number))


def _tell_if_another(worker: Worker, before: tuple[object, object], said: int, decisions: Decisions) -> None:
    """Say that the birth year or the sex is another, unless one of the events since `said` does."""
    spell = worker.spell
    if (worker.birth_year, worker.sex) == before or spell is None or not spell.may_go_on:
        return
    since = decisions.events[said:]
    if not any(isinstance(event, WorkerRegistered | ApplicationAmended) and event.key == worker.id for event in since):
        decisions.events.append(announcements.amended(worker, spell))
