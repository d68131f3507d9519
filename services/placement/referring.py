"""How a batch is settled: what was decided is written, and whoever looks for work is sent to what fits."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from uuid_utils.compat import uuid7

from services.placement import store, writing
from services.placement.casebook import Casebook, Referral
from services.placement.domain import (
    Candidate,
    Line,
    Turn,
    Vacancy,
    lines_called,
    place_in_line,
    refer,
    release,
    route_of,
)
from shared.database.unit_of_work import UnitOfWork
from shared.events import WorkerReferred

FIRST_ASK, DEEPER, SPARE = 2, 4, 10
"""Candidates drawn from a line for each opening at first and beyond; how many times as many where that was too few."""
PAGE = 2_000
"""Openings that are offered to those in line, and referrals that lapse by themselves, in one transaction, at most."""


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass
class Deadline:
    """When a referral must be answered. There is one for the process; `today` is the seam for tests."""

    days: int = 7
    today: Callable[[], date] = _today

    def respond_by(self) -> date:
        """Give the last day for an answer to a referral of today."""
        return self.today() + timedelta(days=self.days)


DEADLINE = Deadline()

Sent = Sequence[tuple[Candidate, Vacancy]]


class Matched(NamedTuple):
    """Who is sent where, and the vacancies that began or ceased to hold openings back."""

    sent: Sent
    vacancies: list[Vacancy]


async def settle(work: UnitOfWork, book: Casebook) -> None:
    """Write what was decided, refer those who are left looking and those whom new openings draw, and say it all."""
    await writing.write_answers(work, book)
    sent, called = await _match(work, book)
    for candidate, _ in sent:
        candidate.state = "referred"
        book.candidates[candidate.worker] = candidate
        book.changed.add(candidate.worker)
    referrals = [_referral(candidate, vacancy) for candidate, vacancy in sent]
    candidates = [book.candidates[worker] for worker in sorted(book.changed)]
    await writing.write_referrals(work, referrals, candidates, called)
    work.announce(*book.said, *(_said(*pair, referral) for pair, referral in zip(sent, referrals, strict=True)))


async def _match(work: UnitOfWork, book: Casebook) -> Matched:
    """Refer the batch's seekers to any vacancy, and those in line to the vacancies that have new room.

    Nobody else is touched: whoever looked before and fits only what had room before would have been sent there already.
    """
    seekers, opened = book.seekers(), book.newly_open()
    called_before = {vacancy.id for vacancy in opened if vacancy.calling}
    released = release(opened, PAGE)
    others = [each for each in await store.vacancies_with_room(work, seekers) if each.id not in book.opened]
    sent = await _draw(work, seekers, released, others)
    taken = Counter(vacancy.id for _, vacancy in sent)
    for vacancy in released:
        if taken[vacancy.id] < vacancy.room:
            book.vacancies[vacancy.id].calling = False  # nobody is left in line who would go there
    return Matched(sent, [each for each in opened if each.calling != (each.id in called_before)])


async def _draw(
    work: UnitOfWork, seekers: Sequence[Candidate], released: Sequence[Vacancy], others: list[Vacancy]
) -> Sent:
    times = FIRST_ASK
    while True:
        drawn = await store.first_in_line(work, _asks(released, times)) if released else store.NOBODY
        sent = refer([*seekers, *drawn.candidates], [*others, *released])
        if drew_enough(sent, released, drawn.cut):
            return sent
        times *= DEEPER


def _asks(opened: Sequence[Vacancy], times: int) -> dict[Line, int]:
    asks: dict[Line, int] = {}
    for vacancy in opened:
        for line in lines_called(vacancy):
            asks[line] = asks.get(line, SPARE) + vacancy.room * times
    return asks


def drew_enough(sent: Sent, opened: Sequence[Vacancy], cut: Mapping[Line, Turn]) -> bool:
    """Whether nobody further down a line that was cut short would have been sent anywhere.

    That is so when each vacancy that called the line was full by the time the last one seen in that line had a turn.
    """
    taken: dict[UUID, list[Turn]] = {}
    for candidate, vacancy in sent:
        taken.setdefault(vacancy.id, []).append(place_in_line(candidate))
    return all(
        len(taken.get(vacancy.id, ())) == vacancy.room and taken[vacancy.id][-1] <= cut[line]
        for vacancy in opened
        for line in lines_called(vacancy)
        if line in cut
    )


def _referral(candidate: Candidate, vacancy: Vacancy) -> Referral:
    return Referral(
        id=uuid7(),
        worker=candidate.worker,
        spell=candidate.spell,
        vacancy=vacancy.id,
        route=route_of(candidate.region, vacancy),
        respond_by=DEADLINE.respond_by(),
    )


def _said(candidate: Candidate, vacancy: Vacancy, referral: Referral) -> WorkerReferred:
    return WorkerReferred(
        worker=candidate.worker,
        spell=candidate.spell,
        concerns=candidate.concerns,
        vacancy=vacancy.id,
        code=vacancy.code,
        agency=vacancy.agency,
        title=vacancy.title,
        vocation=vacancy.vocation,
        employer=vacancy.employer,
        region=vacancy.region,
        country=vacancy.country,
        route=referral.route,
        respond_by=referral.respond_by,
    )
