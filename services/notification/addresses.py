"""Where receivers can be reached. A worker's contact stays sealed until a letter is about to go out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID

from sqlalchemy import Row

from services.notification import store
from services.notification.domain import WORKER, event_from
from services.notification.letters import Contact, read_contact
from services.notification.wording import agencies_in
from shared.database.unit_of_work import UnitOfWork
from shared.events import Event
from shared.sealing import Seal


@dataclass(frozen=True, slots=True)
class AddressBook:
    """What it takes to address some messages: their events, workers' sealed contacts, agencies' addresses and names."""

    events: Mapping[UUID, Event]
    sealed: Mapping[UUID, str]
    emails: Mapping[str, str | None]
    names: Mapping[str, str]

    @classmethod
    async def read(cls, work: UnitOfWork, messages: Sequence[Row[Any]]) -> Self:
        """Read what these messages need."""
        events = {row.id: event_from(row.type, row.subject, row.data) for row in messages}
        sealed = await store.contacts_of(work, {row.subject for row in messages if row.receiver == WORKER})
        slugs = {row.receiver for row in messages}.union(*map(agencies_in, events.values()))
        agencies = await store.agencies_known(work, slugs)
        emails = {slug: agency.email for slug, agency in agencies.items()}
        return cls(events, sealed, emails, {slug: agency.name for slug, agency in agencies.items()})

    def contact_of(self, message: Row[Any], seal: Seal) -> Contact | None:
        """Give the receiver's contact, or None where the receiver is not known yet. Raises `BrokenSeal`."""
        if message.receiver != WORKER:
            if message.receiver not in self.emails:
                return None
            return Contact(name=self.names[message.receiver], email=self.emails[message.receiver])
        sealed = self.sealed.get(message.subject)
        return read_contact(seal.open(sealed, about=message.subject)) if sealed else None
