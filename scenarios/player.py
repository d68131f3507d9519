"""Plays a programme as its agencies: what they say, in order, and what they answer to what they are told.

Only public HTTP is used: events are posted at the desk, participants are read at training, referrals at placement.
Every event has the same id each time it is said, so a scenario that was cut off is simply played again.
"""

from collections.abc import Callable, Iterable

import httpx

from scenarios import deeds, said
from scenarios.doors import Doors, PlayFailed, Receipt, sentence_of
from scenarios.model import Agency, Scenario
from scenarios.said import Saying
from scenarios.stage import Stage
from scenarios.watching import Watch
from shared.events import type_of

SAID_BEFORE = "urn:pulih:problem:conflict"
"""The desk's problem for an id that it knows with other content."""


async def play(scenario: Scenario, doors: Doors, told: Callable[[str], None] = lambda _: None) -> Stage:
    """Play a scenario to its end, when everyone has heard everything. `told` hears what is being done.

    Raises `PlayFailed`, which says what did not happen.
    """
    stage, watch = Stage.of(scenario, doors), Watch(doors)
    told("the agencies are admitted")
    for slug, agency in scenario.admitted.items():
        doors.keys[slug] = await _admit(doors, slug, agency)
    await watch.until_quiet("the agencies' admission")
    told("courses are offered, vacancies posted, workers reported")
    await _say(stage, said.opening(scenario, stage.people))
    await watch.until_quiet("the start")
    for nth, step in enumerate(scenario.then, 1):
        told(f"step {nth} of {len(scenario.then)}: {step.verb}")
        sayings = await deeds.sayings(stage, f"then/{nth}", step.deed)
        await _say(stage, sayings, chosen=step.verb not in {"report", "offer", "post"})
        await watch.until_quiet(f"step {nth} ({step.verb})")
    return stage


async def _admit(doors: Doors, slug: str, agency: Agency) -> str:
    """Make an agency and give its key; one that is there from an earlier run gets a new key."""
    name = agency.name if agency.count is None else f"{agency.name} {slug.rpartition('-')[2]}"
    form = {"slug": slug, "name": name, "role": agency.role}
    answer = await doors.ask("registration", "/agencies", method="POST", json=form)
    if answer.status_code == httpx.codes.CONFLICT:
        await doors.ask("registration", f"/agencies/{slug}", method="DELETE")
        answer = await doors.ask("registration", "/agencies", method="POST", json=form)
    if answer.status_code != httpx.codes.CREATED:
        raise PlayFailed(f"the agency {slug} was not admitted: {sentence_of(answer)}")
    return str(answer.json()["key"])


async def _say(stage: Stage, sayings: Iterable[Saying], *, chosen: bool = False) -> None:
    """Say all. What was said of a chosen worker in an earlier run stands, whomever the choice would fall on now."""
    saying = list(sayings)
    receipts = await stage.doors.say(stage.scenario, saying)
    for each in saying:
        receipt = receipts[each.id]
        problem = receipt.get("problem") or {}
        if receipt["outcome"] == "refused" and not (chosen and problem["type"] == SAID_BEFORE):
            raise PlayFailed(f"the desk refused {each.agency}'s {type_of(each.type)} ({each.id}): {problem['detail']}")
        _remember(stage, each, receipt)


def _remember(stage: Stage, saying: Saying, receipt: Receipt) -> None:
    stage.was_begun |= receipt["outcome"] == "duplicate"
    verb, _, rest = saying.id.partition("/")
    if verb == "report":
        stage.workers.setdefault(rest.rpartition("/")[0], []).append(receipt["worker"])
