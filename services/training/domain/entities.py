"""Courses with their seats, workers' applications, and the enrolments that join the two."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple, Self
from uuid import UUID

from uuid_utils.compat import uuid7

from shared.events import ApplicationAmended, CourseOffered, WorkerRegistered
from shared.events.vocabulary import CourseReach, EnrolmentEnd, Funding, JobReach, Mode, Outcome, Result, Sex, Venue
from shared.regions import province_of

CourseState = Literal["open", "paused", "cancelled"]
ApplicationState = Literal[
    "waiting", "in-training", "absent", "graduated", "not-completed", "withdrawn", "refused", "gone"
]
SeatEnd = EnrolmentEnd | Literal["no-show", "declined"]
"""Why a seat was given back."""
EnrolmentState = Literal["in-training", "graduated", "not-completed", "cancelled"]


LONG: Final = timedelta(days=14)
"""A course that is longer lets newcomers start after its first day."""


def entry_until(offer: "CourseOffered | Course") -> date:
    """Give the last day on which a newcomer may start: what the offer says, within the course, or what follows from its length."""
    if offer.entry_until is not None:
        return min(offer.entry_until, offer.ends_on)
    length = offer.ends_on - offer.starts_on + timedelta(days=1)
    return offer.starts_on + length // 10 if length > LONG else offer.starts_on


@dataclass(slots=True)
class Course:
    """A training package. Its free seats are those above `handed_out`, and those `given_back` below it."""

    id: UUID
    code: str
    agency: str
    title: str
    vocation: str
    region: str | None
    reach: CourseReach
    mode: Mode
    funding: Funding
    venue: Venue
    seats: int
    starts_on: date
    ends_on: date
    entry_until: date
    today: date
    """The day on which it was read."""
    run: int = 1
    """Which run of its code it is: a code that is used again is another course."""
    taken: int = 0
    handed_out: int = 0
    given_back: list[int] = field(default_factory=list)
    state: CourseState = "open"
    was_resumed: bool = False
    void: bool = False
    """Whether every offer of it was retracted: one that is said anew opens it again."""
    has_opened_up: bool = False
    """Whether it may have free seats that nobody on the waiting list was offered yet."""
    changed: bool = False
    amended: bool = False
    """Whether more has changed than who holds its seats."""
    is_kept: bool = False
    """Whether the database has it."""

    @classmethod
    def offered(cls, offer: CourseOffered, today: date) -> Self:
        """Make the course that is offered."""
        return cls(
            id=offer.course,
            code=offer.code,
            agency=offer.agency,
            title=offer.title,
            vocation=offer.vocation,
            region=offer.region,
            reach=offer.reach,
            mode=offer.mode,
            funding=offer.funding,
            venue=offer.venue,
            seats=offer.seats,
            starts_on=offer.starts_on,
            ends_on=offer.ends_on,
            entry_until=entry_until(offer),
            today=today,
            run=offer.run,
            has_opened_up=True,
            changed=True,
        )

    def certificate(self, seat: int) -> str:
        """Give the number of the certificate for a seat. No code has a colon: another's number is never the same."""
        run = f":{self.run}" if self.run > 1 else ""
        return f"{self.agency}/{self.code}{run}/{seat}"

    @property
    def has_room(self) -> bool:
        """Whether a worker can be seated now."""
        return self.free > 0

    @property
    def free(self) -> int:
        """How many workers can be seated now: none after the last day of entry."""
        return self.seats - self.taken if self.state == "open" and self.is_entry_open else 0

    @property
    def is_entry_open(self) -> bool:
        """Whether a newcomer may still start."""
        return self.today <= self.entry_until

    def give_seat(self) -> tuple[int, bool]:
        """Hand out the lowest free seat, and say whether it was passed on from someone who gave it back."""
        self.taken += 1
        self.changed = True
        if self.given_back:
            seat = min(self.given_back)
            self.given_back.remove(seat)
            return seat, True
        self.handed_out += 1
        return self.handed_out, False

    def take_back(self, seat: int) -> None:
        """Make a seat free again."""
        self.taken -= 1
        self.given_back.append(seat)
        self.changed = self.has_opened_up = True

    def take_again(self, seat: int) -> bool:
        """Give a seat back to who had it, if it has not gone to somebody else. Says whether it was free."""
        if self.state == "cancelled" or seat not in self.given_back or self.taken == self.seats:
            return False
        self.given_back.remove(seat)
        self.taken += 1
        self.changed = True
        return True

    def amend(self, offer: "CourseOffered | Course") -> None:
        """Apply a later offer of the same course, or what its offers say now; those who sit here keep their seats."""
        self.title, self.vocation, self.region, self.reach = offer.title, offer.vocation, offer.region, offer.reach
        self.mode, self.funding, self.venue, self.seats = offer.mode, offer.funding, offer.venue, offer.seats
        self.starts_on, self.ends_on, self.entry_until = offer.starts_on, offer.ends_on, entry_until(offer)
        self.changed = self.amended = self.has_opened_up = True

    def turn(self, state: CourseState) -> None:
        """Open, pause or cancel the course."""
        self.was_resumed |= self.state == "paused" and state == "open"
        self.state = state
        self.changed = self.amended = self.has_opened_up = True


