"""The rules that placement's books must keep, each as a question for those who break it."""

from typing import Final

from services.placement import store
from services.placement.domain import lines_called
from shared.database.unit_of_work import UnitOfWork

MOST = 100
"""So many ids are named for each rule, at most."""

RULES: Final[dict[str, str]] = {
    "each vacancy counts its hires and open referrals": """
        SELECT v.id FROM vacancy AS v
        LEFT JOIN (
            SELECT vacancy, count(*) FILTER (WHERE state = 'hired') AS hired,
                count(*) FILTER (WHERE state = 'open') AS referred FROM referral GROUP BY vacancy
        ) AS r ON r.vacancy = v.id
        LEFT JOIN (SELECT vacancy, count(*) AS placed FROM placement GROUP BY vacancy) AS p ON p.vacancy = v.id
        WHERE (v.hired, v.referred, v.hired)
            IS DISTINCT FROM (coalesce(r.hired, 0), coalesce(r.referred, 0), coalesce(p.placed, 0))
    """,
    "no vacancy gives an opening twice": """
        SELECT v.id FROM vacancy AS v JOIN referral AS r ON r.vacancy = v.id AND r.state IN ('open', 'hired')
        GROUP BY v.id HAVING count(*) > v.openings
    """,
    "nobody is in two open referrals": """
        SELECT worker FROM referral WHERE state = 'open' GROUP BY worker HAVING count(*) > 1
    """,
    "who is referred has an open referral, and nobody else has": """
        SELECT coalesce(c.worker, r.worker) FROM (SELECT worker FROM candidate WHERE state = 'referred') AS c
        FULL JOIN (SELECT worker FROM referral WHERE state = 'open') AS r ON r.worker = c.worker
        WHERE c.worker IS NULL OR r.worker IS NULL
    """,
    "who is placed has a placement in this spell, and nobody else has": """
        SELECT c.worker FROM candidate AS c LEFT JOIN placement AS p ON p.worker = c.worker AND p.spell = c.spell
        WHERE (c.state = 'placed') <> (p.worker IS NOT NULL)
    """,
    "who looks stands in line, and nobody else does": """
        SELECT coalesce(c.worker, s.worker) FROM (
            SELECT worker FROM candidate
            WHERE state = 'looking' AND since IS NOT NULL AND (reach <> 'province' OR trim(region) <> '')
        ) AS c
        FULL JOIN (SELECT DISTINCT worker FROM seeking) AS s ON s.worker = c.worker
        WHERE c.worker IS NULL OR s.worker IS NULL
    """,
}
NOBODY_IN_VAIN: Final = "nobody looks while a vacancy that fits has room"


async def ids(work: UnitOfWork, sql: str) -> list[str]:
    """Ask for those who break a rule."""
    return [str(row[0]) for row in await work.rows(f"{sql} LIMIT {MOST}")]


async def who_looks_in_vain(work: UnitOfWork) -> list[str]:
    """Which workers stand in a line that a vacancy with room calls, and were never sent there?"""
    calls = [(vacancy.id, line) for vacancy in await store.all_with_room(work) for line in lines_called(vacancy)]
    found = await work.rows(
        "SELECT DISTINCT first.worker FROM unnest(CAST(:vacancies AS uuid[]), CAST(:vocations AS text[]), "
        "CAST(:places AS text[])) AS called(vacancy, vocation, place) CROSS JOIN LATERAL ("
        "SELECT s.worker FROM seeking AS s WHERE s.vocation = called.vocation AND s.place = called.place "
        "AND NOT EXISTS (SELECT FROM referral AS r WHERE r.worker = s.worker AND r.vacancy = called.vacancy) "
        f"LIMIT 10) AS first LIMIT {MOST}",
        vacancies=[vacancy for vacancy, _ in calls],
        vocations=[line.vocation for _, line in calls],
        places=[line.place for _, line in calls],
    )
    return [str(row.worker) for row in found]
