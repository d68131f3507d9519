"""All that registration keeps about one worker, opened, as the worker may ask for it by law."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Row

from services.registration.identity.data_keys import DataKey
from services.registration.identity.sealing import ASSERTION, IDENTITY, IdentitySeals
from shared.database.unit_of_work import UnitOfWork
from shared.sealing import CONTACT

_LISTS: Final = {
    "spells": (
        "SELECT number, state, reason, applied_on, reach, wants, wishes, agency, referred_by, concerns, claims, ended_on "
        "FROM spell WHERE worker = :worker ORDER BY number"
    ),
    "cards": "SELECT number, agency, issued_on, valid_until FROM jobseeker_card WHERE worker = :worker ORDER BY issued_on",
    "moves": "SELECT agency, came_from, region, due_on FROM move WHERE worker = :worker",
    # what an agency typed that does not fit this worker may be about somebody else: only that there is such a report is told
    "reviews": (
        "SELECT kind, differs, agency, state, opened_on, decided_on, decided_by FROM review WHERE worker = :worker ORDER BY id"
    ),
    "steps": (
        "SELECT at, speaker, type, data FROM (SELECT time AS at, 'registration' AS speaker, type, data, position FROM journal "
        "WHERE key = :worker UNION ALL SELECT at, speaker, type, data, 0 FROM step WHERE worker = :worker) AS steps "
        "ORDER BY at, position"
    ),
}
_SAID: Final = (
    "SELECT g.slug AS agency, a.source, a.event_id AS id, a.type, a.received_at, a.sealed FROM assertion AS a "
    "JOIN agency AS g ON g.id = a.agency WHERE a.worker = :worker ORDER BY a.id"
)


async def everything_about(work: UnitOfWork, subject: Row[Any], seals: IdentitySeals) -> dict[str, Any]:
    """Give what is kept about a worker (`subjects.find_subject`), opened."""
    cipher = seals.data_keys.cipher_of(subject.id, DataKey(subject.wrapped)) if subject.wrapped else seals.own
    lists = {name: _dicts(await work.rows(sql, worker=subject.id)) for name, sql in _LISTS.items()}
    for step in lists["steps"]:
        step["data"].pop("contact", None)  # it is below, opened
    return {
        "worker": subject.id,
        "region": subject.region,
        "restricted": subject.restricted,
        "identity": msgspec.json.decode(cipher.open(subject.sealed, about=subject.id, **IDENTITY)),
        "contact": msgspec.json.decode(seals.contact.open(subject.contact, about=subject.id, **CONTACT)),
        "said": [
            {**said, "data": msgspec.json.decode(cipher.open(said.pop("sealed"), about=subject.id, **ASSERTION))}
            for said in _dicts(await work.rows(_SAID, worker=subject.id))
        ],
        **lists,
    }


def _dicts(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [row._asdict() for row in rows]
