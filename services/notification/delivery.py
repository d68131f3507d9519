"""Delivery: takes the messages that are due, hands them to the channel as letters, and settles what became of each.

It claims messages for a while (a lease), so that several deliveries share what is pending. Delivery is at least once.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final

from prometheus_client import Counter
from sqlalchemy import Row

from services.notification import store
from services.notification.addresses import AddressBook
from services.notification.channels.protocol import Channel, ChannelAway, Connection, Outcome, PutOff
from services.notification.domain import WORKER
from services.notification.letters import Letter
from services.notification.settings import NotificationSettings
from services.notification.settlements import Settlement, put_off, settlement_of, wait_after
from shared.backoff import Backoff
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events import NotificationDelivered, NotificationFailed, PlacementTold, WorkerPlaced, type_of
from shared.sealing import BrokenSeal

_PLACED: Final = type_of(WorkerPlaced)
log = logging.getLogger(__name__)

LETTERS = Counter("pulih_letters", "Letters handed to the channel, by outcome.", ["outcome"])
CLAIMED = 50
"""Messages claimed at one time."""
CLAIM_SECONDS = 120
"""Seconds within which a delivery begins with the messages that it claimed; what is left then is given back."""
LOOK_AGAIN = 1.0
"""Seconds between two looks for messages that are due."""
LONGEST_PAUSE = 60.0
"""The longest pause, in seconds, while the channel is away."""
ADDRESS_WAIT = 15.0
"""Seconds before an address that is not known yet is looked for again."""


class Delivery:
    """Sends what is due over one connection of a channel. A process runs as many as the channel has connections."""

    def __init__(self, database: Database, channel: Channel, settings: NotificationSettings) -> None:
        if settings.contacts is None:
            raise ValueError("delivery needs PULIH_CONTACT_KEY")
        self.database = database
        self.channel = channel
        self.settings = settings
        self.lease = CLAIM_SECONDS + 2 * channel.timeout
        """Seconds for which claimed messages are this delivery's; if it is killed, another takes them after that.

        A connection may take `timeout` seconds to open, and the last letter as long again.
        """
        self._contacts = settings.contacts

    async def run(self) -> None:
        """Deliver for as long as the service runs; pause while the channel is away."""
        pauses = Backoff(LOOK_AGAIN, LONGEST_PAUSE)
        while True:
            try:
                claimed = await self.deliver_due()
            except ChannelAway as away:
                pause = pauses.next()
                log.warning(self.channel.away, extra={"fault": str(away), "pause": pause})
                await asyncio.sleep(pause)
                continue
            pauses.reset()
            if not claimed:
                await asyncio.sleep(LOOK_AGAIN)

    async def deliver_due(self) -> int:
        """Claim what is due, and try each message once. Gives how many were claimed. Raises `ChannelAway`."""
        async with self.database.work() as work:
            claimed = await store.claim_due(work, channel=self.settings.channel, limit=CLAIMED, lease=self.lease)
        if not claimed:
            return 0
        until = monotonic() + CLAIM_SECONDS
        async with self.database.reading() as work:
            book = await AddressBook.read(work, claimed)
        addressed = [self._address(row, book) for row in claimed]
        await self._settle([each for each in addressed if isinstance(each, Settlement)])
        await self._send_all(deque(each for each in addressed if isinstance(each, Letter)), until)
        return len(claimed)

    def _address(self, row: Row[Any], book: AddressBook) -> Letter | Settlement:
        """Make a letter of a message, or settle it where it has no address."""
        try:
            contact = book.contact_of(row, self._contacts)
        except BrokenSeal:
            log.warning(
                "a contact does not open: is PULIH_CONTACT_KEY registration's?", extra={"message_id": str(row.id)}
            )
            late = self._is_late(row.kept_at)
            return put_off(row.id, "the contact does not open", wait=wait_after(row.attempts), too_old=late, tried=True)
        if contact and (address := self.channel.address_in(contact)):
            event = book.events[row.id]
            return Letter(
                row.id,
                event,
                row.receiver,
                address,
                contact.name,
                book.names,
                row.kept_at,
                row.attempts,
                whole=book.reads_whole(row),
            )
        too_old = contact is not None or _age(row.kept_at) > self.settings.address_patience
        return put_off(row.id, "no address", wait=ADDRESS_WAIT, too_old=too_old)

    async def _send_all(self, letters: deque[Letter], until: float) -> None:
        """Send letters one by one. Those that are left when the channel goes away, or at `until`, are due again."""
        if not letters:
            return
        try:
            async with self.channel.connect() as connection:
                while letters and monotonic() < until:
                    # a letter that is being sent is finished even when the service stops: it would be sent twice
                    await _finish(self._send_if_due(connection, letters.popleft()))
        except ChannelAway:
            left = [
                put_off(each.message, self.channel.away, wait=0, too_old=self._is_late(each.kept_at))
                for each in letters
            ]
            letters.clear()
            await self._settle(left)
            raise
        finally:
            await self._settle([Settlement(each.message, "pending") for each in letters])

    async def _send_if_due(self, connection: Connection, letter: Letter) -> None:
        """Send one letter, unless it was withheld since it was claimed. Raises `ChannelAway`."""
        async with self.database.work() as work:
            is_due = await store.is_pending(work, letter.message)
        if is_due:
            await self._send(connection, letter)

    async def _send(self, connection: Connection, letter: Letter) -> None:
        """Send one letter, and settle it at once. Raises `ChannelAway` after that."""
        away = None
        try:
            outcome = await self._outcome(connection, letter)
        except ChannelAway as fault:
            away, outcome = fault, PutOff(fault.reason or self.channel.away)
        await self._settle([settlement_of(letter, outcome, too_old=self._is_late(letter.kept_at))])
        if away:
            raise away

    async def _outcome(self, connection: Connection, letter: Letter) -> Outcome:
        try:
            async with asyncio.timeout(self.channel.timeout):
                return await connection.send(letter)
        except TimeoutError as fault:
            raise ChannelAway(type(fault).__name__) from None

    async def _settle(self, settlements: Sequence[Settlement]) -> None:
        if not settlements:
            return
        async with self.database.work() as work:
            for row in await store.settle(work, settlements):
                _announce(work, row)
        for each in settlements:
            LETTERS.labels(each.state).inc()

    def _is_late(self, kept_at: datetime) -> bool:
        return _age(kept_at) > self.channel.patience


def _announce(work: UnitOfWork, row: Row[Any]) -> None:
    """Publish what became of a message that is settled."""
    told = {"subject": row.subject, "message": row.id, "to": row.receiver, "event": row.event, "channel": row.channel}
    if row.state != "delivered":
        work.announce(NotificationFailed(**told, reason=row.failure))
        return
    work.announce(NotificationDelivered(**told))
    if row.receiver == WORKER and row.type == _PLACED and row.data.get("grade") == "employer-says":
        work.announce(PlacementTold(subject=row.subject, placement=row.event, channel=row.channel))


def _age(kept_at: datetime) -> float:
    return (datetime.now(UTC) - kept_at).total_seconds()


async def _finish(doing: Coroutine[Any, Any, None]) -> None:
    """Do something to its end; a cancellation comes after that."""
    task = asyncio.ensure_future(doing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
