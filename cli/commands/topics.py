"""`pulih topics`: makes the Kafka topics, compares them with the settings, and grows them."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.client import find
from cli.errors import Failed, Unreachable, UsageFault
from cli.options import data_option, urls_option
from cli.settings_errors import what_to_set
from shared.topology import HEARD_BY, SERVICES

if TYPE_CHECKING:
    from shared.kafka.settings import KafkaSettings


@click.group(
    short_help="Make, compare and grow the Kafka topics.",
    epilog="Example: PULIH_KAFKA=localhost:9092 pulih topics show",
)
def topics() -> None:
    """Make, compare and grow the Kafka topics: PULIH_KAFKA says where, PULIH_PARTITIONS how many partitions each has."""


@topics.command(epilog="Example: PULIH_KAFKA=localhost:9092 PULIH_PARTITIONS=8 pulih topics create")
@click.option("--wait", default=60.0, show_default=True, help="Seconds to wait for a broker.")
def create(wait: float) -> None:
    """Make the topics that are missing; leave the others as they are."""
    from shared.kafka.errors import KafkaError  # noqa: PLC0415  the command starts fast
    from shared.kafka.topics import CannotCreate  # noqa: PLC0415  the command starts fast
    from shared.kafka.topics import create as make  # noqa: PLC0415  the command starts fast

    settings = _settings()
    try:
        made = asyncio.run(make(settings, patience=wait))
    except CannotCreate as no:
        raise Failed(str(no)) from None
    except KafkaError as fault:
        raise Unreachable(f"No broker answers at {settings.kafka} ({type(fault).__name__}).") from None
    click.echo(f"Made {', '.join(made)}." if made else "Every topic is there already.")


@topics.command(epilog="Example: PULIH_KAFKA=localhost:9092 pulih topics show")
def show() -> None:
    """Compare the broker's topics with the settings; exits 1 where they differ."""
    from shared.kafka.errors import KafkaError  # noqa: PLC0415  the command starts fast
    from shared.kafka.topics import partitions_found  # noqa: PLC0415  the command starts fast

    settings = _settings()
    try:
        found = asyncio.run(partitions_found(settings))
    except KafkaError as fault:
        raise Unreachable(f"No broker answers at {settings.kafka} ({type(fault).__name__}).") from None
    for speaker, partitions in found.items():
        verdict = "as declared" if partitions == settings.partitions else f"declared: {settings.partitions}"
        click.echo(f"{settings.topic(speaker):<24} {partitions or 'no'} partitions, {verdict}")
    if set(found.values()) != {settings.partitions}:
        raise Failed("The topics are not as declared: `pulih topics create` makes those that are missing.")


@topics.command(
    epilog="""\b
    Example:
      docker compose run --rm topics topics grow 8
      PULIH_KAFKA=localhost:9092 pulih topics grow 8
    """
)
@click.argument("partitions", type=click.IntRange(1, 256))
@click.option("--wait", default=300.0, show_default=True, help="Seconds to wait until every event is heard.")
@urls_option
@data_option
def grow(partitions: int, wait: float, urls: dict[str, str], folder: Path) -> None:
    """Grow every topic to PARTITIONS while the services work: no event is lost, doubled or out of order.

    It halts publishing, waits until every event is heard, raises the bookmarks and grows the topics. Cut off at any
    moment, it can be run again. Then set PULIH_PARTITIONS and start the services again: only then do they publish.
    """
    from cli.growing_topics import grow as grow_topics  # noqa: PLC0415  the command starts fast
    from shared.kafka.errors import KafkaError  # noqa: PLC0415  the command starts fast
    from shared.kafka.topics import CannotCreate  # noqa: PLC0415  the command starts fast

    settings = _settings()
    services = find(folder, SERVICES, urls, as_operator=True)
    try:
        asyncio.run(grow_topics(services, HEARD_BY, settings, partitions, patience=wait, report=click.echo))
    except CannotCreate as no:
        raise Failed(str(no)) from None
    except KafkaError as fault:
        raise Unreachable(f"No broker answers at {settings.kafka} ({type(fault).__name__}).") from None
    click.echo(f"Done. Now set PULIH_PARTITIONS={partitions} and start the services again.")


def _settings() -> "KafkaSettings":
    from pydantic import ValidationError  # noqa: PLC0415  the command starts fast

    from shared.kafka.settings import KafkaSettings  # noqa: PLC0415  the command starts fast

    try:
        return KafkaSettings()
    except ValidationError as wrong:
        raise UsageFault(what_to_set("`pulih topics`", wrong.errors())) from None
