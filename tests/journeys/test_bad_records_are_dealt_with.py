"""Records that another program wrote to a topic become dead letters; an operator deals with them by command."""

import asyncio
import json
import re
from datetime import date
from types import SimpleNamespace
from uuid import uuid4

from aiokafka import AIOKafkaProducer

from scenarios.outcome import first_that_fails
from shared.events import WorkerRegistered
from shared.kafka import records
from tests.played import figures_of, pulih, topic_of
from tests.spoken import spoken


def strange_records():
    """One record of each kind, with a part of the reason for its dead letter."""
    event = WorkerRegistered(
        worker=uuid4(), spell=1, reason="laid-off", applied_on=date(2021, 9, 6), wants=["training"], agency="x"
    )
    good = spoken(event, 1, partition=99)  # a place that no journal has given
    return [
        (b"{", good.headers, "is not JSON"),
        (good.value, [], "no CloudEvents headers"),
        (good.value, [*good.headers[1:], ("ce_specversion", None)], "is null"),
        (good.value, [*good.headers[1:], ("ce_specversion", b"\xff")], "is not UTF-8"),
        (good.value, [(n, b"pulih.x.y.v1" if n == "ce_type" else v) for n, v in good.headers], "not in the contract"),
        (b'{"spell":1}', good.headers, "missing required field"),
        (None, good.headers, "has no data"),
    ]


async def publish(bootstrap, topic, strange):
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    for value, headers, _ in strange:
        await producer.send_and_wait(topic, value, key=b"somebody", headers=headers)
    await producer.stop()


async def letters(stack, service):
    return json.loads(await pulih("dlq", "list", "--service", service, "--json", stack=stack))


async def test_each_kind_is_buried_with_its_reason_and_the_programme_goes_on(stacks):
    strange = strange_records()
    async with stacks.open() as stack:
        playing = asyncio.create_task(assert_figures_only(stack))
        await publish(stack.kafka, topic_of(stack, "registration"), strange)
        await playing
        for service in ("training", "placement", "notification"):
            found = await letters(stack, service)
            reasons = [letter["reason"] for letter in found]
            assert len(reasons) == len(strange)
            for _, _, part in strange:
                assert any(part in reason for reason in reasons), (service, part, reasons)
        out = await pulih("verify", stack=stack, code=1)
        assert "dead letter" in out
        (first, *others) = await letters(stack, "training")
        shown = await pulih("dlq", "show", str(first["id"]), "--service", "training", stack=stack)
        assert first["reason"][:30] in re.sub(r"\s+", " ", shown)
        await pulih("dlq", "replay", str(first["id"]), "--service", "training", stack=stack, code=1)
        await pulih("dlq", "discard", str(first["id"]), "--service", "training", stack=stack)
        await pulih("dlq", "discard", "--all", stack=stack)
        for service in ("training", "placement", "notification"):
            assert await letters(stack, service) == []
        out = await pulih("verify", stack=stack)
        assert len(others) == len(strange) - 1


async def assert_figures_only(stack):
    assert first_that_fails(await figures_of("serang-2020", stack)) is None


def test_the_records_are_strange():
    """The reader refuses each of them, for that reason."""
    for value, headers, part in strange_records():
        entry = records.read(
            SimpleNamespace(topic="t", partition=0, offset=0, timestamp=0, key=b"", value=value, headers=headers)
        )
        assert part in entry.reason
