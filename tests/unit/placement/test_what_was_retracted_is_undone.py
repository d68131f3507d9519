"""A hire, a recall, a business or a decline that is retracted leaves the worker where the facts that are left would have."""

from shared.events import WorkerRecalled
from tests.unit.placement.examples import (
    merged,
    posted,
    recalled,
    registered,
    retracted,
    said,
    who_was_referred_where,
)

SITI, TWIN = 1, 2
"""The id that stays, and another one of the same person."""


async def test_a_recall_of_another_id_that_is_retracted_lets_the_person_look_and_not_the_id(placement):
    await placement.hear(registered(SITI), registered(TWIN), said(recalled(TWIN), 1))
    await placement.hear(merged(TWIN, into=SITI), posted("A", openings=2))
    told = await placement.hear(retracted(TWIN, 1, WorkerRecalled, None))
    assert who_was_referred_where(told) == {SITI: "A"}
    assert await placement.rows("SELECT hired, referred FROM vacancy") == [(0, 1)]
