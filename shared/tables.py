"""The tables that every service keeps beside its own: journal, mark, bookmarks and dead letters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSON
from sqlmodel import Field, SQLModel


class Journal(SQLModel, table=True):
    """What this service has said, in the order of its commits. Rows are only ever appended."""

    __tablename__ = "journal"

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True, cache=1), primary_key=True))
    id: UUID
    type: str = Field(sa_type=Text)
    key: UUID = Field(index=True)
    time: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]  # SQLModel types no instances
    data: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))


class Mark(SQLModel, table=True):
    """How far the relay has published: one row. `lasts` is the last position published in each partition."""

    __tablename__ = "mark"

    id: int = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)
    lasts: list[int] = Field(sa_column=Column(ARRAY(BigInteger), nullable=False))


class Bookmark(SQLModel, table=True):
    """The highest position taken in from one partition of one topic, and how many events that made."""

    __tablename__ = "bookmark"

    topic: str = Field(sa_type=Text, primary_key=True)
    partition: int = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)
    heard: int = Field(sa_type=BigInteger)


class DeadLetter(SQLModel, table=True):
    """A record that could not be taken in, with the reason; its neighbours went on. `state`: waiting, replayed, discarded."""

    __tablename__ = "dead_letter"
    __table_args__ = (Index("dead_letter_once", "topic", "partition", "digest", unique=True),)

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
    buried_at: datetime = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]  # as above
    settled_at: datetime | None = Field(sa_type=DateTime(timezone=True))  # type: ignore[call-overload]  # as above
