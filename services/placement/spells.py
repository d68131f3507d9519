"""What registration and training say about a worker's spell without work, and what placement makes of it.

A worker looks for work when they came for work, and otherwise from the day on which training has nothing more for them.
What is said about a spell that is past changes nothing, but a certificate is kept whichever spell it is from.
"""

from services.placement.casebook import Casebook
from shared.events import (
    ApplicationAmended,
    ApplicationRefused,
    RegistrationWithdrawn,
    TrainingNotCompleted,
    WorkerGraduated,
    WorkerRegistered,
)


def apply(book: Casebook, step: WorkerRegistered | ApplicationAmended) -> None:
    """Take down what a worker came for; who wants work looks for it since the day of application."""
    candidate = book.in_spell(step)
    if candidate is None:
        return
    candidate.region, candidate.reach, candidate.wishes = step.region, step.reach, list(step.wishes)
    candidate.concerns = list(step.concerns)
    first = isinstance(step, WorkerRegistered)
    if first:
        candidate.position = step.envelope.position
    wants_work = "work" in step.wants
    if candidate.since is None or (wants_work and (first or candidate.state == "training-first")):
        candidate.since = step.applied_on
    if wants_work:
        book.look(candidate)
    book.reconsider(candidate)


def graduate(book: Casebook, step: WorkerGraduated) -> None:
    """Take down the certificate; who was in training looks for work since that day."""
    candidate = book.in_spell(step, region=step.region, reach=step.reach)
    if candidate is not None and candidate.state == "training-first":
        candidate.since = step.on
        book.look(candidate)
    candidate = book.candidates[step.worker]
    candidate.certified = sorted({*candidate.certified, step.vocation})
    book.reconsider(candidate)


def leave_training(book: Casebook, step: TrainingNotCompleted) -> None:
    """Let a worker look for work who failed or left the course."""
    candidate = book.in_spell(step, region=step.region, reach=step.reach, wishes=list(step.wishes))
    if candidate is not None and candidate.state == "training-first":
        candidate.since = step.on
        book.look(candidate)


def be_refused(book: Casebook, step: ApplicationRefused) -> None:
    """Let a worker look for work, since the day of application, for whom training has nothing new."""
    candidate = book.in_spell(step)
    if candidate is not None:
        book.look(candidate)


def withdraw(book: Casebook, step: RegistrationWithdrawn) -> None:
    """End the spell of a worker whose layoff was undone."""
    candidate = book.in_spell(step)
    if candidate is not None and candidate.state != "placed":
        book.end_referral(candidate, "withdrawn")
        candidate.state = "withdrawn"
