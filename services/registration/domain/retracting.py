"""What a retraction does to the worker's spells: a report's claim ends, and what a withdrawal or a denial ended stands again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from services.registration import announcements
from services.registration.announcements import Told
from services.registration.claims import Claim, Ending, Report
from services.registration.domain.decisions import Decisions
from services.registration.domain.spell_changes import end_withdrawn, spells_of_placement, tell_changes
from services.registration.identity.worker import Worker
from services.registration.spells import Spell
from shared.events import Fact, FactRetracted, LayoffWithdrawn, PlacementVoided
from shared.events.vocabulary import Slug

KEEPS_ITS_PLACE: Final = timedelta(days=14)
"""So long after a withdrawal its retraction gives the worker the old place in line back."""


@dataclass(frozen=True, slots=True)
class Retracted:
    """What an agency takes back: an event that the desk accepted on the day `said_on`.

    `row` is the assertion, `event` its id in the journal, `poster` who posted it. `fact` is None where it was only kept for a
    review. `subject` is the worker whom it named, or the course or the vacancy; `recent` is how many facts about the worker were
    retracted in the last 30 days.
    """

    row: UUID
    event: UUID
    type: str
    poster: Slug
    fact: Fact | None
    subject: UUID
    is_about_a_worker: bool
    said_on: date
    retracted_on: date | None
    recent: int

    @property
    def worker(self) -> UUID | None:
        """The worker whom it named, if it is about one."""
        return self.subject if self.is_about_a_worker else None


@dataclass(frozen=True, slots=True)
class History:
    """What was said of a worker so far: all spells, and what stands, each with its position in the journal.

    `ends` are the withdrawals and denials, `begun` says where each spell was announced, and `positions` the places in line. What is
    taken back is left out; it stands at `at`. `offices` are those of the agencies that are offices.
    """

    spells: Mapping[tuple[UUID, int], Spell] = field(default_factory=dict)
    reports: Iterable[tuple[int, Report]] = ()
    positions: Mapping[tuple[UUID, int], int] = field(default_factory=dict)
    begun: Mapping[tuple[UUID, int], int] = field(default_factory=dict)
    ends: Iterable[tuple[int, Ending]] = ()
    at: int = 0
    offices: Collection[Slug] = ()

    def of(self, worker: Worker) -> list[Spell]:
        """Give the worker's spells, the present one first; under every id."""
        present = worker.spell
        others = [spell for (id, number), spell in self.spells.items() if (id, number) != _key(present)]
        others.sort(key=lambda spell: (spell.worker == worker.id, spell.number), reverse=True)
        return [*([present] if present else []), *others]

    def position_of(self, claim: Claim, spell: Spell) -> int | None:
        """Give where in the journal the report stands that made a claim."""
        found = [position for position, report in self.reports if claim.is_of(report, spell.worker)]
        return min(found, default=None)

    def ending_of(self, claim: Claim, spell: Spell) -> Ending | None:
        """Give the first withdrawal or denial of a claim that stands, if there is one."""
        made = self.position_of(claim, spell) or 0
        return next((each for at, each in self.ends if at > made and _whose(each) == claim.agency), None)

    def was_by_office(self, fact: Ending, at: int, spell: Spell) -> bool:
        """Whether a withdrawal that was said at a position ended this spell by the word of the worker's office, and no claim."""
        begun, next_begun = (self.begun.get((spell.worker, number)) for number in (spell.number, spell.number + 1))
        return (
            isinstance(fact, LayoffWithdrawn)
            and fact.agency in self.offices
            and fact.on == spell.withdrawn_on
            and (begun or 0) < at
            and (next_begun is None or at < next_begun)
            and not _ended_by(fact, spell)
        )

    def is_withdrawn_by_office(self, spell: Spell) -> bool:
        """Whether the worker's office withdrew this spell, by a word that stands."""
        return any(self.was_by_office(each, at, spell) for at, each in self.ends)


def take_back(
    worker: Worker, retracted: Retracted, retraction: FactRetracted, history: History, today: date, decisions: Decisions
) -> None:
    """Do to the worker's spells what follows from a retraction. Other facts than these are for training and placement."""
    fact = retracted.fact
    if isinstance(fact, Report):
        _end_claim(worker, fact, retraction, history, today, decisions)
    elif isinstance(fact, Ending):
        _reinstate(worker, fact, history, today, decisions)


def is_denied(worker: Worker, fact: Fact | None, history: History) -> bool:
    """Whether a fact is a report that the worker has denied."""
    return isinstance(fact, Report) and any(
        claim.state == "contested" and claim.is_of(fact, spell.worker)
        for spell in history.of(worker)
        for claim in spell.claims
    )


def _end_claim(
    worker: Worker, fact: Report, retraction: FactRetracted, history: History, today: date, decisions: Decisions
) -> None:
    """End the claim that a report made, and forget what the worker sought by it. With the last claim the spell ends.

    Its agency is told that its claim has ended, whoever retracted the report: it has no relation to the worker any longer.
    """
    for spell in history.of(worker):
        made = [claim for claim in spell.said if claim.is_of(fact, spell.worker)]
        if made:
            break
    else:
        return
    claim = max(made, key=lambda each: each.stands)
    opened_it, stood = claim is _first_that_asks(spell), claim.stands
    before = Told.of(spell)
    spell.change_claims([claim], "retracted", retraction.on)
    decisions.keep(spell)
    if not stood:
        return
    if not spell.standing:
        decisions.events.append(announcements.claim_ended(spell, claim.agency, "withdrawn", retraction.on))
        if spell.is_open:
            ended_on = max((each.ended_on for each in spell.said if each.ended_on), default=retraction.on)
            end_withdrawn(worker, retraction.agency, "reported-in-error", ended_on, today, decisions)
        return
    first = _first_that_asks(spell)
    position = history.position_of(first, spell) if opened_it and first and spell.is_open else None
    tell_changes(worker, spell, before, retraction.agency, retraction.on, decisions, position=position)


