"""Placement's audit: its figures, the rules that must hold in its database, and where each worker is."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final, get_args
from uuid import UUID

from services.placement import openings, store
from services.placement.domain.abroad import AGE
from services.placement.domain.areas import WORLD, queues_called
from services.placement.domain.terms import Terms
from services.placement.figures import PLACED
from services.placement.gauges import GAUGES
from shared.audit import Audit, BrokenRule, Whereabouts
from shared.database.unit_of_work import UnitOfWork
from shared.events.vocabulary import OUTCOMES, Grade
from shared.merges import RULES as MERGES

MOST_IDS = 100
"""Most ids that a broken rule names."""

NEEDS_NO_APPROVAL: Final = "agency IN (SELECT slug FROM agency WHERE role <> 'employer')"
JUDGED: Final = "(s.changes_on IS NULL OR s.changes_on > CAST(:today AS date))"
"""Whether a queue's row `s` says what is so today: once a day has come, `duties.judge_anew` says it anew within a minute."""
RULES: Final[dict[str, str]] = {
    "each vacancy counts its hires and open referrals": """
        SELECT v.id FROM vacancy AS v
        LEFT JOIN (
            SELECT vacancy, count(*) FILTER (WHERE state = 'hired') AS hired,
                count(*) FILTER (WHERE state = 'open') AS referred FROM referral GROUP BY vacancy
        ) AS r ON r.vacancy = v.id
        LEFT JOIN (SELECT vacancy, count(*) AS placed FROM placement WHERE NOT freed GROUP BY vacancy) AS p ON p.vacancy = v.id
        WHERE (v.hired, v.referred, v.hired)
            IS DISTINCT FROM (coalesce(r.hired, 0), coalesce(r.referred, 0), coalesce(p.placed, 0))
    """,
    "no vacancy gives an opening twice": """
        SELECT v.id FROM vacancy AS v JOIN referral AS r ON r.vacancy = v.id AND r.state IN ('open', 'hired')
        GROUP BY v.id HAVING count(*) > v.openings
    """,
    "nobody is in two open referrals": """
        SELECT coalesce(m.person, r.worker) FROM referral AS r LEFT JOIN merged_worker AS m ON m.worker = r.worker
        WHERE r.state = 'open' GROUP BY 1 HAVING count(*) > 1
    """,
    "who is referred has an open referral, and nobody else has": """
        SELECT coalesce(c.worker, r.worker) FROM (
            SELECT worker FROM candidate WHERE state = 'referred' AND NOT merged
        ) AS c
        FULL JOIN (
            SELECT coalesce(m.person, r.worker) AS worker FROM referral AS r
            LEFT JOIN merged_worker AS m ON m.worker = r.worker WHERE r.state = 'open'
        ) AS r ON r.worker = c.worker
        WHERE c.worker IS NULL OR r.worker IS NULL
    """,
    "who is placed has a placement in this spell, and nobody else has": """
        SELECT c.worker FROM candidate AS c WHERE NOT c.merged AND (c.state = 'placed') <> (
            EXISTS (SELECT FROM placement AS p WHERE p.worker = c.worker AND p.spell = c.spell) OR EXISTS (
                SELECT FROM merged_worker AS m JOIN placement AS p ON p.worker = m.worker AND p.spell = m.spell
                WHERE m.joint_worker = c.worker AND m.joint_spell = c.spell
            )
        )
    """,
    "a job is lost that ended within three months, and no other": """
        SELECT worker FROM placement WHERE lost <> coalesce(ended_on < CAST(placed_on + interval '3 months' AS date), false)
    """,
    "who looks for work is in a queue, and nobody else is": """
        SELECT coalesce(c.worker, s.worker) FROM (
            SELECT worker FROM candidate
            WHERE state = 'looking' AND NOT restricted AND NOT merged AND since IS NOT NULL
                AND (reach <> 'province' OR trim(region) <> '')
        ) AS c
        FULL JOIN (SELECT DISTINCT worker FROM seeking) AS s ON s.worker = c.worker
        WHERE c.worker IS NULL OR s.worker IS NULL
    """,
    "who may work abroad is in the queues for the world, and nobody else is": f"""
        SELECT s.worker FROM seeking AS s JOIN candidate AS c ON c.worker = s.worker
        WHERE {JUDGED} AND (s.area = '{WORLD}') <> (c.reach = 'abroad'
            AND coalesce(c.birth_year + {AGE} < date_part('year', CAST(:today AS date)), false)
            AND coalesce(greatest(c.card_until, (
                SELECT max(o.card_until) FROM merged_worker AS m JOIN candidate AS o ON o.worker = m.worker
                WHERE m.person = c.worker
            )) >= :today, false))
    """,
    "who is certified in a vocation is in its queue as such, and nobody else is": """
        SELECT s.worker FROM seeking AS s JOIN candidate AS c ON c.worker = s.worker
        WHERE s.certified <> (s.vocation = ANY(c.certified) OR EXISTS (
            SELECT FROM merged_worker AS m JOIN candidate AS o ON o.worker = m.worker
            WHERE m.person = c.worker AND s.vocation = ANY(o.certified)
        ))
    """,
    "no employer offers more than the limit without approval, but for what was referred to before": f"""
        SELECT agency FROM vacancy WHERE state = 'open' AND NOT {NEEDS_NO_APPROVAL} GROUP BY agency
        HAVING sum(greatest(offered - greatest(hired, approved), 0)) > :most_unapproved
            AND sum(greatest(offered - greatest(hired + referred, approved), 0)) > 0
    """,
    "no opening waits that may be offered": f"""
        SELECT id FROM vacancy WHERE {openings.WAITS} AND (
            offered < approved OR {NEEDS_NO_APPROVAL} OR agency IN (
                SELECT agency FROM vacancy WHERE state = 'open' GROUP BY agency
                HAVING sum(greatest(offered - greatest(hired, approved), 0)) < :most_unapproved
            )
        )
    """,
    "a candidate is merged whose id means another worker, and no other is": """
        SELECT c.worker FROM candidate AS c LEFT JOIN merged_worker AS m ON m.worker = c.worker
        WHERE c.merged <> (m.worker IS NOT NULL)
    """,
    **MERGES,
}
NONE_OVERLOOKED: Final = "nobody looks for work while a vacancy that fits has room"


