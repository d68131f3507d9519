"""After a programme, what identifies a person is looked for everywhere it must not be."""

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer

from scenarios import loading
from scenarios.events import opening
from scenarios.people import people_of
from shared.topology import SERVICES
from tests.played import assert_comes_out, topic_of

SCENARIO = "serang-2020"


def secrets_of_everyone() -> list[bytes]:
    """NIKs, names and addresses of all who are in the programme."""
    everyone = [person for group in people_of(loading.load(loading.find(SCENARIO))).values() for person in group]
    assert len(everyone) > 30
    return [word.encode() for person in everyone for word in (person.nik, person.name, person.email)]


async def everything_in(url: str) -> bytes:
    """All rows of all tables of a database, as text."""
    connection = await asyncpg.connect(url)
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [row for (table,) in tables for row in await connection.fetch(f'SELECT t::text FROM "{table}" AS t')]
    await connection.close()
    return "\n".join(row[0] for row in rows).encode()


async def everything_said(stack) -> bytes:
    topics = [topic_of(stack, service) for service in SERVICES]
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=stack.kafka, auto_offset_reset="earliest")
    await consumer.start()
    said = []
    while page := await consumer.getmany(timeout_ms=1_500):
        for records in page.values():
            for record in records:
                said += [record.key or b"", record.value or b"", *(value or b"" for _, value in record.headers)]
    await consumer.stop()
    return b"\n".join(said)


async def test_no_nik_name_or_address_is_anywhere_else(stacks):
    async with stacks.open() as stack:
        await assert_comes_out(SCENARIO, stack)
        places = {"topics": await everything_said(stack)}
        async with httpx.AsyncClient() as http:
            for service in SERVICES:
                places[f"{service}'s database"] = await everything_in(stack.database_url(service))
                places[f"{service}'s metrics"] = (await http.get(f"{stack.urls[service]}/metrics")).content
    for log in (stacks.folder / "logs").iterdir():
        places[f"{log.name}"] = log.read_bytes()
    words = secrets_of_everyone()
    assert len(places["topics"]) > 100_000
    assert all(len(content) > 100 for name, content in places.items() if "database" in name or "metrics" in name)
    found = [(name, word.decode()) for name, content in places.items() for word in words if word in content]
    assert found == []


async def test_the_search_would_find_it():
    """The same search, over what an agency posted, finds everyone: it can fail."""
    scenario = loading.load(loading.find(SCENARIO))
    said = b"".join(
        str(saying.data).encode() for saying in opening(scenario, people_of(scenario)) if "person" in saying.data
    )
    assert all(word in said for word in secrets_of_everyone())
