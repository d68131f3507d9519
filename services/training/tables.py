"""Training's tables: courses, applications, enrolments, and the waiting list (`wish`)."""

from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, Identity, Integer, Text, Uuid
from sqlmodel import Field, SQLModel


def _texts() -> Column[list[str]]:
    return Column(ARRAY(Text), nullable=False)


class CourseRow(SQLModel, table=True):
    """A course and its seats. `handed_out` is the highest seat ever given, `given_back` the lower ones that are free again.

    `taken` counts the seats that are held or used up. `run`: which run of its code it is. `state`: open, paused, cancelled.
    """

    __tablename__ = "course"

    id: UUID = Field(primary_key=True)
    code: str = Field(sa_type=Text)
    agency: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    vocation: str = Field(sa_type=Text)
    region: str | None = Field(default=None, sa_type=Text)
    reach: str = Field(sa_type=Text)
    mode: str = Field(sa_type=Text)
    funding: str = Field(sa_type=Text)
    venue: str = Field(sa_type=Text)
    seats: int
    taken: int
    handed_out: int
    given_back: list[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    starts_on: date
    ends_on: date
    entry_until: date
    state: str = Field(sa_type=Text)
    was_resumed: bool
    void: bool = False
    run: int = 1


class ApplicationRow(SQLModel, table=True):
    """A worker's wish to be trained in one spell without work. `reason` says why it ended, where it ended without training.

    `ended_as` is the worker's other id, where what ended it was said of that one (see README: one person, two ids), and
    `wants_training` whether the worker wants training by what is said of this id. `is_over`: the spell was withdrawn, whatever the application came to before.
    `employer_says`: how the worker works again, by an employer's word alone, since that came while the worker had a seat; of the other id `employer_says_of`, if there is one.

    `state`: waiting, in-training, absent, graduated, not-completed, withdrawn, refused, gone (see README).
    """

    __tablename__ = "application"

    worker: UUID = Field(primary_key=True)
    spell: int = Field(primary_key=True)
    applied_on: date
    position: int = Field(sa_type=BigInteger)
    region: str | None = Field(default=None, sa_type=Text)
    reach: str = Field(sa_type=Text)
    sex: str | None = Field(default=None, sa_type=Text)
    wishes: list[str] = Field(sa_column=_texts())
    concerns: list[str] = Field(sa_column=_texts())
    state: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    restricted: bool = False
    ended_as: UUID | None = None
    wants_training: bool = True
    is_over: bool = False
    declined: list[UUID] | None = Field(default=None, sa_column=Column(ARRAY(Uuid)))
    employer_says: str | None = Field(default=None, sa_type=Text)
    employer_says_of: UUID | None = None


class EnrolmentRow(SQLModel, table=True):
    """A seat that was given to a worker. `state`: in-training, graduated, not-completed, cancelled.

    `named` and `named_spell` are the id and the spell to which it was given, where those are others of the worker's.
    `given_on` is the day on which it was given, `said` the event that announced it if that has another id than the enrolment, as those from before version 9
    of the tables have. `result_fact` is the event that said the result, `result_on` its day, `ended_on` the first working day of whoever gave the seat back for work, or the day on which another gave it up.
    """

    __tablename__ = "enrolment"

    id: UUID = Field(primary_key=True)
    worker: UUID
    spell: int
    course: UUID
    vocation: str = Field(sa_type=Text)
    seat: int
    basis: str = Field(sa_type=Text)
    from_waiting_list: bool
    passed_on: bool
    state: str = Field(sa_type=Text)
    reason: str | None = Field(default=None, sa_type=Text)
    result: str | None = Field(default=None, sa_type=Text)
    certificate: str | None = Field(default=None, sa_type=Text)
    result_on: date | None = None
    result_fact: UUID | None = None
    times_revoked: int = 0
    ended_on: date | None = None
    released: bool = False
    given_on: date | None = None
    said: UUID | None = None
    named: UUID | None = None
    named_spell: int | None = None


class FormerStandingRow(SQLModel, table=True):
    """How an application stood until something about it was changed: a selection is replayed by it (`former.py`).

    `until` is the position in the journal up to which it was so; `waits` says whether the worker was in line from there on.
    """

    __tablename__ = "former_standing"

    id: int = Field(sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    worker: UUID
    spell: int
    until: int = Field(sa_type=BigInteger)
    applied_on: date
    position: int = Field(sa_type=BigInteger)
    region: str | None = Field(default=None, sa_type=Text)
    wishes: list[str] = Field(sa_column=_texts())
    restricted: bool
    waits: bool
    declined: list[UUID] | None = Field(default=None, sa_column=Column(ARRAY(Uuid)))


class WishRow(SQLModel, table=True):
    """The waiting list: a row for each vocation that a waiting worker would learn (`*`: any).

    `certified` are the vocations that the worker need not learn again.
    """

    __tablename__ = "wish"

    worker: UUID = Field(primary_key=True)
    vocation: str = Field(sa_type=Text, primary_key=True)
    spell: int
    region: str | None = Field(default=None, sa_type=Text)
    province: str | None = Field(default=None, sa_type=Text)
    certified: list[str] = Field(sa_column=_texts())
    applied_on: date
    position: int = Field(sa_type=BigInteger)
