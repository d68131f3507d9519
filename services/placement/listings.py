"""The lists behind the HTTP routes, page by page."""

from typing import Any, Final
from uuid import UUID

from services.placement.domain.entities import INDONESIA
from services.placement.openings import WAITS
from shared.database.unit_of_work import UnitOfWork
from shared.http.paging import page

VACANCIES: Final = (
    "SELECT id AS vacancy, code, agency, title, vocation, employer, region, country, certificate, posted_on, openings, hired, "
    "referred, CASE state WHEN 'open' THEN offered - hired - referred ELSE 0 END AS left, "
    "CASE state WHEN 'open' THEN openings - offered ELSE 0 END AS waiting_for_approval, state FROM vacancy "
    "WHERE id > :after AND (CAST(:state AS text) IS NULL OR state = :state)"
)


async def vacancies(
    work: UnitOfWork, agency: str | None, state: str | None, after: UUID, limit: int, *, waiting: bool = False
) -> dict[str, Any]:
    """Give the vacancies of an agency, or all where none is named, in the order of ids; those that wait, or all."""
    found = await work.rows(
        f"{VACANCIES} AND (CAST(:agency AS text) IS NULL OR agency = :agency) "
        f"{f'AND {WAITS}' if waiting else ''} ORDER BY id LIMIT :limit",
        agency=agency,
        state=state,
        after=after,
        limit=limit,
    )
    return page(found, limit, "vacancy")


async def vacancies_to_approve(
    work: UnitOfWork, area: str | None, state: str | None, after: UUID, limit: int
) -> dict[str, Any]:
    """Give the vacancies that wait where an office acts: those that it may approve by `approval.may_approve`."""
    found = await work.rows(
        f"{VACANCIES} AND {WAITS} AND (CAST(:area AS text) IS NULL OR country <> '{INDONESIA}' OR region IS NULL "
        r"OR region !~ '^\d\d\.\d\d$' OR region = :area OR left(region, 2) = :area) ORDER BY id LIMIT :limit",
        area=area,
        state=state,
        after=after,
        limit=limit,
    )
    return page(found, limit, "vacancy")


async def referrals(
    work: UnitOfWork, agency: str | None, state: str | None, after: UUID, limit: int, *, restricted: bool
) -> dict[str, Any]:
    """Give the referrals to an agency's vacancies, or all where none is named, oldest first; those of the `restricted` too?"""
    whose = "" if agency is None else "r.vacancy IN (SELECT id FROM vacancy WHERE agency = :agency) AND "
    found = await work.rows(
        "SELECT r.id AS referral, r.worker, r.spell, v.code AS vacancy, v.agency, v.title, v.vocation, v.employer, "
        "v.region, v.country, r.route, r.state, r.reason, r.respond_by "
        f"FROM referral AS r JOIN vacancy AS v ON v.id = r.vacancy WHERE {whose} r.id > :after "
        "AND (CAST(:state AS text) IS NULL OR r.state = :state) "
        "AND (:restricted OR NOT EXISTS (SELECT FROM candidate AS c WHERE c.worker = r.worker AND c.restricted)) "
        "ORDER BY r.id LIMIT :limit",
        restricted=restricted,
        **({} if agency is None else {"agency": agency}),
        state=state,
        after=after,
        limit=limit,
    )
    return page(found, limit, "referral")
