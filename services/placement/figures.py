"""What placement counts for an office: who works again, and who was taken on without a referral."""

from typing import Final

from shared.figures import Figure, Figures

PLACED: Final = """(
    SELECT DISTINCT ON (coalesce(m.joint_worker, p.worker), coalesce(m.joint_spell, p.spell)) p.*,
        CASE WHEN p.lost THEN 'lost' WHEN p.grade LIKE 'still%' OR p.ended_on IS NOT NULL THEN 'retained' END AS kept
    FROM placement AS p LEFT JOIN merged_worker AS m ON m.worker = p.worker AND m.spell = p.spell
    ORDER BY coalesce(m.joint_worker, p.worker), coalesce(m.joint_spell, p.spell), p.placed_on, p.worker
)"""
"""For the FROM of a query: placements, and whether the job was kept. A worker who was placed under two ids in one spell is counted once."""

FIGURES: Final = Figures(
    (
        Figure(
            "placed",
            f"""
            SELECT p.placed_on AS day, p.worker || '/' || p.spell AS subject, p.worker, p.spell, c.region, p.fact,
                p.outcome, p.grade, p.kept, p.route, v.vocation, p.agency, p.employer, c.sex
            FROM {PLACED} AS p LEFT JOIN merged_worker AS o ON o.worker = p.worker
            LEFT JOIN candidate AS c ON c.worker = coalesce(o.person, p.worker) LEFT JOIN vacancy AS v ON v.id = p.vacancy
            """,
            ("outcome", "grade", "kept", "route", "vocation", "agency", "employer", "sex"),
            event="f.fact",
        ),
        Figure(
            "walk-ins",
            """
            SELECT w.placed_on AS day, CAST(w.id AS text) AS subject, w.worker, CAST(NULL AS int) AS spell, c.region, w.id AS fact,
                w.state, w.vocation, w.agency, w.employer, c.sex
            FROM walk_in AS w LEFT JOIN merged_worker AS m ON m.worker = w.worker
            LEFT JOIN candidate AS c ON c.worker = coalesce(m.person, w.worker)
            """,
            ("state", "vocation", "agency", "employer", "sex"),
            event="f.fact",
        ),
    )
)
