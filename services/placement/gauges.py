"""What operators watch of placement."""

from services.placement.figures import PLACED
from shared.telemetry.gauges import SqlGauge

GAUGES = (
    SqlGauge(
        "pulih_workers",
        "Workers by their state with placement.",
        "SELECT state, count(*) FROM candidate WHERE NOT merged GROUP BY state",
        ("state",),
    ),
    SqlGauge(
        "pulih_openings",
        "Openings: filled, of every vacancy; left, held by a referral and waiting for approval, of the vacancies that are open.",
        """
        SELECT of.state, coalesce(sum(
            CASE of.state WHEN 'left' THEN offered - hired - referred WHEN 'held' THEN referred
                WHEN 'filled' THEN hired ELSE openings - offered END
        ), 0)
        FROM (VALUES ('left'), ('held'), ('filled'), ('waiting')) AS of(state)
        LEFT JOIN vacancy ON vacancy.state = 'open' OR of.state = 'filled' GROUP BY 1
        """,
        ("state",),
    ),
    SqlGauge(
        "pulih_placements",
        "Placements by their grade: the evidence that the worker works there.",
        f"SELECT grade, count(*) FROM {PLACED} AS p GROUP BY grade",
        ("grade",),
    ),
)
