"""Kafka by SASL/SCRAM and TLS, through settings alone; the ACLs that docs/settings.md names are enough, and fewer are not."""

import asyncio

import pytest

from deploy.embedded.plan import HEARD_BY, SERVICES
from tests.played import assert_comes_out

pytestmark = pytest.mark.containers

PASSWORD = "rahasia"
HEARS = {service: [speaker for speaker, heard in HEARD_BY.items() if service in heard] for service in SERVICES}


def allow(kafka, user, *words):
    kafka.tool("kafka-acls", "--add", "--allow-principal", f"User:{user}", *words)


def furnish(kafka, prefix):
    """Make a user for each service, and one who makes the topics, with the rights that the page names."""
    for service in SERVICES:
        user = f"{prefix}{service}"
        scram = f"SCRAM-SHA-512=[password={PASSWORD}]"
        kafka.tool("kafka-configs", "--alter", "--add-config", scram, "--entity-type", "users", "--entity-name", user)
        own = ("--operation", "Write", "--operation", "Describe", "--topic", f"{prefix}{service}")
        allow(kafka, user, *own)
        allow(kafka, user, "--operation", "IdempotentWrite", "--cluster")
        heard = [word for speaker in HEARS[service] for word in ("--topic", f"{prefix}{speaker}")]
        allow(kafka, user, "--operation", "Read", "--operation", "Describe", *heard)
        allow(kafka, user, "--operation", "Read", "--group", f"{prefix}pulih-{service}")


@pytest.mark.parametrize("way", ["SCRAM", "SCRAM over TLS"])
async def test_a_programme_comes_out_by_settings_alone(way, stack_of, kafka, authority):
    tls = {"PULIH_KAFKA_TLS": "true", "PULIH_KAFKA_CA": str(authority / "ca.pem")} if "TLS" in way else {}
    stack = stack_of()
    address = kafka.tls_address if tls else kafka.scram_address
    furnish(kafka, stack.topic_prefix)
    stack.settings_of = {
        service: {
            "PULIH_KAFKA": address,
            "PULIH_KAFKA_USER": f"{stack.topic_prefix}{service}",
            "PULIH_KAFKA_PASSWORD": PASSWORD,
            **tls,
        }
        for service in SERVICES
    }
    async with stack:
        await assert_comes_out("serang-2020", stack)


async def test_without_a_right_or_with_a_wrong_password_a_service_says_so_and_waits(stack_of, kafka):
    stack = stack_of()
    furnish(kafka, stack.topic_prefix)
    user = f"{stack.topic_prefix}training"
    common = {"PULIH_KAFKA": kafka.scram_address, "PULIH_KAFKA_USER": user}
    stack.settings_of = {"training": {**common, "PULIH_KAFKA_PASSWORD": PASSWORD}}
    async with stack:
        topic = ("--operation", "Write", "--topic", f"{stack.topic_prefix}training")
        kafka.tool("kafka-acls", "--remove", "--force", "--allow-principal", f"User:{user}", *topic)
        playing = asyncio.create_task(assert_comes_out("serang-2020", stack))
        async with asyncio.timeout(60):
            while "nothing is published" not in (await stack.why_not_ready("training") or ""):
                await asyncio.sleep(0.2)
        allow(kafka, user, *topic)
        await playing
