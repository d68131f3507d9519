"""What placement does about each event of a worker's spell that registration or training announces.

A worker who came for work looks for it from the day of application, and any other from the day on which training has
nothing more for them. One of whom no report says what is wanted is to be asked, and looks for nothing. An event of a past
spell changes nothing, but a certificate is kept whichever spell it is from.
"""

from datetime import date

from services.placement.casebook import Casebook
from services.placement.domain.entities import ANY_VOCATION, Candidate, latest
from shared.events import (
    ApplicationAmended,
    ApplicationRefused,
    ClaimAdded,
    ClaimEnded,
    JobseekerCardIssued,
    RegistrationReinstated,
    RegistrationWithdrawn,
    SpellEvent,
    TrainingNotCompleted,
    TrainingResultVoided,
    WorkerErased,
    WorkerGraduated,
    WorkerRegistered,
    WorkerRestricted,
)

Registered = WorkerRegistered | ApplicationAmended | RegistrationReinstated


def apply(book: Casebook, event: WorkerRegistered | ApplicationAmended) -> None:
    """Update what the worker wants, wishes and can reach; one who wants work looks for it and is matched."""
    if book.merges.get(event.worker) is not None:
        return  # a dead letter: what is so now is said of the worker whom the id means
    candidate = book.in_spell(event)
    if candidate is None:
        return
    _note(candidate, event)
    first = isinstance(event, WorkerRegistered)
    if first or event.position is not None:
        candidate.position = event.envelope.position if event.position is None else event.position
    if candidate.applied_on is None or event.position is not None or not first:
        _note_wants(candidate, event)  # it is no dead letter that later events overtook
    _judge(book, candidate)


def _note(candidate: Candidate, event: Registered) -> None:
    """Keep what is known of the worker; the year of birth and a card decide who may go abroad."""
    candidate.region, candidate.reach, candidate.wishes = event.region, event.reach, list(event.wishes)
    candidate.concerns = list(event.concerns)
    candidate.restricted |= event.restricted
    candidate.birth_year, candidate.sex = event.birth_year, event.sex
    candidate.card_until = latest(candidate.card_until, event.card_until)


def _note_wants(candidate: Candidate, event: Registered) -> None:
    """Keep whether the worker wants work, or is to be asked, and since when."""
    candidate.applied_on, candidate.wants_work = event.applied_on, "work" in event.wants
    candidate.unasked = not event.wants


def note_card(book: Casebook, event: JobseekerCardIssued) -> None:
    """Keep until when the worker's card is good: with one, the worker may be referred abroad."""
    book.note_card(event.worker, event.valid_until)


def _judge(book: Casebook, candidate: Candidate) -> None:
    """Match a candidate who looks for work; one who was to be trained first after all is referred no longer."""
    if candidate.state == "referred" and not candidate.is_ready:
        book.end_referral(candidate, "withdrawn")
    candidate.judge()
    book.match_again(candidate)


def note_concerns(book: Casebook, event: ClaimAdded | ClaimEnded) -> None:
    """Keep which agencies' claims stand: they are told of what becomes of the worker."""
    candidate = book.in_spell(event)
    if candidate is not None:
        candidate.concerns = list(event.concerns)


def graduate(book: Casebook, event: WorkerGraduated) -> None:
    """Record the certificate; a worker who was in training looks for work from that day."""
    _end_training(book, event, book.in_spell(event, region=event.region, reach=event.reach), event.on)
    book.certify(event.worker, event.vocation)


def leave_training(book: Casebook, event: TrainingNotCompleted) -> None:
    """Let a worker who failed or left the course look for work from that day."""
    candidate = book.in_spell(event, region=event.region, reach=event.reach, wishes=list(event.wishes))
    _end_training(book, event, candidate, event.on)


def skip_training(book: Casebook, event: ApplicationRefused) -> None:
    """Let a worker for whom training has nothing new look for work, from the day of application."""
    _end_training(book, event, book.in_spell(event), None)


def void_result(book: Casebook, event: TrainingResultVoided) -> None:
    """Take a certificate away, and let the worker be in training again; referrals that rest on either lapse. A hire stays."""
    if event.certificate is not None and not event.still_certified:
        book.decertify(event.worker, event.vocation)
    candidate = book.in_spell(event)
    own = book.candidates[event.worker]
    if candidate is not None:
        for each in (own, candidate):
            _note_training(book, each, trained=False)
        candidate.trained = book.is_ready_by_another_id(candidate)
    present = candidate or book.holder(event.worker)
    if present is None:
        return
    for referral in book.open_referrals_of(present.worker):
        vacancy = book.vacancies[referral.vacancy]
        fits = vacancy.vocation in present.vocations or present.vocations == [ANY_VOCATION]
        fits = fits and present.has_what_is_asked(vacancy)
        if not (present.is_ready and fits):
            book.lapse(referral, "withdrawn", detail="certificate-revoked")
    _judge(book, present)


def _end_training(book: Casebook, event: SpellEvent, candidate: Candidate | None, on: date | None) -> None:
    """Let a worker look for work for whom training has nothing more, from a day or from the day of application.

    An id that means another worker keeps that its own training is done: a split will ask for it.
    """
    own = book.candidates[event.worker]
    if own.merged and own.spell == event.spell:
        _note_training(book, own, trained=True, on=on)
    if candidate is not None:
        _note_training(book, candidate, trained=True, on=on)
        book.match_again(candidate)


def _note_training(book: Casebook, candidate: Candidate, *, trained: bool, on: date | None = None) -> None:
    """Keep whether training has nothing more for a candidate, and since when."""
    candidate.trained, candidate.trained_on = trained, on
    candidate.judge()
    book.changed_candidates.add(candidate.worker)


def restrict(book: Casebook, event: WorkerRestricted) -> None:
    """Refer a restricted worker to nobody; match the worker again when the restriction is lifted."""
    candidate = book.candidates.get(event.worker)
    if candidate is not None:
        candidate.restricted = event.restricted
        book.match_again(candidate)


def erase(book: Casebook, event: WorkerErased) -> None:
    """End what is open of a worker who was erased, and blank the birth year and the sex.

    An opening that was held goes to the next in the queue.
    """
    candidate = book.candidates.get(event.worker)
    if candidate is None:
        return
    candidate.birth_year = candidate.sex = None
    book.changed_candidates.add(candidate.worker)
    if candidate.state != "placed":
        book.end_referral(candidate, "withdrawn")
        candidate.state = "withdrawn"


def withdraw(book: Casebook, event: RegistrationWithdrawn) -> None:
    """End the spell of a worker whose layoff was undone; an opening that was held goes to the next in the queue."""
    candidate = book.in_spell(event)
    if candidate is not None:
        candidate.is_over = True
        if candidate.state != "placed":
            book.end_referral(candidate, "withdrawn", fact=event.envelope.id)
            candidate.state = "withdrawn"


def reinstate(book: Casebook, event: RegistrationReinstated) -> None:
    """Let the spell go on whose withdrawal was retracted; a referral that lapsed with it is open again if the opening is free."""
    candidate = book.in_spell(event)
    if candidate is None:
        return
    _note(candidate, event)
    _note_wants(candidate, event)
    candidate.is_over = False
    if not event.keeps_place:
        candidate.position = event.envelope.position
    if candidate.state == "withdrawn":
        candidate.state = "looking"
        candidate.judge()
        if event.keeps_place:
            book.reopen_of(candidate)
    _judge(book, candidate)
