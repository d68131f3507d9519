"""A database as the first version left it gets what came since, beside its service's own tables, and keeps its rows."""

import json
from datetime import date, datetime
from uuid import UUID

import asyncpg
import pytest
from alembic import command
from sqlalchemy.ext.asyncio import create_async_engine

from shared.database import migrating
from shared.topology import SERVICES

EMPTY = "DROP OWNED BY CURRENT_USER CASCADE; CREATE SCHEMA IF NOT EXISTS public"
VACANCY = """
INSERT INTO vacancy (id, code, agency, title, vocation, employer, country, posted_on, openings, hired, referred, state, calling)
VALUES (gen_random_uuid(), 'A', 'pt', 'A', 'sewing', 'PT', 'ID', '2021-03-01', 60, 0, 0, 'open', false)
"""


@pytest.mark.parametrize("service", SERVICES)
async def test_from_the_first_version_on(database, service):
    url, connection = await older(database, service, "shared_1", f"{service}_1")
    await connection.execute("UPDATE mark SET position = 7")
    await connection.execute(
        "INSERT INTO agency (id, slug, name, role, key_hash, revoked) VALUES "
        "(gen_random_uuid(), 'blk', 'BLK', 'training-provider', 'a', false), "
        "(gen_random_uuid(), 'pt', 'PT', 'employer', 'b', true)"
    )
    assert not await has_trace(connection)
    for _ in range(2):
        await migrating.migrate(url, service)
        assert await has_trace(connection)
        assert await connection.fetchval("SELECT position FROM cursor") == 7
        kept = "SELECT a.slug, m.name, m.key_hash, m.revoked FROM member AS m JOIN agency AS a ON a.id = m.agency ORDER BY 1"
        found = [tuple(row) for row in await connection.fetch(kept)]
        assert found == [("blk", "first", "a", False), ("pt", "first", "b", True)]
    await connection.close()


async def test_what_was_on_offer_stays_on_offer_until_placement_keeps_to_its_limit(database):
    url, connection = await older(database, "placement", "shared_1", "placement_1")
    await connection.execute(VACANCY)
    await migrating.migrate(url, "placement")
    assert tuple(await connection.fetchrow("SELECT openings, offered, approved FROM vacancy")) == (60, 60, 0)
    await connection.close()


@pytest.mark.parametrize("practice", [True, False])
async def test_registration_stays_what_it_was_a_practice_stack_or_a_real_one(database, practice):
    url, connection = await older(database, "registration", "shared_10", "registration_7")
    await connection.execute("INSERT INTO practice (id, practice) VALUES (1, $1)", practice)
    await migrating.migrate(url, "registration")
    assert [tuple(row) for row in await connection.fetch("SELECT * FROM calendar")] == [(1, practice, 0)]
    await connection.close()


@pytest.mark.parametrize("has_heard", [True, False])
async def test_another_service_that_has_heard_something_is_a_real_one(database, has_heard):
    url, connection = await older(database, "training", "shared_10", "training_4")
    await connection.execute(
        "INSERT INTO bookmark (topic, partition, position, heard) VALUES ('registration', 0, $1, 0)",
        7 if has_heard else 0,
    )
    await migrating.migrate(url, "training")
    kept = [tuple(row) for row in await connection.fetch("SELECT * FROM calendar")]
    assert kept == ([(1, False, 0)] if has_heard else [])
    await connection.close()


