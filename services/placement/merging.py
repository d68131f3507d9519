"""What placement does about two ids of one worker: how two candidates become one, and two again.

A referral and a placement keep the id under which they were made, and a certificate the id to which it was given. While two
ids mean one worker, the candidate is that of the id that stays; the other keeps what is said of it, for a split.
"""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from services.placement.casebook import Casebook
from services.placement.domain.entities import Candidate, latest
from shared.events import WorkerMerged, WorkerSplit
from shared.merges import Split

OF_A_SPELL: Final = (
    "region",
    "reach",
    "wishes",
    "applied_on",
    "wants_work",
    "unasked",
    "trained",
    "trained_on",
    "concerns",
    "since",
    "position",
)
"""What a candidate's next spell begins with that another id's goes on as."""
Placed = Collection[tuple[UUID, int]]
"""In which spells somebody was placed, by worker's id and number."""


def unite(book: Casebook, event: WorkerMerged) -> None:
    """Make one candidate of two: the earliest rank, the certificates and cards of both, one referral, which is the one made first."""
    theirs = book.candidates.setdefault(event.worker, Candidate(worker=event.worker, spell=event.spell))
    theirs.merged = True
    book.changed_candidates.add(theirs.worker)
    worker, spell = book.meant(event.worker, event.spell)
    own = book.candidates.setdefault(worker, Candidate(worker=worker))
    if spell is not None and own.spell < spell:
        own = book.begin_spell(own, spell, **{name: getattr(theirs, name) for name in OF_A_SPELL})
    own.also_certified = sorted({*own.also_certified, *theirs.certified, *theirs.also_certified})
    own.also_card_until = latest(own.also_card_until, theirs.card_is_good_until)
    own.tried |= theirs.tried
    if spell is None or own.spell > spell:
        book.end_referral(theirs, "withdrawn" if spell is None else "new-spell")
    else:
        own.unasked &= theirs.unasked or theirs.spell != event.spell
        _join(book, own, event, theirs.state if theirs.spell == event.spell else "training-first")
    if theirs.state == "referred":
        theirs.state = "looking"
    book.match_again(own)


def part(book: Casebook, split: Split, placed: Placed) -> None:
    """Make two candidates of one: each has the referral, the placement and the certificates of its own id."""
    event, was, _ = split
    theirs = book.candidates.setdefault(event.worker, Candidate(worker=event.worker, spell=event.spell))
    theirs.merged = False
    for id in (theirs.worker, was.person):
        if id in book.candidates:
            book.match_again(book.candidates[id])
    if was.joint is None:
        return
    worker, number = was.joint
    own = book.candidates.get(worker)
    for candidate, spell, is_open in ((theirs, event.spell, event.is_open), (own, number, event.former_is_open)):
        if candidate is not None and candidate.spell == spell and not candidate.merged:
            _leave(book, candidate, event, placed, is_open=is_open)


def _join(book: Casebook, own: Candidate, event: WorkerMerged, state: str) -> None:
    """Give a candidate the state that follows from its own and from that of another id."""
    states = {own.state, state}
    if "placed" in states:
        book.end_referral(own, "placed")
        own.state = "placed"
    elif own.state == "withdrawn":
        book.end_referral(own, "withdrawn", fact=event.envelope.id)
        own.state = "withdrawn"
    else:
        for referral in book.open_referrals_of(own.worker)[1:]:
            book.lapse(referral, "new-spell")
        if book.open_referrals_of(own.worker):
            own.state = "referred"
        else:
            own.state = "looking" if states & {"looking", "referred"} else own.before_looking
            own.trained |= own.state == "looking" and not own.is_ready


def _leave(book: Casebook, candidate: Candidate, event: WorkerSplit, placed: Placed, *, is_open: bool) -> None:
    """Give a candidate the state that follows from what is its own, when another id means it no longer."""
    others = book.merges.spells(candidate.worker, candidate.spell)
    own = [(candidate.worker, candidate.spell), *((each.worker, each.spell) for each in others)]
    if any(key in placed for key in own):
        book.end_referral(candidate, "placed")
        candidate.state = "placed"
    elif not is_open:
        book.end_referral(candidate, "withdrawn", fact=event.envelope.id)
        candidate.state = "withdrawn"
    elif book.open_referrals_of(candidate.worker):
        candidate.state = "referred"
    elif not candidate.looks_later:
        candidate.state = "looking"
    book.match_again(candidate)
