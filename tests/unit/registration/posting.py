"""What agencies post in tests, and the desk under test."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from services.registration.identity.data_keys import DataKey, DataKeys
from services.registration.identity.sealing import ASSERTION, IDENTITY
from services.registration.settings import RegistrationSettings
from shared import clock
from shared.database.unit_of_work import Database
from shared.service import Service
from tests.key_files import key_file
from tests.service_under_test import ServiceUnderTest

OPERATOR = {"Authorization": "Bearer the-operator"}
_serial, _events = count(1), count(1)


TYPES = {
    "LayoffReported": "pulih.layoff.reported.v1",
    "LayoffWithdrawn": "pulih.layoff.withdrawn.v1",
    "JobseekerApplied": "pulih.jobseeker.applied.v1",
    "CourseOffered": "pulih.course.offered.v1",
    "CoursePaused": "pulih.course.paused.v1",
    "CourseCancelled": "pulih.course.cancelled.v1",
    "TrainingResultRecorded": "pulih.training-result.recorded.v1",
    "VacancyPosted": "pulih.vacancy.posted.v1",
    "VacancyApproved": "pulih.vacancy.approved.v1",
    "HireConfirmed": "pulih.hire.confirmed.v1",
    "AttendanceRecorded": "pulih.attendance.recorded.v1",
    "PlacementConfirmed": "pulih.placement.confirmed.v1",
    "PlacementContested": "pulih.placement.contested.v1",
    "PlacementDenied": "pulih.placement.denied.v1",
    "EmploymentEnded": "pulih.employment.ended.v1",
    "HireDeclined": "pulih.hire.declined.v1",
    "ClaimContested": "pulih.claim.contested.v1",
    "IdentityCorrected": "pulih.identity.corrected.v1",
    "IdentitiesKeptApart": "pulih.identities.kept-apart.v1",
    "IdentitiesMerged": "pulih.identities.merged.v1",
    "MoveAnswered": "pulih.move.answered.v1",
    "WorkerRecalled": "pulih.worker.recalled.v1",
    "BusinessStarted": "pulih.business.started.v1",
    "CourseResumed": "pulih.course.resumed.v1",
    "VacancyClosed": "pulih.vacancy.closed.v1",
    "FactRetracted": "pulih.fact.retracted.v1",
    "GrantRecorded": "pulih.grant.recorded.v1",
    "NoShowRecorded": "pulih.no-show.recorded.v1",
    "SeatDeclined": "pulih.seat.declined.v1",
}
NAMES = {type: name for name, type in TYPES.items()}


@contextmanager
def today_is(day: str) -> Iterator[None]:
    """Let it be another day at the desk: whoever is reported then has a place in line from that day."""
    real, before = clock.real_today(), clock.today()
    clock.move(date.fromisoformat(day) - real)
    yield
    clock.move(before - real)


def nik(serial: int | None = None, *, born: str = "010190") -> str:
    return f"330600{born}{next(_serial) if serial is None else serial:04d}"


def person(number: str, **more: Any) -> dict[str, Any]:
    return {"nik": number, "name": "Contoh Pekerja", **more}


def layoff(number: str, **more: Any) -> dict[str, Any]:
    who = more.pop("person", None) or person(number)
    data = {"on": "2021-09-06", "kind": "laid-off", "person": who, "wants": ["training"], **more}
    return event("LayoffReported", data)


def application(number: str, on: str = "2021-09-06") -> dict[str, Any]:
    return event("JobseekerApplied", {"on": on, "person": person(number), "wants": ["training"], "card": True})


def event(name: str, data: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    defaults = {"specversion": "1.0", "id": f"event-{next(_events)}", "source": "/payroll", "type": TYPES[name]}
    return {**defaults, "data": data, **attributes}


def retraction(said: dict[str, Any], agency: str | None = None, **more: Any) -> dict[str, Any]:
    """What was said is retracted; `agency` where another agency said it."""
    named = {"source": said["source"], "id": said["id"], **({"agency": agency} if agency else {})}
    return event("FactRetracted", {"on": "2021-09-20", "retracts": named, "reason": "typed-wrongly", **more})


class DeskUnderTest(ServiceUnderTest):
    """Registration as the tests see it: events posted over HTTP or heard from others, rows and events out."""

    def __init__(self, service: Service, client: httpx.AsyncClient) -> None:
        super().__init__(service.database, service.handlers, service.audit)
        self.service = service
        assert isinstance(service.settings, RegistrationSettings)
        self.data_keys = DataKeys(service.settings.masters)
        self.client = client
        self.keys: dict[str, str] = {}

    async def agency(self, slug: str, role: str, region: str | None = None) -> str:
        wanted = {"slug": slug, "name": slug.title(), "role": role} | ({"region": region} if region else {})
        answer = await self.client.post("/agencies", json=wanted, headers=OPERATOR)
        assert answer.status_code == 201, answer.text
        self.keys[slug] = answer.json()["key"]
        return self.keys[slug]

    def bearer(self, slug: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[slug]}"}

    async def post(self, slug: str, *events: Any) -> httpx.Response:
        return await self.client.post(
            "/events",
            content=json.dumps(events),
            headers={**self.bearer(slug), "content-type": "application/cloudevents-batch+json"},
        )

    async def receipts(self, slug: str, *events: Any) -> list[dict[str, Any]]:
        receipts: list[dict[str, Any]] = (await self.post(slug, *events)).json()["receipts"]
        return receipts

    async def identity(self, worker: UUID) -> dict[str, Any]:
        """Open what is known of a worker, as its holder of all keys can."""
        ((sealed, wrapped),) = await self.rows(
            "SELECT w.sealed, k.wrapped FROM worker AS w JOIN data_key AS k ON k.worker = w.id WHERE w.id = :id",
            id=worker,
        )
        cipher = self.data_keys.cipher_of(worker, DataKey(wrapped))
        known: dict[str, Any] = json.loads(cipher.open(sealed, about=worker, **IDENTITY))
        return known

    async def typed_about(self, worker: UUID) -> list[dict[str, Any]]:
        """Open what agencies typed about a worker, in the order in which they did."""
        found = await self.rows(
            "SELECT a.sealed, k.wrapped FROM assertion AS a JOIN data_key AS k ON k.worker = a.worker "
            "WHERE a.worker = :id ORDER BY a.id",
            id=worker,
        )
        ciphers = [self.data_keys.cipher_of(worker, DataKey(row.wrapped)) for row in found]
        return [
            json.loads(cipher.open(row.sealed, about=worker, **ASSERTION))
            for row, cipher in zip(found, ciphers, strict=True)
        ]

    async def announced(self, *types: str) -> list[tuple[str, dict[str, Any]]]:
        """What is in the journal, as JSON, beside the agencies' and members' admissions."""
        rows = await self.rows(
            "SELECT type, data FROM journal WHERE type NOT LIKE 'pulih.agency.%' AND type NOT LIKE 'pulih.member.%' ORDER BY position"
        )
        return [(type, data) for type, data in rows if not types or type in types]


USUAL: dict[str, Any] = {
    "sealing_key": base64.urlsafe_b64encode(b"s" * 32).decode(),
    "contact_key": base64.urlsafe_b64encode(b"c" * 32).decode(),
}


def settings_for(database: Database, **more: Any) -> RegistrationSettings:
    return RegistrationSettings(
        database_url=database.engine.url.render_as_string(hide_password=False).replace("+asyncpg", ""),
        operators=key_file("the-operator"),
        **USUAL | more,
    )
