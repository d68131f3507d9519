"""What placement does about what is said of a placement since: it is confirmed, contested or ended, and ended by the next time without work."""

from typing import Any, Final, Literal

from services.placement.casebook import Casebook
from services.placement.domain.entities import Placement
from services.placement.domain.evidence import Evidence
from services.placement.placements import (
    Said,
    end_hire,
    hire_again,
    place,
    placement_meant,
    told,
    walk_in_meant,
)
from shared.events import (
    EmploymentEnded,
    EvidenceRefused,
    Fact,
    PlacementConfirmed,
    PlacementContested,
    PlacementDisputed,
    PlacementEnded,
    PlacementGraded,
    PlacementResumed,
    RegistrationReinstated,
    RegistrationWithdrawn,
    WorkerFactRetracted,
    WorkerRegistered,
    type_of,
)

Kind = Literal["confirmed", "contested", "ended"]
_KINDS: Final[dict[type[Fact], Kind]] = {
    PlacementConfirmed: "confirmed",
    PlacementContested: "contested",
    EmploymentEnded: "ended",
}
KINDS: Final = frozenset(map(type_of, _KINDS))
"""The types of facts that are evidence."""
Spoken = PlacementConfirmed | PlacementContested | EmploymentEnded


def add(book: Casebook, fact: Spoken, *, kept: bool = False) -> None:
    """Add what was said of the worker's placement to its evidence, or refuse where there is none. Said twice, it changes nothing.

    What was `kept` may be older than a walk-in, and confirms none.
    """
    if any(each.id == fact.envelope.id for placement in book.placements.values() for each in placement.evidence):
        return
    said = _evidence(fact)
    if not kept and _confirms_walk_in(book, fact, said):
        return
    placement = _meant(book, fact)
    if placement is None:
        refuse(book, fact)
        return
    _change(book, placement, [*placement.evidence, said])


def _evidence(fact: Spoken) -> Evidence:
    decides = isinstance(fact, PlacementConfirmed) and fact.by_office
    by_worker = isinstance(fact, PlacementConfirmed) and fact.by_worker
    return Evidence(fact.envelope.id, _KINDS[type(fact)], fact.on, fact.agency, decides, by_worker)


def _meant(book: Casebook, fact: Spoken) -> Placement | None:
    """Give the placement that a word is about.

    A job has ended that had begun by then. A confirmation of a day is of the job that had begun by then, unless the latest is of a day
    to come; and what the worker denies is the latest.
    """
    match fact:
        case EmploymentEnded():
            return placement_meant(book, fact.worker, fact.said_by, begun_by=fact.on)
        case PlacementConfirmed():
            latest = placement_meant(book, fact.worker, fact.said_by)
            if latest is None or latest.placed_on > book.today:
                return latest
            return placement_meant(book, fact.worker, fact.said_by, begun_by=fact.on) or latest
    return placement_meant(book, fact.worker)


def _confirms_walk_in(book: Casebook, fact: Spoken, said: Evidence) -> bool:
    """Let a walk-in be a placement, as the worker or the worker's office says, if the worker is not placed. Says whether it is."""
    if not isinstance(fact, PlacementConfirmed) or not (said.decides or said.by_worker):
        return False
    walk_in, candidate = walk_in_meant(book, fact.worker, fact.said_by), book.holder(fact.worker)
    if walk_in is None or candidate is None or candidate.state in ("placed", "withdrawn"):
        return False
    walk_in.state = "confirmed"
    book.changed_walk_ins.add(walk_in.id)
    by = Said(walk_in.id, walk_in.agency, walk_in.placed_on, "employer-says")
    place(book, candidate, by, "hired", walk_in, named=walk_in.worker, evidence=[said])
    return True


def take_back(book: Casebook, event: WorkerFactRetracted) -> None:
    """Let it be as it would be, had this not been said of a placement."""
    for placement in book.placements.values():
        left = [each for each in placement.evidence if each.id != event.fact]
        if left != placement.evidence:
            _change(book, placement, left)


def confirm_unopposed(book: Casebook, placement: Placement) -> None:
    """Let a hire be confirmed by the worker's silence."""
    placement.unopposed = True
    _change(book, placement, placement.evidence)


def end_by_next_spell(book: Casebook, event: WorkerRegistered | RegistrationReinstated) -> None:
    """Let the worker's last placement end on the day from which the worker is without work again."""
    day = event.without_work_since or event.applied_on
    placement = placement_meant(book, event.worker, begun_by=day)
    if placement is None:
        return
    if book.meant(placement.worker, placement.spell) == book.meant(event.worker, event.spell):
        return
    if any(each.kind == "next-spell" for each in placement.evidence):
        return
    said = Evidence(event.envelope.id, "next-spell", day, event.agency, spell=event.spell)
    _change(book, placement, [*placement.evidence, said])


def undo_next_spell(book: Casebook, event: RegistrationWithdrawn) -> None:
    """Let a placement go on that had ended by a time without work which was withdrawn: the worker works there still."""
    ids = set(book.merges.members(book.merges.person(event.worker)))
    for placement in [each for each in book.placements.values() if each.worker in ids]:
        left = [each for each in placement.evidence if each.kind != "next-spell" or each.spell != event.spell]
        if left != placement.evidence:
            _change(book, placement, left)


def refuse(book: Casebook, fact: Fact) -> None:
    """Refuse what is said of a placement that there is not."""
    book.events.append(EvidenceRefused(worker=fact.key, agency=fact.agency, reason="not-placed"))


def _change(book: Casebook, placement: Placement, evidence: list[Evidence]) -> None:
    """Judge a placement by other evidence, and say what differs."""
    grade, contested, ended = placement.grade, placement.contested, placement.ended_on
    was_lost, latest = placement.lost, evidence[-1] if len(evidence) > len(placement.evidence) else None
    placement.evidence = evidence
    placement.judge()
    book.changed_placements[placement.worker, placement.spell] = placement
    if placement.lost and not was_lost:
        end_hire(book, placement)
    elif was_lost and not placement.lost:
        hire_again(book, placement)
    what = {**told(book, placement), "employer": placement.employer}
    if placement.grade != grade:
        by = latest.agency if latest and latest.kind == "confirmed" else None
        book.events.append(PlacementGraded(**what, grade=placement.grade, by=by))
    if placement.contested and not contested and latest is not None:
        book.events.append(PlacementDisputed(**what | _with_offices(book, what), by=latest.agency))
    if placement.ended_on is not None and (placement.ended_on, placement.lost) != (ended, was_lost):
        book.events.append(PlacementEnded(**what, ended_on=placement.ended_on, lost=placement.lost))
    elif placement.ended_on is None and ended is not None:
        book.events.append(PlacementResumed(**what))


def _with_offices(book: Casebook, what: dict[str, Any]) -> dict[str, Any]:
    """Tell the offices, too, that are to decide."""
    candidate = book.holder(what["worker"])
    offices = book.offices.nearest(candidate.region) if book.offices and candidate else []
    return {"concerns": list(dict.fromkeys([*what["concerns"], *offices]))}
