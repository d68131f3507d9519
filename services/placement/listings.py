"""The lists behind the HTTP routes, page by page."""

from typing import Any
from uuid import UUID

from shared.database.unit_of_work import UnitOfWork
from shared.http.paging import page


async def vacancies(work: UnitOfWork, agency: str | None, state: str | None, after: UUID, limit: int) -> dict[str, Any]:
    """Give the vacancies of an agency, or all where none is named, in the order of ids."""
    found = await work.rows(
        "SELECT id AS vacancy, code, agency, title, vocation, employer, region, country, posted_on, openings, hired, "
        "referred, CASE state WHEN 'open' THEN openings - hired - referred ELSE 0 END AS left, state FROM vacancy "
        "WHERE id > :after AND (CAST(:agency AS text) IS NULL OR agency = :agency) "
        "AND (CAST(:state AS text) IS NULL OR state = :state) ORDER BY id LIMIT :limit",
        agency=agency,
        state=state,
        after=after,
        limit=limit,
    )
    return page(found, limit, "vacancy")


async def referrals(work: UnitOfWork, agency: str | None, state: str | None, after: UUID, limit: int) -> dict[str, Any]:
    """Give the referrals to an agency's vacancies, or all where none is named, oldest first."""
    whose = "" if agency is None else "r.vacancy IN (SELECT id FROM vacancy WHERE agency = :agency) AND "
    found = await work.rows(
        "SELECT r.id AS referral, r.worker, r.spell, v.code AS vacancy, v.agency, v.title, v.vocation, v.employer, "
        "v.region, v.country, r.route, r.state, r.reason, r.respond_by "
        f"FROM referral AS r JOIN vacancy AS v ON v.id = r.vacancy WHERE {whose} r.id > :after "
        "AND (CAST(:state AS text) IS NULL OR r.state = :state) ORDER BY r.id LIMIT :limit",
        **({} if agency is None else {"agency": agency}),
        state=state,
        after=after,
        limit=limit,
    )
    return page(found, limit, "referral")
