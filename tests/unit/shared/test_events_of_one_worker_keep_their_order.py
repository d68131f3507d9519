"""Runs of one type make a handler cheap; they must not let an event overtake another of the same worker."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events import BusinessStarted, Event, GrantRecorded, WorkerRecalled
from shared.inbox.handlers import Handlers, runs

ON = date(2021, 9, 6)
SITI, BUDI, WAYAN = (UUID(int=n) for n in (1, 2, 3))


def recalled(worker):
    return WorkerRecalled(worker=worker, agency="disnaker-serang", on=ON)


def self_employed(worker):
    return BusinessStarted(worker=worker, agency="disnaker-serang", on=ON, business="koi")


def granted(worker, n=0):
    return GrantRecorded(worker=worker, agency="disnaker-serang", on=ON, kind="tools", amount=n)


def test_events_of_one_type_are_answered_together():
    cut = runs([granted(SITI), granted(BUDI), granted(WAYAN)])
    assert cut == [[granted(SITI), granted(BUDI), granted(WAYAN)]]


def test_another_type_between_does_not_cut_a_run_of_other_workers():
    cut = runs([granted(SITI), recalled(BUDI), granted(WAYAN)])
    assert cut == [[granted(SITI), granted(WAYAN)], [recalled(BUDI)]]


def test_a_run_is_cut_where_an_event_would_overtake_one_of_the_same_worker():
    cut = runs([granted(SITI), recalled(SITI), granted(SITI), granted(BUDI)])
    assert cut == [[granted(SITI)], [recalled(SITI)], [granted(SITI), granted(BUDI)]]


def test_an_event_may_join_a_run_that_stands_later_than_its_neighbours():
    cut = runs([granted(SITI), recalled(SITI), granted(BUDI), recalled(BUDI)])
    assert cut == [[granted(SITI), granted(BUDI)], [recalled(SITI), recalled(BUDI)]]


EVENTS = st.builds(
    lambda kind, worker: kind(worker),
    st.sampled_from([recalled, self_employed, granted]),
    st.sampled_from([SITI, BUDI, WAYAN]),
)


@given(st.lists(EVENTS, max_size=40))
def test_no_worker_sees_another_order_and_nothing_is_lost(events: list[Event]):
    answered = [event for run in runs(events) for event in run]
    assert sorted(map(id, answered)) == sorted(map(id, events))
    for worker in (SITI, BUDI, WAYAN):
        assert [id(e) for e in answered if e.key == worker] == [id(e) for e in events if e.key == worker]
    for run in runs(events):
        assert len({type(event) for event in run}) == 1


def test_one_event_has_one_handler():
    handlers = Handlers()

    @handlers.on(GrantRecorded)
    async def keep(_, __): ...

    with pytest.raises(TypeError, match="GrantRecorded has two handlers"):

        @handlers.on(GrantRecorded)
        async def keep_again(_, __): ...
