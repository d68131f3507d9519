"""Whether a way of making the hop came to the same rows and the same events as it must; otherwise its figure does not count."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from benchmarks.hop.workload import DESK, SEATS, Workload
from shared.events import EVENTS, WorkerEnrolled, WorkerWaitlisted
from shared.regions import province_of


class Differs(Exception):
    """What was left is not what must be; the message says where."""


async def check_rows(workload: Workload, database: str) -> None:
    """Compare training's tables with what must be in them. Raises `Differs`."""
    connection = await asyncpg.connect(database)
    try:
        applications = await connection.fetch(
            "SELECT worker, spell, applied_on, position, region, reach, wishes, concerns, state FROM application"
        )
        enrolments = await connection.fetch("SELECT worker, spell, course, vocation, state, seat, basis FROM enrolment")
        wishes = await connection.fetch(
            "SELECT worker, vocation, spell, region, province, applied_on, position FROM wish"
        )
        courses = await connection.fetch("SELECT id, taken, handed_out FROM course")
    finally:
        await connection.close()
    must = list(_must_be(workload))
    _same("application", applications, (each[0] for each in must))
    _same("wish", wishes, (each[1] for each in must if each[1]))
    _same("enrolment", (row[:5] for row in map(tuple, enrolments)), (each[2] for each in must if each[2]))
    _same("course", courses, ((offer.course, SEATS, SEATS) for offer in workload.offers))
    _each_seat_once((row["course"], row["seat"]) for row in enrolments)


def check_events(workload: Workload, records: Iterable[Any]) -> None:
    """Compare what was published with what must have been: each answer once, under its worker's key. Raises `Differs`."""
    said: list[WorkerEnrolled | WorkerWaitlisted] = []
    for record in records:
        headers = {name: value.decode() for name, value in record.headers}
        event: Any = msgspec.json.decode(record.value, type=EVENTS[headers["ce_type"]])
        if record.key.decode() != str(event.key) or headers["ce_source"] != "/training" or not headers["ce_id"]:
            raise Differs(f"the envelope of {event.key} is not right")
        said.append(event)
    enrolled = [event for event in said if isinstance(event, WorkerEnrolled)]
    _each_seat_once((event.course, event.seat) for event in enrolled)
    must = {
        (
            event.worker,
            offer.course if (offer := workload.course_of(nth)) else None,
            offer.reach if offer else None,
            tuple(event.concerns),
            event.applied_on,
        )
        for nth, event in enumerate(workload.registrations)
    }
    _same("events", _told(said), must)


def _told(said: Iterable[WorkerEnrolled | WorkerWaitlisted]) -> Iterable[tuple[Any, ...]]:
    for each in said:
        course, reach = (each.course, each.reach) if isinstance(each, WorkerEnrolled) else (None, None)
        yield (each.key, course, reach, tuple(each.concerns), each.applied_on)


def _must_be(workload: Workload) -> Iterable[tuple[tuple[Any, ...], tuple[Any, ...] | None, tuple[Any, ...] | None]]:
    for nth, event in enumerate(workload.registrations):
        offer = workload.course_of(nth)
        state = "in-training" if offer else "waiting"
        known = (event.applied_on, nth + 1, event.region)
        yield (
            (event.worker, 1, *known, event.reach, event.wishes, [DESK], state),
            None if offer else (event.worker, event.wishes[0], 1, event.region, province_of(event.region), *known[:2]),
            (event.worker, 1, offer.course, offer.vocation, "in-training") if offer else None,
        )


def _same(what: str, found: Iterable[Any], must: Iterable[Any]) -> None:
    ours, theirs = sorted(map(repr, map(tuple, found))), sorted(map(repr, map(tuple, must)))
    if ours != theirs:
        first = next((pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]), ("", ""))
        raise Differs(f"{what}: {len(ours)} instead of {len(theirs)}; the first that differs: {first}")


def _each_seat_once(seats: Iterable[tuple[UUID, int]]) -> None:
    taken: dict[UUID, list[int]] = defaultdict(list)
    for course, seat in seats:
        taken[course].append(seat)
    for course, numbers in taken.items():
        if sorted(numbers) != list(range(1, SEATS + 1)):
            raise Differs(f"the seats of {course} are {sorted(numbers)}")
