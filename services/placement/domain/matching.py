"""The referral rule: the order of candidates, the order of vacancies, and which vacancy is best for a candidate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.placement.domain.areas import Queue, areas_around, areas_searched, queues_called
from services.placement.domain.entities import ANY_VOCATION, Candidate, Vacancy

Rank = tuple[date, int, UUID]
"""Where a candidate stands in a queue: the smallest is first."""
Match = tuple[Candidate, Vacancy]

SPARE_CANDIDATES = 10
"""Candidates read from a queue beyond those that its vacancies have room for."""


def rank(candidate: Candidate) -> Rank:
    """Say who comes first: who has looked longest, then who came to the desk first. `store.first_in_queues` sorts alike."""
    since, position = candidate.place
    return since or date.max, position, candidate.worker


def order_of_posting(vacancy: Vacancy) -> tuple[date, str, str]:
    """Say which of two vacancies that are equally near is filled first."""
    return vacancy.posted_on, vacancy.agency, vacancy.code


def refer(candidates: Iterable[Candidate], vacancies: Iterable[Vacancy], today: date) -> list[Match]:
    """Match each candidate, in order of rank, with the vacancy that fits best; candidates whom none fits today are left out."""
    board = Board(vacancies, today)
    matches = []
    for candidate in sorted(candidates, key=rank):
        vacancy = board.take_best_for(candidate)
        if vacancy is not None:
            matches.append((candidate, vacancy))
    return matches


def release(vacancies: Iterable[Vacancy], most: int) -> list[Vacancy]:
    """Choose the openings to offer now, `most` together, the first posted first; the others are held back.

    Gives a copy of each vacancy that may call candidates now, which offers as many openings as it may fill.
    """
    released = []
    for vacancy in sorted(vacancies, key=order_of_posting):
        now = min(vacancy.room, most)
        most -= now
        vacancy.calling = now < vacancy.room
        if now:
            released.append(replace(vacancy, offered=vacancy.offered - vacancy.room + now))
    return released


def depths(vacancies: Iterable[Vacancy], per_opening: int) -> dict[Queue, int]:
    """Say how many candidates to read from each queue that these vacancies call."""
    read: dict[Queue, int] = {}
    for vacancy in vacancies:
        for queue in queues_called(vacancy):
            read[queue] = read.get(queue, SPARE_CANDIDATES) + vacancy.room * per_opening
    return read


def read_deep_enough(matches: Sequence[Match], vacancies: Iterable[Vacancy], last_read: Mapping[Queue, Rank]) -> bool:
    """Whether no candidate behind `last_read`, the last one read of a queue that goes on, could have been matched.

    That is so when every vacancy that calls the queue was full by the time that last candidate was served.
    """
    ranks: dict[UUID, list[Rank]] = {}
    for candidate, vacancy in matches:
        ranks.setdefault(vacancy.id, []).append(rank(candidate))
    return all(
        len(ranks.get(vacancy.id, ())) == vacancy.room and ranks[vacancy.id][-1] <= last_read[queue]
        for vacancy in vacancies
        for queue in queues_called(vacancy)
        if queue in last_read
    )


class Board:
    """Vacancies by vocation and area, so that the best for a candidate is found without looking at all.

    Those that ask for a certificate are listed apart: only who is certified in the vocation looks at them.
    """

    def __init__(self, vacancies: Iterable[Vacancy], today: date) -> None:
        self.room: dict[UUID, int] = {}
        self._today = today
        self._listed: dict[Queue, list[Vacancy]] = {}
        for vacancy in sorted(vacancies, key=order_of_posting):
            self.room[vacancy.id] = vacancy.room
            vocations = (vacancy.vocation,) if vacancy.certificate else (vacancy.vocation, ANY_VOCATION)
            for area in areas_around(vacancy):
                for vocation in vocations:
                    self._listed.setdefault(Queue(vocation, area, vacancy.certificate), []).append(vacancy)

    def take_best_for(self, candidate: Candidate) -> Vacancy | None:
        """Take an opening of the best vacancy for a candidate, if any fits."""
        certificates = candidate.certificates
        lists = [(vocation, False) for vocation in candidate.vocations] + [(each, True) for each in certificates]
        for area in areas_searched(candidate, self._today):
            firsts = (self._first(Queue(vocation, area, asks), candidate.tried) for vocation, asks in lists)
            best = min((found for found in firsts if found), key=order_of_posting, default=None)
            if best is not None:
                self.room[best.id] -= 1
                return best
        return None

    def _first(self, listed_as: Queue, tried: set[UUID]) -> Vacancy | None:
        listed = self._listed.get(listed_as, [])
        nth = 0
        while nth < len(listed):
            if self.room[listed[nth].id] < 1:
                del listed[nth]  # so that no later candidate looks at it again
            elif listed[nth].id in tried:
                nth += 1
            else:
                return listed[nth]
        return None
