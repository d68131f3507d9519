"""Makes courses and applications from the rows of the database."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Row

from services.training.domain.entities import Application, Course, Enrolment

_COURSE_FIELDS: Final = (
    "id",
    "code",
    "agency",
    "title",
    "vocation",
    "region",
    "reach",
    "mode",
    "funding",
    "venue",
    "seats",
    "starts_on",
    "ends_on",
    "entry_until",
    "taken",
    "handed_out",
    "given_back",
    "state",
    "was_resumed",
    "void",
    "run",
)
COURSE: Final = ", ".join(_COURSE_FIELDS)
"""The columns that `course_in` reads; each has the name of its field."""
APPLICATION: Final = (
    "a.worker, a.spell, a.applied_on, a.position, a.region, a.reach, a.sex, a.wishes, a.concerns, a.state, a.reason, a.restricted, "
    "a.ended_as, a.wants_training, a.is_over, a.declined, a.employer_says, a.employer_says_of, "
    "ARRAY(SELECT g.vocation FROM enrolment g WHERE g.worker = a.worker AND g.state = 'graduated' AND (g.named IS NULL "
    "OR g.named IN (SELECT m.worker FROM merged_worker m WHERE m.person = a.worker)) UNION ALL "
    "SELECT g.vocation FROM merged_worker m JOIN enrolment g ON g.worker = m.worker "
    "WHERE m.person = a.worker AND g.state = 'graduated') AS certified"
)
"""The columns that `application_in` reads of an application `a`. Certificates under every id that means the worker count."""
ENROLMENT: Final = (
    "e.id AS enrolment, e.course, e.vocation, e.seat, e.basis, e.from_waiting_list, e.passed_on, "
    "e.state AS enrolment_state, e.reason AS enrolment_reason, e.result, e.certificate, e.result_on, e.result_fact, e.times_revoked, "
    "e.ended_on, e.released, e.named, e.named_spell"
)
"""The columns that `application_in` reads of its enrolment `e`."""
NO_ENROLMENT: Final = "NULL AS enrolment"
"""What stands for `ENROLMENT` where the application has none."""


def course_in(row: Row[Any], today: date) -> Course:
    """Make a course from a row of the columns `COURSE`, as it is today."""
    return Course(
        **dict(zip(_COURSE_FIELDS, row, strict=True)), today=today, is_kept=True
    )  # faster than `row._asdict()`


def application_in(row: Row[Any]) -> Application:
    """Make an application, with its enrolment where there is one."""
    application = Application(
        worker=row.worker,
        spell=row.spell,
        applied_on=row.applied_on,
        position=row.position,
        region=row.region,
        reach=row.reach,
        sex=row.sex,
        wishes=row.wishes,
        concerns=row.concerns,
        state=row.state,
        reason=row.reason,
        restricted=row.restricted,
        ended_as=row.ended_as,
        wants_training=row.wants_training,
        is_over=row.is_over,
        declined=row.declined,
        employer_says=row.employer_says,
        employer_says_of=row.employer_says_of,
        certified=frozenset(row.certified),
        came="from-the-list" if row.state == "waiting" else "now",
        is_kept=True,
        waited=row.state == "waiting",
    )
    application.was = application.standing
    if row.enrolment is not None:
        application.enrolments.append(_enrolment_in(row))
    return application


def _enrolment_in(row: Row[Any]) -> Enrolment:
    return Enrolment(
        id=row.enrolment,
        worker=row.worker,
        spell=row.spell,
        course=row.course,
        vocation=row.vocation,
        seat=row.seat,
        basis=row.basis,
        from_waiting_list=row.from_waiting_list,
        passed_on=row.passed_on,
        state=row.enrolment_state,
        reason=row.enrolment_reason,
        result=row.result,
        certificate=row.certificate,
        result_on=row.result_on,
        result_fact=row.result_fact,
        times_revoked=row.times_revoked,
        ended_on=row.ended_on,
        released=row.released,
        named=row.named,
        named_spell=row.named_spell,
        is_kept=True,
    )
