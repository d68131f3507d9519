"""Plays a scenario as its agencies: posts their events in order, and what they answer to seats and referrals.

Only public HTTP is used: events are posted to registration, participants are read from training, referrals from placement.
Every event has the same id each time it is posted, so a scenario that was cut off is played again.
"""

from collections.abc import Callable, Iterable, Sequence

import httpx

from scenarios import step_events
from scenarios.agency_clients import AgencyClients, PlayFailed, Receipt
from scenarios.calendar import Calendar, by_day
from scenarios.corrections import Expect
from scenarios.events import OFFERED_BEFORE, ScenarioEvent, opening
from scenarios.model import Agency, Scenario
from scenarios.outcome import expected_on_the_way
from scenarios.play_state import PlayState
from scenarios.steps import Later
from scenarios.watching import Watch
from shared.events import type_of
from shared.http.client import sentence_of

CONFLICT = "urn:pulih:problem:conflict"
"""Registration's problem for an id that it has already, with other content."""


async def play(scenario: Scenario, clients: AgencyClients, told: Callable[[str], None] = lambda _: None) -> PlayState:
    """Play a scenario to its end, when every service has heard everything. `told` is called with what is being done.

    Raises `PlayFailed`, which says what did not happen.
    """
    watch, calendar = Watch(clients), Calendar(clients)
    state = PlayState.of(scenario, clients, before=await watch.look())
    told("the agencies are admitted")
    for slug, agency in scenario.admitted.items():
        clients.keys[slug] = await _admit(clients, scenario, slug, agency)
    await watch.until_quiet("the agencies' admission")
    told("courses are offered, vacancies posted, workers reported")
    await _post(state, calendar, watch, opening(scenario, state.people))
    state.now = await watch.until_quiet("the start")
    for nth, step in enumerate(scenario.then, 1):
        told(f"step {nth} of {len(scenario.then)}: {step.verb}")
        if isinstance(step.action, Expect):
            # of one that was cut off, the later part may have been played already
            state.results += [] if state.was_begun else expected_on_the_way(step.action, state.added)
            continue
        if isinstance(step.action, Later):
            await calendar.go_on(step.action.days)
        else:
            events = await step_events.events_of(state, f"then/{nth}", step.action)
            await _post(state, calendar, watch, events, chosen=step.verb not in {"report", "offer", "post"})
            if step.called:
                state.said[step.called] = events
        state.now = await watch.until_quiet(f"step {nth} ({step.verb})")
    return state


async def _admit(clients: AgencyClients, scenario: Scenario, slug: str, agency: Agency) -> str:
    """Make an agency and give its key; one that is there from an earlier run gets a new key."""
    name = agency.name if agency.count is None else f"{agency.name} {slug.rpartition('-')[2]}"
    form = {"slug": slug, "name": name, "role": agency.role}
    if (area := scenario.area_of(agency)) is not None:
        form["region"] = area
    response = await clients.send("registration", "/agencies", method="POST", json=form)
    if response.status_code == httpx.codes.CONFLICT:
        await clients.send("registration", f"/agencies/{slug}", method="DELETE")
        response = await clients.send("registration", "/agencies", method="POST", json=form)
    if response.status_code != httpx.codes.CREATED:
        raise PlayFailed(f"the agency {slug} was not admitted: {sentence_of('registration', response)}")
    return str(response.json()["key"])


async def _post(
    state: PlayState, calendar: Calendar, watch: Watch, events: Iterable[ScenarioEvent], *, chosen: bool = False
) -> None:
    """Post events, each on its day. What an earlier run posted about a `chosen` worker stands, even if another would be now.

    What was said is heard before the clock goes far: a course that is heard of after its last day of entry stays empty.
    """
    all_heard_on = calendar.today
    for day, said in by_day(events):
        if all_heard_on and day - all_heard_on >= OFFERED_BEFORE:
            await watch.until_quiet(f"what was said before {day}")
            all_heard_on = day
        await calendar.reach(day)
        all_heard_on = all_heard_on or day
        await _post_at_once(state, said, chosen=chosen)


async def _post_at_once(state: PlayState, posted: Sequence[ScenarioEvent], *, chosen: bool) -> None:
    receipts = await state.clients.post(state.scenario, posted)
    for event in posted:
        receipt = receipts[event.id]
        problem = receipt.get("problem") or {}
        if event.refused:
            if receipt["outcome"] != "refused":
                raise PlayFailed(f"registration was to refuse {event.agency}'s {type_of(event.type)} ({event.id})")
            continue
        if receipt["outcome"] == "refused" and not (chosen and problem["type"] == CONFLICT):
            raise PlayFailed(
                f"registration refused {event.agency}'s {type_of(event.type)} ({event.id}): {problem['detail']}"
            )
        _remember(state, event, receipt)


def _remember(state: PlayState, event: ScenarioEvent, receipt: Receipt) -> None:
    state.was_begun |= receipt["outcome"] == "duplicate"
    verb, _, rest = event.id.partition("/")
    if verb == "report":
        state.workers.setdefault(rest.rpartition("/")[0], []).append(receipt["worker"])
