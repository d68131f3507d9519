"""In a burst PostgreSQL still believes that tables are empty; who takes in a batch must not read them from end to end."""

from uuid import UUID

import asyncpg

from shared.database.unit_of_work import BY_KEY
from shared.outbox.relay import _PAGE


async def scans(work, sql):
    plan = [row[0].strip() for row in await work.rows(f"EXPLAIN {sql}")]
    return [line for line in plan if "Seq Scan" in line or "Hash" in line or "Merge" in line]


async def fill(work):
    await work.run(
        "INSERT INTO journal (id, type, key, time, data) "
        "SELECT gen_random_uuid(), 'x', gen_random_uuid(), now(), '{}' FROM generate_series(1, 5000)"
    )


async def test_a_batch_asks_by_key(database):
    training = await database("training")
    async with training.work() as work:
        await work.run("ANALYZE")
        await fill(work)
        ids = (
            "SELECT position FROM journal JOIN unnest(CAST(ARRAY[1, 2, 3] AS bigint[])) AS r(position) USING (position)"
        )
        assert await scans(work, ids) == []
        assert await scans(work, f"UPDATE journal SET type = 'y' WHERE id = '{UUID(int=1)}'") != []  # there is no index


async def test_a_page_of_the_journal_is_read_along_its_positions(database):
    training = await database("training")
    async with training.work() as work:
        await work.run("ANALYZE")
        await fill(work)
    url = training.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url, server_settings=BY_KEY)
    plan = [row[0] for row in await connection.fetch(f"EXPLAIN {_PAGE.replace('$1', '4000').replace('$2', '1000')}")]
    await connection.close()
    assert any("Index Scan using journal_pkey" in line for line in plan)
    assert not any("Sort" in line for line in plan)


async def test_an_audit_reads_whole_tables(database):
    training = await database("training")
    async with training.work() as work:
        await fill(work)
    async with training.reading() as work:
        assert await scans(work, "SELECT count(*) FROM journal AS a JOIN journal AS b ON a.id = b.id") != []
