"""Who a worker is, as an agency types it: the `person` of a report or an application."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shared.events.vocabulary import Region

Nik = Annotated[str, Meta(pattern="^[0-9]{16}$", description="16 digits, as on the identity card (KTP); as text")]


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who the worker is. All of it stays at the desk, sealed."""

    nik: Nik
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    birth_date: date | None = None
    sex: Literal["female", "male"] | None = None
    region: Region | None = None
    phone: Annotated[str, Meta(pattern=r"^\+?[0-9 ()./-]{5,24}$", description="digits, with +, spaces or -")] | None = (
        None
    )
    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, description="name@domain")] | None = None
    address: Annotated[str, Meta(max_length=300)] | None = None
