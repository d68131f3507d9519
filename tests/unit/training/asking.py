"""Training's own HTTP application over a test's database, asked with the keys of agencies and of an operator."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid5

import httpx
import msgspec

from contract.examples import EMPLOYER, OFFICE, PROVIDER, example, worker
from services.training.app import create
from services.training.settings import TrainingSettings
from shared.database.unit_of_work import Database
from shared.events import AgencyAdmitted
from tests.key_files import key_file
from tests.unit.training.examples import KEBUMEN, TrainingUnderTest

OPERATOR = "the-operators-key"
OFFICE_ELSEWHERE, OTHER_PROVIDER = "disnaker-kebumen", "lpk-kebumen"
AGENCIES = {
    OFFICE: ("office", "33.06"),
    OFFICE_ELSEWHERE: ("office", KEBUMEN),
    PROVIDER: ("training-provider", None),
    OTHER_PROVIDER: ("training-provider", None),
    EMPLOYER: ("employer", None),
}


def admitted() -> list[AgencyAdmitted]:
    """Admit agencies of each role; an agency's key is its name."""
    made = []
    for slug, (role, region) in AGENCIES.items():
        key_hash = hashlib.sha256(slug.encode()).hexdigest()
        usual = example(AgencyAdmitted, id=uuid5(worker(0), slug), agency=slug, role=role, key_hash=key_hash)
        made.append(msgspec.structs.replace(usual, region=region))
    return made


@asynccontextmanager
async def asking(database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """Open a client of the application; its consumer and its relay do not run."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    service, app = create(TrainingSettings(database_url=url, operators=key_file(OPERATOR)))
    service.is_open = True
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://training") as client:
        yield client
    await service.database.close()


async def ask(client: httpx.AsyncClient, path: str, by: str = OPERATOR, **query: Any) -> tuple[int, Any]:
    """Ask with somebody's key; gives the status and the answer."""
    answer = await client.get(path, params=query, headers={"Authorization": f"Bearer {by}"})
    return answer.status_code, answer.json()


async def recorded(training: TrainingUnderTest) -> list[tuple[Any, ...]]:
    """Give what the access record holds: who, what, about whom, and how it ended."""
    found = await training.rows(
        "SELECT coalesce(agency, 'operator'), route, worker, outcome FROM access ORDER BY position"
    )
    return [tuple(row) for row in found]
