"""`pulih topics`: what is declared against what the broker has."""

import asyncio
from typing import TYPE_CHECKING

import click

from cli.answers import Misled, Unreachable, Unwilling
from cli.serve import what_to_set

if TYPE_CHECKING:
    from shared.kafka import KafkaSettings


@click.group(epilog="Example: PULIH_KAFKA=localhost:9092 pulih topics show")
def topics() -> None:
    """Make and compare the Kafka topics: PULIH_KAFKA says where, PULIH_PARTITIONS how many parts each has."""


@topics.command(epilog="Example: PULIH_KAFKA=localhost:9092 PULIH_PARTITIONS=8 pulih topics create")
@click.option("--wait", default=60.0, show_default=True, help="Seconds to wait for a broker.")
def create(wait: float) -> None:
    """Make the topics that are missing, and touch none that is there."""
    from aiokafka.errors import KafkaError  # noqa: PLC0415  the command starts fast

    from shared.topics import CannotCreate  # noqa: PLC0415
    from shared.topics import create as make  # noqa: PLC0415

    settings = _settings()
    try:
        made = asyncio.run(make(settings, patience=wait))
    except CannotCreate as no:
        raise Unwilling(str(no)) from None
    except KafkaError as fault:
        raise Unreachable(f"No broker answers at {settings.kafka} ({type(fault).__name__}).") from None
    click.echo(f"Made {', '.join(made)}." if made else "Every topic is there already.")


@topics.command(epilog="Example: PULIH_KAFKA=localhost:9092 pulih topics show")
def show() -> None:
    """Compare the broker's topics with what is declared; exits 1 where they differ."""
    from aiokafka.errors import KafkaError  # noqa: PLC0415  as above

    from shared.topics import partitions_found  # noqa: PLC0415

    settings = _settings()
    try:
        found = asyncio.run(partitions_found(settings))
    except KafkaError as fault:
        raise Unreachable(f"No broker answers at {settings.kafka} ({type(fault).__name__}).") from None
    for speaker, partitions in found.items():
        verdict = "as declared" if partitions == settings.partitions else f"declared: {settings.partitions}"
        click.echo(f"{settings.topic(speaker):<24} {partitions or 'no'} partitions, {verdict}")
    if set(found.values()) != {settings.partitions}:
        raise Unwilling("The topics are not as declared: `pulih topics create` makes those that are missing.")


def _settings() -> "KafkaSettings":
    from pydantic import ValidationError  # noqa: PLC0415  as above

    from shared.kafka import KafkaSettings  # noqa: PLC0415

    try:
        return KafkaSettings()
    except ValidationError as wrong:
        raise Misled(what_to_set("topics", wrong.errors())) from None
