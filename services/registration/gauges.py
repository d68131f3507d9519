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
        "Workers about whom a review waits for their office: agencies contradict each other, or two may be one person.",
        "SELECT count(DISTINCT worker) FROM review WHERE state = 'open'",
    ),
)
