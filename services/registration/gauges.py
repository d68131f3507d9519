"""The gauges that Prometheus reads from registration's database."""

from services.registration.journey.stuck import IDLE
from shared.telemetry.gauges import SqlGauge

GAUGES = (
    SqlGauge(
        "pulih_workers",
        "Workers who are registered and not placed, by what they seek.",
        """
        SELECT CASE WHEN cardinality(wants) = 1 THEN 'seeking-' || wants[1] ELSE 'seeking-both' END, count(*)
        FROM spell WHERE state = 'open' GROUP BY 1
        """,
        ("state",),
    ),
    IDLE,
    SqlGauge(
        "pulih_workers_questioned",
        "Workers in whom agencies contradict each other, for somebody to look at.",
        "SELECT count(*) FROM worker WHERE review <> '{}'",
    ),
)
