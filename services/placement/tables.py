"""Placement's tables: candidates and their queues, vacancies, referrals, placements."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSON
from sqlmodel import Field, SQLModel


def _texts() -> Column[list[str]]:
    return Column(ARRAY(Text), nullable=False)


class CandidateRow(SQLModel, table=True):
    """A worker in the present spell without work. `since` and `position` are the rank in a queue.

    One that is `merged` keeps what was said of its id; it means another worker, who is the candidate. What `since` and `state`
    follow from is kept beside them (`domain/entities.py`), so that a retraction can undo either.
    """

    __tablename__ = "candidate"

    worker: UUID = Field(primary_key=True)
    spell: int
    state: str = Field(sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)
    reach: str = Field(sa_type=Text)
    wishes: list[str] = Field(sa_column=_texts())
    certified: list[str] = Field(sa_column=_texts())
    concerns: list[str] = Field(sa_column=_texts())
    since: date | None = None
    position: int = Field(sa_type=BigInteger)
    restricted: bool = False
    merged: bool = False
    applied_on: date | None = None
    wants_work: bool = False
    trained: bool = False
    trained_on: date | None = None
    is_over: bool = False
    unasked: bool = False
    birth_year: int | None = Field(default=None, sa_type=SmallInteger)
    sex: str | None = Field(default=None, sa_type=Text)
    card_until: date | None = None


class SeekingRow(SQLModel, table=True):
    """One of the queues in which a candidate who looks for work stands: a row for each vocation.

    The area is as wide as the candidate can be referred; on `changes_on` that may be another, as who goes abroad is of age by then,
    or has a card no longer (`domain/abroad.py`). `certified` says whether the candidate is certified in the vocation.
    """

    __tablename__ = "seeking"

    worker: UUID = Field(primary_key=True)
    vocation: str = Field(sa_type=Text, primary_key=True)
    area: str = Field(sa_type=Text)
    since: date
    position: int = Field(sa_type=BigInteger)
    certified: bool = False
    changes_on: date | None = None


class VacancyRow(SQLModel, table=True):
    """Openings with one employer. The database counts `hired` and `referred` from the referrals: nothing else writes them.

    `offered` openings are open to candidates or taken; the others wait for an office, which `approved` so many in all.
    `calling` says that some openings are held back: a vacancy calls a limited number of candidates in one transaction.
    """

    __tablename__ = "vacancy"

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    vocation: str = Field(sa_type=Text)
    employer: str = Field(sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)
    country: str = Field(sa_type=Text)
    posted_on: date
    openings: int
    offered: int
    approved: int = 0
    hired: int = 0
    referred: int = 0
    state: str = Field(sa_type=Text)
    calling: bool = False
    void: bool = False
    certificate: bool = False


class ReferralRow(SQLModel, table=True):
    """A worker was proposed for an opening; while the referral is open, it holds the opening.

    `lapsed_before` says why it had lapsed before a late hire; `fact` is the event by which it had, or has: a decline, say.
    """

    __tablename__ = "referral"

    id: UUID = Field(primary_key=True)
    worker: UUID
    spell: int
    vacancy: UUID
    route: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    respond_by: date
    lapsed_before: str | None = Field(default=None, sa_type=Text)
    fact: UUID | None = None


class PlacementRow(SQLModel, table=True):
    """A worker works again: the end of one spell. `fact` is the event that said so, `said` the one by which placement announced it.

    `evidence` is what was said of it since, and `grade`, `contested`, `ended_on` and `lost` are what follows (`domain/evidence.py`).
    """

    __tablename__ = "placement"

    worker: UUID = Field(primary_key=True)
    spell: int = Field(primary_key=True)
    outcome: str = Field(sa_type=Text)
    placed_on: date
    agency: str = Field(sa_type=Text)
    vacancy: UUID | None = None
    employer: str | None = Field(default=None, sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)
    country: str | None = Field(default=None, sa_type=Text)
    route: str | None = Field(default=None, sa_type=Text)
    fact: UUID | None = None
    said: UUID | None = None
    heard_on: date | None = None
    told_on: date | None = None
    grade: str = Field(default="confirmed", sa_type=Text)
    at_first: str = Field(default="confirmed", sa_type=Text)
    unopposed: bool = False
    contested: bool = False
    ended_on: date | None = None
    lost: bool = False
    freed: bool = False
    evidence: list[dict[str, object]] | None = Field(default=None, sa_column=Column(JSON))


class WalkInRow(SQLModel, table=True):
    """An agency says to have taken on a worker who was not referred: no placement until it is confirmed. `id` is the event that says so.

    `state`: reported, confirmed, denied.
    """

    __tablename__ = "walk_in"

    id: UUID = Field(primary_key=True)
    worker: UUID
    agency: str = Field(sa_type=Text)
    placed_on: date
    heard_on: date
    employer: str = Field(sa_type=Text)
    vocation: str | None = Field(default=None, sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)
    country: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
