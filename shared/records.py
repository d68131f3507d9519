"""How an event travels on Kafka: CloudEvents 1.0 in binary mode, headers beside JSON data.

Two extensions carry the journal: `ce_sequence` (CloudEvents' sequence extension) is the event's position, zero-padded;
`ce_previous` is the position of the event before it in the same partition, so that a listener notices a gap.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID

import msgspec

from shared.events import EVENTS, Event, Said

Headers = Sequence[tuple[str, bytes | None]]
_decoders = {name: msgspec.json.Decoder(kind) for name, kind in EVENTS.items()}


class Record(Protocol):
    """What a Kafka client hands over; aiokafka's `ConsumerRecord` is one."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Unreadable(ValueError):
    """The record is not an event of the contract; the message says why."""


@dataclass(slots=True)
class Entry:
    """A record as it was read: an event, or (where `reason` is set) a dead letter to be."""

    record: Record
    position: int | None = None
    previous: int = 0
    type: str | None = None
    event: Event | None = None
    reason: str | None = None


def headers_of(
    *, position: int, previous: int, id: UUID, type: str, time: datetime, speaker: str
) -> list[tuple[str, bytes]]:
    """Write an event's envelope as Kafka headers."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", str(id).encode()),
        ("ce_source", f"/{speaker}".encode()),
        ("ce_type", type.encode()),
        ("ce_time", time.astimezone(UTC).isoformat().encode()),
        ("ce_sequence", b"%020d" % position),
        ("ce_previous", b"%020d" % previous),
        ("content-type", b"application/json"),
    ]


def read(record: Record, wanted: frozenset[str] | None = None) -> Entry:
    """Read one record. Never raises: what cannot be read comes back with a reason.

    An event of the contract whose type is not in `wanted` is passed over without looking at its data.
    """
    entry = Entry(record)
    try:
        _read_into(entry, wanted)
    except Unreadable as why:
        entry.event, entry.reason = None, str(why)
    return entry


def _read_into(entry: Entry, wanted: frozenset[str] | None) -> None:
    headers = _text_headers(entry.record.headers)
    if not headers:
        raise Unreadable("the record has no CloudEvents headers")
    # the place in the journal first: a bad event that has one still moves the bookmark
    entry.position = _number(headers, "ce_sequence")
    entry.previous = _number(headers, "ce_previous") if "ce_previous" in headers else 0
    entry.type = kind = headers.get("ce_type")
    if kind is None:
        raise Unreadable("the header ce_type is missing")
    if kind not in _decoders:
        raise Unreadable(f"the type {kind} is not in the contract")
    if wanted is not None and kind not in wanted:
        return
    if entry.record.value is None:
        raise Unreadable("the record has no data")
    try:
        said = Said(
            id=UUID(headers["ce_id"]),
            at=datetime.fromisoformat(headers["ce_time"]),
            by=headers["ce_source"],
            position=entry.position,
        )
        event = _decoders[kind].decode(entry.record.value)
    except KeyError as missing:
        raise Unreadable(f"the header {missing.args[0]} is missing") from None
    except msgspec.ValidationError as wrong:
        raise Unreadable(f"the data does not fit {kind}: {wrong}") from None
    except msgspec.DecodeError as wrong:
        raise Unreadable(f"the data is not JSON: {wrong}") from None
    except ValueError as wrong:
        raise Unreadable(f"a header does not read: {wrong}") from None
    msgspec.structs.force_setattr(event, "said", said)  # it is ours alone until now
    entry.event = event


def _text_headers(raw: Headers) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in raw or ():
        if value is None:
            raise Unreadable(f"the header {name} is null")
        try:
            headers[name] = value.decode()
        except UnicodeDecodeError:
            raise Unreadable(f"the header {name} is not UTF-8") from None
    return headers


def _number(headers: dict[str, str], name: str) -> int:
    if name not in headers:
        raise Unreadable(f"the header {name} is missing")
    try:
        return int(headers[name])
    except ValueError:
        raise Unreadable(f"the header {name} is not a number") from None
