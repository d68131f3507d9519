"""Fills free seats: with those who were just judged, and with those who are next on the waiting list."""

from collections.abc import Collection
from uuid import UUID

from services.training import announcements, former, saving, store
from services.training.domain.allocation import allocate
from services.training.domain.entities import Application, Course
from services.training.domain.portions import free_before, next_portion, opened_up, still_to_fill
from shared.database.unit_of_work import UnitOfWork


async def fill_seats(work: UnitOfWork, courses: dict[UUID, Course], judged: Collection[Application]) -> None:
    """Seat, in one order, those who were just judged and wait, and those on the waiting list for what has opened up.

    Seats that have opened up are filled a portion at a time; the first time, seats that were free before are given, too.
    Those just judged who get no seat are on the waiting list afterwards; who is restricted gets neither.
    """
    await former.keep(work, judged)
    asking = [each for each in judged if each.changed and each.state == "waiting" and not each.restricted]
    await saving.take_off_the_list(work, asking)
    await saving.save(work, [each for each in judged if each.state != "waiting" or each.restricted], courses.values())

    free_at_first, to_fill = free_before(courses.values()), opened_up(courses.values())
    while True:
        portion = next_portion(to_fill)
        next_in_line = await store.next_in_line(work, portion)
        seated, unseated = allocate([*asking, *next_in_line], [*free_at_first, *portion])
        work.announce(*announcements.seated_or_waitlisted(seated, courses))
        asking = [application for application in unseated if application.changed]
        free_at_first, to_fill = [], still_to_fill(to_fill, portion)
        if not to_fill:
            break
        await saving.save(work, seated, courses.values())  # the list is read again: those seated must be off it
    await saving.save(work, [*seated, *asking], courses.values())
    work.announce(*announcements.seated_or_waitlisted(asking, courses))
