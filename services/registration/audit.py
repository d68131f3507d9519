"""Registration's audit: its figures, the rules that its store breaks, and where each worker is."""

from typing import Final
from uuid import UUID

from services.registration.gauges import GAUGES
from services.registration.spells import state_name
from shared import clock
from shared.audit import Audit, BrokenRule, Whereabouts
from shared.database.unit_of_work import UnitOfWork
from shared.merges import RULES as MERGES

_COUNTS: Final = """
SELECT 'workers' AS name, (SELECT count(*) FROM worker) - (SELECT count(*) FROM merged_worker) AS n
UNION ALL SELECT 'workers.merged', count(*) FROM merged_worker
UNION ALL SELECT 'questioned', count(DISTINCT worker) FROM review WHERE state = 'open'
UNION ALL SELECT 'spells', count(*) FROM spell WHERE state <> 'merged'
UNION ALL SELECT 'spells.' || s, (SELECT count(*) FROM spell WHERE state = s)
    FROM unnest(ARRAY['open', 'withdrawn', 'placed']) AS s
UNION ALL SELECT 'spells.to-be-asked', count(*) FROM spell WHERE state = 'open' AND cardinality(wants) = 0
UNION ALL SELECT 'claims', coalesce(sum(json_array_length(claims)), 0) FROM spell
UNION ALL SELECT 'claims.standing', count(*) FROM spell, json_array_elements(claims) AS c WHERE c->>'state' IS NULL
UNION ALL SELECT 'referred-by-union', count(*) FROM spell WHERE referred_by IS NOT NULL AND state <> 'merged'
UNION ALL SELECT 'cards', count(*) FROM jobseeker_card
UNION ALL SELECT 'cards.valid', count(*) FROM jobseeker_card WHERE current AND valid_until >= :today
UNION ALL SELECT 'agencies', count(*) FROM agency WHERE NOT revoked
UNION ALL SELECT 'agencies.' || role, count(*) FROM agency WHERE NOT revoked GROUP BY role
UNION ALL SELECT 'erased', count(*) FROM erased
UNION ALL SELECT 'accepted', count(*) FROM assertion
UNION ALL SELECT 'retracted', count(*) FROM assertion WHERE retracted_on IS NOT NULL
UNION ALL SELECT 'data-keys.missing', (SELECT count(*) FROM worker WHERE sealed <> '') - (SELECT count(*) FROM data_key)
UNION ALL SELECT 'data-keys.master.' || split_part(wrapped, ':', 1), count(*) FROM data_key GROUP BY 1
"""
_FIGURE_OF_TYPE: Final = {
    "pulih.layoff.reported.v1": "reported",
    "pulih.jobseeker.applied.v1": "applied.jobseekers",
    "pulih.grant.recorded.v1": "grants",
}
_SHOWN_AT_ZERO: Final = (
    "reported.laid-off",
    "reported.furloughed",
    "grants.daily-allowance",
    "grants.tools",
    "grants.business-credit",
)
_ROLES: Final = ("office", "employer", "union", "social-insurance", "training-provider")
_RULES: Final = {
    "each worker's present spell exists": (
        "SELECT w.id FROM worker AS w LEFT JOIN spell AS s ON s.worker = w.id AND s.number = w.spell "
        "WHERE s.worker IS NULL LIMIT 100"
    ),
    "no spell but the present one is open": (
        "SELECT s.worker AS id FROM spell AS s JOIN worker AS w ON w.id = s.worker "
        "WHERE s.state = 'open' AND s.number <> w.spell LIMIT 100"
    ),
    "each worker was reported by an agency": (
        "SELECT w.id FROM worker AS w WHERE NOT EXISTS (SELECT FROM assertion AS a WHERE a.worker = w.id) LIMIT 100"
    ),
    "who was merged has no open spell: the one that was goes on as the other's": (
        "SELECT s.worker AS id FROM spell AS s LEFT JOIN merged_worker AS m ON m.worker = s.worker "
        "WHERE s.state = 'open' AND m.worker IS NOT NULL OR (s.state = 'merged') IS DISTINCT FROM "
        "(m.worker IS NOT NULL AND m.spell = s.number AND m.into_spell IS NOT NULL) LIMIT 100"
    ),
    **{rule: f"{sql} LIMIT 100" for rule, sql in MERGES.items()},
}


async def figures(work: UnitOfWork) -> dict[str, int]:
    """Count workers, spells, cards, agencies and accepted events, by name."""
    counts = dict.fromkeys((*_FIGURE_OF_TYPE.values(), *_SHOWN_AT_ZERO, *(f"agencies.{role}" for role in _ROLES)), 0)
    counts |= {row.name: int(row.n) for row in await work.rows(_COUNTS, today=clock.today())}
    by_type = await work.rows(
        "SELECT type, kind, count(*) AS n FROM assertion WHERE type = ANY(CAST(:types AS text[])) "
        "AND retracted_on IS NULL GROUP BY type, kind",
        types=list(_FIGURE_OF_TYPE),
    )
    for row in by_type:
        name = _FIGURE_OF_TYPE[row.type]
        counts[name] += int(row.n)
        if row.kind is not None:
            counts[f"{name}.{row.kind}"] += int(row.n)
    return counts


async def broken_rules(work: UnitOfWork) -> list[BrokenRule]:
    """Name the rules that do not hold at this moment, and for whom."""
    found = [(rule, await work.rows(sql)) for rule, sql in _RULES.items()]
    return [BrokenRule(rule, [str(row.id) for row in rows]) for rule, rows in found if rows]


async def whereabouts(work: UnitOfWork, after: UUID, limit: int) -> list[Whereabouts]:
    """Say what each of the next workers seeks, or how the present spell ended; or that the id means another worker."""
    found = await work.rows(
        "SELECT w.id, s.number, CASE WHEN m.worker IS NULL THEN s.state ELSE 'merged' END AS state, s.wants FROM worker AS w "
        "JOIN spell AS s ON s.worker = w.id AND s.number = w.spell LEFT JOIN merged_worker AS m ON m.worker = w.id "
        "WHERE w.id > :after ORDER BY w.id LIMIT :limit",
        after=after,
        limit=limit,
    )
    return [Whereabouts(row.id, row.number, state_name(row.state, row.wants)) for row in found]


AUDIT = Audit(figures=figures, broken_rules=broken_rules, whereabouts=whereabouts, gauges=GAUGES)
