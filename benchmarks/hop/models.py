"""Training's rows and events as a FastStream and SQLModel developer would write them: models that validate, and an ORM.

The naive way and the peers share them. The tables are the same that Pulih's migrations make.
"""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import ARRAY, BigInteger, Column, Text
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

from benchmarks.hop.workload import PROVIDER
from shared.regions import province_of


def _texts() -> Any:  # noqa: ANN401  SQLModel's own form
    return Field(sa_column=Column(ARRAY(Text), nullable=False), default_factory=list)


class Course(SQLModel, table=True):
    """A course and how many of its seats are taken."""

    __tablename__ = "course"

    id: UUID = Field(primary_key=True)
    code: str
    agency: str
    title: str
    vocation: str
    region: str | None
    reach: str
    mode: str
    seats: int
    taken: int
    handed_out: int
    starts_on: date
    ends_on: date
    state: str


class Application(SQLModel, table=True):
    """A worker's wish to be trained."""

    __tablename__ = "application"

    worker: UUID = Field(primary_key=True)
    spell: int = Field(primary_key=True)
    applied_on: date
    position: int = Field(sa_type=BigInteger)
    region: str | None
    reach: str
    wishes: list[str] = _texts()
    concerns: list[str] = _texts()
    state: str


class Enrolment(SQLModel, table=True):
    """A seat that was given."""

    __tablename__ = "enrolment"

    id: UUID = Field(primary_key=True, default_factory=uuid7)
    worker: UUID
    spell: int
    course: UUID = Field(foreign_key="course.id")
    vocation: str
    seat: int
    basis: str
    from_waiting_list: bool = False
    passed_on: bool = False
    state: str = "in-training"


class Wish(SQLModel, table=True):
    """A place on the waiting list."""

    __tablename__ = "wish"

    worker: UUID = Field(primary_key=True)
    vocation: str = Field(primary_key=True)
    spell: int
    region: str | None
    province: str | None
    certified: list[str] = _texts()
    applied_on: date
    position: int = Field(sa_type=BigInteger)


class WorkerRegistered(BaseModel):
    """What is heard."""

    worker: UUID
    spell: int
    concerns: list[str] = []
    reason: str
    applied_on: date
    region: str | None = None
    reach: str = "province"
    wants: list[str]
    wishes: list[str] = []
    agency: str
    contact: str | None = None


class WorkerEnrolled(BaseModel):
    """What is said of who got a seat."""

    worker: UUID
    spell: int
    concerns: list[str]
    course: UUID
    code: str
    provider: str = PROVIDER
    title: str
    vocation: str
    region: str | None
    reach: str
    mode: str
    starts_on: date
    ends_on: date
    seat: int
    seats: int
    applied_on: date
    order: str


class WorkerWaitlisted(BaseModel):
    """What is said of who waits."""

    worker: UUID
    spell: int
    concerns: list[str]
    applied_on: date
    wishes: list[str]


Answer = WorkerEnrolled | WorkerWaitlisted
TYPES = {WorkerEnrolled: "pulih.worker.enrolled.v1", WorkerWaitlisted: "pulih.worker.waitlisted.v1"}


def judge(event: WorkerRegistered, position: int, course: Course | None) -> tuple[list[SQLModel], Answer]:
    """Decide about one applicant: the rows to add, and what to say. A course given loses a seat."""
    known: dict[str, Any] = {
        "worker": event.worker,
        "spell": event.spell,
        "applied_on": event.applied_on,
        "position": position,
        "region": event.region,
    }
    state = "in-training" if course else "waiting"
    rows: list[SQLModel] = [
        Application(**known, reach=event.reach, wishes=event.wishes, concerns=event.concerns, state=state)
    ]
    if course is None:
        rows += [Wish(**known, vocation=wish, province=province_of(event.region)) for wish in event.wishes]
        return rows, WorkerWaitlisted(
            worker=event.worker,
            spell=event.spell,
            concerns=event.concerns,
            applied_on=event.applied_on,
            wishes=event.wishes,
        )
    course.taken += 1
    course.handed_out += 1
    order = f"{course.handed_out} of {course.seats}; applied {event.applied_on}"
    rows.append(
        Enrolment(
            worker=event.worker,
            spell=event.spell,
            course=course.id,
            vocation=course.vocation,
            seat=course.handed_out,
            basis=order,
        )
    )
    return rows, WorkerEnrolled(
        **event.model_dump(include={"worker", "spell", "concerns", "applied_on"}),
        **course.model_dump(
            include={"code", "title", "vocation", "region", "reach", "mode", "starts_on", "ends_on", "seats"}
        ),
        course=course.id,
        seat=course.handed_out,
        order=order,
    )


def fits(course: Course, event: WorkerRegistered) -> bool:
    """Whether a course takes this applicant."""
    return course.vocation in event.wishes and course.region == event.region and course.taken < course.seats


def envelope(answer: Answer, when: str) -> dict[str, str]:
    """Write the CloudEvents headers of an answer."""
    return {
        "ce_specversion": "1.0",
        "ce_id": str(uuid7()),
        "ce_source": "/training",
        "ce_type": TYPES[type(answer)],
        "ce_time": when,
        "content-type": "application/json",
    }
