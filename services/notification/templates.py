"""The sentences of templates.yaml, checked when the program starts."""

from pathlib import Path
from typing import Final

import msgspec


class Bilingual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in both languages."""

    id: str
    en: str


Phrases = dict[str, dict[str, Bilingual]]
"""Field of an event -> its value -> the words for it."""


class ReceiverText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one kind of receiver reads of one type of event."""

    subject: Bilingual
    body: Bilingual
    phrases: Phrases = {}


class EventText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the receivers of one type of event read."""

    agency: ReceiverText | None = None
    worker: ReceiverText | None = None
    host: ReceiverText | None = None
    phrases: Phrases = {}


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The salutation and the close around every body."""

    worker: Bilingual
    named: Bilingual
    unnamed: Bilingual
    agency: Bilingual
    reference: Bilingual


class StateText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an agency reads that may know a worker's state alone; `words` has a word for each state."""

    subject: Bilingual
    body: Bilingual
    words: dict[str, Bilingual]


class Erased(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands for a message about a worker who was erased."""

    subject: Bilingual
    body: Bilingual


class Templates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of templates.yaml."""

    frame: Frame
    state: StateText
    erased: Erased
    told: dict[str, EventText]
    words: Phrases


def read_templates(path: Path) -> Templates:
    """Read a file of templates. Raises `msgspec.ValidationError` naming what is wrong, and where."""
    return msgspec.yaml.decode(path.read_bytes(), type=Templates)


TEMPLATES: Final = read_templates(Path(__file__).with_name("templates.yaml"))
