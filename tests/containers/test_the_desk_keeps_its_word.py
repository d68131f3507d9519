"""The four services on real Kafka and PostgreSQL: whatever is taken away, what the desk acknowledged is done, once."""

import asyncio

import pytest

from cli.auditing.audit import audit
from cli.client import Services
from shared.topology import SERVICES
from tests.containers.desk import at_the_desk
from tests.containers.outage import OUTAGE
from tests.played import assert_comes_out, balance_of

pytestmark = pytest.mark.containers

SCENARIO = "purwakarta-2020"
WRITE = "SET default_transaction_read_only = off"
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


async def test_every_service_is_killed_while_a_programme_is_played(stack_of, chance):
    """kill -9, five times each, at random moments: the figures are those of an undisturbed run, and nobody is told twice."""
    async with stack_of() as stack:
        victims = stack.names * 5
        chance.shuffle(victims)
        playing = asyncio.create_task(assert_comes_out(SCENARIO, stack))
        for victim in victims:
            await asyncio.sleep(chance.uniform(0.2, 2.0))
            await stack.kill(victim)
        await playing
        again = "SELECT receiver, type, subject, data::text FROM message GROUP BY 1, 2, 3, 4 HAVING count(*) > 1"
        assert await stack.rows("notification", again) == []


async def test_the_topics_are_deleted_and_the_journals_said_again(stack_of, kafka):
    """After `pulih replay` the stores are what they were, to the last row; and what is said next is heard."""
    async with stack_of() as stack:
        await assert_comes_out("serang-2020", stack)
        before = {service: await stack.everything_in(service) for service in SERVICES}
        for service in SERVICES:
            kafka.tool("kafka-topics", "--delete", "--topic", f"{stack.topic_prefix}{service}")
        while stack.topic_prefix in kafka.tool("kafka-topics", "--list"):
            await asyncio.sleep(0.2)
        await stack.pulih("topics", "create")
        for service in SERVICES:
            assert "publishes its journal again" in await stack.pulih("replay", service)
        async with asyncio.timeout(90):
            while before != {service: await stack.everything_in(service) for service in SERVICES}:
                await asyncio.sleep(0.5)
        topic = f"{stack.topic_prefix}training"
        offsets = kafka.tool("kafka-get-offsets", "--topic", topic).splitlines()
        ((said,),) = await stack.rows("training", "SELECT count(*) FROM journal")
        assert sum(int(line.rsplit(":", 1)[1]) for line in offsets) == said, "all of it was published again"
        async with at_the_desk(stack) as desk:
            await desk.report()
            assert len(desk.accepted) == 1
            assert (await balance_of(stack)).holds


async def test_while_kafka_or_postgresql_is_away_nothing_acknowledged_is_lost(stack_of, kafka, container_postgres):
    async with stack_of() as stack, at_the_desk(stack) as desk:
        await desk.report_for(1)
        kafka.docker.stop()
        await desk.report_for(OUTAGE)
        kafka.start()
        assert desk.problems == [], "the desk needs no Kafka"
        assert len(desk.accepted) == desk.posted > OUTAGE

        name = stack.database("registration")
        await stack.order("registration", f'ALTER DATABASE "{name}" SET default_transaction_read_only = on', CUT)
        await desk.report_for(1)
        assert desk.problems
        for problem in desk.problems:
            assert problem.status_code == 503
            assert problem.headers["Retry-After"]
            assert "again" in problem.json()["detail"], problem.text
        refused = len(desk.problems)
        await stack.order("registration", WRITE, f'ALTER DATABASE "{name}" RESET default_transaction_read_only', CUT)

        container_postgres.kill()
        await desk.report_for(1)
        container_postgres.start()
        await asyncio.to_thread(container_postgres.until_open)
        assert len(desk.problems) > refused
        assert {problem.status_code for problem in desk.problems} == {503}
        async with asyncio.timeout(30):
            accepted = len(desk.accepted)
            while len(desk.accepted) < accepted + 10:
                await desk.report()
        for each in SERVICES:
            await stack.ready(each)
        balance = await audit(Services(stack.urls, stack.operator_key), patience=90)
        assert [(check.name, check.findings) for check in balance.checks if not check.holds] == []
        for service, table in (("registration", "spell"), ("training", "application")):
            found = await stack.rows(service, f"SELECT DISTINCT worker FROM {table}")
            there = {str(worker) for (worker,) in found}
            assert set(desk.accepted) <= there
            assert len(there) <= desk.posted
