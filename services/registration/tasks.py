"""What registration waits for: the worker's office decides on reviews, asks workers what they want, and answers moves."""

from services.registration.moves import SILENCE
from services.registration.settings import RegistrationSettings
from shared.events import (
    IdentitiesKeptApart,
    IdentitiesMerged,
    IdentityCorrected,
    InterviewDue,
    InterviewOverdue,
    JobseekerApplied,
    LayoffReported,
    MoveAnswered,
    MoveDue,
    ReviewDue,
    ReviewOverdue,
)
from shared.tasks import Kind

_OF_THE_OFFICE = "CAST(NULL AS text) AS owed_by, w.region, false AS anywhere, w.restricted"


def kinds(settings: RegistrationSettings) -> list[Kind]:
    """Give the kinds of task; another one is another entry. A move that nobody answers takes effect when it is due."""
    return [
        Kind(
            "review",
            f"""
            SELECT CAST(r.id AS text) AS subject, r.opened_on AS since, r.opened_on + {settings.review_days} AS due, {_OF_THE_OFFICE},
                json_build_object('worker', r.worker, 'review', r.id, 'kind', r.kind) AS about
            FROM review AS r LEFT JOIN merged_worker AS m ON m.worker = r.worker
            JOIN worker AS w ON w.id = coalesce(m.person, r.worker) WHERE r.state = 'open'
            """,
            settled_by=(IdentityCorrected, IdentitiesMerged, IdentitiesKeptApart),
            due=ReviewDue,
            overdue=ReviewOverdue,
        ),
        Kind(
            "interview",
            f"""
            SELECT s.worker || '/' || s.number AS subject, s.applied_on AS since, s.applied_on + {settings.interview_days} AS due,
                {_OF_THE_OFFICE}, json_build_object('worker', s.worker, 'spell', s.number) AS about
            FROM spell AS s JOIN worker AS w ON w.id = s.worker WHERE s.state = 'open' AND s.wants = '{{}}'
            """,
            settled_by=(JobseekerApplied, LayoffReported),
            due=InterviewDue,
            overdue=InterviewOverdue,
        ),
        Kind(
            "move",
            f"""
            SELECT CAST(m.worker AS text) AS subject, m.due_on - {SILENCE.days} AS since, m.due_on AS due, {_OF_THE_OFFICE},
                json_build_object('worker', m.worker, 'agency', m.agency, 'region', m.region) AS about
            FROM move AS m JOIN worker AS w ON w.id = m.worker
            """,
            settled_by=(MoveAnswered,),
            due=MoveDue,
            reminded_before=settings.reminder_days_before,
        ),
    ]
