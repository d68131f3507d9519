"""Kafka by SASL/SCRAM and TLS, through settings alone; the rights that docs/settings.md names are enough, and needed."""

import asyncio

import pytest

from shared.topology import HEARD_BY, SERVICES
from tests.containers.desk import at_the_desk
from tests.played import assert_comes_out, balance_of

pytestmark = pytest.mark.containers

PASSWORD = "rahasia"
BY_TLS = ("registration", "placement")
"""The others come by SCRAM alone."""
HEARS = {service: [speaker for speaker, heard in HEARD_BY.items() if service in heard] for service in SERVICES}


def furnish(kafka, prefix, service):
    """Make a user for a service, with the rights that the page names."""
    user, scram = f"{prefix}{service}", f"SCRAM-SHA-512=[password={PASSWORD}]"
    kafka.tool("kafka-configs", "--alter", "--add-config", scram, "--entity-type", "users", "--entity-name", user)
    write(kafka, prefix, service, "--add")
    heard = [word for speaker in (service, *HEARS[service]) for word in ("--topic", f"{prefix}{speaker}")]
    rights = ("--operation", "Read", *heard, "--group", f"{prefix}pulih-{service}")
    kafka.tool("kafka-acls", "--add", "--allow-principal", f"User:{user}", *rights)


def write(kafka, prefix, service, *how):
    """Give a service the right to publish, or take it."""
    topic = f"{prefix}{service}"
    kafka.tool("kafka-acls", *how, "--allow-principal", f"User:{topic}", "--operation", "Write", "--topic", topic)


async def test_a_programme_comes_out_by_settings_alone(stack_of, kafka, authority):
    stack = stack_of()
    prefix = stack.topic_prefix
    await asyncio.gather(*(asyncio.to_thread(furnish, kafka, prefix, service) for service in SERVICES))
    tls = {"PULIH_KAFKA_TLS": "true", "PULIH_KAFKA_CA": str(authority / "ca.pem"), "PULIH_KAFKA": kafka.tls_address}
    scram = {"PULIH_KAFKA": kafka.scram_address}
    stack.settings_of = {
        service: {
            "PULIH_KAFKA_USER": f"{prefix}{service}",
            "PULIH_KAFKA_PASSWORD": PASSWORD,
            **(tls if service in BY_TLS else scram),
        }
        for service in SERVICES
    }
    async with stack:
        await assert_comes_out("serang-2020", stack)

        await asyncio.to_thread(write, kafka, prefix, "training", "--remove", "--force")
        async with at_the_desk(stack) as desk:
            await desk.report()
            assert len(desk.accepted) == 1
            async with asyncio.timeout(30):  # of the topic at first; of the cluster when a new producer is made
                while "AuthorizationFailedError" not in (await stack.why_not_ready("training") or ""):
                    await asyncio.sleep(0.1)
        await asyncio.to_thread(write, kafka, prefix, "training", "--add")
        assert (await balance_of(stack)).holds

        strangers = stack.settings_of["training"] | {"PULIH_KAFKA_PASSWORD": "salah"}
        said = await stack.pulih("topics", "show", code=3, more=strangers)
        assert "No broker answers" in said
