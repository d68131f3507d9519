"""Merges and splits come in the partitions of different workers; each, and what follows it, is handled in the order of the decisions."""

import asyncio
from datetime import date
from itertools import permutations

import pytest

from contract.examples import example, worker
from shared import erasures
from shared.audit import Audit
from shared.events import (
    ApplicationAmended,
    Event,
    RegistrationWithdrawn,
    WorkerErased,
    WorkerMerged,
    WorkerPlaced,
    WorkerSplit,
)
from shared.inbox import bookmarks, dead_letters
from shared.inbox.handlers import Handlers, runs
from tests.locks import waits_for_its_turn
from tests.service_under_test import ServiceUnderTest
from tests.spoken import place_of

SITI, BUDI, WAYAN = [
    next(id for id in map(worker, range(1, 100)) if place_of(id, 4)[1] == partition) for partition in range(3)
]
"""Workers of three partitions."""
ON = date(2021, 9, 6)


def merged(number, who, into, follows=()):
    return example(WorkerMerged, number=number, worker=who, into=into, follows=list(follows))


def split(number, who, former, follows=()):
    return example(WorkerSplit, number=number, worker=who, former=former, follows=list(follows))


def withdrawn(who, follows=()):
    return example(RegistrationWithdrawn, worker=who, follows=list(follows))


class Listener(ServiceUnderTest):
    """A service that notes down what it handles, and fails at the decision that a test names."""

    def __init__(self, database):
        self.handled: list[Event] = []
        self.fails_at: int | None = None
        handlers = Handlers()
        handlers.on(WorkerMerged, WorkerSplit, RegistrationWithdrawn, ApplicationAmended, WorkerPlaced)(self.note)
        handlers.on(WorkerErased)(self.erase)
        super().__init__(database, handlers, Audit(figures=no_figures))

    async def note(self, events, _work):
        if self.fails_at in [getattr(event, "number", 0) for event in events]:
            raise ValueError("a fault")
        self.handled += events

    async def erase(self, events, work):
        await erasures.remember(work, [event.worker for event in events])
        await self.note(events, work)

    def names(self):
        return [(type(event).__name__, getattr(event, "number", None)) for event in self.handled]


async def no_figures(_work):
    return {}


@pytest.fixture
async def listener(database):
    made = Listener(await database("training"))
    async with made.database.work() as work:
        await bookmarks.open_for(work, ["registration", "placement"], 4)
    return made


STORY = [merged(1, BUDI, SITI), split(2, BUDI, SITI, [1]), merged(3, SITI, BUDI, [2]), split(4, SITI, BUDI, [3])]
"""The first two are in one partition, the last two in another."""
ORDERS = [
    order for order in permutations(range(4)) if order.index(0) < order.index(1) and order.index(2) < order.index(3)
]
"""In which they can be heard."""


@pytest.mark.parametrize("order", ORDERS)
async def test_decisions_about_one_person_are_handled_in_their_order(listener, order):
    for nth in order:
        await listener.hear(STORY[nth])
    assert [event.number for event in listener.handled] == [1, 2, 3, 4]
    assert await listener.rows("SELECT * FROM deferred_event") == []


@pytest.mark.parametrize("order", ORDERS)
async def test_so_they_are_where_they_come_in_one_batch(listener, order):
    await listener.hear(*(STORY[nth] for nth in order))
    assert [event.number for event in listener.handled] == [1, 2, 3, 4]


async def test_what_registration_says_of_the_same_worker_later_waits_too(listener):
    await listener.hear(split(2, BUDI, SITI, [1]), withdrawn(BUDI), withdrawn(WAYAN))
    await listener.hear(withdrawn(BUDI))
    assert listener.names() == [("RegistrationWithdrawn", None)], "only the other worker's"
    await listener.hear(merged(1, WAYAN, SITI))
    assert listener.names()[1:] == [("WorkerMerged", 1), ("WorkerSplit", 2)] + [("RegistrationWithdrawn", None)] * 2


async def test_what_other_services_say_does_not_wait(listener):
    await listener.hear(split(2, BUDI, SITI, [1]), example(WorkerPlaced, worker=BUDI))
    assert listener.names() == [("WorkerPlaced", None)]


async def test_an_erasure_waits_for_nothing_and_empties_what_waits(listener):
    amended = example(ApplicationAmended, worker=BUDI, follows=[1], contact="sealed")
    await listener.hear(amended)
    assert "sealed" in str(await listener.rows("SELECT data FROM deferred_event"))
    await listener.hear(example(WorkerErased, worker=BUDI))
    assert listener.names() == [("WorkerErased", None)]
    ((kept,),) = await listener.rows("SELECT data FROM deferred_event")
    assert not {"contact", "birth_year", "sex"} & kept.keys()
    await listener.hear(merged(1, WAYAN, SITI))
    assert listener.names()[1:] == [("WorkerMerged", 1), ("ApplicationAmended", None)]


async def test_what_is_heard_again_is_not_handled_again(listener):
    for _ in range(2):
        for nth in (2, 3, 0, 1):
            await listener.hear(STORY[nth])
    assert [event.number for event in listener.handled] == [1, 2, 3, 4]


async def test_a_merge_that_is_a_dead_letter_holds_back_what_follows_it_until_it_is_replayed(listener):
    first, second, *_ = STORY
    listener.fails_at = first.number
    await listener.hear(first, second)
    assert listener.handled == []
    listener.fails_at = None
    ((letter,),) = await listener.rows("SELECT id FROM dead_letter")
    async with listener.database.work() as work:
        await dead_letters.replay(work, letter, listener.inbox.handlers)
    assert [event.number for event in listener.handled] == [1, 2]


async def test_two_partitions_taken_in_at_once_defer_nothing_for_ever(listener):
    """The one that has the second decision must see that the other one handles the first, or the other way round."""
    records = listener.records([merged(1, BUDI, SITI), merged(2, SITI, WAYAN, [1])])
    async with listener.database.work() as work:
        await work.take_turns()
        both = [asyncio.create_task(listener.inbox.take_in([record])) for record in reversed(records)]
        assert await waits_for_its_turn(listener, both[0])
    await asyncio.gather(*both)
    assert [event.number for event in listener.handled] == [1, 2]


def test_a_merge_joins_no_run_before_a_split_that_it_follows():
    first, second, third, _ = STORY
    assert runs([first, second, third]) == [[first], [second], [third]]


def test_what_follows_a_split_joins_no_run_before_it():
    apart, later = split(2, BUDI, SITI), withdrawn(SITI, [2])
    assert runs([withdrawn(WAYAN), apart, later]) == [[withdrawn(WAYAN)], [apart], [later]]
