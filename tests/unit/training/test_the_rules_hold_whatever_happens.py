"""A year at random: whatever events come in whatever order and batches, nobody waits in vain and every figure adds up."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from contract.examples import PURWOREJO
from services.training.domain import portions
from shared.events import Event, Fact
from tests.service_under_test import kinds
from tests.unit.training.examples import (
    BEKASI,
    KEBUMEN,
    amended,
    cancelled,
    no_show,
    offered,
    paused,
    placed,
    registered,
    result,
    resumed,
    retracted,
    said,
    seat_declined,
    withdrawn,
)

VOCATIONS = ["sewing", "welding", "barista"]
REGIONS = [PURWOREJO, KEBUMEN, BEKASI, "Desa Cikolelet", None]
PEOPLE, COURSES = range(40), [f"S{n}" for n in range(16)]

WAITING_IN_VAIN = """
    SELECT a.worker, c.code FROM application a JOIN course c ON c.state = 'open' AND c.taken < c.seats
    WHERE a.state = 'waiting' AND c.entry_until >= '2021-02-10' AND c.id <> ALL (coalesce(a.declined, CAST('{}' AS uuid[])))
    AND (a.wishes = '{}' OR c.vocation = ANY (a.wishes))
    AND NOT EXISTS (SELECT FROM enrolment e
                    WHERE e.worker = a.worker AND e.state = 'graduated' AND e.vocation = c.vocation)
    AND (c.region IS NULL OR c.reach = 'national' OR c.region = a.region OR (c.reach = 'province'
         AND c.region ~ '^\\d\\d\\.\\d\\d$' AND a.region ~ '^\\d\\d\\.\\d\\d$' AND left(c.region, 2) = left(a.region, 2)))
"""
"""The rule once more, without sections, areas or indexes: everybody against every course."""


class Year:
    """Events at random, as agencies and placement may cause them; each worker's spells begin in order."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.spells = dict.fromkeys(PEOPLE, 0)
        self.sitting: list[tuple[int, str]] = []
        """Worker and course of those in training before the batch."""
        self.given_up: list[tuple[int, str, type[Fact]]] = []
        """Worker and course of which it was said, as the nth fact, that the worker did not come or declines."""

    def fields(self, **more: Any) -> dict[str, Any]:
        draw = self.random
        return {
            "applied_on": date(2021, 2, 1) + timedelta(days=draw.randrange(90)),
            "region": draw.choice(REGIONS),
            "wishes": draw.sample(VOCATIONS, draw.randrange(3)),
            "wants": draw.choice([["training"], ["training"], ["work"], ["work", "training"], []]),
        } | more

    def registered(self, n: int) -> Event:
        self.spells[n] += 1
        return registered(n, **self.fields(spell=self.spells[n]))

    def offered(self) -> Event:
        draw = self.random
        return offered(
            draw.choice(COURSES),
            vocation=draw.choice(VOCATIONS),
            region=draw.choice(REGIONS),
            reach=draw.choice(["regency", "province", "national"]),
            seats=draw.randrange(1, 5),
            starts_on=date(2021, 2, 6) + timedelta(days=draw.randrange(30)),
            ends_on=date(2021, 3, 10) + timedelta(days=draw.randrange(90)),
        )

    def result(self, n: int, code: str) -> Event:
        return result(n, code, self.random.choice(["graduated", "graduated", "failed", "left"]))

    def gives_up(self, n: int, code: str) -> Event:
        fact = self.random.choice([no_show, seat_declined])(n, code)
        self.given_up.append((n, code, type(fact)))
        return said(fact, len(self.given_up))

    def comes_after_all(self) -> Event:
        if not self.given_up:
            return self.offered()
        nth = self.random.randrange(len(self.given_up))
        n, code, kind = self.given_up[nth]
        return retracted(n, code, nth + 1, kind)

    def event(self) -> Event:
        n, code, draw = self.random.choice(PEOPLE), self.random.choice(COURSES), self.random
        spell = draw.randint(1, max(1, self.spells[n]))
        return draw.choice(
            [
                lambda: self.registered(n),
                lambda: self.registered(n),
                lambda: amended(n, **self.fields(spell=spell, wants=["training"])),
                lambda: withdrawn(n, spell),
                self.offered,
                self.offered,
                lambda: cancelled(code) if draw.random() < 0.1 else paused(code),
                lambda: resumed(code, draw.choice([None, "online"])),
                lambda: self.result(n, code),
                lambda: self.result(*draw.choice(self.sitting or [(n, code)])),
                lambda: self.gives_up(*draw.choice(self.sitting or [(n, code)])),
                self.comes_after_all,
            ]
        )()

    def batch(self) -> list[Event]:
        """Mostly registration's; now and then placement's, which may be about a spell that training does not know yet."""
        if self.random.random() < 0.2:
            return [
                placed(n, self.random.choice(["hired", "recalled"]), self.spells[n] + self.random.randrange(2))
                for n in self.random.sample(PEOPLE, 4)
            ]
        return [self.event() for _ in range(self.random.randrange(1, 25))]


@pytest.mark.parametrize("seed", range(6))
async def test_a_year(training, seed, monkeypatch):
    if seed % 2:
        monkeypatch.setattr(portions, "PORTION", 3)
    year = Year(seed)
    for _ in range(40):
        year.sitting = [(n, code) for code in COURSES for n in (await training.seats(code)).values()]
        await training.hear(*year.batch())
        assert await training.broken() == {}
        assert await training.rows(WAITING_IN_VAIN) == []
    assert {"WorkerEnrolled", "WorkerWaitlisted", "EnrolmentCancelled", "WaitingEnded", "WorkerGraduated"} <= set(
        kinds(await training.said())
    )
    assert (await training.figures())["passed-on"] > 0
