"""How two workers become one when their office says so: their spells, and which events say so.

While they are one, both workers' claims stand in one spell of the worker who stays, and each keeps whom it named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from services.registration import announcements
from services.registration.announcements import Told
from services.registration.claims import Claim
from services.registration.domain.decisions import Decisions, Turn
from services.registration.domain.spell_changes import register
from services.registration.identity.worker import Worker
from services.registration.spells import Spell, opened
from shared.events import Event, Fact, IdentitiesMerged, OrderedEvent, WorkerMerged, WorkerSplit
from shared.merges import Merges

AFTER_ALL: Final = 2**62
"""The position of a spell that is announced only now: after all others."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of workers who are or become one: who was merged into whom, their spells, and when those were announced.

    `spells` and `positions` are by worker and number; a position is one in registration's journal.
    """

    merges: Merges
    spells: Mapping[tuple[UUID, int], Spell]
    positions: Mapping[tuple[UUID, int], int]

    def place_of(self, spell: Spell) -> int | None:
        """Give the earliest place of those whose claims the spell has, among the places of its day; None for its own to come."""
        asking = [claim for claim in spell.said if claim.wants] or spell.said
        position = min((claim.counts_from, self._position(claim, spell)) for claim in asking)[1]
        return None if position == AFTER_ALL else position

    def came_first(self, spell: Spell, other: Spell) -> bool:
        """Whether one spell was announced before the other."""
        first, second = (self.positions.get((each.worker, each.number), AFTER_ALL) for each in (spell, other))
        return first < second

    def _position(self, claim: Claim, spell: Spell) -> int:
        merged = self.merges.get(claim.named) if claim.named else None
        if merged is not None and merged.joint == (spell.worker, spell.number):
            return self.positions.get((merged.worker, merged.spell), AFTER_ALL)
        return self.positions.get((spell.worker, spell.number), AFTER_ALL)


def merge(
    worker: Worker, other: Worker, fact: IdentitiesMerged, turn: Turn, known: Known, today: date, decisions: Decisions
) -> None:
    """Let `other` mean `worker`. If the other's spell is open, it goes on as the worker's, with the earlier place in line.

    Where one of the two was placed and the other's open spell is about the same time without work, that one ends as well.
    """
    own, theirs = worker.spell, other.spell
    if own is None or theirs is None:
        return
    before, placed_on = Told.of(own) if own.is_open else None, _placed_on(own, theirs)
    goes_on = theirs.is_open or placed_on is not None
    if (own.is_open and theirs.is_open) or placed_on is not None:
        own.unite(theirs, fact.on, today, other_first=known.came_first(theirs, own))
    elif theirs.is_open:
        own = next_spell(worker, theirs.hand_over(fact.on, today))
    into_spell = own.number if goes_on else None
    known.merges.merge(other.id, theirs.number, worker.id, into_spell)
    decisions.events.append(announcements.merged(theirs, worker.id, into_spell, turn, fact.agency, fact.on))
    if not goes_on:
        return
    decisions.keep(theirs)
    decisions.keep(own)
    if placed_on is None:
        decisions.events += news_of(worker, own, before, fact, known)
    else:
        for claim in own.end("placed", placed_on, today):
            register(worker, claim, decisions)


def _placed_on(spell: Spell, other: Spell) -> date | None:
    """Give the day on which one of two workers was placed, if the other's open spell is about a time before that day."""
    for placed, each in ((spell, other), (other, spell)):
        if placed.state == "placed" and placed.ended_on and each.is_open:
            return placed.ended_on if min(claim.on for claim in each.standing) <= placed.ended_on else None
    return None


def next_spell(worker: Worker, claims: list[Claim]) -> Spell:
    """Make a worker's next spell of claims that another spell had. One of them stands."""
    first = next(claim for claim in claims if claim.state != "retracted")
    spell = opened(worker.id, worker.spell.number + 1 if worker.spell else 1, first)
    spell.take_back(claims)
    worker.spell, worker.changed = spell, True
    return spell


def follow(events: list[Event], start: int, workers: Mapping[UUID, Worker]) -> None:
    """Let events from a place on follow the latest merges and splits of the workers whom they are about."""
    for nth in range(start, len(events)):
        event = events[nth]
        if isinstance(event, OrderedEvent) and not isinstance(event, WorkerMerged | WorkerSplit):
            latest = workers[event.worker].latest_merge
            if latest is not None:
                events[nth] = msgspec.structs.replace(event, follows=[latest])


def news_of(worker: Worker, spell: Spell, before: Told | None, fact: Fact, known: Known) -> Iterator[Event]:
    """Say what is so of an open spell that has claims of other workers now, or no longer has them."""
    position = known.place_of(spell)
    if before is None:
        yield announcements.registered(worker, spell, position)
        return
    yield from announcements.changes(spell, before, fact.agency, fact.on)
    yield announcements.amended(worker, spell, position)
