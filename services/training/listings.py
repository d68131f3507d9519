"""The lists behind the routes: courses, their participants, and the waiting list, page by page."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.training.domain.allocation import WAITING_ORDER
from services.training.domain.waiting_list import ANY
from services.training.store import CALLED, in_waiting_order, meant_by
from shared.database.unit_of_work import UnitOfWork
from shared.merges import PERSON
from shared.regions import in_area


async def courses(work: UnitOfWork, *, provider: str | None, after: UUID, limit: int) -> Sequence[Row[Any]]:
    """Which courses does a provider teach (None: all providers)?"""
    return await work.rows(
        "SELECT id, code AS course, agency AS provider, title, vocation, region, reach, mode, funding, venue, seats, taken, "
        "seats - taken AS free, state, starts_on, ends_on, entry_until FROM course "
        "WHERE id > CAST(:after AS uuid) AND (CAST(:provider AS text) IS NULL OR agency = :provider) "
        "ORDER BY id LIMIT CAST(:limit AS int)",
        provider=provider,
        after=after,
        limit=limit,
    )


async def participants(
    work: UnitOfWork,
    *,
    provider: str | None,
    course: str | None,
    state: str | None,
    restricted: bool,
    after: UUID,
    limit: int,
) -> Sequence[Row[Any]]:
    """Who sits or sat in a provider's courses (None: all providers), in the order of enrolment; those `restricted` too?

    `course` is a course's id or a provider's code, which means its latest run.
    """
    return await work.rows(
        "SELECT e.id AS enrolment, e.worker, e.spell, c.code AS course, c.agency AS provider, e.seat, e.state, "
        'e.basis AS "order", e.from_waiting_list, e.result, e.certificate, e.reason '
        "FROM enrolment e JOIN course c ON c.id = e.course WHERE e.id > CAST(:after AS uuid) "
        "AND (CAST(:provider AS text) IS NULL OR c.agency = :provider) "
        "AND (:restricted OR NOT EXISTS (SELECT FROM application a "
        "WHERE a.worker = e.worker AND a.spell = e.spell AND a.restricted)) "
        f"AND (CAST(:course AS text) IS NULL OR c.id IN ({CALLED})) "
        "AND (CAST(:state AS text) IS NULL OR e.state = :state) "
        "ORDER BY e.id LIMIT CAST(:limit AS int)",
        provider=provider,
        **meant_by(course),
        state=state,
        restricted=restricted,
        after=after,
        limit=limit,
    )


async def waiting_list(
    work: UnitOfWork,
    *,
    area: str | None,
    vocation: str | None,
    region: str | None,
    after: UUID,
    limit: int,
    worker: UUID | None = None,
) -> Sequence[Row[Any]]:
    """Who waits (for this vocation, in this region; this worker alone), in the order in which seats are given, each with the place in line?

    Only those are given who live in the area of the office that asks (`shared/regions.py`); None is all of Indonesia.
    A worker who will learn anything waits for every vocation but those they are certified in. Places are counted on the
    list that is asked for. A worker is found by any id that means them.
    """
    order = ", ".join(WAITING_ORDER)
    return await work.rows(
        f"WITH list AS (SELECT a.*, row_number() OVER (ORDER BY {in_waiting_order('a')}) AS place "
        "FROM application a WHERE state = 'waiting' AND NOT restricted "
        "AND (CAST(:vocation AS text) IS NULL OR EXISTS (SELECT FROM wish w WHERE w.worker = a.worker "
        f"AND w.vocation IN (:vocation, '{ANY}') AND :vocation <> ALL (w.certified))) "
        "AND (CAST(:region AS text) IS NULL OR region = :region)), "
        f"last AS (SELECT {order} FROM application WHERE worker = CAST(:after AS uuid) ORDER BY spell DESC LIMIT 1) "
        "SELECT place, worker, spell, applied_on, region, wishes, concerns FROM list "
        f"WHERE (NOT EXISTS (SELECT FROM last) OR ({order}) > (SELECT {order} FROM last)) "
        f"AND {in_area('region')} "
        f"AND (CAST(:worker AS uuid) IS NULL OR worker = {PERSON}) "
        "ORDER BY place LIMIT CAST(:limit AS int)",
        worker=worker,
        area=area,
        vocation=vocation,
        region=region,
        after=after,
        limit=limit,
    )
