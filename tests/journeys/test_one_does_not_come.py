"""Purworejo with one who does not come on the first day: the seat goes to the next in line, and is used."""

from scenarios.agency_clients import AgencyClients
from shared.events import facts
from tests.journeys.test_one_result_is_corrected import CENTRE, Corrected, verified
from tests.played import pulih, stack_in

COURSE, FIRST_DAY = "apbd-centre-running-001", "2021-08-23"


async def test_960_seats_are_used_961_were_seated_and_2730_wait(folder):
    async with stack_in(folder) as stack, AgencyClients(stack.urls, stack.operator_key, patience=90) as clients:
        purworejo = Corrected(clients)
        await purworejo.open()
        counted = ("enrolled", "seated", "waiting", "absent", "seats.taken", "seats.free", "not-completed")
        figures = [f"training.{name}" for name in counted]
        assert await purworejo.figures(*figures) == [960, 960, 2731, 0, 960, 0, 0]
        await pulih("clock", FIRST_DAY, stack=stack)
        seats = await purworejo.seats()
        missing = seats[COURSE, 1]
        before = await purworejo.line()

        await purworejo.say(CENTRE, facts.NoShowRecorded, on=FIRST_DAY, worker=missing, code=COURSE)
        assert await purworejo.figures(*figures) == [960, 961, 2730, 1, 960, 0, 0]
        (came,) = set((await purworejo.seats()).values()) - set(seats.values())
        line = await purworejo.line()
        assert [worker for worker in before if worker not in line] == [came]
        steps = [step["type"] for step in await purworejo.journey(missing)]
        assert steps[-1] == "pulih.seat.given-up.v1"
        await verified(stack)
