"""Approval: which openings may be offered without an office's yes, and which office may give it.

An employer offers a limited number of unfilled openings without approval, over all its open vacancies; those beyond wait.
The first posted are offered first. What was referred to stays, whatever the limit.
"""

from collections.abc import Iterable
from uuid import UUID

from services.placement.domain.entities import INDONESIA, Agency, Vacancy
from services.placement.domain.matching import order_of_posting
from shared.regions import covers, province_of

MOST_OFFICES = 20
"""Offices that are told of one vacancy, at most."""


def needs_approval(agency: Agency | None) -> bool:
    """Whether openings of this agency need approval beyond the limit. One that is not known yet counts as an employer."""
    return agency is None or agency.role == "employer"


def may_approve(agency: Agency, vacancy: Vacancy) -> bool:
    """Whether an agency may approve openings of a vacancy: an office that acts where the vacancy is.

    One abroad, or in a region that is not known by its code, is any office's.
    """
    return agency.role == "office" and (_is_anywhere(vacancy) or covers(agency.region, vacancy.region))


def offices_for(vacancy: Vacancy, agencies: Iterable[Agency]) -> list[str]:
    """Name those who may approve openings of a vacancy: the nearest first, or the widest where the vacancy is anywhere."""
    widest_first = 1 if _is_anywhere(vacancy) else -1
    offices = [agency for agency in agencies if may_approve(agency, vacancy)]
    offices.sort(key=lambda office: (widest_first * len(office.region or ""), office.slug))
    return [office.slug for office in offices[:MOST_OFFICES]]


def allot(vacancies: Iterable[Vacancy], most: int) -> list[Vacancy]:
    """Offer of an employer's vacancies what may be offered without approval; gives those that changed.

    Openings are given to the first posted first. Those beyond the limit are taken back from the last posted first, but
    none that was referred to.
    """
    changed: dict[UUID, Vacancy] = {}
    in_order = sorted(vacancies, key=order_of_posting)
    left = most - sum(vacancy.unapproved for vacancy in in_order)
    for vacancy in reversed(in_order):
        if (beyond := min(-left, vacancy.offered - vacancy.firm)) > 0:
            vacancy.offered -= beyond
            left += beyond
            changed[vacancy.id] = vacancy
    for vacancy in in_order:
        if (more := min(left, vacancy.waiting)) > 0:
            vacancy.offered += more
            left -= more
            changed[vacancy.id] = vacancy
    return list(changed.values())


def _is_anywhere(vacancy: Vacancy) -> bool:
    return vacancy.country != INDONESIA or province_of(vacancy.region) is None
