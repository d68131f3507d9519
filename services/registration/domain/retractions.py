"""Who may take back what: the speaker for a while, later the worker's office; and which event says so to the other services."""

from datetime import date, timedelta
from typing import Any, Final

from services.registration.domain.refusals import NOT_YOURS, contested
from services.registration.domain.relations import Relations
from services.registration.domain.retracting import Retracted
from services.registration.posting.assertions import Assertion
from services.registration.posting.mistakes import refused
from shared.events import (
    CourseFactRetracted,
    Event,
    FactRetracted,
    IdentitiesKeptApart,
    IdentitiesMerged,
    IdentityCorrected,
    MoveAnswered,
    PlacementDenied,
    VacancyFactRetracted,
    WalkInReported,
    WorkerFactRetracted,
    type_of,
)
from shared.refusals import RETRY_AFTER, Refusal

SPEAKERS_DAYS: Final = timedelta(days=90)
"""So long may an agency take back what it said of a worker; later the worker's office may."""
MOST_RECENT: Final = 3
"""After so many retractions about one worker in 30 days, only the worker's office may take something back."""
RETRACTED_BEFORE: Final = "This event was retracted before; nothing changes."
NOT_FOUND: Final = (
    "Your agency has posted no event under this source and id that it may retract. If another agency posted it for yours, "
    "name that agency in `retracts.agency`; if it is about a worker of your office, the same."
)
_SAID_ANEW: Final = {
    type_of(IdentityCorrected): "Post IdentityCorrected with what is right.",
    type_of(IdentitiesMerged): "Post IdentitiesKeptApart with the same two workers: it splits them again.",
    type_of(IdentitiesKeptApart): "Post IdentitiesMerged with the same two workers.",
    type_of(
        PlacementDenied
    ): "If the worker was taken on after all, whoever takes the worker on says so again, under a new id.",
    type_of(MoveAnswered): "Post IdentityCorrected with the region in which the worker lives.",
    **{
        type_of(kind): "A retraction is not retracted. Say the fact anew, under a new id."
        for kind in (WorkerFactRetracted, CourseFactRetracted, VacancyFactRetracted)
    },
}


def check(
    assertion: Assertion, retracted: Retracted | None, relations: Relations | None, today: date, *, is_denied: bool
) -> Retracted:
    """Give what is taken back; `is_denied` says that it is a report that the worker has denied.

    Raises `Refusal`: alike for what is unknown and for what is not the agency's to take back.
    """
    by_office = relations is not None and relations.has_office(assertion.by)
    if retracted is None or not (by_office or _is_own(assertion, retracted)):
        raise Refusal(
            NOT_FOUND,
            kind=NOT_YOURS,
            status=403,
            pointer=assertion.location.pointer("retracts"),
            headers=RETRY_AFTER,
        )
    if instead := _SAID_ANEW.get(retracted.type):
        raise refused(instead, assertion.location.pointer("retracts"), kind="not-retracted", status=409)
    if by_office or retracted.retracted_on is not None:
        return retracted
    is_late = today - retracted.said_on > SPEAKERS_DAYS
    if retracted.worker is None:
        if is_late and retracted.type == type_of(WalkInReported):
            raise _too_late(assertion, "decides, with PlacementDenied")
        return retracted
    if is_denied:
        raise contested(assertion)
    if is_late:
        raise _too_late(assertion, "may retract it")
    if retracted.recent >= MOST_RECENT:
        raise refused(
            f"{MOST_RECENT} facts about this worker were retracted in the last 30 days: only the worker's office may retract "
            "another one. Ask it.",
            assertion.location.pointer("retracts"),
            kind="retracted-too-often",
            status=409,
        )
    return retracted


def _too_late(assertion: Assertion, instead: str) -> Refusal:
    return refused(
        f"This was said more than {SPEAKERS_DAYS.days} days ago: only the worker's office {instead}. Ask it.",
        assertion.location.pointer("retracts"),
        kind="too-late",
        status=409,
    )


def event_of(retracted: Retracted, retraction: FactRetracted) -> Event:
    """Make the event that tells the other services what was taken back: of a worker, a course or a vacancy."""
    fact = retracted.fact
    said: dict[str, Any] = {
        "fact": retracted.event,
        "retracts": retracted.type,
        "agency": retraction.agency,
        "entered_by": retraction.entered_by,
        "on": retraction.on,
        "reason": retraction.reason,
    }
    about: dict[str, Any] = {name: getattr(fact, name, None) for name in ("course", "vacancy", "code")}
    if fact is not None and fact.about == "course":
        return CourseFactRetracted(course=fact.key, code=about["code"], **said)
    if fact is not None and fact.about == "vacancy":
        return VacancyFactRetracted(vacancy=fact.key, code=about["code"], **said)
    return WorkerFactRetracted(
        worker=retracted.subject,
        said_by=fact.agency if fact else retracted.poster,
        said_on=fact.on if fact else retracted.said_on,
        **about,
        **said,
    )


def _is_own(assertion: Assertion, retracted: Retracted) -> bool:
    said_by = retracted.fact.agency if retracted.fact else retracted.poster
    return assertion.by.slug in (retracted.poster, said_by)
