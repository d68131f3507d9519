"""Placement's audit: its figures, the rules that its store breaks, and where each worker is."""

from uuid import UUID

from services.placement import audit_rules
from services.placement.gauges import GAUGES
from shared.audit import Audit, BrokenRule, Whereabouts
from shared.database.unit_of_work import UnitOfWork


async def figures(work: UnitOfWork) -> dict[str, int]:
    """Count candidates, referrals, vacancies and placements; what has several kinds is counted by kind too."""
    counted = await work.rows(
        """
        SELECT 'candidate' AS what, state AS kind, count(*) AS n FROM candidate GROUP BY state
        UNION ALL SELECT 'referral', state, count(*) FROM referral GROUP BY state
        UNION ALL SELECT 'vacancy', state, count(*) FROM vacancy GROUP BY state
        UNION ALL SELECT 'openings', 'all', coalesce(sum(openings), 0) FROM vacancy
        UNION ALL SELECT 'openings', 'left', coalesce(sum(openings - hired - referred), 0) FROM vacancy
            WHERE state = 'open'
        UNION ALL SELECT 'outcome', outcome, count(*) FROM placement GROUP BY outcome
        UNION ALL SELECT 'route', route, count(*) FROM placement WHERE outcome = 'hired' GROUP BY route
        UNION ALL SELECT 'country', country, count(*) FROM placement WHERE outcome = 'hired' GROUP BY country
        UNION ALL SELECT 'region', region, count(*) FROM placement
            WHERE outcome = 'hired' AND country = 'ID' AND region IS NOT NULL GROUP BY region
        UNION ALL SELECT 'province', left(region, 2), count(*) FROM placement
            WHERE outcome = 'hired' AND country = 'ID' AND region ~ '^\\d\\d(\\.\\d\\d)?$' GROUP BY left(region, 2)
        """
    )
    by: dict[str, dict[str, int]] = {}
    for row in counted:
        by.setdefault(row.what, {})[row.kind] = int(row.n)
    candidates, referrals, vacancies = (by.get(what, {}) for what in ("candidate", "referral", "vacancy"))
    outcomes = by.get("outcome", {})
    return {
        "candidates": sum(candidates.values()),
        "looking": candidates.get("looking", 0),
        "training-first": candidates.get("training-first", 0),
        "referred": referrals.get("open", 0),
        "referrals": sum(referrals.values()),
        "lapsed": referrals.get("lapsed", 0),
        "placed": sum(outcomes.values()),
        **{f"placed.{kind}": outcomes.get(kind, 0) for kind in ("hired", "recalled", "self-employed")},
        **{f"placed.route.{route}": by.get("route", {}).get(route, 0) for route in ("AKL", "AKAD", "AKAN")},
        **{
            f"placed.{what}.{name}": n
            for what in ("country", "province", "region")
            for name, n in sorted(by.get(what, {}).items())
        },
        "vacancies": sum(vacancies.values()),
        "vacancies.open": vacancies.get("open", 0),
        "openings": by["openings"]["all"],
        "openings.left": by["openings"]["left"],
    }


async def broken_rules(work: UnitOfWork) -> list[BrokenRule]:
    """Give the rules that do not hold at this moment, with the ids of the first few that break each."""
    broken = [BrokenRule(rule, await audit_rules.ids(work, sql)) for rule, sql in audit_rules.RULES.items()]
    broken.append(BrokenRule(audit_rules.NOBODY_IN_VAIN, await audit_rules.who_looks_in_vain(work)))
    return [rule for rule in broken if rule.ids]


async def whereabouts(work: UnitOfWork, after: UUID, limit: int) -> list[Whereabouts]:
    """Say where the next workers are, each in the present spell."""
    found = await work.rows(
        "SELECT worker, spell, state FROM candidate WHERE worker > :after ORDER BY worker LIMIT :limit",
        after=after,
        limit=limit,
    )
    return [Whereabouts(row.worker, row.spell, row.state) for row in found]


AUDIT = Audit(figures=figures, broken_rules=broken_rules, whereabouts=whereabouts, gauges=GAUGES)
