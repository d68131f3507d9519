"""What placement waits for: an answer to each referral, and an approval of openings beyond the limit."""

from services.placement.domain.entities import INDONESIA
from services.placement.openings import WAITS
from services.placement.settings import PlacementSettings
from shared.events import AnswerDue, ApprovalDue, ApprovalOverdue, HireConfirmed, HireDeclined, VacancyApproved
from shared.tasks import Kind

_PLACE = rf"CASE WHEN country = '{INDONESIA}' AND region ~ '^\d\d\.\d\d$' THEN region END"
"""The region of a vacancy that is in one; any office may approve another vacancy (`domain/approval.py`)."""


def kinds(settings: PlacementSettings) -> list[Kind]:
    """Give the kinds of task; another one is another entry.

    A referral that was not answered lapses the day after it was due (`duties.py`), which tells the worker's offices.
    """
    return [
        Kind(
            "answer",
            f"""
            SELECT CAST(r.id AS text) AS subject, r.respond_by - {settings.referral_days} AS since, r.respond_by AS due,
                v.agency AS owed_by, c.region, false AS anywhere, c.restricted,
                json_build_object('worker', r.worker, 'spell', r.spell, 'vacancy', v.id, 'code', v.code,
                    'agency', v.agency, 'title', v.title, 'employer', v.employer) AS about
            FROM referral AS r JOIN vacancy AS v ON v.id = r.vacancy LEFT JOIN merged_worker AS m ON m.worker = r.worker
            JOIN candidate AS c ON c.worker = coalesce(m.person, r.worker) WHERE r.state = 'open'
            """,
            settled_by=(HireConfirmed, HireDeclined),
            due=AnswerDue,
            reminded_before=settings.reminder_days_before,
        ),
        Kind(
            "approval",
            f"""
            SELECT CAST(id AS text) AS subject, posted_on AS since, posted_on + {settings.approval_days} AS due,
                CAST(NULL AS text) AS owed_by, {_PLACE} AS region, {_PLACE} IS NULL AS anywhere,
                false AS restricted,
                json_build_object('vacancy', id, 'code', code, 'agency', agency, 'title', title, 'employer', employer,
                    'region', region, 'country', country, 'openings', openings, 'waiting', openings - offered) AS about
            FROM vacancy WHERE {WAITS}
            """,
            settled_by=(VacancyApproved,),
            due=ApprovalDue,
            overdue=ApprovalOverdue,
        ),
    ]
