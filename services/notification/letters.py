"""A letter: one message that goes to one address. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from services.notification.wording import Language, Text, text_of
from shared.events import Event


class Contact(msgspec.Struct, frozen=True):
    """How a receiver is called and reached; of a worker, what registration sealed."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message and where it goes. `agencies` are the full names, by slug, of the agencies that its text may mention.

    `whole` says whether the receiver reads the event whole, or the worker's state alone.
    """

    message: UUID
    event: Event
    receiver: str
    address: str
    name: str | None
    agencies: Mapping[str, str]
    kept_at: datetime
    attempts: int
    whole: bool

    def text(self, language: Language) -> Text:
        """Write what the receiver reads, in one language."""
        name = on_one_line(self.name)
        return text_of(self.event, self.receiver, language, whole=self.whole, agencies=self.agencies, name=name)


def read_contact(opened: bytes) -> Contact:
    """Read what was sealed; what cannot be read is as good as no contact."""
    try:
        return msgspec.json.decode(opened, type=Contact)
    except msgspec.DecodeError:
        return Contact()


def on_one_line(text: str | None) -> str:
    """Put a name on one line: it cannot write headers of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
