"""Notification's audit: its figures, and whether its tally is right."""

from services.notification.domain import WORKER
from services.notification.gauges import GAUGES
from shared.audit import Audit, BrokenRule
from shared.database.unit_of_work import UnitOfWork

_TALLY_IS_RIGHT = "every message is counted once, under its receiver and its state"


async def figures(work: UnitOfWork) -> dict[str, int]:
    """Count messages by receiver and by state, from the tally."""
    counted = await work.rows("SELECT receiver, state, n FROM tally")
    figures = dict.fromkeys(
        ("messages", "messages.worker", "messages.agency", "delivered", "failed", "pending", "withheld"), 0
    )
    for row in counted:
        figures["messages"] += row.n
        figures[row.state] += row.n
        if row.receiver == WORKER:
            figures["messages.worker"] += row.n
        else:
            figures["messages.agency"] += row.n
            mailbox = f"messages.agency.{row.receiver}"
            figures[mailbox] = figures.get(mailbox, 0) + row.n
    return figures


async def broken_rules(work: UnitOfWork) -> list[BrokenRule]:
    """Compare the tally with the messages themselves."""
    wrong = await work.rows(
        "SELECT receiver, state FROM (SELECT receiver, state, count(*) AS n FROM message GROUP BY receiver, state) AS m "
        "FULL JOIN (SELECT * FROM tally WHERE n > 0) AS t USING (receiver, state) "
        "WHERE m.n IS DISTINCT FROM t.n ORDER BY receiver, state"
    )
    ids = [f"{row.receiver}: {row.state}" for row in wrong]
    return [BrokenRule(_TALLY_IS_RIGHT, ids)] if ids else []


AUDIT = Audit(figures=figures, broken_rules=broken_rules, gauges=GAUGES)
"""What the operators' routes ask."""
