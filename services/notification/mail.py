"""The postman: takes pending messages to the mail server, and writes down what became of each."""

import asyncio
import logging
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from time import monotonic
from typing import Any

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from prometheus_client import Counter
from sqlalchemy import Row

from services.notification import store
from services.notification.addresses import AddressBook
from services.notification.letters import Addressed, Fate, fate_of, put_off, usable, wait_after, write
from services.notification.settings import NotificationSettings
from shared.database.unit_of_work import Database, UnitOfWork
from shared.events import NotificationDelivered, NotificationFailed
from shared.sealing import BrokenSeal, Seal, key_from

log = logging.getLogger(__name__)

LETTERS = Counter("pulih_letters", "Letters taken to the mail server, by outcome.", ["outcome"])
CLAIMED = 50
"""Messages taken at one time."""
LOOK_AGAIN = 1.0
"""Seconds between two looks for something to send."""
ADDRESS_WAIT = 15.0
"""Seconds before an address that is not known yet is looked for again."""
LONGEST_PAUSE = 60.0
AWAY = "the mail server is away"
SERVICE_CLOSING = 421


class MailServerAway(Exception):
    """The mail server takes nothing from us at this moment, whatever the letter."""


class Postman:
    """Carries letters one after another over one connection; several postmen share what is pending."""

    def __init__(self, database: Database, settings: NotificationSettings) -> None:
        if settings.contact_key is None:
            raise ValueError("a postman needs PULIH_CONTACT_KEY")
        self.database = database
        self.settings = settings
        self.lease = 120 + 2 * settings.smtp_timeout
        """Seconds after which a claimed message is anybody's again: so long it waits when its postman is killed."""
        self._seal = Seal(key_from(settings.contact_key.get_secret_value()))
        self._sender = parseaddr(settings.smtp_from)[1]

    async def deliver_mail(self) -> None:
        """Go round for as long as the service runs; pause while the mail server is away."""
        pause = LOOK_AGAIN
        while True:
            try:
                busy = await self.go_round()
            except MailServerAway as away:
                log.warning("the mail server is away", extra={"fault": str(away), "pause": pause})
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = LOOK_AGAIN
            if not busy:
                await asyncio.sleep(LOOK_AGAIN)

    async def go_round(self) -> int:
        """Take what is due, and see to it. Answers how many messages that were; raises `MailServerAway`."""
        async with self.database.work() as work:
            claimed = await store.claim_due(work, limit=CLAIMED, lease=self.lease)
        if not claimed:
            return 0
        until = monotonic() + self.lease - 2 * self.settings.smtp_timeout
        async with self.database.reading() as work:
            book = await AddressBook.read(work, claimed)
        addressed = [self._address(row, book) for row in claimed]
        await self._settle([fate for fate in addressed if isinstance(fate, Fate)])
        await self._carry(deque(letter for letter in addressed if isinstance(letter, Addressed)), book.names, until)
        return len(claimed)

    def _address(self, row: Row[Any], book: AddressBook) -> Addressed | Fate:
        """Find out where a message goes, or what becomes of it when that is not known."""
        try:
            contact = book.contact_of(row, self._seal)
        except BrokenSeal:
            log.warning(
                "a contact does not open: is PULIH_CONTACT_KEY registration's?", extra={"message_id": str(row.id)}
            )
            late = self._is_late(row.kept_at)
            return put_off(row.id, "the contact does not open", wait=wait_after(row.attempts), too_old=late, tried=True)
        if contact and (email := usable(contact.email)):
            event = book.events[row.id]
            return Addressed(row.id, event, row.receiver, email, contact.name, row.kept_at, row.attempts)
        too_old = contact is not None or _age(row.kept_at) > self.settings.address_patience
        return put_off(row.id, "no address", wait=ADDRESS_WAIT, too_old=too_old)

    async def _carry(self, letters: deque[Addressed], names: Mapping[str, str], until: float) -> None:
        """Take letters to the mail server one by one; those that are left when it goes away are anybody's again."""
        if not letters:
            return
        try:
            async with self._connection() as server:
                while letters and monotonic() < until:
                    # a letter in hand is finished even when the service stops: it would be sent twice
                    await _to_its_end(self._hand_over(server, letters.popleft(), names))
        except (SMTPException, OSError) as fault:
            left = [put_off(letter.message, AWAY, wait=0, too_old=self._is_late(letter.kept_at)) for letter in letters]
            letters.clear()
            await self._settle(left)
            raise MailServerAway(_without_text(fault)) from None
        finally:
            await self._settle([Fate(letter.message, "pending") for letter in letters])

    async def _hand_over(self, server: SMTP, letter: Addressed, names: Mapping[str, str]) -> None:
        """Send one letter and write down at once what became of it. Raises what is no answer to this letter."""
        mail = write(letter, sender=self.settings.smtp_from, agencies=names)
        try:
            async with asyncio.timeout(self.settings.smtp_timeout):
                await server.sendmail(self._sender, [letter.email], mail.as_bytes())
        except (SMTPRecipientsRefused, SMTPDataError) as refused:
            code = refused.recipients[0].code if isinstance(refused, SMTPRecipientsRefused) else refused.code
            await self._settle([fate_of(letter, code, too_old=self._is_late(letter.kept_at))])
            if code == SERVICE_CLOSING:
                raise
        except (SMTPException, OSError):
            late, wait = self._is_late(letter.kept_at), wait_after(letter.attempts)
            await self._settle([put_off(letter.message, AWAY, wait=wait, too_old=late, tried=True)])
            raise
        else:
            await self._settle([Fate(letter.message, "delivered", tried=True)])

    async def _settle(self, fates: Sequence[Fate]) -> None:
        if not fates:
            return
        async with self.database.work() as work:
            for row in await store.settle(work, fates):
                _announce(work, row)
        for fate in fates:
            LETTERS.labels(fate.state).inc()

    def _connection(self) -> SMTP:
        settings = self.settings
        return SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            timeout=settings.smtp_timeout,
        )

    def _is_late(self, kept_at: datetime) -> bool:
        return _age(kept_at) > self.settings.smtp_patience


def _announce(work: UnitOfWork, row: Row[Any]) -> None:
    """Say what became of a message that is settled."""
    told = {"subject": row.subject, "message": row.id, "to": row.receiver, "event": row.event, "channel": row.channel}
    work.announce(
        NotificationDelivered(**told) if row.state == "delivered" else NotificationFailed(**told, reason=row.failure)
    )


def _age(kept_at: datetime) -> float:
    return (datetime.now(UTC) - kept_at).total_seconds()


async def _to_its_end(doing: Coroutine[Any, Any, None]) -> None:
    """Do something that a cancellation may delay but not cut short."""
    task = asyncio.ensure_future(doing)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise


def _without_text(fault: Exception) -> str:
    """Name a fault without the mail server's words, which may repeat an address."""
    code = f" {fault.code}" if isinstance(fault, SMTPResponseException) else ""
    return f"{type(fault).__name__}{code}"