@dataclass(slots=True, kw_only=True)
class Enrolment:
    """A seat that was given to a worker; `basis` says why it is theirs.

    `named` and `named_spell` are the id and the spell to which it was given, where those are others of the worker's.
    """

    worker: UUID
    spell: int
    course: UUID
    vocation: str
    seat: int
    basis: str
    from_waiting_list: bool = False
    passed_on: bool = False
    state: EnrolmentState = "in-training"
    reason: SeatEnd | None = None
    result: Result | None = None
    certificate: str | None = None
    released: bool = False
    """Whether the seat is free again though the course was not completed: the worker left while newcomers may start."""
    result_on: date | None = None
    """The day of the result."""
    result_fact: UUID | None = None
    """The event that said the result, or that the worker did not come or declined the seat."""
    times_revoked: int = 0
    """How many certificates for this seat were revoked."""
    ended_on: date | None = None
    """The first working day of whoever gave the seat back for work; the day on which who did not come, or declined, gave it up."""
    named: UUID | None = None
    named_spell: int | None = None
    id: UUID = field(default_factory=uuid7)
    """The event that announces it has the same id."""
    given_on: date | None = None
    """The day on which it was given; it is written once, and not read again."""
    said: UUID | None = None
    """The event that announced it, of those from before ids were the same (see `EnrolmentRow`); it is not read either."""
    changed: bool = False
    moved: bool = False
    """Whether it belongs to another application than the database knows."""
    is_kept: bool = False
    """Whether the database has it."""

    @property
    def given_to(self) -> tuple[UUID, int]:
        """The worker's id and the spell to which it was given: events about it say these."""
        return (
            (self.worker, self.spell)
            if self.named is None or self.named_spell is None
            else (self.named, self.named_spell)
        )

    def move_to(self, worker: UUID, spell: int) -> None:
        """Let it belong to another application of the same person."""
        given_to = self.given_to
        self.worker, self.spell, self.moved = worker, spell, True
        self.named, self.named_spell = (None, None) if given_to == (worker, spell) else given_to

    def cancel(self, reason: SeatEnd, on: date | None = None, fact: UUID | None = None) -> None:
        """Have the seat no longer; `on` is the first working day or the day of the absence, and `fact` the event that says so."""
        self.state, self.reason, self.ended_on, self.result_fact, self.changed = "cancelled", reason, on, fact, True

    def give_back(self, course: Course, reason: SeatEnd, on: date | None = None, fact: UUID | None = None) -> None:
        """Give the seat back to its course, which may give it to another: see `cancel`."""
        self.cancel(reason, on, fact)
        course.take_back(self.seat)

    def take_again(self) -> None:
        """Have the seat again."""
        self.state, self.reason, self.ended_on, self.result_fact, self.changed = "in-training", None, None, None, True

    def graduate(self, certificate: str, on: date, fact: UUID) -> None:
        """Complete the course. A certificate that follows a revoked one has a number of its own."""
        number = f"{certificate}-{self.times_revoked + 1}" if self.times_revoked else certificate
        self.state, self.result, self.certificate = "graduated", "graduated", number
        self._note_result(on, fact)

    def break_off(self, result: Result, on: date, fact: UUID) -> None:
        """Fail or leave."""
        self.state, self.result = "not-completed", result
        self._note_result(on, fact)

    def _note_result(self, on: date, fact: UUID) -> None:
        self.result_on, self.result_fact = on, fact
        self.reason, self.ended_on, self.changed = None, None, True

    def void_result(self) -> None:
        """Be in training again: the result was retracted. A certificate is revoked."""
        self.times_revoked += self.certificate is not None
        self.released = False
        self.state, self.result, self.result_on = "in-training", None, None
        self.certificate, self.result_fact, self.changed = None, None, True


class Standing(NamedTuple):
    """What decides where an application stands in line, and which courses fit."""

    applied_on: date
    position: int
    region: str | None
    wishes: list[str]
    restricted: bool
    declined: list[UUID] | None


