"""What is said is said on its day: the clock goes from each day of a programme to the next, and `later` lets days go by."""

import json
from datetime import date

import httpx
import pytest

from scenarios import loading, player
from scenarios.agency_clients import AgencyClients, PlayFailed
from scenarios.calendar import Calendar, by_day
from scenarios.events import ScenarioEvent, opening
from scenarios.mistakes import Mistake
from scenarios.people import people_of
from scenarios.play_state import PlayState
from shared.events import facts
from shared.topology import SERVICES
from tests.unit.scenarios.programme import written

URLS = {service: f"http://{service}.example" for service in SERVICES}
STEP = "  - results: {courses: welding, graduated: 8, failed: 1}\n"


class Clocks:
    """The clocks of four services, which note down how they are moved."""

    def __init__(self, answer: int = 200) -> None:
        self.moved: list[tuple[str, str]] = []
        self.clients = AgencyClients(URLS, "operators-key", patience=5)
        for service, client in self.clients._clients.items():
            client.http = httpx.AsyncClient(
                transport=httpx.MockTransport(lambda request: self.move(request, answer)), base_url=URLS[service]
            )

    def move(self, request: httpx.Request, answer: int) -> httpx.Response:
        self.moved.append((request.url.host.partition(".")[0], json.loads(request.content)["today"]))
        return httpx.Response(answer, json={"detail": "This stack is not for practice: its clock is the real one."})


def said(day: date, id: str) -> ScenarioEvent:
    return ScenarioEvent("disnaker", facts.VacancyClosed, id, {"on": day})


def test_events_are_put_into_the_order_of_their_days_and_those_of_a_day_stay_as_they_are():
    first, second = date(2021, 2, 1), date(2021, 2, 3)
    events = [said(second, "a"), said(first, "b"), said(second, "c"), said(first, "d")]
    assert [(day, [event.id for event in group]) for day, group in by_day(events)] == [
        (first, ["b", "d"]),
        (second, ["a", "c"]),
    ]


def test_a_programme_begins_with_its_first_day(tmp_path):
    scenario = loading.load(written(tmp_path))
    days = [day for day, _ in by_day(opening(scenario, people_of(scenario)))]
    assert (days[0], days[-1]) == (date(2022, 1, 3), date(2022, 1, 12))
    assert days == sorted(set(days))


async def test_the_clock_of_every_service_goes_on_and_never_back():
    clocks = Clocks()
    calendar = Calendar(clocks.clients)
    for day in (date(2021, 2, 1), date(2021, 2, 1), date(2021, 1, 1), date(2021, 2, 3)):
        await calendar.reach(day)
    await calendar.go_on(15)
    assert [day for service, day in clocks.moved if service == "placement"] == [
        "2021-02-01",
        "2021-02-03",
        "2021-02-18",
    ]
    assert {service for service, _ in clocks.moved} == set(SERVICES)


async def test_a_stack_that_is_not_for_practice_says_so():
    with pytest.raises(PlayFailed, match="not for practice"):
        await Calendar(Clocks(answer=409).clients).reach(date(2021, 2, 1))


@pytest.mark.parametrize(("said", "days"), [("15 days", 15), ("1 day", 1), ("{days: 3}", 3)])
def test_later_is_a_number_of_days(tmp_path, said, days):
    scenario = loading.load(written(tmp_path, (STEP, f"{STEP}  - later: {said}\n")))
    assert (scenario.then[1].verb, scenario.then[1].action.days) == ("later", days)


@pytest.mark.parametrize("said", ["a week", "0 days", "-3 days", "15", "4000 days"])
def test_another_writing_is_named_with_its_line(tmp_path, said):
    with pytest.raises(Mistake, match=r"then\.1\.later: a number of days|then\.1\.later\.days"):
        loading.load(written(tmp_path, (STEP, f"{STEP}  - later: {said}\n")))


async def test_all_is_heard_before_the_clock_goes_past_the_first_day_of_a_course_that_was_offered():
    noted: list[str] = []

    class Calendar:
        today = None

        async def reach(self, day: date) -> None:
            noted.append(str(day.day))

    class Watch:
        async def until_quiet(self, _: str) -> None:
            noted.append("heard")

    class Desk:
        async def post(self, _: object, events: list[ScenarioEvent]) -> dict:
            return {event.id: {"outcome": "accepted"} for event in events}

    state = PlayState(None, Desk(), {})
    days = [date(2021, 3, day) for day in (1, 8, 14, 15, 16, 28, 29)]
    await player._post(state, Calendar(), Watch(), [said(day, str(day)) for day in days])
    assert noted == ["1", "8", "14", "heard", "15", "16", "28", "heard", "29"]