async def test_seats_from_before_have_the_day_and_the_event_that_announced_them(database):
    url, connection = await older(database, "training", "shared_12", "training_8")
    course, person, other = UUID(int=1), UUID(int=2), UUID(int=3)
    await connection.execute(
        f"""
        INSERT INTO course (id, code, agency, title, vocation, reach, mode, funding, venue, seats, taken, handed_out, given_back,
            state, was_resumed, starts_on, ends_on, entry_until)
        VALUES ('{course}', 'S1', 'blk', 'A', 'sewing', 'province', 'in-person', 'APBN', 'centre', 9, 2, 2, '{{}}',
            'open', false, '2021-03-01', '2021-04-30', '2021-03-07');
        INSERT INTO application (worker, spell, applied_on, position, reach, wishes, concerns, state, reason) VALUES
        ('{person}', 1, '2021-02-03', 1, 'province', '{{}}', '{{}}', 'graduated', NULL),
        ('{other}', 1, '2021-02-03', 2, 'province', '{{}}', '{{}}', 'withdrawn', 'withdrawn');
        INSERT INTO enrolment (id, worker, spell, course, vocation, seat, basis, from_waiting_list, passed_on, state, reason,
            result, certificate, named, named_spell) VALUES
        ('{UUID(int=11)}', '{person}', 1, '{course}', 'sewing', 1, '', false, false, 'cancelled', 'withdrawn', NULL, NULL, NULL, NULL),
        ('{UUID(int=12)}', '{person}', 1, '{course}', 'sewing', 1, '', false, false, 'graduated', NULL, 'graduated', 'c', NULL, NULL),
        ('{UUID(int=13)}', '{person}', 1, '{course}', 'sewing', 2, '', false, false, 'cancelled', 'withdrawn', NULL, NULL, '{other}', 1),
        ('{UUID(int=14)}', '{other}', 1, '{course}', 'sewing', 3, '', false, false, 'cancelled', 'withdrawn', NULL, NULL, NULL, NULL);
        """
    )
    enrolled, graduated = "pulih.worker.enrolled.v1", "pulih.worker.graduated.v1"
    for nth, (type, key, time, data) in enumerate(
        (
            (enrolled, person, "2021-02-03 10:00+00", {"seat": 1}),
            (enrolled, other, "2021-02-04 18:00+00", {"seat": 2}),
            (enrolled, person, "2021-02-05 10:00+00", {"seat": 1, "again": True}),
            (enrolled, person, "2021-02-06 16:59+00", {"seat": 1}),
            (graduated, person, "2021-05-03 10:00+00", {"on": "2021-04-29"}),
            (graduated, person, "2021-05-04 10:00+00", {"on": "2021-04-30"}),
        ),
        start=101,
    ):
        said = json.dumps({"spell": 1, "course": str(course), **data})
        values = UUID(int=nth), type, key, datetime.fromisoformat(time), said
        await connection.execute("INSERT INTO journal (id, type, key, time, data) VALUES ($1, $2, $3, $4, $5)", *values)
    await migrating.migrate(url, "training")
    found = await connection.fetch("SELECT given_on, said, result_on FROM enrolment ORDER BY id")
    assert [tuple(row) for row in found] == [
        (date(2021, 2, 3), UUID(int=101), None),
        (date(2021, 2, 6), UUID(int=104), date(2021, 4, 30)),
        (date(2021, 2, 5), UUID(int=102), None),
        (None, None, None),
    ]
    await connection.close()


async def has_trace(connection):
    """Whether the journal has the column that came with the second version."""
    return await connection.fetchval(
        "SELECT count(*) FROM information_schema.columns WHERE table_name = 'journal' AND column_name = 'trace'"
    )


async def older(database, service, *revisions):
    """Make a service's database as it was at these revisions. Gives its address, and a connection to it."""

    def upgrade(connection, configuration):
        configuration.attributes["connection"] = connection
        for revision in revisions:
            command.upgrade(configuration, revision)

    made = await database(service)
    url = made.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    await made.close()
    connection = await asyncpg.connect(url)
    await connection.execute(EMPTY)
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
    async with engine.begin() as opened:
        await opened.run_sync(upgrade, migrating.configuration(service))
    await engine.dispose()
    return url, connection


@pytest.mark.parametrize("service", SERVICES)
async def test_a_database_that_is_up_to_date_is_known_without_alembic(database, service, monkeypatch):
    fresh = await database(service)
    url = fresh.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    async with fresh.work() as work:
        assert {row.version_num for row in await work.rows("SELECT version_num FROM alembic_version")} == (
            migrating.latest(service)
        )
    monkeypatch.setattr(migrating, "_upgrade", pytest.fail)
    await migrating.migrate(url, service)
