"""Purworejo with one result corrected: a certificate is revoked, and given anew under another number; nobody else's place changes."""

from itertools import count

from scenarios.agency_clients import AgencyClients
from scenarios.events import ScenarioEvent, known_as
from scenarios.loading import find, load
from scenarios.player import play
from scenarios.watching import Watch
from shared.events import Event, facts
from tests.played import pulih, stack_in

OFFICE, CENTRE = "dinperinaker-purworejo", "blk-purworejo"
TODAY = "2021-09-01"
UNTOUCHED = [
    "training.seats",
    "training.enrolled",
    "training.waiting",
    "training.applied",
    "registration.cards",
    "placement.placed",
]


class Corrected:
    """Purworejo, played to its end; then its agencies say more."""

    def __init__(self, clients: AgencyClients) -> None:
        self.scenario, self.clients = load(find("purworejo-2021")), clients
        self.watch, self.numbers = Watch(clients), count()

    async def open(self) -> None:
        """Play the start alone: everybody is reported, and the courses are offered and filled."""
        await play(self.scenario.model_copy(update={"then": []}), self.clients)

    async def say(self, agency: str, fact: type[Event], **data: object) -> ScenarioEvent:
        """Post one fact, and wait until every service has heard what follows from it."""
        event = ScenarioEvent(agency, fact, f"later/{next(self.numbers)}", {"on": TODAY, **data})
        (receipt,) = (await self.clients.post(self.scenario, [event])).values()
        assert receipt["outcome"] == "accepted", receipt
        await self.watch.until_quiet(event.id)
        return event

    async def retract(self, said: dict[str, str]) -> None:
        await self.say(CENTRE, facts.FactRetracted, retracts=said, reason="typed-wrongly")

    async def figures(self, *measures: str) -> list[int]:
        look = await self.watch.look()
        return [look.count(measure) for measure in measures]

    async def results(self) -> list[int]:
        """How many graduated, did not complete, are in training, and hold a certificate."""
        names = ("graduated", "not-completed", "in-training", "certificates")
        return await self.figures(*(f"training.{name}" for name in names))

    async def line(self) -> list[str]:
        items = await self.clients.items("training", "/waiting-list", agency=OFFICE)
        return [item["worker"] for item in items]

    async def seats(self) -> dict[tuple[str, int], str]:
        """Who holds or used each seat."""
        items = await self.clients.items("training", "/participants", agency=CENTRE)
        return {(item["course"], item["seat"]): item["worker"] for item in items if item["seat"]}

    async def referred_to(self, code: str) -> list[str]:
        items = await self.clients.items("placement", "/referrals", agency=OFFICE)
        return [item["worker"] for item in items if item["vacancy"] == code and item["state"] == "open"]

    async def journey(self, worker: str) -> list[dict]:
        return (await self.clients.read("registration", f"/workers/{worker}/journey", agency=OFFICE))["steps"]

    async def certificates(self, worker: str) -> list[str]:
        given = [step["data"] for step in await self.journey(worker) if step["type"] == "pulih.worker.graduated.v1"]
        return [each["certificate"] for each in given]


async def verified(stack) -> None:
    assert "NOT EQUAL" not in await pulih("verify", stack=stack)


async def test_912_become_911_and_912_again(folder):
    async with stack_in(folder) as stack, AgencyClients(stack.urls, stack.operator_key, patience=90) as clients:
        purworejo = Corrected(clients)
        await play(purworejo.scenario, clients)
        assert await purworejo.results() == [912, 0, 48, 912]
        place = {"vocation": "sewing", "title": "Penjahit", "employer": "Konveksi Contoh", "region": "33.06"}
        await purworejo.say(OFFICE, facts.VacancyPosted, code="tailor", openings=1, **place)
        (worker,) = await purworejo.referred_to("tailor")
        untouched = await purworejo.figures(*UNTOUCHED)
        line, seats = await purworejo.line(), await purworejo.seats()
        ((course, seat),) = [place for place, holder in seats.items() if holder == worker]
        (number,) = await purworejo.certificates(worker)
        result = ScenarioEvent(CENTRE, facts.TrainingResultRecorded, f"then/3/{course}/{seat}", {})

        await purworejo.retract(known_as(purworejo.scenario, result))
        assert await purworejo.results() == [911, 0, 49, 911]
        assert "pulih.training-result.voided.v1" in [step["type"] for step in await purworejo.journey(worker)]
        (next_in_line,) = await purworejo.referred_to("tailor")  # the referral rested on the certificate
        assert next_in_line != worker
        await verified(stack)

        about = {"worker": worker, "code": course}
        failed = await purworejo.say(CENTRE, facts.TrainingResultRecorded, result="failed", **about)
        assert await purworejo.results() == [911, 1, 48, 911]
        assert await purworejo.figures(*UNTOUCHED) == untouched
        await verified(stack)

        await purworejo.retract(known_as(purworejo.scenario, failed))
        await purworejo.say(CENTRE, facts.TrainingResultRecorded, result="graduated", **about)
        assert await purworejo.results() == [912, 0, 48, 912]
        first, second = await purworejo.certificates(worker)
        assert (first, second != first) == (number, True)
        assert await purworejo.referred_to("tailor") == [next_in_line]
        assert await purworejo.figures(*UNTOUCHED) == untouched
        assert (await purworejo.line(), await purworejo.seats()) == (line, seats)
        await verified(stack)
