"""What notification does about each event that it hears."""

from services.notification import store, withholding
from services.notification.domain import MAILBOX, TOLD, Message, messages_for
from shared import merges
from shared.agencies import keep_agencies
from shared.database.unit_of_work import UnitOfWork
from shared.events import Event, NotificationDelivered, WorkerErased, WorkerMerged, WorkerRestricted, WorkerSplit
from shared.inbox.handlers import Handlers


def make_handlers(channel: str) -> Handlers:
    """Make the handlers for a service whose messages go out by this channel."""
    handlers = Handlers()
    keep_agencies(handlers)

    @handlers.on(*(kind for kind in TOLD if kind not in (WorkerMerged, WorkerSplit)))
    async def tell(events: list[Event], work: UnitOfWork) -> None:
        """Tell the worker and each agency concerned, once; keep where the worker can be reached, sealed as it came."""
        await work.take_turns()
        await store.keep_contacts(work, events)
        kept = await store.keep_messages(work, messages_for(events), channel)
        if channel == MAILBOX:
            work.announce(*(delivered(message) for message in kept))

    @handlers.on(WorkerErased)
    async def forget_workers(erased: list[WorkerErased], work: UnitOfWork) -> None:
        """Forget what is known of workers who were erased; nothing that comes later brings it back."""
        await withholding.erase(work, [event.worker for event in erased])

    @handlers.on(WorkerRestricted)
    async def withhold(restricted: list[WorkerRestricted], work: UnitOfWork) -> None:
        """Withhold what is said of restricted workers; for those whose restriction is lifted, no longer."""
        latest = {event.worker: event.restricted for event in restricted}
        await withholding.restrict(
            work, [worker for worker, is_so in latest.items() if is_so], [w for w, is_so in latest.items() if not is_so]
        )

    @handlers.on(WorkerMerged)
    async def tell_of_merges(merged: list[WorkerMerged], work: UnitOfWork) -> None:
        """Reach whoever has another's id at that one's address, and tell of it."""
        await work.take_turns()
        await merges.take_in_merges(work, merged)
        await tell([*merged], work)

    @handlers.on(WorkerSplit)
    async def tell_of_splits(split: list[WorkerSplit], work: UnitOfWork) -> None:
        """Reach workers who were split off at their own address again, and tell of it."""
        await work.take_turns()
        await merges.take_in_splits(work, split)
        await tell([*split], work)

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
