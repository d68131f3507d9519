"""What notification counts for an office: what was told, to whom, by which channel, and what became of it."""

from typing import Final

from services.notification.domain import WORKER
from shared.figures import Figure, Figures, day_of

FIGURES: Final = Figures(
    (
        Figure(
            "messages",
            f"""
            SELECT {day_of("m.kept_at")} AS day, CAST(m.id AS text) AS subject, c.worker,
                CAST(NULL AS int) AS spell, c.region, m.event, m.type, m.channel, m.state,
                CASE m.receiver WHEN '{WORKER}' THEN 'worker' ELSE 'agency' END AS receiver
            FROM message AS m LEFT JOIN merged_worker AS of ON of.worker = m.subject
            LEFT JOIN contact AS c ON c.worker = coalesce(of.person, m.subject)
            """,
            ("type", "receiver", "channel", "state"),
            event="f.event",
        ),
    )
)