async def figures(work: UnitOfWork) -> dict[str, int]:
    """Count candidates, referrals, vacancies and placements; what has several kinds is counted by kind too.

    A worker who was placed under two ids in one spell is counted once.
    """
    counted = await work.rows(
        f"""
        WITH placed AS (SELECT * FROM {PLACED} AS p)
        SELECT 'candidate' AS what, state AS kind, count(*) AS n FROM candidate WHERE NOT merged GROUP BY state
        UNION ALL SELECT 'referral', state, count(*) FROM referral GROUP BY state
        UNION ALL SELECT 'vacancy', state, count(*) FROM vacancy GROUP BY state
        UNION ALL SELECT 'openings', 'all', coalesce(sum(openings), 0) FROM vacancy
        UNION ALL SELECT 'openings', 'left', coalesce(sum(offered - hired - referred), 0) FROM vacancy
            WHERE state = 'open'
        UNION ALL SELECT 'openings', 'waiting', coalesce(sum(openings - offered), 0) FROM vacancy WHERE state = 'open'
        UNION ALL SELECT 'outcome', outcome, count(*) FROM placed GROUP BY outcome
        UNION ALL SELECT 'grade', grade, count(*) FROM placed GROUP BY grade
        UNION ALL SELECT 'kept', kept, count(*) FROM placed GROUP BY kept
        UNION ALL SELECT 'route', route, count(*) FROM placed WHERE outcome = 'hired' GROUP BY route
        UNION ALL SELECT 'sex', coalesce(c.sex, 'unknown'), count(*) FROM placed AS p
            LEFT JOIN merged_worker AS m ON m.worker = p.worker
            LEFT JOIN candidate AS c ON c.worker = coalesce(m.person, p.worker) GROUP BY 2
        UNION ALL SELECT 'country', country, count(*) FROM placed WHERE outcome = 'hired' GROUP BY country
        UNION ALL SELECT 'region', region, count(*) FROM placed
            WHERE outcome = 'hired' AND country = 'ID' AND region IS NOT NULL GROUP BY region
        UNION ALL SELECT 'province', left(region, 2), count(*) FROM placed
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
        "to-be-asked": candidates.get("to-be-asked", 0),
        "referred": referrals.get("open", 0),
        "referrals": sum(referrals.values()),
        "lapsed": referrals.get("lapsed", 0),
        "placed": sum(outcomes.values()),
        **{f"placed.{kind}": outcomes.get(kind, 0) for kind in OUTCOMES},
        **{f"placed.grade.{grade}": by.get("grade", {}).get(grade, 0) for grade in get_args(Grade)},
        **{f"placed.{kept}": by.get("kept", {}).get(kept, 0) for kept in ("retained", "lost")},
        **{f"placed.route.{route}": by.get("route", {}).get(route, 0) for route in ("AKL", "AKAD", "AKAN")},
        **{f"placed.sex.{sex}": by.get("sex", {}).get(sex, 0) for sex in ("female", "male", "unknown")},
        **{
            f"placed.{what}.{name}": n
            for what in ("country", "province", "region")
            for name, n in sorted(by.get(what, {}).items())
        },
        "vacancies": sum(vacancies.values()),
        "vacancies.open": vacancies.get("open", 0),
        "openings": by["openings"]["all"],
        "openings.left": by["openings"]["left"],
        "openings.waiting": by["openings"]["waiting"],
    }


async def broken_rules(work: UnitOfWork, *, most_unapproved: int, today: Callable[[], date]) -> list[BrokenRule]:
    """Give the rules that do not hold at this moment, with the ids of the first few that break each."""
    ids: dict[str, list[str]] = {}
    for rule, sql in RULES.items():
        found = await work.rows(f"{sql} LIMIT {MOST_IDS}", most_unapproved=most_unapproved, today=today())
        ids[rule] = [str(row[0]) for row in found]
    ids[NONE_OVERLOOKED] = await _overlooked(work, today())
    return [BrokenRule(rule, broken_by) for rule, broken_by in ids.items() if broken_by]


async def whereabouts(work: UnitOfWork, after: UUID, limit: int) -> list[Whereabouts]:
    """Give the states of the next workers, each in the present spell."""
    found = await work.rows(
        "SELECT worker, spell, state FROM candidate WHERE worker > :after AND NOT merged ORDER BY worker LIMIT :limit",
        after=after,
        limit=limit,
    )
    return [Whereabouts(row.worker, row.spell, row.state) for row in found]


async def _overlooked(work: UnitOfWork, today: date) -> list[str]:
    """Which workers are in a queue that a vacancy with room calls, and were never referred to that vacancy?"""
    calls = [(vacancy.id, queue) for vacancy in await store.all_with_room(work) for queue in queues_called(vacancy)]
    found = await work.rows(
        "SELECT DISTINCT first.worker FROM unnest(CAST(:vacancies AS uuid[]), CAST(:vocations AS text[]), "
        "CAST(:areas AS text[]), CAST(:certified AS boolean[])) AS called(vacancy, vocation, area, certified) CROSS JOIN LATERAL ("
        "SELECT s.worker FROM seeking AS s WHERE s.vocation = called.vocation AND s.area = called.area "
        f"AND (s.certified OR NOT called.certified) AND {JUDGED} "
        "AND NOT EXISTS (SELECT FROM referral AS r WHERE r.worker = s.worker AND r.vacancy = called.vacancy) "
        "AND NOT EXISTS (SELECT FROM merged_worker AS m JOIN referral AS r ON r.worker = m.worker "
        "WHERE m.person = s.worker AND r.vacancy = called.vacancy) "
        f"LIMIT 10) AS first LIMIT {MOST_IDS}",
        vacancies=[vacancy for vacancy, _ in calls],
        vocations=[queue.vocation for _, queue in calls],
        areas=[queue.area for _, queue in calls],
        certified=[queue.certified for _, queue in calls],
        today=today,
    )
    return [str(row.worker) for row in found]


def make_audit(terms: Terms) -> Audit:
    """Make placement's audit, where referrals are made on these terms."""
    rules = partial(broken_rules, most_unapproved=terms.most_unapproved, today=terms.today)
    return Audit(figures=figures, broken_rules=rules, whereabouts=whereabouts, gauges=GAUGES)
