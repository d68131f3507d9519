"""What notification says: what became of a message."""

from typing import ClassVar
from uuid import UUID

from shared.events.envelope import Event


class NotificationDelivered(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A message reached its channel. `subject` is the worker (course, vacancy) it is about; `to` is `worker` or an agency."""

    about: ClassVar[str] = "subject"

    subject: UUID
    message: UUID
    to: str
    event: UUID
    channel: str


class NotificationFailed(Event, frozen=True, kw_only=True, omit_defaults=True):
    """A message could not be delivered; someone must tell the receiver in another way."""

    about: ClassVar[str] = "subject"

    subject: UUID
    message: UUID
    to: str
    event: UUID
    channel: str
    reason: str


class PlacementTold(Event, frozen=True, kw_only=True, omit_defaults=True):
    """The worker (`subject`) was told outside the house that an employer says to have taken the worker on: by the event `placement`."""

    about: ClassVar[str] = "subject"

    subject: UUID
    placement: UUID
    channel: str
