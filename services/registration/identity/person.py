"""Who a worker is, as an agency types it: the `person` of a report or an application."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from shared.events.vocabulary import Region, Sex

Nik = Annotated[str, Meta(pattern="^[0-9]{16}$", description="16 digits, as on the identity card (KTP); as text")]


Name = Annotated[str, Meta(min_length=1, max_length=120)]
Phone = Annotated[str, Meta(pattern=r"^\+?[0-9 ()./-]{5,24}$", description="digits, with +, spaces or -")]
Email = Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, description="name@domain")]
Address = Annotated[str, Meta(max_length=300)]


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who the worker is. It stays at the desk, sealed; of the birth date the year leaves it, and the sex (`identity/told.py`)."""

    nik: Nik
    name: Name
    birth_date: date | None = None
    sex: Sex | None = None
    region: Region | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None


class Correction(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What the worker's office corrects of who a worker is; what is left out stays."""

    nik: Nik | None = None
    name: Name | None = None
    birth_date: date | None = None
    sex: Sex | None = None
    region: Region | None = None
    phone: Phone | None = None
    email: Email | None = None
    address: Address | None = None
