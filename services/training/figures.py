"""What training counts for an office: who applied, who was seated, what came of it, and who gave a seat up."""

from typing import Final

from shared.figures import Figure, Figures

_WHOSE: Final = """
LEFT JOIN merged_worker AS o ON o.worker = {0}.worker
LEFT JOIN LATERAL (
    SELECT a.region, a.sex FROM application AS a WHERE a.worker = ANY(ARRAY[{0}.worker, o.person]) AND a.state <> 'gone'
    ORDER BY a.worker = o.person DESC, a.spell DESC LIMIT 1
) AS w ON true
"""
"""Finds where the worker lives and the worker's sex, by the latest application: of whom the id means, or else of the id itself."""
_COURSE: Final = ("funding", "venue", "mode", "vocation", "provider", "sex")


def _seats(name: str, day: str, event: str, where: str, **by: str) -> Figure:
    """Count seats; `by` gives what they are told by beside their courses and the worker's sex, each with its SQL."""
    return Figure(
        name,
        f"""
        SELECT {day} AS day, CAST(e.id AS text) AS subject, coalesce(e.named, e.worker) AS worker, coalesce(e.named_spell, e.spell) AS spell,
            w.region, {event} AS fact, c.funding, c.venue, c.mode, e.vocation, c.agency AS provider, w.sex
            {"".join(f", {value} AS {column}" for column, value in by.items())}
        FROM enrolment AS e JOIN course AS c ON c.id = e.course {_WHOSE.format("e")} WHERE {where}
        """,
        (*_COURSE, *by),
        event="f.fact",
    )


FIGURES: Final = Figures(
    (
        Figure(
            "applied",
            f"""
            SELECT t.applied_on AS day, t.worker || '/' || t.spell AS subject, t.worker, t.spell, w.region, t.state, w.sex
            FROM (
                SELECT DISTINCT ON (coalesce(m.joint_worker, a.worker), coalesce(m.joint_spell, a.spell)) a.worker, a.spell, a.applied_on, a.state
                FROM application AS a LEFT JOIN merged_worker AS m ON m.worker = a.worker AND m.spell = a.spell
                WHERE a.state <> 'gone'
                ORDER BY coalesce(m.joint_worker, a.worker), coalesce(m.joint_spell, a.spell), m.joint_worker IS NOT NULL, a.applied_on, a.worker
            ) AS t {_WHOSE.format("t")}
            """,
            ("state", "sex"),
            event="CAST(NULL AS uuid)",
        ),
        _seats("seated", "e.given_on", "coalesce(e.said, e.id)", "true", state="e.state"),
        _seats("graduated", "e.result_on", "e.result_fact", "e.state = 'graduated'"),
        _seats("not-completed", "e.result_on", "e.result_fact", "e.state = 'not-completed'", result="e.result"),
        _seats(
            "given-up",
            "CASE WHEN e.released THEN e.result_on ELSE e.ended_on END",
            "e.result_fact",
            "e.released OR e.reason IN ('no-show', 'declined')",
            reason="CASE WHEN e.released THEN 'left-early' ELSE e.reason END",
        ),
    )
)
"""A time without work in which training was sought under two ids is one that applied. A seat counts of the id to which it was given."""
