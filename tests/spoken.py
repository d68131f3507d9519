"""Records as a speaker's relay would publish them, for tests that hand them straight to a service's inbox."""

from collections.abc import Iterable
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

import msgspec

from shared.events import NO_ENVELOPE, Envelope, Event, speaker_of, type_of
from shared.kafka import records
from shared.kafka.murmur import partitioned


def place_of(key: UUID, partitions: int) -> tuple[bytes, int]:
    """Give one key as Kafka has it, and its partition."""
    return next(partitioned([key], partitions))


def spoken(event: Event, position: int, *, by: str = "registration", previous: int = 0, partition: int | None = None):
    """Give the Kafka record that says an event, as journal position `position` of the service `by`.

    Its id and time are those of the event's envelope, where it has one.
    """
    key, place = place_of(event.key, 4)
    place = place if partition is None else partition
    known = event.envelope is not NO_ENVELOPE
    return SimpleNamespace(
        topic=by,
        partition=place,
        offset=position,
        timestamp=0,
        key=key,
        value=msgspec.json.encode(msgspec.structs.replace(event, envelope=NO_ENVELOPE)),
        headers=records.headers_of(
            position=position,
            previous=previous,
            partition=place,
            id=event.envelope.id if known else uuid4(),
            type=type_of(type(event)),
            time=event.envelope.at if known else datetime.now(UTC),
            speaker=by,
        ),
    )


def all_spoken(events: Iterable[Event], *, by: str = "registration", first: int = 1):
    """Give a journal's records, each naming the one before it in its partition."""
    last: dict[int, int] = {}
    said = []
    for position, event in enumerate(events, first):
        record = spoken(event, position, by=by)
        record = spoken(event, position, by=by, previous=last.get(record.partition, 0))
        last[record.partition] = position
        said.append(record)
    return said


def heard(event: Event) -> Event:
    """Give an event as its speaker's topic brings it, for a handler that is called without an inbox."""
    envelope = Envelope(id=uuid4(), at=datetime.now(UTC), by=f"/{speaker_of(type(event))}", position=99)
    return msgspec.structs.replace(event, envelope=envelope)
