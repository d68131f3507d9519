"""All that a stack holds of somebody: every row of every database, every record of every topic, metrics and logs."""

from pathlib import Path

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer

from shared.topology import SERVICES
from tests.played import topic_of


async def everything_in(url: str) -> bytes:
    """All rows of all tables of a database, as text."""
    connection = await asyncpg.connect(url)
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [row for (table,) in tables for row in await connection.fetch(f'SELECT t::text FROM "{table}" AS t')]
    await connection.close()
    return "\n".join(row[0] for row in rows).encode()


async def everything_said(stack) -> bytes:
    """All that the topics still hold: keys, values and headers."""
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


async def places_in(stack) -> dict[str, bytes]:
    """What is in the topics, the databases and the metrics, by place."""
    places = {"topics": await everything_said(stack)}
    async with httpx.AsyncClient() as http:
        for service in SERVICES:
            places[f"{service}'s database"] = await everything_in(stack.database_url(service))
            places[f"{service}'s metrics"] = (await http.get(f"{stack.urls[service]}/metrics")).content
    return places


def logs_in(folder: Path) -> dict[str, bytes]:
    """What is in the logs of a stack's folder."""
    return {log.name: log.read_bytes() for log in (folder / "logs").iterdir()}
