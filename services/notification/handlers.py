"""What notification does about each event it hears."""

from services.notification import store
from services.notification.domain import TOLD, Channel, Message, messages_for
from shared.database.unit_of_work import UnitOfWork
from shared.events import AgencyAdmitted, AgencyRevoked, Event, NotificationDelivered
from shared.http.auth import forget_agencies, remember_agencies
from shared.inbox.handlers import Handlers


def answers(channel: Channel) -> Handlers:
    """Say which function answers which event, where messages go out through this channel."""
    handlers = Handlers()
    handlers.on(AgencyAdmitted)(remember_agencies)
    handlers.on(AgencyRevoked)(forget_agencies)

    @handlers.on(*TOLD)
    async def tell(events: list[Event], work: UnitOfWork) -> None:
        """Tell the worker and each agency concerned, once; keep where the worker can be reached, sealed as it came."""
        await store.keep_contacts(work, events)
        kept = await store.keep_messages(work, messages_for(events), channel)
        if channel == "mailbox":
            work.announce(*(delivered(message) for message in kept))

    return handlers


def delivered(message: Message) -> NotificationDelivered:
    """Say that a message is in its mailbox."""
    return NotificationDelivered(
        subject=message.event.key,
        message=message.id,
        to=message.receiver,
        event=message.event.envelope.id,
        channel="mailbox",
    )
