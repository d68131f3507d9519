"""The tables that every service has: journal, cursor, bookmarks, restorations, accepted versions, dead letters, kept facts, agencies, members, erased and merged workers, the calendar, notices of tasks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlmodel import Field, SQLModel


class JournalRow(SQLModel, table=True):
    """What this service has said, in the order of its commits: a transactional outbox. Rows are only ever appended."""

    __tablename__ = "journal"

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True, cache=1), primary_key=True))
    id: UUID
    type: str = Field(sa_type=Text)
    key: UUID
    time: datetime = Field(sa_type=DateTime(timezone=True))
    data: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    trace: str | None = Field(default=None, sa_type=Text)


class CursorRow(SQLModel, table=True):
    """How far the relay has published: one row. `last_by_partition` is the last position published in each partition.

    `halt_at` is set while a topic grows: nothing beyond it is published (see `shared/outbox/repartitioning.py`).
    """

    __tablename__ = "cursor"

    id: int = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)
    last_by_partition: list[int] = Field(sa_column=Column(ARRAY(BigInteger), nullable=False))
    halt_at: int | None = Field(default=None, sa_type=BigInteger)


class SchemaAcceptsRow(SQLModel, table=True):
    """An older version that may use the database as it is, by its last revisions: see `shared/database/migrating.py`."""

    __tablename__ = "schema_accepts"

    revisions: str = Field(sa_column=Column(Text, primary_key=True))


class RestorationRow(SQLModel, table=True):
    """That the database went back in time and its journal was made whole: it had lacked events from position `first` to `last`.

    `taken_back` of them the topic still had. `gone` are the ids of those known to listeners alone, which nobody has any more.
    """

    __tablename__ = "restoration"

    last: int = Field(sa_type=BigInteger, primary_key=True)
    first: int = Field(sa_type=BigInteger)
    at: datetime = Field(sa_type=DateTime(timezone=True))
    taken_back: int = Field(sa_type=BigInteger)
    gone: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))


class BookmarkRow(SQLModel, table=True):
    """The highest position taken in from one partition of one topic, the id of that event, and how many events that made.

    `last_id` is none where a topic grew since: the position is then one that others have, too.
    """

    __tablename__ = "bookmark"

    topic: str = Field(sa_type=Text, primary_key=True)
    partition: int = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)
    heard: int = Field(sa_type=BigInteger)
    last_id: UUID | None = None


class DeadLetterRow(SQLModel, table=True):
    """A record that could not be taken in, with the reason; its neighbours went on. `state`: waiting, replayed, discarded."""

    __tablename__ = "dead_letter"
    __table_args__ = (
        Index("dead_letter_once", "topic", "partition", "digest", unique=True),
        Index("dead_letter_waiting", "id", postgresql_where=text("state = 'waiting'")),
    )

    id: UUID = Field(primary_key=True)
    topic: str = Field(sa_type=Text)
    partition: int
    record_offset: int = Field(sa_type=BigInteger)
    position: int | None = Field(sa_type=BigInteger)
    type: str | None = Field(sa_type=Text)
    key: bytes | None = Field(sa_type=LargeBinary)
    headers: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    value: bytes | None = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)
    reason: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    buried_at: datetime = Field(sa_type=DateTime(timezone=True))
    settled_at: datetime | None = Field(sa_type=DateTime(timezone=True))


class AgencyRow(SQLModel, table=True):
    """An agency that may speak.

    `region` is where it acts for workers: a regency's code, a province's, or none for all of Indonesia. `delegates` are the
    offices that may enter on its behalf.
    """

    __tablename__ = "agency"

    id: UUID = Field(primary_key=True)
    slug: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    name: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    email: str | None = Field(default=None, sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)
    delegates: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    revoked: bool = False


class MemberRow(SQLModel, table=True):
    """A member of an agency, and the SHA-256 (hexadecimal) of its key: 256 random bits, so that a plain hash is safe."""

    __tablename__ = "member"

    agency: UUID = Field(primary_key=True)
    name: str = Field(sa_type=Text, primary_key=True)
    key_hash: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    revoked: bool = False


class AccessRow(SQLModel, table=True):
    """Who read of a worker, was refused, or asked as an operator (`agency` is none). The database lets nobody change a row.

    `worker` is none where nobody is known under what was asked for; `outcome`: read, refused, asked.
    """

    __tablename__ = "access"
    __table_args__ = (Index("access_about", "worker", "position", postgresql_where=text("worker IS NOT NULL")),)

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    at: datetime = Field(sa_type=DateTime(timezone=True))
    agency: str | None = Field(default=None, sa_type=Text)
    person: str = Field(sa_type=Text)
    route: str = Field(sa_type=Text)
    worker: UUID | None = None
    outcome: str = Field(sa_type=Text)
    purpose: str | None = Field(default=None, sa_type=Text)


class ErasedRow(SQLModel, table=True):
    """A worker whose personal data was erased. Nothing that is heard or restored later brings it back."""

    __tablename__ = "erased"

    worker: UUID = Field(primary_key=True)
    at: datetime = Field(sa_type=DateTime(timezone=True))


class MergedWorkerRow(SQLModel, table=True):
    """A worker's id that means another's: an office decided that both are one person.

    `spell` is the worker's last, which goes on as `into_spell` of `into_worker` where it was open. Where that one was merged as
    well, `person` is whom the id means in the end, and `joint_spell` of `joint_worker` the spell as which this one goes on.
    """

    __tablename__ = "merged_worker"
    __table_args__ = (Index("merged_worker_of_person", "person"),)

    worker: UUID = Field(primary_key=True)
    spell: int
    into_worker: UUID
    into_spell: int | None = None
    person: UUID
    joint_worker: UUID | None = None
    joint_spell: int | None = None


class HandledMergeRow(SQLModel, table=True):
    """The number of a merge or a split that was handled."""

    __tablename__ = "handled_merge"

    number: int = Field(sa_type=BigInteger, primary_key=True)


class DeferredEventRow(SQLModel, table=True):
    """An event that was heard before one that it follows, at its position in registration's journal."""

    __tablename__ = "deferred_event"

    position: int = Field(sa_type=BigInteger, primary_key=True)
    key: UUID
    type: str = Field(sa_type=Text)
    data: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))


class KeptFactRow(SQLModel, table=True):
    """A fact that counts again, or counts otherwise, when another one is retracted: see `shared/kept_facts.py`.

    `about` is the course or the vacancy. Facts about a worker name the `worker`.
    """

    __tablename__ = "kept_fact"
    __table_args__ = (Index("kept_fact_about", "about"), Index("kept_fact_of_worker", "worker"))

    id: UUID = Field(primary_key=True)
    about: UUID | None = None
    worker: UUID | None = None
    type: str = Field(sa_type=Text)
    position: int = Field(sa_type=BigInteger)
    data: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))


class CalendarRow(SQLModel, table=True):
    """Whether this database is for practice, and how many days its clock is ahead of the real one: one row."""

    __tablename__ = "calendar"

    id: int = Field(primary_key=True)
    practice: bool
    days_ahead: int = 0


class TaskNoticeRow(SQLModel, table=True):
    """A task that is open and was announced as due; `escalated`: also as overdue.

    `subject` is what the task is about, `owed_by` the agency that owes it, or the region whose offices do.
    """

    __tablename__ = "task_notice"

    kind: str = Field(sa_type=Text, primary_key=True)
    subject: str = Field(sa_type=Text, primary_key=True)
    due: date = Field(primary_key=True)
    owed_by: str = Field(sa_type=Text, primary_key=True)
    escalated: bool
