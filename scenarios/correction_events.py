"""The events by which agencies take back what was said in earlier steps, and say it anew."""

from collections.abc import Sequence

from scenarios import corrections, events
from scenarios.corrections import SaidBefore
from scenarios.events import ScenarioEvent
from scenarios.play_state import PlayState, portion_of
from shared.events import facts


async def retract(state: PlayState, step: str, action: corrections.Retract) -> list[ScenarioEvent]:
    """Take back what was said, each fact by an event of its own."""
    return [
        ScenarioEvent(
            action.by or said.agency,
            facts.FactRetracted,
            f"{step}/{nth}",
            {"on": action.on, "retracts": _named(state, said, action), "reason": action.reason},
            refused=action.refused,
        )
        for nth, said in enumerate(_said_before(state, action))
    ]


async def say_again(state: PlayState, step: str, action: corrections.SayAgain) -> list[ScenarioEvent]:
    """Say under new ids what was said, but for what the step says otherwise."""
    return [
        ScenarioEvent(said.agency, said.type, f"{step}/{nth}", {**said.data, **action.beside(SaidBefore)})
        for nth, said in enumerate(_said_before(state, action))
    ]


def _named(state: PlayState, said: ScenarioEvent, action: corrections.Retract) -> dict[str, str]:
    """Name an event as who posted it knows it; another agency names who that was."""
    whose = {} if action.by in (None, said.agency) else {"agency": said.agency}
    return {**whose, **events.known_as(state.scenario, said)}


def _said_before(state: PlayState, action: SaidBefore) -> Sequence[ScenarioEvent]:
    """Give the events that a step is about. Raises `PlayFailed` where there are too few."""
    scenario = state.scenario
    said = [event for name in action.said_in or [] for event in state.said[name]]
    for name in action.reports_of or []:
        said += events.reports(scenario, name, state.people[name])
    for name in action.offers_of or []:
        said += events.offers(scenario, name)
    for name in action.postings_of or []:
        said += events.postings(scenario, name)
    return portion_of(said, action, "facts")