def _first_that_asks(spell: Spell) -> Claim | None:
    """Give the claim whose day and place count: the first that asks for something, or else the first."""
    said = spell.said
    return next((claim for claim in said if claim.wants), said[0] if said else None)


def _reinstate(worker: Worker, fact: Ending, history: History, today: date, decisions: Decisions) -> None:
    """Let the claims stand again that a withdrawal or a denial ended, and the spell go on if it ended with them.

    One of which another withdrawal or denial was said as well is ended by that one.
    """
    for spell in history.of(worker):
        ended = _ended_by(fact, spell)
        if ended or (spell.standing and history.was_by_office(fact, history.at, spell)):
            break
    else:
        return
    before = Told.of(spell)
    decisions.keep(spell)
    for claim in ended:
        also = history.ending_of(claim, spell)
        if also is not None:
            spell.change_claims([claim], _end_state(also), also.on)
        else:
            spell.change_claims([claim], "standing", None)
    if ended and not any(claim.agency == _whose(fact) for claim in spell.standing):
        return
    if spell.state == "open" or history.is_withdrawn_by_office(spell):
        tell_changes(worker, spell, before, fact.agency, fact.on, decisions)
    elif spell.state == "placed":
        spell.withdrawn_on = None
        tell_changes(worker, spell, before, fact.agency, fact.on, decisions)
    elif spell is worker.spell:
        _reopen(worker, spell, today, decisions)
    else:
        _join_present(worker, spell, history.positions, fact.agency, fact.on, decisions)


def _ended_by(fact: Ending, spell: Spell) -> list[Claim]:
    """Give the claims of a spell that a withdrawal or a denial ended."""
    how = _end_state(fact), _whose(fact), fact.on
    return [claim for claim in spell.claims if (claim.state, claim.agency, claim.ended_on) == how]


def _whose(fact: Ending) -> Slug:
    """Name the agency whose claims a withdrawal or a denial ends."""
    return fact.agency if isinstance(fact, LayoffWithdrawn) else fact.claimant


def _end_state(fact: Ending) -> Literal["withdrawn", "contested"]:
    return "withdrawn" if isinstance(fact, LayoffWithdrawn) else "contested"


def _reopen(worker: Worker, spell: Spell, today: date, decisions: Decisions) -> None:
    """Let the present spell go on: within 14 days with the old place in line, later with today's."""
    keeps_place = spell.heard_on is None or today - spell.heard_on <= KEEPS_ITS_PLACE
    spell.reopen()
    spell.unite_claims()
    if not keeps_place:
        spell.count_from(today)
    decisions.keep(spell)
    decisions.events.append(announcements.reinstated(worker, spell, keeps_place=keeps_place))


def _join_present(
    worker: Worker,
    past: Spell,
    positions: Mapping[tuple[UUID, int], int],
    agency: Slug,
    on: date,
    decisions: Decisions,
) -> None:
    """Let the claims of a past spell that would go on count for the present one, if that one is open: a later one began."""
    present = worker.spell
    if present is None or not present.is_open or not past.standing:
        return
    before, claims = Told.of(present), past.standing
    was_first = min(claim.counts_from for claim in claims) <= present.applied_on
    past.claims = [claim for claim in past.claims if not claim.stands]
    present.claims = [*claims, *present.claims]
    present.unite_claims()
    decisions.keep(past)
    decisions.keep(present)
    position = positions.get((past.worker, past.number)) if was_first else None
    tell_changes(worker, present, before, agency, on, decisions, position=position)


def void_placement(
    people: Mapping[UUID, Worker], voided: PlacementVoided, history: History, today: date, decisions: Decisions
) -> None:
    """Let the spell go on in which a worker was placed: the placement was retracted. A withdrawn spell stays withdrawn."""
    named = people[voided.worker]
    spell_named, *joint = spells_of_placement(named, voided)
    everybody = {
        **history.spells,
        **{(each.id, each.spell.number): each.spell for each in people.values() if each.spell},
    }
    spell = everybody.get(spell_named)
    if spell is None or spell.placed_on is None:
        return
    spell.placed_on = None
    decisions.keep(spell)
    spell = everybody.get(joint[0]) if joint else spell
    if spell is None or spell.state != "placed" or any(each.placed_on for each in _joined(spell, people, everybody)):
        return
    worker = people[spell.worker]
    if spell.withdrawn_on is not None:
        spell.withdraw(spell.withdrawn_on, spell.heard_on or today)
    elif spell is not worker.spell:
        spell.withdraw(spell.ended_on or voided.on, spell.heard_on or today)
        _join_present(worker, spell, history.positions, voided.agency, voided.on, decisions)
    else:
        before = Told.of(spell)
        spell.reopen()
        if spell.standing:
            spell.unite_claims()
            tell_changes(worker, spell, before, voided.agency, voided.on, decisions)
        else:
            end_withdrawn(worker, voided.agency, "reported-in-error", voided.on, today, decisions)
    decisions.keep(spell)


def _joined(spell: Spell, people: Mapping[UUID, Worker], everybody: Mapping[tuple[UUID, int], Spell]) -> list[Spell]:
    """Give the spells of other ids that go on as this one, and this one."""
    merged = [each.merged for each in people.values() if each.merged and each.merged.joint == _key(spell)]
    others = [everybody.get((each.worker, each.spell)) for each in merged]
    return [spell, *(each for each in others if each is not None)]


def _key(spell: Spell | None) -> tuple[UUID, int] | None:
    return (spell.worker, spell.number) if spell else None
