"""What notification keeps: each message once, how many there are, and the sealed contacts of workers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import JSON
from sqlmodel import Field, SQLModel


class MessageRow(SQLModel, table=True):
    """One event told to one receiver: `worker`, or an agency's slug. `state`: pending, delivered, failed, withheld.

    `data` is the event as it was heard, without whom it concerns and without contacts; it is empty where the worker was
    erased. The text is made from it when it is read or sent. `position` is the order in which messages were kept. `next_at`
    is when a pending one is due.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("message_of_receiver", "receiver", "position"),
        Index("message_about", "subject", "position"),
        Index("message_due", "next_at", postgresql_where=text("state = 'pending'")),
    )

    position: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    id: UUID = Field(unique=True)
    event: UUID
    type: str = Field(sa_type=Text)
    receiver: str = Field(sa_type=Text)
    subject: UUID
    data: dict[str, object] = Field(sa_column=Column(JSON, nullable=False))
    said_at: datetime = Field(sa_type=DateTime(timezone=True))
    channel: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    failure: str | None = Field(default=None, sa_type=Text)
    attempts: int = 0
    kept_at: datetime = Field(sa_type=DateTime(timezone=True))
    next_at: datetime | None = Field(sa_type=DateTime(timezone=True))
    settled_at: datetime | None = Field(sa_type=DateTime(timezone=True))


class TallyRow(SQLModel, table=True):
    """How many messages a receiver has in a state: changed with the messages, so that nobody counts millions of rows."""

    __tablename__ = "tally"

    receiver: str = Field(sa_type=Text, primary_key=True)
    state: str = Field(sa_type=Text, primary_key=True)
    n: int = Field(sa_type=BigInteger)


class RestrictedRow(SQLModel, table=True):
    """A worker of whom nobody is told for the time being, and nobody but the worker's office reads."""

    __tablename__ = "restricted"

    worker: UUID = Field(primary_key=True)


class ContactRow(SQLModel, table=True):
    """A worker's name and addresses, sealed, and the region; `position` is that of the event it came with."""

    __tablename__ = "contact"

    worker: UUID = Field(primary_key=True)
    sealed: str = Field(sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)
    position: int = Field(sa_type=BigInteger)
