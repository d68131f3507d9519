"""The desk's database goes back in time behind the same name: it is noticed, and what is acknowledged afterwards is heard by all."""

import asyncio

import pytest

from shared.kafka import tail
from shared.kafka.settings import KafkaSettings
from tests.containers.desk import at_the_desk
from tests.databases import order

pytestmark = pytest.mark.containers


async def closed_to_all(stack, name):
    """Let nobody use a database any more: it can be copied and renamed."""
    await order(
        stack.postgres,
        f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false',
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )


async def snapshot(stack):
    """Copy the desk's database as it is now."""
    name = stack.database("registration")
    await closed_to_all(stack, name)
    await order(
        stack.postgres,
        f'CREATE DATABASE "{name}_then" TEMPLATE "{name}" OWNER registration',
        f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true',
    )


async def back_to_the_snapshot(stack):
    """Put the copy in the place of the desk's database, under its name."""
    name = stack.database("registration")
    await closed_to_all(stack, name)
    await order(
        stack.postgres,
        f'DROP DATABASE "{name}" WITH (FORCE)',
        f'ALTER DATABASE "{name}_then" RENAME TO "{name}"',
    )


async def applied(stack):
    return {str(worker) for (worker,) in await stack.rows("training", "SELECT worker FROM application")}


async def until_applied(stack, workers):
    async with asyncio.timeout(60):
        while not set(workers) <= await applied(stack):
            await asyncio.sleep(0.2)


async def accepted_again(desk, more):
    """Report until the desk has accepted so many more."""
    wanted = len(desk.accepted) + more
    async with asyncio.timeout(60):
        while len(desk.accepted) < wanted:
            await desk.report()
            await asyncio.sleep(0.02)
    return desk.accepted[-more:]


async def test_no_position_has_two_events_and_what_comes_afterwards_is_heard(stack_of):
    async with stack_of() as stack, at_the_desk(stack) as desk:
        await until_applied(stack, await accepted_again(desk, 20))
        await snapshot(stack)
        lost = await accepted_again(desk, 30)
        await until_applied(stack, lost)
        await back_to_the_snapshot(stack)

        async with asyncio.timeout(60):
            while "went back in time" not in (await stack.why_not_ready("registration") or ""):
                await asyncio.sleep(0.1)
        refused = len(desk.problems)
        await desk.report()
        assert [problem.status_code for problem in desk.problems[refused:]] == [503]
        assert "lacked events from position" in await stack.pulih("restore", "registration")
        await stack.ready("registration")

        since = await accepted_again(desk, 40)
        await until_applied(stack, since)
        settings = KafkaSettings(kafka=stack.kafka, topic_prefix=stack.topic_prefix)
        published = [row async for page in tail.all_published(settings, settings.topic("registration")) for row in page]
        kept = await stack.rows("registration", "SELECT position, id FROM journal")
        assert {(row.position, row.id) for row in published} == {(row["position"], row["id"]) for row in kept}
        assert len({row.position for row in published}) == len({row.id for row in published})
        assert await stack.pulih("restore", "registration", code=1)
