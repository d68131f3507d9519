"""Registration's tables: workers, their spells without work, what agencies said of them, their cards, their steps."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSON
from sqlmodel import Field, SQLModel


def _texts() -> Column[list[str]]:
    return Column(ARRAY(Text), nullable=False)


class WorkerRow(SQLModel, table=True):
    """One worker, found by the keyed fingerprint of the NIK. What identifies the worker is in `sealed` alone.

    `birth_year` and `sex` are told to other services (`identity/told.py`); they are empty where nothing was said of the worker since
    they are told.

    `name_print` and `birth_print` are of this worker alone; `person_print` and `phone_print` are 16 bits by which workers who
    may be one person are found. `contact` is sealed for notification, `spell` is the present spell. `lent` names the fields
    that the worker into whom this one was merged has from it, `latest_merge` is the number of the latest merge or split that
    was about this one.
    """

    __tablename__ = "worker"
    __table_args__ = (
        Index("worker_alike", "person_print", postgresql_where=text("person_print IS NOT NULL")),
        Index("worker_reached", "phone_print", postgresql_where=text("phone_print IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    nik_print: bytes = Field(sa_column=Column(LargeBinary, nullable=False, unique=True))
    name_print: bytes = Field(sa_type=LargeBinary)
    birth_print: bytes | None = Field(default=None, sa_type=LargeBinary)
    person_print: int | None = None
    phone_print: int | None = None
    sealed: str = Field(sa_type=Text)
    contact: str = Field(sa_type=Text)
    birth_year: int | None = Field(default=None, sa_type=SmallInteger)
    sex: str | None = Field(default=None, sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)
    spell: int
    restricted: bool = False
    lent: list[str] = Field(sa_column=_texts())
    latest_merge: int | None = Field(default=None, sa_type=BigInteger)


class DataKeyRow(SQLModel, table=True):
    """A worker's data key, wrapped by the master key whose id comes first in it. Without this row nothing about the worker opens."""

    __tablename__ = "data_key"

    worker: UUID = Field(primary_key=True)
    wrapped: str = Field(sa_type=Text)


class SpellRow(SQLModel, table=True):
    """One time without work; a worker has at most one open. `claims` are the agencies' reports, in the order of arrival.

    `applied_on` counts for a place in line; `heard_on` is the day on which the desk heard that the spell ended. One that is
    `merged` goes on as a spell of the worker into whom this one was merged, and its claims are there. `placed_on` is set where
    a placement named this spell, `withdrawn_on` where it was withdrawn, also if it was placed since.
    """

    __tablename__ = "spell"
    __table_args__ = (Index("spell_open", "worker", unique=True, postgresql_where=text("state = 'open'")),)

    worker: UUID = Field(primary_key=True)
    number: int = Field(primary_key=True)
    state: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    applied_on: date
    reach: str = Field(sa_type=Text)
    wants: list[str] = Field(sa_column=_texts())
    wishes: list[str] = Field(sa_column=_texts())
    agency: str = Field(sa_type=Text)
    referred_by: str | None = Field(default=None, sa_type=Text)
    concerns: list[str] = Field(sa_column=_texts())
    claims: list[dict[str, object]] = Field(sa_column=Column(JSON, nullable=False))
    ended_on: date | None = None
    heard_on: date | None = None
    placed_on: date | None = None
    withdrawn_on: date | None = None


class AssertionRow(SQLModel, table=True):
    """What one agency posted under its own event id, and its member who did.

    `sealed` is what it typed, `subject` the id of what it is about, `worker` the id that it named, also where that one was
    merged into another; a report that is kept for review and its retraction have a `subject` alone. `said_on` is the desk's day,
    and `retracted_on` that of its retraction. The event in the journal has the same `id`; in rows of earlier releases it has another.
    """

    __tablename__ = "assertion"
    __table_args__ = (
        UniqueConstraint("agency", "source", "event_id"),
        Index("assertion_about", "worker", "agency", postgresql_where=text("worker IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    agency: UUID
    member: str = Field(sa_type=Text)
    source: str = Field(sa_type=Text)
    event_id: str = Field(sa_type=Text)
    digest: bytes = Field(sa_type=LargeBinary)
    type: str = Field(sa_type=Text)
    kind: str | None = Field(default=None, sa_type=Text)
    subject: UUID
    worker: UUID | None = None
    sealed: str = Field(sa_type=Text)
    received_at: datetime = Field(sa_type=DateTime(timezone=True))
    said_on: date | None = None
    retracted_on: date | None = None


class JobseekerCardRow(SQLModel, table=True):
    """A jobseeker's card (AK1). A worker's newest is `current`; older ones have run out.

    `named` is the id under which it was issued, where that one was merged into `worker`.
    """

    __tablename__ = "jobseeker_card"
    __table_args__ = (Index("jobseeker_card_current", "worker", unique=True, postgresql_where=text("current")),)

    number: str = Field(sa_type=Text, primary_key=True)
    worker: UUID
    agency: str = Field(sa_type=Text)
    issued_on: date
    valid_until: date
    current: bool
    named: UUID | None = None


class JourneyStepRow(SQLModel, table=True):
    """What training or placement said of a worker, kept for the worker's journey."""

    __tablename__ = "step"
    __table_args__ = (Index("step_of_worker", "worker"),)

    id: UUID = Field(primary_key=True)
    worker: UUID
    at: datetime = Field(sa_type=DateTime(timezone=True))
    speaker: str = Field(sa_type=Text)
    type: str = Field(sa_type=Text)
    data: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))


class CourseRunRow(SQLModel, table=True):
    """One run of a provider's code, which is a course; a later run is another one. Its days are those that the journal's offers say."""

    __tablename__ = "course_run"
    __table_args__ = (UniqueConstraint("agency", "code", "number"),)

    course: UUID = Field(primary_key=True)
    agency: UUID
    code: str = Field(sa_type=Text)
    number: int


class MoveRow(SQLModel, table=True):
    """A move that an office asked for; it takes effect on `due_on` unless the worker's office answers before."""

    __tablename__ = "move"
    __table_args__ = (Index("move_due", "due_on"),)

    worker: UUID = Field(primary_key=True)
    agency: str = Field(sa_type=Text)
    region: str = Field(sa_type=Text)
    came_from: str | None = Field(default=None, sa_type=Text)
    due_on: date


class ReviewRow(SQLModel, table=True):
    """Something about who a worker is that waits for the worker's office. What differs is in the `assertion`, sealed."""

    __tablename__ = "review"
    __table_args__ = (
        Index("review_of_worker", "worker"),
        Index("review_open", "id", postgresql_where=text("state = 'open'")),
    )

    id: UUID = Field(primary_key=True)
    worker: UUID
    kind: str = Field(sa_type=Text)
    differs: list[str] = Field(sa_column=_texts())
    agency: str = Field(sa_type=Text)
    assertion: UUID
    other: UUID | None = None
    state: str = Field(sa_type=Text)
    opened_on: date
    decided_on: date | None = None
    decided_by: str | None = Field(default=None, sa_type=Text)


class WalkInReportRow(SQLModel, table=True):
    """A hire of somebody who was not referred; `worker` is whom the NIK named when somebody of it was found. `data` is what is announced."""

    __tablename__ = "walk_in_report"

    assertion: UUID = Field(primary_key=True)
    nik_print: bytes = Field(sa_type=LargeBinary)
    worker: UUID | None = None
    kept_on: date
    data: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
