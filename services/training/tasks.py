"""What training waits for: the list of who came to a course, a result for each participant of one that has ended, and a word of who did not come."""

from services.training.settings import TrainingSettings
from shared.events import (
    AbsenceDue,
    AbsenceOverdue,
    AttendanceDue,
    AttendanceOverdue,
    AttendanceRecorded,
    JobseekerApplied,
    LayoffWithdrawn,
    NoShowRecorded,
    ResultDue,
    ResultOverdue,
    TrainingResultRecorded,
    type_of,
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
            "attendance",
            f"""
            SELECT CAST(c.id AS text) AS subject, c.starts_on AS since, c.starts_on + {settings.attendance_days} AS due,
                c.agency AS owed_by, c.region, c.region IS NULL AS anywhere, false AS restricted,
                json_build_object('course', c.id, 'code', c.code, 'provider', c.agency, 'title', c.title,
                    'starts_on', c.starts_on) AS about
            FROM course AS c WHERE c.state = 'open' AND c.taken > 0 AND NOT EXISTS (
                SELECT FROM kept_fact AS k WHERE k.about = c.id AND k.type = '{type_of(AttendanceRecorded)}'
            ) AND NOT EXISTS (
                SELECT FROM enrolment AS e WHERE e.course = c.id AND (e.result IS NOT NULL OR e.reason = 'no-show')
            )
            """,
            settled_by=(AttendanceRecorded, NoShowRecorded, TrainingResultRecorded),
            due=AttendanceDue,
            overdue=AttendanceOverdue,
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
