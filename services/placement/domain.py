"""Who is sent to which vacancy: the whole rule of referral, with no database in sight.

Candidates are served in the order of `place_in_line`: who looks for work longest comes first. Each is sent to the vacancy
that fits best. A vacancy fits when

- its vocation is one the candidate wishes for or is certified in (a candidate with neither takes any), and
- its route is within the candidate's reach (`province`: AKL; `national`: AKL, AKAD; `abroad`: all three), and
- it has an opening that is neither taken nor held by a referral, and the candidate was never sent there before.

Of those that fit, the nearest is best: the same regency, then AKL, then AKAD, then AKAN; then the one of `order_of_posting`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from shared.events.vocabulary import JobReach, Route
from shared.regions import province_of

ANY = ""
"""In the place of a vocation: whatever there is."""
INDONESIA, WORLD = "ID", "WORLD"
"""Places beyond the province; no region's name is written so, for names are told apart without their case."""


@dataclass(slots=True, kw_only=True)
class Candidate:
    """A worker in the present spell without work. `tried` are the vacancies the worker was ever sent to."""

    worker: UUID
    spell: int = 0
    state: Literal["training-first", "looking", "referred", "placed", "withdrawn"] = "training-first"
    region: str | None = None
    reach: JobReach = "province"
    wishes: list[str] = field(default_factory=list)
    certified: list[str] = field(default_factory=list)
    concerns: list[str] = field(default_factory=list)
    since: date | None = None
    position: int = 0
    tried: set[UUID] = field(default_factory=set)

    @property
    def vocations(self) -> list[str]:
        """What the candidate would work in."""
        return sorted({*self.wishes, *self.certified}) or [ANY]


@dataclass(slots=True, kw_only=True)
class Vacancy:
    """Openings with one employer; `hired` of them are taken and `referred` are held by open referrals."""

    id: UUID
    code: str
    agency: str
    title: str
    vocation: str
    employer: str
    region: str | None = None
    country: str = INDONESIA
    posted_on: date
    openings: int
    hired: int = 0
    referred: int = 0
    state: Literal["open", "filled", "closed"] = "open"
    calling: bool = False
    """Some openings are held back: those in line are called so many at a time."""

    @property
    def room(self) -> int:
        """How many more candidates can be sent here."""
        return self.openings - self.hired - self.referred if self.state == "open" else 0


class Line(NamedTuple):
    """One of the lines in which those who look for work stand: for a vocation, within a place."""

    vocation: str
    place: str


Turn = tuple[date, int, UUID]


def place_in_line(candidate: Candidate) -> Turn:
    """Say who comes first: who looks longest, then who came to the desk first. `store.first_in_line` sorts alike."""
    return candidate.since or date.max, candidate.position, candidate.worker


def order_of_posting(vacancy: Vacancy) -> tuple[date, str, str]:
    """Say which of two vacancies that are equally near is filled first."""
    return vacancy.posted_on, vacancy.agency, vacancy.code


def route_of(region: str | None, vacancy: Vacancy) -> Route:
    """Derive the route from the places (Permenaker 39/2016): the worker's province, another one, or another country.

    A place that is known by its name alone is in the worker's province only where the worker's region has that name.
    """
    if vacancy.country != INDONESIA:
        return "AKAN"
    home = home_of(region)
    return "AKL" if home is not None and home == home_of(vacancy.region) else "AKAD"


def home_of(region: str | None) -> str | None:
    """Give the province of a region, or the region's own name where the province is not known."""
    return province_of(region) or _name_of(region)


def lines_of(candidate: Candidate) -> list[Line]:
    """Name the lines in which a candidate stands: one for each vocation, as wide as the candidate's reach."""
    place = {"province": home_of(candidate.region), "national": INDONESIA, "abroad": WORLD}[candidate.reach]
    if place is None or candidate.since is None:
        return []  # nothing is near a place that nobody knows: the desk will say more
    return [Line(vocation, place) for vocation in candidate.vocations]


def lines_called(vacancy: Vacancy) -> list[Line]:
    """Name the lines in which those stand whom a vacancy may fit."""
    home = home_of(vacancy.region)
    places = [WORLD] if vacancy.country != INDONESIA else [*([home] if home else []), INDONESIA, WORLD]
    return [Line(vocation, place) for place in places for vocation in (vacancy.vocation, ANY)]


def refer(candidates: Iterable[Candidate], vacancies: Iterable[Vacancy]) -> list[tuple[Candidate, Vacancy]]:
    """Send each candidate, in line, to the vacancy that fits best; those whom none fits are left out."""
    board = Board(vacancies)
    sent = []
    for candidate in sorted(candidates, key=place_in_line):
        vacancy = board.take_best_for(candidate)
        if vacancy is not None:
            sent.append((candidate, vacancy))
    return sent


def release(vacancies: Iterable[Vacancy], most: int) -> list[Vacancy]:
    """Let vacancies call for so many candidates at most, the first posted first; what is held back calls later.

    Gives a copy of each that may call now, with as many openings as it may fill.
    """
    released = []
    for vacancy in sorted(vacancies, key=order_of_posting):
        now = min(vacancy.room, most)
        most -= now
        vacancy.calling = now < vacancy.room
        if now:
            released.append(replace(vacancy, openings=vacancy.openings - vacancy.room + now))
    return released


class Board:
    """Vacancies pinned up by vocation and place, so that the best for a candidate is found without looking at all."""

    def __init__(self, vacancies: Iterable[Vacancy]) -> None:
        self.room: dict[UUID, int] = {}
        self._pinned: dict[Line, list[Vacancy]] = {}
        for vacancy in sorted(vacancies, key=order_of_posting):
            self.room[vacancy.id] = vacancy.room
            for place in _partitioned(vacancy):
                for vocation in (vacancy.vocation, ANY):
                    self._pinned.setdefault(Line(vocation, place), []).append(vacancy)

    def take_best_for(self, candidate: Candidate) -> Vacancy | None:
        """Give an opening of the best vacancy to a candidate, if any fits."""
        for place in _places_searched(candidate):
            firsts = (self._first(Line(vocation, place), candidate.tried) for vocation in candidate.vocations)
            best = min((found for found in firsts if found), key=order_of_posting, default=None)
            if best is not None:
                self.room[best.id] -= 1
                return best
        return None

    def _first(self, line: Line, tried: set[UUID]) -> Vacancy | None:
        pinned = self._pinned.get(line, [])
        nth = 0
        while nth < len(pinned):
            if self.room[pinned[nth].id] < 1:
                del pinned[nth]  # taken down, so that nobody looks at it again
            elif pinned[nth].id in tried:
                nth += 1
            else:
                return pinned[nth]
        return None


def _name_of(region: str | None) -> str | None:
    return (region or "").strip().casefold() or None


def _near(region: str | None) -> list[str]:
    """Name the very region, then its province. `=` tells a region that is a whole province from all that lies in it."""
    name, home = _name_of(region), home_of(region)
    return [f"={name}", home] if name and home else []


def _partitioned(vacancy: Vacancy) -> list[str]:
    """From the nearest to the widest."""
    return [WORLD] if vacancy.country != INDONESIA else [*_near(vacancy.region), INDONESIA]


def _places_searched(candidate: Candidate) -> list[str]:
    """From the nearest to the widest within reach. What is nearer was searched before, so a wider place may hold it too."""
    beyond = {"province": [], "national": [INDONESIA], "abroad": [INDONESIA, WORLD]}[candidate.reach]
    return [*_near(candidate.region), *beyond]
