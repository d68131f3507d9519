"""The hop's events, and what must have become of them in the end.

As in Purworejo, one applicant in four gets a seat, in courses of sixteen. So that the least that could do needs no rule
to come to the same rows, each applicant's wish and home name one course, or a vocation that nobody teaches.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property
from uuid import UUID, uuid5

import msgspec
from uuid_utils.compat import uuid7

from shared import clock
from shared.events import CourseOffered, WorkerRegistered, type_of
from shared.kafka import records
from shared.kafka.murmur import partitioned

SEATS, ONE_IN = 16, 4
REGENCIES = [
    f"{province}.{regency:02}" for province in (31, 32, 33, 34, 35, 36, 51, 61, 64, 71) for regency in range(1, 21)
]
TAUGHT = (
    "sewing",
    "welding",
    "barista",
    "electronics",
    "refrigeration",
    "ict",
    "culinary",
    "tourism",
    "koi",
    "hydroponics",
)
UNTAUGHT = "batik"
DESK, PROVIDER = "disnaker-purworejo", "blk-purworejo"
NAMESPACE = UUID(int=5)
APPLIED = clock.today()
SEALED = "x7Qk" * 36
"""As long as a sealed contact."""


class Workload:
    """So many registrations, with courses for a quarter of them."""

    def __init__(self, events: int) -> None:
        self.courses = max(1, events // (SEATS * ONE_IN))
        self.events = self.courses * SEATS * ONE_IN

    @cached_property
    def offers(self) -> list[CourseOffered]:
        """The courses that are open beforehand, one for each pair of vocation and regency."""
        return [_offer(nth) for nth in range(self.courses)]

    @cached_property
    def registrations(self) -> list[WorkerRegistered]:
        """The applicants, in the order of arrival."""
        return [self._registration(nth) for nth in range(self.events)]

    def records(self) -> Iterator[tuple[int, bytes, bytes, list[tuple[str, bytes]]]]:
        """Give (partition, key, value, headers) as registration's relay would publish them."""
        lasts: dict[int, int] = {}
        places = partitioned([event.worker for event in self.registrations], 4)
        for position, (event, (key, partition)) in enumerate(zip(self.registrations, places, strict=True), 1):
            headers = records.headers_of(
                position=position,
                previous=lasts.get(partition, 0),
                partition=partition,
                id=uuid7(),
                type=type_of(WorkerRegistered),
                time=datetime.now(UTC),
                speaker="registration",
            )
            lasts[partition] = position
            yield partition, key, msgspec.json.encode(event), headers

    def _registration(self, nth: int) -> WorkerRegistered:
        course = self.offers[nth // ONE_IN % self.courses]
        wish = course.vocation if nth % ONE_IN == 0 else UNTAUGHT
        return WorkerRegistered(
            worker=uuid7(),
            spell=1,
            concerns=[DESK],
            reason="laid-off",
            applied_on=APPLIED,
            region=course.region,
            wants=["training"],
            wishes=[wish],
            agency=DESK,
            contact=SEALED,
        )

    def course_of(self, nth: int) -> CourseOffered | None:
        """The course that the nth applicant gets a seat in, if any."""
        return self.offers[nth // ONE_IN % self.courses] if nth % ONE_IN == 0 else None


def _offer(nth: int) -> CourseOffered:
    vocation, region = TAUGHT[nth % len(TAUGHT)], REGENCIES[nth // len(TAUGHT) % len(REGENCIES)]
    vocation = vocation if nth < len(TAUGHT) * len(REGENCIES) else f"{vocation}-{nth // len(TAUGHT) // len(REGENCIES)}"
    return CourseOffered(
        agency=PROVIDER,
        on=APPLIED,
        course=uuid5(NAMESPACE, str(nth)),
        code=f"C{nth}",
        title=f"Course {nth}",
        vocation=vocation,
        region=region,
        reach="regency",
        funding="APBN",
        seats=SEATS,
        starts_on=APPLIED + timedelta(days=30),
        ends_on=APPLIED + timedelta(days=90),
    )
