"""What the agencies post: whole lives from layoff to placement, as JSON that is made before anything is timed.

Each worker wishes for a vocation that is taught, and wanted, in the worker's own regency: everybody gets a seat and a job.
The days lie around today: each course takes one day, tomorrow, which is the last day whose results the desk takes in.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from benchmarks.hop.workload import REGENCIES, TAUGHT
from shared import clock

SEATS, OPENINGS = 16, 8
BATCH = 500
CONTENT = {"Content-Type": "application/cloudevents-batch+json"}
FIRST_BIRTHDAY = date(1970, 1, 1)


def nik(n: int) -> str:
    """Give the nth well-formed NIK; nobody's, as the serial numbers go on past what a day's births could need."""
    return f"{REGENCIES[n % len(REGENCIES)].replace('.', '')}01{birth_date(n):%d%m%y}{1_000 + n % 9_000:04}"


def name(n: int) -> str:
    """Give the nth worker's name, in letters: no two have the same name and birth date."""
    letters: list[str] = []
    while n or not letters:
        n, letter = divmod(n, 26)
        letters.append(chr(ord("a") + letter))
    return "Pekerja " + "".join(letters).capitalize()


def birth_date(n: int) -> date:
    """Give the nth worker's birth date, as the NIK has it."""
    return FIRST_BIRTHDAY + timedelta(days=n // 9_000 % 11_000)


def day(ahead: int) -> str:
    """Give the day that lies so many days ahead of today."""
    return (clock.today() + timedelta(days=ahead)).isoformat()


def place_of(n: int) -> tuple[str, str]:
    """Give the nth worker's (vocation, region): sixteen neighbours share a course."""
    nth = n // SEATS
    again = nth // len(TAUGHT) // len(REGENCIES)
    vocation = TAUGHT[nth % len(TAUGHT)] + (f"-{again}" if again else "")  # no other course fits whoever fits this one
    return vocation, REGENCIES[nth // len(TAUGHT) % len(REGENCIES)]


def layoff(n: int) -> dict[str, Any]:
    """Report the nth worker."""
    vocation, region = place_of(n)
    person = {
        "nik": nik(n),
        "name": name(n),
        "birth_date": birth_date(n).isoformat(),
        "region": region,
        "email": f"pekerja.{n}@example.org",
    }
    data = {
        "on": day(0),
        "kind": "laid-off",
        "employer": "PT Contoh",
        "person": person,
        "wants": ["training"],
        "wishes": [vocation],
    }
    return _event("layoff.reported", f"layoff-{n}", data)


def courses(workers: int) -> Iterator[dict[str, Any]]:
    """Offer a seat for each worker."""
    for nth in range(-(-workers // SEATS)):
        vocation, region = place_of(nth * SEATS)
        data = {
            "on": day(0),
            "code": f"C{nth}",
            "title": f"Course {nth}",
            "vocation": vocation,
            "region": region,
            "reach": "regency",
            "funding": "APBN",
            "seats": SEATS,
            "starts_on": day(1),
            "ends_on": day(1),
        }
        yield _event("course.offered", f"course-{nth}", data)


def vacancies(workers: int) -> Iterator[dict[str, Any]]:
    """Post an opening for each worker."""
    for nth in range(-(-workers // OPENINGS)):
        vocation, region = place_of(nth * OPENINGS)
        data = {
            "on": day(0),
            "code": f"V{nth}",
            "title": f"Vacancy {nth}",
            "vocation": vocation,
            "employer": "PT Garmen",
            "region": region,
            "openings": OPENINGS,
        }
        yield _event("vacancy.posted", f"vacancy-{nth}", data)


def result(worker: str, code: str) -> dict[str, Any]:
    """Record that a worker graduated."""
    data = {"on": day(1), "worker": worker, "code": code, "result": "graduated"}
    return _event("training-result.recorded", f"result-{worker}", data)


def hire(worker: str, code: str) -> dict[str, Any]:
    """Confirm that a worker was taken on."""
    return _event("hire.confirmed", f"hire-{worker}-{code}", {"on": day(2), "worker": worker, "code": code})


def batches(events: Sequence[dict[str, Any]], size: int = BATCH) -> list[bytes]:
    """Write events as requests' bodies."""
    return [msgspec.json.encode(events[first : first + size]) for first in range(0, len(events), size)]


def _event(type: str, id: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"specversion": "1.0", "id": id, "source": "/bench", "type": f"pulih.{type}.v1", "data": data}