@dataclass(slots=True, kw_only=True)
class Application:
    """A worker's wish to be trained in one spell without work; `wishes` in the worker's order, none: any vocation."""

    worker: UUID
    spell: int
    applied_on: date
    position: int
    """The position of the application in registration's journal: the order of arrival."""
    region: str | None = None
    reach: JobReach = "province"
    sex: Sex | None = None
    wishes: list[str] = field(default_factory=list)
    concerns: list[str] = field(default_factory=list)
    state: ApplicationState = "waiting"
    reason: EnrolmentEnd | None = None
    ended_as: UUID | None = None
    """The worker's other id, where what ended it was said of that one."""
    wants_training: bool = True
    """Whether the worker wants training by what is said of this id."""
    certified: frozenset[str] = frozenset()
    """The vocations in which the worker holds a certificate."""
    came: Literal["now", "from-the-list", "from-a-cancelled-course", "from-a-declined-seat"] = "now"
    """From where the worker comes to the allocation."""
    declined: list[UUID] | None = None
    """The courses in which the worker declined a seat, and is offered none; never an empty list, which would cost each row."""
    employer_says: Outcome | None = None
    """How the worker works again, by an employer's word alone, since that came while the worker had a seat."""
    employer_says_of: UUID | None = None
    """The worker's other id, where the employer said so of that one."""
    is_over: bool = False
    """Whether the spell was withdrawn, whatever the application came to before."""
    restricted: bool = False
    """Whether the worker gets no seat for the time being, and stands on no list."""
    enrolments: list[Enrolment] = field(default_factory=list)
    """Those that were read or made, the latest last."""
    changed: bool = False
    is_kept: bool = False
    """Whether the database has it."""
    was: Standing | None = None
    """How it stood when it was read."""
    waited: bool = False
    """Whether it waited when it was read."""

    @property
    def key(self) -> tuple[UUID, int]:
        """What identifies the application."""
        return self.worker, self.spell

    @property
    def enrolment(self) -> Enrolment:
        """The enrolment that is held, else the latest; there must be one."""
        return next((each for each in self.enrolments if each.state == "in-training"), self.enrolments[-1])

    @property
    def seat(self) -> "Seat":
        """The seat that is held, or was held last."""
        return Seat(self, self.enrolment)

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        return Standing(self.applied_on, self.position, self.region, self.wishes, self.restricted, self.declined)

    @property
    def province(self) -> str | None:
        """The province that the worker lives in, where the region's code says it."""
        return province_of(self.region)

    @property
    def is_open(self) -> bool:
        """Whether the worker waits, is in training, or did not come and is to be asked."""
        return self.state in ("waiting", "in-training", "absent")

    @property
    def would_learn(self) -> list[str]:
        """The vocations wished for that are new to the worker; none where any will do, or where none is new."""
        return [wish for wish in self.wishes if wish not in self.certified] if self.certified else self.wishes

    @property
    def asks_for_nothing_new(self) -> bool:
        """Whether the worker is certified in every vocation wished for."""
        return bool(self.certified and self.wishes) and not self.would_learn

    def amend(self, event: WorkerRegistered | ApplicationAmended) -> None:
        """Apply the amended fields."""
        self.applied_on, self.region, self.reach = event.applied_on, event.region, event.reach
        self.wishes, self.concerns, self.sex = event.wishes, event.concerns, event.sex
        self.restricted |= event.restricted
        self.position = self.position if event.position is None else event.position
        self.wants_training = "training" in event.wants
        self.changed = True

    def turn(self, state: ApplicationState, reason: EnrolmentEnd | None = None, ended_as: UUID | None = None) -> None:
        """Change its state."""
        self.state, self.reason, self.ended_as, self.changed = state, reason, ended_as, True

    def heed(self, employer_says: Outcome | None, of: UUID | None = None) -> None:
        """Note what an employer's word alone is, `of` the worker's other id, or that there is none any longer."""
        said = employer_says, of if employer_says else None
        self.changed |= said != (self.employer_says, self.employer_says_of)
        self.employer_says, self.employer_says_of = said

    def do_without_seat(self, state: Literal["waiting", "absent"]) -> None:
        """Have a seat no longer. Who works again by an employer's word has no place in line until that is void."""
        if self.employer_says is None:
            self.turn(state)
        else:
            self.turn("withdrawn", self.employer_says, self.employer_says_of)

    def go_on_as(self, later: "Application") -> None:
        """Let the seat that is held be of the worker's later spell."""
        enrolment = self.enrolment
        self.enrolments.remove(enrolment)
        later.enrolments.append(enrolment)
        enrolment.spell, enrolment.moved = later.spell, True
        self.turn("withdrawn", self.employer_says)
        later.turn("in-training")


class Seat(NamedTuple):
    """A seat that a worker has or had, and the application under which."""

    application: Application
    enrolment: Enrolment


@dataclass(slots=True)
class Voided:
    """A result that was retracted, and why the seat was given back, if it was."""

    seat: Seat
    course: Course
    result: Result
    certificate: str | None
    cancelled: EnrolmentEnd | None = None
