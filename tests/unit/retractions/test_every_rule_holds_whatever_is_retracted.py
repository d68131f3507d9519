"""Anything is said, retracted and said anew, and heard in any order: every rule of every service holds."""

from hypothesis import given
from hypothesis import strategies as st

from shared.database.unit_of_work import Database
from tests.long import stories
from tests.unit.retractions.story import Step, Story, about_people, about_things, anew, hearing, retract
from tests.world import new_world

steps = st.one_of(
    *about_people, *about_things, retract, retract, retract, anew, anew, hearing, hearing, hearing, hearing,
    st.tuples(st.just("hear everything")),
)  # fmt: skip


@stories
@given(played=st.lists(steps, min_size=20, max_size=60))
async def test_no_worker_is_lost_or_doubled(databases: dict[str, Database], played: list[Step]) -> None:
    async with new_world(databases) as world:
        story = Story(world)
        await story.begin()
        for step in played:
            await story.play(step)
        await world.settle()
        balance = await world.balance()
        assert [finding for check in balance.checks for finding in check.findings] == []
