"""Questions to placement's database about openings that wait, and about the agencies that post or approve vacancies."""

from collections.abc import Iterable
from uuid import UUID

from services.placement.domain.entities import Agency, Vacancy
from services.placement.store import VACANCY
from shared.database.unit_of_work import UnitOfWork

WAITS = "state = 'open' AND offered < openings"
OFFERED_BEYOND_APPROVAL = "state = 'open' AND offered > approved"
"""It is offered without approval, unless the openings beyond those approved are hired for."""


async def offices(work: UnitOfWork) -> list[Agency]:
    """Which offices are there?"""
    found = await work.rows("SELECT slug, role, region FROM agency WHERE role = 'office' AND NOT revoked")
    return [Agency(**row._asdict()) for row in found]


async def vacancies_to_allot(work: UnitOfWork, agencies: Iterable[str], most: int) -> list[Vacancy]:
    """Which vacancies of those of these agencies that need approval are offered without it, or are the first to wait?

    `most` that wait are read of each agency: it may offer no more openings.
    """
    found = await work.rows(
        "SELECT v.* FROM unnest(CAST(:agencies AS text[])) AS poster(slug) LEFT JOIN agency AS known USING (slug) "
        f"CROSS JOIN LATERAL ((SELECT {VACANCY} FROM vacancy WHERE agency = poster.slug AND {OFFERED_BEYOND_APPROVAL}) UNION "
        f"(SELECT {VACANCY} FROM vacancy WHERE agency = poster.slug AND {WAITS} "
        'ORDER BY posted_on, code COLLATE "C" LIMIT CAST(:most AS bigint))) AS v '
        "WHERE known.role IS NULL OR known.role = 'employer'",
        agencies=list(agencies),
        most=most,
    )
    return [Vacancy(**row._asdict()) for row in found]


async def vacancies_that_need_not_wait(work: UnitOfWork, agencies: Iterable[str]) -> list[UUID]:
    """Which vacancies of these agencies have openings that wait, though the agency needs no approval?"""
    found = await work.rows(
        f"SELECT id FROM vacancy WHERE {WAITS} AND agency IN (SELECT slug FROM agency "
        "WHERE slug = ANY(CAST(:agencies AS text[])) AND role <> 'employer')",
        agencies=list(agencies),
    )
    return [row.id for row in found]


async def agencies_that_post(work: UnitOfWork, after: str, limit: int) -> list[str]:
    """Which agencies have vacancies that are open? The next by name."""
    found = await work.rows(
        "SELECT DISTINCT agency FROM vacancy WHERE agency > :after AND state = 'open' ORDER BY agency LIMIT :limit",
        after=after,
        limit=limit,
    )
    return [row.agency for row in found]
