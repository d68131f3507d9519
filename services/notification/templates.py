"""The sentences of templates.yaml, checked when the program starts."""

from pathlib import Path
from typing import Final

import msgspec


class Both(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in both languages."""

    id: str
    en: str


Phrases = dict[str, dict[str, Both]]
"""Field of an event -> its value -> what is said of it."""


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one kind of receiver reads."""

    subject: Both
    body: Both
    phrases: Phrases = {}


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of one type of event."""

    agency: Letter
    worker: Letter | None = None
    host: Letter | None = None
    phrases: Phrases = {}


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands around every body."""

    worker: Both
    named: Both
    unnamed: Both
    agency: Both
    reference: Both


class Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of templates.yaml."""

    frame: Frame
    told: dict[str, Told]
    words: Phrases


def read_templates(path: Path) -> Templates:
    """Read a file of templates. Raises `msgspec.ValidationError` naming what is wrong, and where."""
    return msgspec.yaml.decode(path.read_bytes(), type=Templates)


TEMPLATES: Final = read_templates(Path(__file__).with_name("templates.yaml"))
