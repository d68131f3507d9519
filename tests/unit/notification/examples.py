"""One example of each event that is told, with every value its fields may carry."""

import types
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec

from contract import examples
from contract.examples import EMPLOYER, OFFICE, UNION, worker
from contract.examples import PROVIDER as CENTRE
from shared.events import Envelope, Event

__all__ = ["BUDI", "CENTRE", "EMPLOYER", "OFFICE", "SITI", "UNION"]

SITI, BUDI = worker(1), worker(2)
ON = date(2021, 9, 6)

_TEXTS = {
    "agency": OFFICE,
    "referred_by": UNION,
    "region": examples.PURWOREJO,
    "country": "SG",
    "employer": "PT Garmen Jateng",
    "number": "3306-2021-000001",
    "item": "mesin jahit",
    "contact": "sealed-so-that-nobody-reads-it",
}
"""What fields hold that the contract's example leaves out."""


def event_id(n: int) -> UUID:
    """Give the n-th id of a journal: a UUIDv7."""
    return UUID(int=0x0190_B000_0000_7000_8000_0000_0000_0000 + (n << 64) + n)


def said(n: int = 1, speaker: str = "training") -> Envelope:
    return Envelope(id=event_id(n), at=datetime(2021, 9, 6, 8, tzinfo=UTC), by=f"/{speaker}", position=n)


def example(kind: type[Event], /, *, n: int = 1, **given: Any) -> Event:
    """Make the contract's example of an event, with what it leaves out filled in, or with what is given.

    It follows no merge, so that it is handled at once.
    """
    usual = examples.example(kind)
    left_out = {
        field.name: _usual(field)
        for field in msgspec.structs.fields(kind)
        if field.name not in ("envelope", "follows") and getattr(usual, field.name) in (None, [])
    }
    concerns = {"concerns": [OFFICE, UNION]} if hasattr(usual, "concerns") else {}
    at_once = {"follows": []} if hasattr(usual, "follows") else {}
    return examples.example(kind, **{**left_out, **concerns, **at_once, "envelope": said(n), **given})


def all_examples(kind: type[Event]) -> Iterator[Event]:
    """Make an event for every value that any one of its fields may carry, absent ones too."""
    yield example(kind)
    for field in msgspec.structs.fields(kind):
        if field.name != "envelope":
            for value in _values(field.name, field.type):
                yield example(kind, **{field.name: value})


def enum_words(kind: type[Event]) -> set[str]:
    """Give the words of the contract that the event's fields choose from."""
    return {word for field in msgspec.structs.fields(kind) for word in _literals(field.type)}


def _usual(field: msgspec.structs.FieldInfo) -> Any:
    return next(value for value in _values(field.name, field.type) if value not in (None, []))


def _values(name: str, type: Any) -> list[Any]:
    """Give every value worth trying for a field."""
    if get_origin(type) in (Union, types.UnionType):
        return [value for part in get_args(type) for value in _values(name, part)]
    if get_origin(type) is list:
        (part,) = get_args(type)
        singles = _values(name, part)
        return [*([value] for value in singles), singles, singles[::-1], []]
    if get_origin(type) is Literal:
        return list(get_args(type))
    if get_origin(type) is not None and hasattr(type, "__metadata__"):
        return _values(name, type.__origin__)
    by_type = {UUID: [UUID(int=7)], date: [ON], int: [12], bool: [False, True], types.NoneType: [None]}
    return by_type.get(type) or [_TEXTS.get(name, "sewing")]


def _literals(type: Any) -> set[str]:
    if get_origin(type) is Literal:
        return set(get_args(type))
    return {word for part in get_args(type) for word in _literals(part)}
