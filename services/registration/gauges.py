"""The gauges that Prometheus reads from registration's database."""

from services.registration.journey.stuck import IDLE
from shared.telemetry.gauges import SqlGauge

GAUGES = (
    SqlGauge(
        "pulih_workers",
        "Workers who are registered and not placed, by what they seek; `to-be-asked` where no report says it.",
        """
        SELECT CASE cardinality(wants) WHEN 0 THEN 'to-be-asked' WHEN 1 THEN 'seeking-' || wants[1] ELSE 'seeking-both' END, count(*)
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
