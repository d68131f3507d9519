"""Why the desk refuses an assertion: the worker is unknown, or the agency may not end this spell."""

from services.registration.identity.worker import Worker
from services.registration.posting.assertions import Assertion
from services.registration.posting.mistakes import refused
from services.registration.posting.roles import ANY_WORKER
from shared.events import BusinessStarted, Fact, LayoffWithdrawn, WorkerRecalled
from shared.refusals import Refusal


def check_may_end(worker: Worker, fact: Fact, assertion: Assertion) -> None:
    """Refuse to end a spell that has ended, or that this agency may not end."""
    if not isinstance(fact, LayoffWithdrawn | WorkerRecalled | BusinessStarted):
        return
    spell, by = worker.spell, assertion.by
    if spell is None or not spell.is_open:
        raise refused(
            "This worker's registration has ended already; there is nothing to end. Report a new layoff if there was one.",
            assertion.location.pointer(),
            kind="not-open",
            status=409,
        )
    if by.role != ANY_WORKER and by.slug not in spell.concerns:
        raise refused(
            "Your agency did not report this worker; only those who did, or an office, may say this.",
            assertion.location.pointer(),
            kind="not-yours",
            status=403,
        )


def unknown_worker(assertion: Assertion) -> Refusal:
    """Refuse an assertion about a worker whom no agency has reported."""
    field = "nik" if assertion.nik else "worker"
    return refused(
        f"No worker with this `{field}` is registered; post LayoffReported or JobseekerApplied first, or mend the `{field}`.",
        assertion.location.pointer(field),
        kind="unknown-worker",
        status=404,
    )
