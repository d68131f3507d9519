"""What registration counts for an office: what was accepted, and times without work.

A time without work counts by the day that gives its place in line; a withdrawal by its own.
"""

from typing import Final

from shared.events import (
    GrantRecorded,
    JobseekerApplied,
    LayoffReported,
    RegistrationWithdrawn,
    SpellEvent,
    WorkerRegistered,
    type_of,
)
from shared.events.facts import Fact
from shared.figures import Figure, Figures, day_of

_PERSON: Final = (
    "LEFT JOIN merged_worker AS m ON m.worker = {0}.worker JOIN worker AS w ON w.id = coalesce(m.person, {0}.worker)"
)


def _accepted(name: str, kind: type[Fact], *by: str) -> Figure:
    """Count what agencies posted of workers, and have not retracted, by the day on which the desk took it in."""
    return Figure(
        name,
        f"""
        SELECT coalesce(a.said_on, {day_of("a.received_at")}) AS day, CAST(a.id AS text) AS subject,
            a.worker, CAST(NULL AS int) AS spell, w.region, a.id AS fact, a.kind, g.slug AS agency, w.sex
        FROM assertion AS a JOIN agency AS g ON g.id = a.agency {_PERSON.format("a")}
        WHERE a.type = '{type_of(kind)}' AND a.retracted_on IS NULL
        """,
        by,
        event="f.fact",
    )


def _spells(name: str, day: str, where: str, said_by: type[SpellEvent]) -> Figure:
    """Count times without work; one of which every report was retracted is none."""
    return Figure(
        name,
        f"""
        SELECT {day} AS day, s.worker || '/' || s.number AS subject, s.worker, s.number AS spell, w.region, s.reason, s.agency, w.sex
        FROM spell AS s {_PERSON.format("s")}
        WHERE {where} AND EXISTS (SELECT FROM json_array_elements(s.claims) AS c WHERE c ->> 'state' IS DISTINCT FROM 'retracted')
        """,
        ("reason", "agency", "sex"),
        event=f"""(
            SELECT j.id FROM journal AS j WHERE j.key = f.worker AND j.type = '{type_of(said_by)}'
                AND CAST(j.data ->> 'spell' AS int) = f.spell ORDER BY j.position DESC LIMIT 1
        )""",
    )


FIGURES: Final = Figures(
    (
        _accepted("reports", LayoffReported, "kind", "agency", "sex"),
        _accepted("applications", JobseekerApplied, "agency", "sex"),
        _accepted("grants", GrantRecorded, "kind", "agency", "sex"),
        _spells("registered", "s.applied_on", "s.state <> 'merged'", WorkerRegistered),
        _spells("withdrawn", "s.withdrawn_on", "s.state = 'withdrawn'", RegistrationWithdrawn),
    )
)
