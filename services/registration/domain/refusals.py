"""Why the desk refuses an assertion about a worker: no relation, a spell that has ended, other agencies' claims."""

from typing import Final

from services.registration.identity.worker import Worker
from services.registration.posting.assertions import Assertion
from services.registration.posting.mistakes import refused
from shared.events import BusinessStarted, Fact, LayoffWithdrawn, WorkerRecalled
from shared.refusals import RETRY_AFTER, Refusal

NOT_YOURS: Final = "not-yours"
"""The kind of a refusal for lack of a relation."""
NOT_RELATED: Final = (
    "Your agency has no relation to this worker that allows this, or nobody is registered under this `{}`. Report the "
    "worker first; if another service has named the worker to you just now, post this again in some seconds."
)


def not_related(assertion: Assertion, field: str | None = None) -> Refusal:
    """Refuse an assertion for lack of a relation: alike whether the worker is known or not."""
    field = field or ("nik" if assertion.nik else "worker")
    return Refusal(
        NOT_RELATED.format(field),
        kind=NOT_YOURS,
        status=403,
        pointer=assertion.location.pointer(field),
        headers=RETRY_AFTER,
    )


def check_may_end(worker: Worker, fact: Fact, assertion: Assertion, *, by_office: bool) -> None:
    """Refuse to end a spell that has ended, or in which another agency's claim came first; `by_office`: the worker's."""
    if not isinstance(fact, LayoffWithdrawn | WorkerRecalled | BusinessStarted):
        return
    spell = worker.spell
    if spell is None or not spell.is_open:
        raise refused(
            "This worker's registration has ended already; there is nothing to end. Report a new layoff if there was one.",
            assertion.location.pointer(),
            kind="not-open",
            status=409,
        )
    if by_office or isinstance(fact, LayoffWithdrawn):
        return
    if spell.standing and spell.standing[0].agency != assertion.by.slug:
        raise refused(
            "Another agency reported this worker before you, and its report stands: only the worker's office may say this.",
            assertion.location.pointer(),
            kind="not-yours-alone",
            status=409,
        )


def contested(assertion: Assertion) -> Refusal:
    """Refuse a report by an agency whose earlier report of this spell the worker denied."""
    return refused(
        "The worker has denied your agency's report; the worker's office decides. Ask it.",
        assertion.location.pointer(),
        kind="contested",
        status=409,
    )


def too_many_differ(assertion: Assertion) -> Refusal:
    """Refuse an agency's reports about a NIK for the day, after some that differed: alike whether this one matches or not."""
    return refused(
        "Your agency's reports about this NIK have differed too often today. Compare them with the identity card, and post "
        "this again tomorrow.",
        assertion.location.pointer("person"),
        kind="differs-too-often",
        status=429,
    )


def one_already(assertion: Assertion) -> Refusal:
    """Refuse to merge two who are one already."""
    return refused(
        "These two are one worker already.", assertion.location.pointer("other"), kind="conflict", status=409
    )


def restricted_alone(assertion: Assertion) -> Refusal:
    """Refuse to merge a worker whose data is restricted with one whose data is not."""
    return refused(
        "The use of one worker's data is restricted, and not that of the other's: lift the restriction, or restrict both, first.",
        assertion.location.pointer(),
        kind="restricted",
        status=409,
    )


def not_merged(assertion: Assertion) -> Refusal:
    """Refuse to split two who are one by way of others."""
    return refused(
        "These two are one worker by way of others: name a pair that IdentitiesMerged named. The worker's journey has it.",
        assertion.location.pointer("other"),
        kind="conflict",
        status=409,
    )


def other_holds_nik(assertion: Assertion) -> Refusal:
    """Refuse to give a worker the NIK of another."""
    return refused(
        "Another worker is registered under this NIK. If both are one person, post IdentitiesMerged.",
        assertion.location.pointer("correction", "nik"),
        kind="conflict",
        status=409,
    )
