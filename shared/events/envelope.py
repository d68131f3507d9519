"""The envelope: what every event has in common, its name, whom it is about, and who said it when."""

import re
from datetime import UTC, datetime
from functools import cache
from operator import attrgetter
from typing import Any, ClassVar, Final
from uuid import UUID

import msgspec

from shared.events.vocabulary import Slug


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """The envelope of an event that was heard: its id, its time, its speaker and its place in the speaker's journal.

    On Kafka these are the CloudEvents attributes `ce_id`, `ce_time`, `ce_source` and `ce_sequence`.
    """

    id: UUID
    at: datetime
    by: str
    position: int
    trace: str = ""
    """W3C `traceparent`, where tracing is on."""


NO_ENVELOPE = Envelope(id=UUID(int=0), at=datetime.fromtimestamp(0, UTC), by="", position=0)
"""The envelope of an event that is not in a journal yet."""


PERSONAL: Final = ("contact", "birth_year", "sex")
"""The fields of an event's data that are blanked when its worker is erased."""


def chosen_id(id: UUID) -> Envelope:
    """Give an envelope for an event that is not in a journal yet, and is to be published under this id."""
    return Envelope(id=id, at=NO_ENVELOPE.at, by="", position=0)


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Something that happened. The fields are the event's data; `envelope` says who said it and when, and is never part of the data."""

    about: ClassVar[str] = "worker"
    """The field that holds the id of whom or what the event is about: the record's key on Kafka."""

    envelope: Envelope = NO_ENVELOPE

    key: ClassVar[UUID]
    """The id of the worker (the course, the vacancy, the agency) that this event is about."""

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401  msgspec's own
        super().__init_subclass__(**options)
        cls.key = property(attrgetter(cls.about))  # type: ignore[assignment]  # what it gives


class SpellEvent(Event, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened to a worker in one spell without work. Spells are counted from 1.

    `concerns` are the agencies that reported or referred the worker, and so are told of each such event.
    """

    worker: UUID
    spell: int
    concerns: list[Slug] = []


class OrderedEvent(SpellEvent, frozen=True, kw_only=True, omit_defaults=True):
    """An event of a spell that is taken in only after merges and splits of the numbers that it `follows`.

    It says what is so of the worker after them, and they may come in other partitions.
    """

    follows: list[int] = []


_LAST_WORDS = {
    "TrainingNotCompleted": ("training", "not-completed"),
    "IdentitiesKeptApart": ("identities", "kept-apart"),
    "SeatGivenUp": ("seat", "given-up"),
}


def data_of(event: Event) -> str:
    """Write an event's data as JSON, without its envelope."""
    return msgspec.json.encode(msgspec.structs.replace(event, envelope=NO_ENVELOPE)).decode()


@cache
def type_of(event: type[Event]) -> str:
    """Name an event as CloudEvents does: `TrainingResultRecorded` is `pulih.training-result.recorded.v1`."""
    words = [word.lower() for word in re.findall(r"[A-Z][a-z0-9]*", event.__name__)]
    noun, participle = _LAST_WORDS.get(event.__name__, ("-".join(words[:-1]), words[-1]))
    return f"pulih.{noun}.{participle}.v1"
