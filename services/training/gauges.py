"""The gauges of training that operators watch."""

from shared.telemetry.gauges import SqlGauge

GAUGES = (
    SqlGauge(
        "pulih_workers",
        "Workers by their state with training, each time without work counted.",
        "SELECT state, count(*) FROM application GROUP BY state",
        ("state",),
    ),
    SqlGauge(
        "pulih_seats",
        "Seats of the courses that are not cancelled: taken (held or used up), free for newcomers, and unused: free after the "
        "last day of entry.",
        """
        SELECT of.state, coalesce(sum(
            CASE WHEN of.state = 'taken' THEN taken
                WHEN (of.state = 'free') = (entry_until >= CAST(:today AS date)) THEN seats - taken ELSE 0 END
        ), 0)
        FROM (VALUES ('free'), ('taken'), ('unused')) AS of(state) LEFT JOIN course ON course.state <> 'cancelled' GROUP BY 1
        """,
        ("state",),
    ),
    SqlGauge(
        "pulih_waiting_list_workers",
        "Workers on the waiting list.",
        "SELECT count(*) FROM application WHERE state = 'waiting'",
    ),
    SqlGauge(
        "pulih_waiting_list_oldest_seconds",
        "Age of the oldest application on the waiting list, in whole days; 0 when nobody waits.",
        "SELECT coalesce(CAST(:today AS date) - min(applied_on), 0) * 86400 FROM application WHERE state = 'waiting'",
    ),
)
