"""What operators watch of notification."""

from shared.telemetry.gauges import SqlGauge

GAUGES = (
    SqlGauge(
        "pulih_messages",
        "Messages by state, counted in the tally.",
        """
        SELECT of.state, coalesce(sum(n), 0)
        FROM (VALUES ('pending'), ('delivered'), ('failed'), ('withheld')) AS of(state) LEFT JOIN tally USING (state) GROUP BY 1
        """,
        ("state",),
    ),
)
