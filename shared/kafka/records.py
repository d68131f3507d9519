"""How an event travels on Kafka: CloudEvents 1.0 in binary mode, headers beside JSON data.

Three extensions carry the journal: `ce_sequence` (CloudEvents' sequence extension) is the event's position, zero-padded;
`ce_previous` is the position of the event before it in the same partition, so that a listener notices a gap; `ce_check`
is a sum over both, so that a record which did not come from a journal cannot pass for one that did.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, Protocol
from uuid import UUID
from zlib import crc32

import msgspec

from shared.events import EVENTS, Envelope, Event

Headers = Sequence[tuple[str, bytes | None]]
_POSITION = re.compile(r"^[0-9]{20}$")
_SPECIFICATION, _CONTENT = ("ce_specversion", b"1.0"), ("content-type", b"application/json")
_decoders: dict[str, msgspec.json.Decoder[Event]] = {name: msgspec.json.Decoder(kind) for name, kind in EVENTS.items()}


class TopicPartition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


class Said(NamedTuple):
    """An event of a journal, as others know it: its position and its id."""

    position: int
    id: UUID


class Published(NamedTuple):
    """A row of a journal as its record has it, the partition in which that lies, and the position before it there."""

    position: int
    id: UUID
    type: str
    key: UUID
    time: datetime
    data: str
    trace: str | None
    partition: int
    previous: int


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
    """A record as it was read: an event, or, where `reason` is set, what will be a dead letter."""

    record: Record
    position: int | None = None
    previous: int = 0
    id: str = ""
    """As `ce_id` has it."""
    type: str | None = None
    event: Event | None = None
    reason: str | None = None

    @property
    def said(self) -> Said | None:
        """The event of a journal that it is, if it is one."""
        try:
            return Said(self.position, UUID(self.id)) if self.position is not None else None
        except ValueError:  # whoever wrote it knew the sum, and not what an id is
            return None


def headers_of(
    *,
    position: int,
    previous: int,
    partition: int,
    id: UUID,
    type: str,
    time: datetime,
    speaker: str,
    trace: str | None = None,
) -> list[tuple[str, bytes]]:
    """Write an event's envelope as Kafka headers."""
    event_id, source = str(id), f"/{speaker}"
    headers = [
        _SPECIFICATION,
        ("ce_id", event_id.encode()),
        _header("ce_source", source),
        _header("ce_type", type),
        ("ce_time", _clock.written(time)),
        ("ce_sequence", b"%020d" % position),
        ("ce_previous", b"%020d" % previous),
        ("ce_check", _check_of(source, partition, position, previous, event_id)),
        _CONTENT,
    ]
    if trace:
        headers.append(("ce_traceparent", trace.encode()))
    return headers


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


def said_in(record: Record) -> Said | None:
    """Give the event of a journal that a record carries, by its headers alone; None for a record that somebody else wrote."""
    entry = Entry(record)
    with suppress(Unreadable):
        _read_position(entry, _text_headers(record.headers))
    return entry.said


def published_in(record: Record) -> Published | None:
    """Give the whole row of a journal that a record carries, or None for a record that somebody else wrote."""
    entry = Entry(record)
    try:
        headers = _text_headers(record.headers)
        _read_position(entry, headers)
        if entry.position is None or record.key is None or record.value is None:
            return None
        return Published(
            position=entry.position,
            id=UUID(entry.id),
            type=headers["ce_type"],
            key=UUID(record.key.decode()),
            time=datetime.fromisoformat(headers["ce_time"]),
            data=record.value.decode(),
            trace=headers.get("ce_traceparent"),
            partition=record.partition,
            previous=entry.previous,
        )
    except (KeyError, ValueError):  # `Unreadable` is one
        return None


def _read_into(entry: Entry, wanted: frozenset[str] | None) -> None:
    headers = _text_headers(entry.record.headers)
    if not headers:
        raise Unreadable("the record has no CloudEvents headers")
    _read_position(entry, headers)
    entry.type = kind = headers.get("ce_type")
    if kind is None:
        raise Unreadable("the header ce_type is missing")
    if kind not in _decoders:
        raise Unreadable(f"the type {kind} is not in the contract")
    if wanted is not None and kind not in wanted:
        return
    if entry.record.value is None:
        raise Unreadable("the record has no data")
    entry.event = _event(kind, entry, headers, entry.record.value)


def _event(kind: str, entry: Entry, headers: dict[str, str], value: bytes) -> Event:
    try:
        envelope = Envelope(
            id=msgspec.convert(headers["ce_id"], UUID),
            at=datetime.fromisoformat(headers["ce_time"]),
            by=headers["ce_source"],
            position=entry.position or 0,
            trace=headers.get("ce_traceparent", ""),
        )
    except KeyError as missing:
        raise Unreadable(f"the header {missing.args[0]} is missing") from None
    except ValueError as wrong:  # msgspec's own is one
        raise Unreadable(f"a header does not read: {wrong}") from None
    try:
        event = _decoders[kind].decode(value)
    except msgspec.ValidationError as wrong:
        raise Unreadable(f"the data does not fit {kind}: {wrong}") from None
    except msgspec.DecodeError as wrong:
        raise Unreadable(f"the data is not JSON: {wrong}") from None
    if entry.position is None:
        raise Unreadable("it is not from the journal of a service: ce_sequence, ce_previous and ce_check do not agree")
    msgspec.structs.force_setattr(event, "envelope", envelope)  # it is ours alone until now
    return event


def _text_headers(raw: Headers) -> dict[str, str]:
    try:
        return {name: value.decode() for name, value in raw or ()}  # type: ignore[union-attr]  # a null is caught
    except AttributeError:
        name = next(name for name, value in raw if value is None)
        raise Unreadable(f"the header {name} is null") from None
    except UnicodeDecodeError as wrong:
        name = next(name for name, value in raw if value == wrong.object)
        raise Unreadable(f"the header {name} is not UTF-8") from None


def _read_position(entry: Entry, headers: dict[str, str]) -> None:
    """Read the position in the journal, if the record has one.

    It is read before anything else: a bad event that has a position still moves the bookmark. A record that somebody
    else wrote must not, or the speaker's next events would pass for repeats.
    """
    told = headers.get
    source, sequence, before = told("ce_source", ""), told("ce_sequence", ""), told("ce_previous", "")
    if not (_POSITION.match(sequence) and _POSITION.match(before) and entry.record.topic.endswith(source.lstrip("/"))):
        return
    position, previous = int(sequence), int(before)
    entry.id = told("ce_id", "")
    check = _check_of(source, entry.record.partition, position, previous, entry.id)
    if told("ce_check", "").encode() == check:
        entry.position, entry.previous = position, previous


class _Clock:
    """Writes times. The events of one transaction have the same: it is written once."""

    def __init__(self) -> None:
        self._time, self._text = datetime.fromtimestamp(0, UTC), b""

    def written(self, time: datetime) -> bytes:
        if time != self._time or not self._text:
            self._time, self._text = time, time.astimezone(UTC).isoformat().encode()
        return self._text


_clock = _Clock()


@lru_cache(maxsize=256)
def _header(name: str, value: str) -> tuple[str, bytes]:
    """Write a header of few values once."""
    return name, value.encode()


def _check_of(source: str, partition: int, position: int, previous: int, id: str) -> bytes:
    return b"%08x" % crc32(f"{source} {partition} {position} {previous} {id}".encode())
