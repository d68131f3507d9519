"""All that registration keeps about one worker, opened, as the worker may ask for it by law."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import Row

from services.registration.identity.data_keys import DataKey
from services.registration.identity.sealing import ASSERTION, IDENTITY, IdentitySeals
from shared.database.unit_of_work import UnitOfWork
from shared.sealing import CONTACT

_WHOM: Final = "ANY(CAST(:workers AS uuid[]))"
_LISTS: Final = {
    "spells": (
        "SELECT worker, number, state, reason, applied_on, reach, wants, wishes, agency, referred_by, concerns, claims, ended_on "
        f"FROM spell WHERE worker = {_WHOM} ORDER BY worker, number"
    ),
    "cards": f"SELECT number, agency, issued_on, valid_until FROM jobseeker_card WHERE worker = {_WHOM} ORDER BY issued_on",
    "moves": f"SELECT agency, came_from, region, due_on FROM move WHERE worker = {_WHOM}",
    # what an agency typed that does not fit this worker may be about somebody else: only that there is such a report is told
    "reviews": (
        "SELECT kind, differs, agency, state, opened_on, decided_on, decided_by FROM review "
        f"WHERE worker = {_WHOM} ORDER BY id"
    ),
    "steps": (
        "SELECT worker, at, speaker, type, data FROM (SELECT key AS worker, time AS at, 'registration' AS speaker, type, data, "
        f"position FROM journal WHERE key = {_WHOM} UNION ALL SELECT worker, at, speaker, type, data, 0 "
        f"FROM step WHERE worker = {_WHOM}) AS steps "
        "ORDER BY at, position"
    ),
}
_SAID: Final = (
    "SELECT a.worker, g.slug AS agency, a.source, a.event_id AS id, a.type, a.received_at, a.sealed FROM assertion AS a "
    f"JOIN agency AS g ON g.id = a.agency WHERE a.worker = {_WHOM} ORDER BY a.id"
)
_KEPT: Final = (
    "SELECT w.id, w.sealed, w.contact, w.birth_year, w.sex, k.wrapped FROM worker AS w LEFT JOIN data_key AS k ON k.worker = w.id "
    f"WHERE w.id = {_WHOM}"
)


async def everything_about(work: UnitOfWork, subject: Row[Any], seals: IdentitySeals) -> dict[str, Any]:
    """Give what is kept about a worker (`subjects.find_subject`), opened; under the other ids that mean the worker, too."""
    ids = [subject.id, *subject.others]
    kept = {row.id: row for row in await work.rows(_KEPT, workers=ids)}
    ciphers = {
        id: seals.data_keys.cipher_of(id, DataKey(row.wrapped)) if row.wrapped else seals.own
        for id, row in kept.items()
    }
    lists = {name: _dicts(await work.rows(sql, workers=ids)) for name, sql in _LISTS.items()}
    for step in lists["steps"]:
        step["data"].pop("contact", None)  # it is below, opened

    def identity_of(id: UUID) -> dict[str, Any]:
        return {
            "identity": msgspec.json.decode(ciphers[id].open(kept[id].sealed, about=id, **IDENTITY)),
            "contact": msgspec.json.decode(seals.contact.open(kept[id].contact, about=id, **CONTACT)),
            "told": {"birth_year": kept[id].birth_year, "sex": kept[id].sex},
        }

    return {
        "worker": subject.id,
        "region": subject.region,
        "restricted": subject.restricted,
        **identity_of(subject.id),
        "others": [{"worker": id, **identity_of(id)} for id in subject.others],
        "said": [
            {
                **said,
                "data": msgspec.json.decode(
                    ciphers[said["worker"]].open(said.pop("sealed"), about=said["worker"], **ASSERTION)
                ),
            }
            for said in _dicts(await work.rows(_SAID, workers=ids))
        ],
        **lists,
    }


def _dicts(rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    return [row._asdict() for row in rows]
