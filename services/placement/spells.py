"""What placement does about each event of a worker's spell that registration or training announces.

A worker who came for work looks for it from the day of application, and any other from the day on which training has
nothing more for them. An event of a past spell changes nothing, but a certificate is kept whichever spell it is from.
"""

from services.placement.casebook import Casebook
from shared.events import (
    ApplicationAmended,
    ApplicationRefused,
    ClaimAdded,
    ClaimEnded,
    RegistrationWithdrawn,
    TrainingNotCompleted,
    WorkerErased,
    WorkerGraduated,
    WorkerRegistered,
    WorkerRestricted,
)


def apply(book: Casebook, event: WorkerRegistered | ApplicationAmended) -> None:
    """Update what the worker wants, wishes and can reach; one who wants work looks for it and is matched."""
    if book.merges.get(event.worker) is not None:
        return  # a dead letter: what is so now is said of the worker whom the id means
    candidate = book.in_spell(event)
    if candidate is None:
        return
    candidate.region, candidate.reach, candidate.wishes = event.region, event.reach, list(event.wishes)
    candidate.concerns = list(event.concerns)
    candidate.restricted |= event.restricted
    first = isinstance(event, WorkerRegistered)
    if first or event.position is not None:
        candidate.position = event.envelope.position if event.position is None else event.position
    wants_work = "work" in event.wants
    if candidate.since is None or (wants_work and (first or candidate.state == "training-first")):
        candidate.since = event.applied_on
    if wants_work:
        book.start_looking(candidate)
    book.match_again(candidate)


def note_concerns(book: Casebook, event: ClaimAdded | ClaimEnded) -> None:
    """Keep which agencies' claims stand: they are told of what becomes of the worker."""
    candidate = book.in_spell(event)
    if candidate is not None:
        candidate.concerns = list(event.concerns)


def graduate(book: Casebook, event: WorkerGraduated) -> None:
    """Record the certificate; a worker who was in training looks for work from that day."""
    candidate = book.in_spell(event, region=event.region, reach=event.reach)
    if candidate is not None and candidate.state == "training-first":
        candidate.since = event.on
        book.start_looking(candidate)
    book.certify(event.worker, event.vocation)
    book.note_down_done(event, event.on)


def leave_training(book: Casebook, event: TrainingNotCompleted) -> None:
    """Let a worker who failed or left the course look for work from that day."""
    candidate = book.in_spell(event, region=event.region, reach=event.reach, wishes=list(event.wishes))
    if candidate is not None and candidate.state == "training-first":
        candidate.since = event.on
        book.start_looking(candidate)
    book.note_down_done(event, event.on)


def skip_training(book: Casebook, event: ApplicationRefused) -> None:
    """Let a worker for whom training has nothing new look for work, from the day of application."""
    candidate = book.in_spell(event)
    if candidate is not None:
        book.start_looking(candidate)
    book.note_down_done(event, None)


def restrict(book: Casebook, event: WorkerRestricted) -> None:
    """Refer a restricted worker to nobody; match the worker again when the restriction is lifted."""
    candidate = book.candidates.get(event.worker)
    if candidate is not None:
        candidate.restricted = event.restricted
        book.match_again(candidate)


def erase(book: Casebook, event: WorkerErased) -> None:
    """End what is open of a worker who was erased; an opening that was held goes to the next in the queue."""
    candidate = book.candidates.get(event.worker)
    if candidate is not None and candidate.state != "placed":
        book.end_referral(candidate, "withdrawn")
        candidate.state = "withdrawn"
        book.changed_candidates.add(candidate.worker)


def withdraw(book: Casebook, event: RegistrationWithdrawn) -> None:
    """End the spell of a worker whose layoff was undone; an opening that was held goes to the next in the queue."""
    candidate = book.in_spell(event)
    if candidate is not None and candidate.state != "placed":
        book.end_referral(candidate, "withdrawn")
        candidate.state = "withdrawn"
