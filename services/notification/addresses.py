"""Where receivers can be reached. A worker's contact stays sealed until a letter is about to go out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Row

from services.notification import store
from services.notification.domain import WORKER, event_from, is_blank
from services.notification.letters import Contact, read_contact
from services.notification.readers import reads_whole
from services.notification.wording import agencies_in
from shared.database.unit_of_work import UnitOfWork
from shared.events import Event
from shared.key_rings import KeyRing
from shared.sealing import CONTACT


@dataclass(frozen=True, slots=True)
class AddressBook:
    """What it takes to address and word some messages: their events, workers' contacts and regions, agencies.

    A message that is blank has no event: its worker was erased.
    """

    events: Mapping[UUID, Event]
    contacts: Mapping[UUID, Row[Any]]
    agencies: Mapping[str, Row[Any]]

    @classmethod
    async def read(cls, work: UnitOfWork, messages: Sequence[Row[Any]]) -> Self:
        """Read what these messages need."""
        events = {row.id: event_from(row.type, row.subject, row.data) for row in messages if not is_blank(row.data)}
        contacts = await store.contacts_of(work, {row.subject for row in messages})
        slugs = {row.receiver for row in messages}.union(*map(agencies_in, events.values()))
        return cls(events, contacts, await store.agencies_known(work, slugs))

    @property
    def names(self) -> dict[str, str]:
        """The agencies' full names, by slug."""
        return {slug: agency.name for slug, agency in self.agencies.items()}

    def reads_whole(self, message: Row[Any]) -> bool:
        """Whether the receiver reads the message's event whole."""
        contact = self.contacts.get(message.subject)
        agency = self.agencies.get(message.receiver)
        return reads_whole(self.events[message.id], message.receiver, agency, contact.region if contact else None)

    def contact_of(self, message: Row[Any], keys: KeyRing) -> Contact | None:
        """Give the receiver's contact, or None where the receiver is not known yet. Raises `BrokenSeal`."""
        if message.receiver != WORKER:
            agency = self.agencies.get(message.receiver)
            return Contact(name=agency.name, email=agency.email) if agency else None
        contact = self.contacts.get(message.subject)
        return read_contact(keys.open(contact.sealed, about=contact.worker, **CONTACT)) if contact else None
