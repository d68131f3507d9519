"""Facts are retracted and said anew at any moment: in the end everyone is where the facts that are left would have put them.

There are seats and openings for all, so that nothing goes to others meanwhile.
"""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.database.unit_of_work import Database
from tests.long import stories
from tests.unit.retractions.story import PEOPLE, Fact, Step, Story, about_people, anew, retract
from tests.unit.retractions.where import lines_of, where_everybody_is
from tests.world import new_world

SEATS = 2 * PEOPLE
steps = st.one_of(*about_people, retract, retract, retract, anew, anew)


async def played(databases: dict[str, Database], steps: list[Step]) -> tuple[Story, Any, Any]:
    """Play steps, each of which is heard by all before the next; give the story, and where everybody is in the end."""
    async with new_world(databases) as world:
        story = Story(world, retracts_things=False)
        await story.begin(SEATS, heard_at_once=True)
        for step in steps:
            await story.play(step)
            await world.settle()
        balance = await world.balance()
        assert [finding for check in balance.checks for finding in check.findings] == []
        return story, await where_everybody_is(world, story.niks), await lines_of(world, story.niks)


async def left(databases: dict[str, Database], story: Story) -> tuple[set[int], Any, Any]:
    """Say only what is left of a story, each in its turn. Gives the persons of whom something is refused now, too."""
    others: set[int] = set()
    async with new_world(databases) as world:
        again = Story(world, niks=story.niks)
        await again.admit()
        facts: list[Fact] = [fact for fact in story.facts if not fact.retracted]
        for fact in facts:
            refused = await _refusals(world)
            accepted = await again.say(fact.slug, {**fact.posted}, fact.person)
            await world.settle()
            if fact.person is not None and (not accepted or await _refusals(world) > refused):
                others.add(fact.person)
        return others, await where_everybody_is(world, story.niks), await lines_of(world, story.niks)


async def _refusals(world: Any) -> int:
    found = [
        await world.services[name].rows("SELECT count(*) FROM journal WHERE type LIKE '%refused%'")
        for name in ("training", "placement")
    ]
    return sum(rows[0][0] for rows in found)


@stories
@given(steps=st.lists(steps, min_size=5, max_size=30))
async def test_everyone_is_where_the_facts_that_are_left_put_them(
    databases: dict[str, Database], steps: list[Step]
) -> None:
    story, now, (waiting, looking) = await played(databases, steps)
    others, then, (waiting_then, looking_then) = await left(databases, story)
    same = [n for n in range(PEOPLE) if n not in others]
    assert [(n, now[n], then[n]) for n in same if not now[n].agrees(then[n])] == []
    assert [n for n in waiting if n in same] == [n for n in waiting_then if n in same]
    assert [n for n in looking if n in same] == [n for n in looking_then if n in same]
