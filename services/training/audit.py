"""Training's audit: its figures, the rules that its store breaks, and where each worker is."""

from typing import Final
from uuid import UUID

from services.training import store
from services.training.domain.allocation import allocate
from services.training.domain.portions import free_seats
from services.training.figures import FIGURES
from services.training.gauges import GAUGES
from shared import clock
from shared.audit import Audit, BrokenRule, Whereabouts
from shared.database.unit_of_work import UnitOfWork
from shared.merges import RULES as MERGES

_TOTALS: Final = f"""
WITH applied AS (
    SELECT state, wishes[1] AS wish, count(*) AS n FROM application WHERE state <> 'gone' GROUP BY state, wishes[1]
), enrolled AS (
    SELECT e.state, e.result, e.vocation, e.passed_on, c.agency, c.venue, count(*) AS n
    FROM enrolment e JOIN course c ON c.id = e.course
    GROUP BY e.state, e.result, e.vocation, e.passed_on, c.agency, c.venue
), taught AS (SELECT * FROM course WHERE state <> 'cancelled')
SELECT name, CAST(coalesce(n, 0) AS bigint) AS n FROM (
    SELECT 'courses' AS name, count(*) AS n FROM course
    UNION ALL SELECT 'courses.' || s.state, count(c.id)
        FROM (VALUES ('open'), ('paused'), ('cancelled')) AS s(state) LEFT JOIN course c ON c.state = s.state GROUP BY 1
    UNION ALL SELECT 'courses.funding.' || funding, count(*) FROM course GROUP BY 1
    UNION ALL SELECT 'courses.venue.' || venue, count(*) FROM course GROUP BY 1
    UNION ALL SELECT 'courses.mode.' || mode, count(*) FROM course GROUP BY 1
    UNION ALL SELECT 'courses.days.' || (ends_on - starts_on + 1), count(*) FROM course GROUP BY 1
    UNION ALL SELECT 'paused-then-resumed', count(*) FROM course WHERE was_resumed
    UNION ALL SELECT 'providers', count(DISTINCT agency) FROM course
    UNION ALL SELECT 'seats', sum(seats) FROM taught
    UNION ALL SELECT 'seats.taken', sum(taken) FROM taught
    UNION ALL SELECT 'seats.free', sum(CASE WHEN entry_until >= CAST(:today AS date) THEN seats - taken ELSE 0 END) FROM taught
    UNION ALL SELECT 'seats.unused', sum(CASE WHEN entry_until < CAST(:today AS date) THEN seats - taken ELSE 0 END) FROM taught
    UNION ALL SELECT 'seated', count(*) FROM enrolment
    UNION ALL SELECT 'seats.vocation.' || vocation, sum(seats) FROM taught GROUP BY 1
    UNION ALL SELECT 'applied', sum(n) FROM applied
    UNION ALL SELECT 'applied.vocation.' || coalesce(wish, 'any'), sum(n) FROM applied GROUP BY 1
    UNION ALL SELECT s.state, sum(n)
        FROM (VALUES ('waiting'), ('withdrawn'), ('refused'), ('absent')) AS s(state) LEFT JOIN applied a ON a.state = s.state GROUP BY 1
    UNION ALL SELECT 'enrolled', sum(n) FROM enrolled WHERE state <> 'cancelled'
    UNION ALL SELECT s.state, sum(n)
        FROM (VALUES ('in-training'), ('graduated'), ('not-completed')) AS s(state)
        LEFT JOIN enrolled e ON e.state = s.state GROUP BY 1
    UNION ALL SELECT 'not-completed.' || s.result, sum(n)
        FROM (VALUES ('failed'), ('left')) AS s(result) LEFT JOIN enrolled e ON e.result = s.result GROUP BY 1
    UNION ALL SELECT 'no-shows', count(*) FROM enrolment WHERE reason = 'no-show'
    UNION ALL SELECT 'declined', count(*) FROM enrolment WHERE reason = 'declined'
    UNION ALL SELECT 'left-early', count(*) FROM enrolment WHERE released
    UNION ALL SELECT 'certificates', count(*) FROM enrolment WHERE certificate IS NOT NULL
    UNION ALL SELECT 'graduated.vocation.' || vocation, sum(n) FROM enrolled WHERE state = 'graduated' GROUP BY 1
    UNION ALL SELECT 'graduated.provider.' || agency, sum(n) FROM enrolled WHERE state = 'graduated' GROUP BY 1
    UNION ALL SELECT 'graduated.venue.' || venue, sum(n) FROM enrolled WHERE state = 'graduated' GROUP BY 1
    UNION ALL SELECT 'graduated.sex.' || s.sex, count(g.subject) FROM (VALUES ('female'), ('male'), ('unknown')) AS s(sex)
        LEFT JOIN ({FIGURES.by_name["graduated"].counted}) AS g ON coalesce(g.sex, 'unknown') = s.sex GROUP BY 1
    UNION ALL SELECT 'in-training.vocation.' || vocation, sum(n) FROM enrolled WHERE state = 'in-training' GROUP BY 1
    UNION ALL SELECT 'passed-on', sum(n) FROM enrolled WHERE passed_on
) AS figures
"""

