"""What notification does about each event that it hears."""

from services.notification import store
from services.notification.domain import MAILBOX, TOLD, Message, messages_for
from shared.agencies import keep_agencies
from shared.database.unit_of_work import UnitOfWork
from shared.events import Event, NotificationDelivered
from shared.inbox.handlers import Handlers


def make_handlers(channel: str) -> Handlers:
    """Make the handlers for a service whose messages go out by this channel."""
    handlers = Handlers()
    keep_agencies(handlers)

    @handlers.on(*TOLD)
    async def tell(events: list[Event], work: UnitOfWork) -> None:
        """Tell the worker and each agency concerned, once; keep where the worker can be reached, sealed as it came."""
        await store.keep_contacts(work, events)
        kept = await store.keep_messages(work, messages_for(events), channel)
        if channel == MAILBOX:
            work.announce(*(delivered(message) for message in kept))

    return handlers


def delivered(message: Message) -> NotificationDelivered:
    """Make the event that says that a message is in its mailbox."""
    return NotificationDelivered(
        subject=message.event.key,
        message=message.id,
        to=message.receiver,
        event=message.event.envelope.id,
        channel=MAILBOX,
    )
