"""What placement waits for: an answer to each referral, an approval of openings beyond the limit, a decision on a placement, a follow-up."""

from services.placement.domain.entities import INDONESIA
from services.placement.domain.evidence import RETAINED_MONTHS
from services.placement.openings import WAITS
from services.placement.settings import PlacementSettings
from shared.events import (
    AnswerDue,
    ApprovalDue,
    ApprovalOverdue,
    ConfirmationDue,
    ConfirmationOverdue,
    EmploymentEnded,
    FollowUpDue,
    FollowUpOverdue,
    HireConfirmed,
    HireDeclined,
    PlacementConfirmed,
    PlacementDenied,
    VacancyApproved,
)
from shared.tasks import Kind

_PLACE = rf"CASE WHEN country = '{INDONESIA}' AND region ~ '^\d\d\.\d\d$' THEN region END"
"""The region of a vacancy that is in one; any office may approve another vacancy (`domain/approval.py`)."""

_NOT_ERASED = "NOT EXISTS (SELECT FROM erased AS x WHERE x.worker = c.worker)"
_OF_PLACEMENT = """
CAST(NULL AS text) AS owed_by, c.region, false AS anywhere, c.restricted,
    json_build_object('worker', p.worker, 'spell', p.spell, 'outcome', p.outcome, 'on', p.placed_on, 'agency', p.agency,
        'employer', p.employer) AS about
FROM placement AS p LEFT JOIN merged_worker AS m ON m.worker = p.worker
JOIN candidate AS c ON c.worker = coalesce(m.person, p.worker)"""
"""What is told of a task about a placement: the office where the worker lives owes it. Placements from before there were grades have none."""


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
        Kind(
            "confirmation",
            f"""
            SELECT p.worker || '/' || p.spell AS subject, p.heard_on AS since, p.heard_on + {settings.confirmation_days} AS due, {_OF_PLACEMENT}
            WHERE p.heard_on IS NOT NULL AND {_NOT_ERASED} AND (p.contested OR (
                p.grade = 'employer-says' AND p.ended_on IS NULL AND (p.vacancy IS NULL OR p.told_on IS NULL)
            ))
            UNION ALL SELECT CAST(p.id AS text), p.heard_on, p.heard_on + {settings.confirmation_days},
                CAST(NULL AS text), c.region, false, c.restricted,
                json_build_object('worker', p.worker, 'spell', c.spell, 'outcome', 'hired', 'on', p.placed_on, 'agency', p.agency,
                    'employer', p.employer)
            FROM walk_in AS p LEFT JOIN merged_worker AS m ON m.worker = p.worker
            JOIN candidate AS c ON c.worker = coalesce(m.person, p.worker)
            WHERE p.state = 'reported' AND c.state NOT IN ('placed', 'withdrawn') AND {_NOT_ERASED}
            """,
            settled_by=(PlacementConfirmed, PlacementDenied),
            due=ConfirmationDue,
            overdue=ConfirmationOverdue,
        ),
        Kind(
            "follow-up",
            f"""
            SELECT p.worker || '/' || p.spell AS subject, CAST(p.placed_on + interval '{RETAINED_MONTHS} months' AS date) AS since,
                CAST(p.placed_on + interval '{RETAINED_MONTHS} months' AS date) + {settings.follow_up_days} AS due, {_OF_PLACEMENT}
            WHERE p.heard_on IS NOT NULL AND p.grade = 'confirmed' AND p.ended_on IS NULL AND {_NOT_ERASED}
            """,
            settled_by=(PlacementConfirmed, EmploymentEnded),
            due=FollowUpDue,
            overdue=FollowUpOverdue,
        ),
    ]