_RULES: Final = {
    "applied = enrolled + waiting + withdrawn + refused + absent: an application says the same as its enrolments": """
        SELECT coalesce(a.worker, e.worker) AS id
        FROM (SELECT worker, spell, state FROM application
              WHERE state IN ('in-training', 'graduated', 'not-completed')) AS a
        FULL JOIN (SELECT worker, spell, state FROM enrolment WHERE state <> 'cancelled') AS e USING (worker, spell, state)
        WHERE a.state IS NULL OR e.state IS NULL
    """,
    "seats = graduated + not completed + in training + free: a course counts the seats that are taken": """
        SELECT c.id FROM course c
        LEFT JOIN (
            SELECT course, count(*) AS n FROM enrolment WHERE state <> 'cancelled' AND NOT released GROUP BY course
        ) AS e
            ON e.course = c.id
        WHERE c.taken <> coalesce(e.n, 0) OR c.taken > c.seats OR c.taken <> c.handed_out - cardinality(c.given_back)
    """,
    "a worker sits in one seat": """
        SELECT worker AS id FROM enrolment WHERE state = 'in-training' GROUP BY worker HAVING count(*) > 1
    """,
    "a seat is one worker's": """
        SELECT course AS id FROM enrolment WHERE state <> 'cancelled' AND NOT released GROUP BY course, seat HAVING count(*) > 1
    """,
    "who waits is on the list, and nobody else": """
        SELECT coalesce(a.worker, w.worker) AS id
        FROM (SELECT worker, spell FROM application WHERE state = 'waiting' AND NOT restricted) AS a
        FULL JOIN (SELECT DISTINCT worker, spell FROM wish) AS w USING (worker, spell)
        WHERE a.worker IS NULL OR w.worker IS NULL
    """,
    "who was merged waits and sits under the id that stays": """
        SELECT a.worker AS id FROM application a JOIN merged_worker m ON m.worker = a.worker
        WHERE a.state IN ('waiting', 'in-training', 'absent')
    """,
    "a seat is of the worker to whose id it was given": """
        SELECT e.worker AS id FROM enrolment e LEFT JOIN merged_worker n ON n.worker = e.named
        LEFT JOIN merged_worker w ON w.worker = e.worker
        WHERE e.named IS NOT NULL AND coalesce(n.person, e.named) <> coalesce(w.person, e.worker)
    """,
    **MERGES,
}
"""Rule -> the query that gives the ids for which it does not hold."""

_NOBODY_WAITS_IN_VAIN: Final = "nobody waits while a course that fits has a free seat"
_SHOWN: Final = 100
"""How many ids each rule names at most."""


async def figures(work: UnitOfWork) -> dict[str, int]:
    """Count what training counts, by name."""
    return {row.name: row.n for row in await work.rows(_TOTALS, today=clock.today())}


async def broken_rules(work: UnitOfWork) -> list[BrokenRule]:
    """Name the rules that do not hold at this moment, and for whom."""
    broken = []
    for rule, query in _RULES.items():
        found = await work.rows(f"SELECT DISTINCT id FROM ({query}) AS found ORDER BY id LIMIT {_SHOWN}")
        if found:
            broken.append(BrokenRule(rule, [str(row.id) for row in found]))
    if waiting := await _waiting_in_vain(work):
        broken.append(BrokenRule(_NOBODY_WAITS_IN_VAIN, waiting))
    return broken


async def _waiting_in_vain(work: UnitOfWork) -> list[str]:
    """Name those on the waiting list whom a free seat fits; there must be none."""
    with_room = await store.courses_with_room(work)
    free = free_seats(with_room)
    seated, _ = allocate(await store.next_in_line(work, free), free)  # written down nowhere
    return [str(application.worker) for application in seated[:_SHOWN]]


async def whereabouts(work: UnitOfWork, after: UUID, limit: int) -> list[Whereabouts]:
    """Give where each of the next workers is, in each of their spells."""
    found = await work.rows(
        "SELECT a.worker, a.spell, a.state FROM application a JOIN (SELECT DISTINCT worker FROM application "
        "WHERE worker > CAST(:after AS uuid) ORDER BY worker LIMIT CAST(:limit AS int)) AS next USING (worker) "
        "ORDER BY a.worker, a.spell",
        after=after,
        limit=limit,
    )
    return [Whereabouts(row.worker, row.spell, row.state) for row in found]


AUDIT = Audit(figures=figures, broken_rules=broken_rules, whereabouts=whereabouts, gauges=GAUGES)
