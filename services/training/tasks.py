"""What training waits for: a result for each participant of a course that has ended, and a word of who did not come to one."""

from services.training.settings import TrainingSettings
from shared.events import (
    AbsenceDue,
    AbsenceOverdue,
    JobseekerApplied,
    LayoffWithdrawn,
    ResultDue,
    ResultOverdue,
    TrainingResultRecorded,
)
from shared.tasks import Kind


def kinds(settings: TrainingSettings) -> list[Kind]:
    """Give the kinds of task; another one is another entry."""
    return [
        Kind(
            "result",
            f"""
            SELECT CAST(e.id AS text) AS subject, c.ends_on AS since, c.ends_on + {settings.result_days} AS due,
                c.agency AS owed_by, a.region, false AS anywhere, a.restricted,
                json_build_object('worker', e.worker, 'spell', e.spell, 'course', c.id, 'code', c.code,
                    'provider', c.agency, 'title', c.title, 'ends_on', c.ends_on) AS about
            FROM enrolment AS e JOIN course AS c ON c.id = e.course
            JOIN application AS a ON a.worker = e.worker AND a.spell = e.spell
            WHERE e.state = 'in-training' AND c.state <> 'cancelled'
            """,
            settled_by=(TrainingResultRecorded,),
            due=ResultDue,
            overdue=ResultOverdue,
        ),
        Kind(
            "absence",
            f"""
            SELECT CAST(e.id AS text) AS subject, e.ended_on AS since, e.ended_on + {settings.absence_days} AS due,
                CAST(NULL AS text) AS owed_by, a.region, false AS anywhere, a.restricted,
                json_build_object('worker', e.worker, 'spell', e.spell, 'course', c.id, 'code', c.code,
                    'provider', c.agency, 'title', c.title) AS about
            FROM application AS a JOIN LATERAL (
                SELECT * FROM enrolment WHERE worker = a.worker AND spell = a.spell ORDER BY id DESC LIMIT 1
            ) AS e ON e.reason = 'no-show' JOIN course AS c ON c.id = e.course
            WHERE a.state = 'absent'
            """,
            settled_by=(JobseekerApplied, LayoffWithdrawn),
            due=AbsenceDue,
            overdue=AbsenceOverdue,
        ),
    ]
