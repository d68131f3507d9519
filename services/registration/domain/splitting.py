"""How a worker who was merged by mistake is split again: each of the two has the claims that named it, and its own place in line."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from services.registration import announcements
from services.registration.announcements import Told
from services.registration.claims import Claim
from services.registration.domain.decisions import Decisions, Turn
from services.registration.domain.merging import Known, news_of, next_spell
from services.registration.identity.worker import Worker
from services.registration.spells import Spell
from shared.events import Event, IdentitiesKeptApart


def split(
    worker: Worker,
    other: Worker,
    fact: IdentitiesKeptApart,
    turn: Turn,
    known: Known,
    today: date,
    decisions: Decisions,
) -> None:
    """Let `other`, who means `worker`, mean its own worker again. Each of the two has the claims that named it."""
    theirs, was = other.spell, known.merges.split(other.id)
    if theirs is None or was is None:
        return
    parting = _Parting(worker, other, fact, was.joint, known, today)
    for spell in parting.part():
        decisions.keep(spell)
    joint = None if was.joint is None else known.spells[was.joint]
    decisions.events.append(announcements.split(theirs, was, joint, turn, fact.agency, fact.on))
    decisions.events += parting.news()


class _Parting:
    """Two workers who were one: which spells each has afterwards."""

    def __init__(
        self,
        worker: Worker,
        other: Worker,
        fact: IdentitiesKeptApart,
        joint: tuple[UUID, int] | None,
        known: Known,
        today: date,
    ) -> None:
        self._worker, self._other, self._fact, self._known, self._today = worker, other, fact, known, today
        self._told: dict[tuple[UUID, int], tuple[Worker, Spell, Told | None]] = {}
        """The spells that changed, each with its worker and what was told of it before, if anything was."""
        self._joint = joint
        """The spell as which the other's went on, if it did."""

    def part(self) -> list[Spell]:
        """Part every spell that has claims of both. Gives the spells that changed."""
        members = self._known.merges.members(self._other.id)
        unplaced: list[Claim] = []
        left = [spell for (id, _), spell in self._known.spells.items() if id not in members]
        for spell in sorted(left, key=self._order):
            is_joint = (spell.worker, spell.number) == self._joint
            if is_joint or any(claim.named in members for claim in spell.claims):
                before = Told.of(spell)
                claims = spell.part(members, self._other.id)
                self._give_back(claims, spell, is_joint=is_joint)
                unplaced += self._go_on_without(spell)
                self._note_down(self._worker, spell, before)
        self._register_again(unplaced)
        return [spell for _, spell, _ in self._told.values()]

    def _order(self, spell: Spell) -> tuple[bool, int]:
        """Sort key: the spell as which the other's went on comes first."""
        return (spell.worker, spell.number) != self._joint, spell.number

    def news(self) -> Iterator[Event]:
        """Say what became of each spell; of the other worker's first."""
        on, agency = self._fact.on, self._fact.agency
        for worker, spell, before in sorted(self._told.values(), key=lambda told: told[0] is self._worker):
            if spell.is_open:
                yield from news_of(worker, spell, before, self._fact, self._known)
            elif before is not None and spell.state == "withdrawn" != before.state:
                yield announcements.withdrawn(spell, agency, "reported-in-error", on)

    def _note_down(self, worker: Worker, spell: Spell, before: Told | None) -> None:
        self._told.setdefault((spell.worker, spell.number), (worker, spell, before))

    def _give_back(self, claims: list[Claim], left: Spell, *, is_joint: bool) -> None:
        """Give the other worker's claims in one spell back.

        Claims of a spell that is over stay late claims, which give a relation; others open a spell, or amend the open one.
        """
        theirs = self._other.spell
        if theirs is None:
            return
        before, is_over = Told.of(theirs), left.state == "withdrawn" or not any(claim.stands for claim in claims)
        if not (is_joint or is_over or theirs.is_open):
            self._note_down(self._other, next_spell(self._other, claims), None)
            return
        if is_joint:
            theirs.take_back(claims)
            if (placed_on := self._placed_on(theirs)) is not None:
                theirs.state, theirs.ended_on = "placed", placed_on
            elif is_over:
                self._withdraw(theirs, left)
            else:
                theirs.reopen()
        else:
            for claim in claims:
                theirs.keep(claim) if is_over else theirs.add(claim)
        self._note_down(self._other, theirs, before)

    def _go_on_without(self, spell: Spell) -> list[Claim]:
        """Let the worker's spell go on, unless no claim is left. Where it was the other who was placed, it is open again.

        Gives the claims of a past spell that would be open again: they belong to the present one.
        """
        unplaced: list[Claim] = []
        if spell.state == "placed" and self._placed_on(spell) is None:
            if spell is self._worker.spell and spell.standing:
                spell.reopen()
            else:
                unplaced = spell.standing
                spell.claims = [claim for claim in spell.claims if not claim.stands]
                self._withdraw(spell, spell)
        elif spell.is_open and not spell.standing:
            self._withdraw(spell, spell)
        return unplaced

    def _register_again(self, claims: list[Claim]) -> None:
        """Let claims of a past spell be the worker's present ones, since it was the other who was placed in that spell."""
        present = self._worker.spell
        if not claims or present is None:
            return
        if present.is_open:
            before = Told.of(present)
            for claim in claims:
                present.add(claim)
            self._note_down(self._worker, present, before)
        else:
            self._note_down(self._worker, next_spell(self._worker, claims), None)

    def _placed_on(self, spell: Spell) -> date | None:
        """Give the first day on which somebody was placed whose spell this one is, or goes on as this one."""
        others = self._known.merges.spells(spell.worker, spell.number)
        days = [spell.placed_on, *(self._known.spells[each.worker, each.spell].placed_on for each in others)]
        return min((day for day in days if day), default=None)

    def _withdraw(self, spell: Spell, joint: Spell) -> None:
        spell.withdraw(joint.ended_on or self._fact.on, joint.heard_on or self._today)
