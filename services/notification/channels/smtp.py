"""Mail: sends letters to a mail server by SMTP, and reads its answers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from email.utils import parseaddr
from typing import ClassVar, Literal

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from pydantic import BaseModel, Field, SecretStr

from services.notification.channels.emails import usable, write_email
from services.notification.channels.protocol import ChannelAway, Delivered, Outcome, PutOff, Refused
from services.notification.letters import Contact, Letter

REFUSED_FOR_GOOD = 500
"""Answers from here on mean never (RFC 5321, 4.2.1); those below mean not now."""
SERVICE_CLOSING = 421
"""The server closes the connection (RFC 5321, 4.2.3)."""


class SmtpSettings(BaseModel):
    """What an operator may set for mail."""

    smtp_host: str = Field(default="", description="the mail server; needed for smtp")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="the mail server's port")
    smtp_user: str | None = Field(default=None, description="who we are to the mail server, if it asks")
    smtp_password: SecretStr | None = Field(default=None, description="that user's password")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="`starttls` asks for encryption and goes no further without it"
    )
    smtp_from: str = Field(default="", description="the sender's address; its domain is that of every Message-ID")
    smtp_connections: int = Field(default=2, ge=1, le=20, description="letters sent at one time by this process")
    smtp_timeout: float = Field(default=30, gt=0, le=300, description="seconds that one letter may take")
    smtp_patience: float = Field(
        default=3 * 86_400, gt=0, description="seconds for which a letter is tried again before it counts as failed"
    )


class SmtpChannel:
    """Mails each letter to the address of its receiver."""

    needs: ClassVar[tuple[str, ...]] = ("smtp_host", "smtp_from")
    away: ClassVar[str] = "the mail server is away"

    def __init__(self, settings: SmtpSettings) -> None:
        if not usable(parseaddr(settings.smtp_from)[1]):
            raise ValueError("PULIH_SMTP_FROM is no mail address")
        self.connections = settings.smtp_connections
        self.timeout = settings.smtp_timeout
        self.patience = settings.smtp_patience
        self._settings = settings

    def address_in(self, contact: Contact) -> str | None:
        """Give the contact's mail address, if a mail server can be asked to take it."""
        return usable(contact.email)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["SmtpConnection"]:
        """Connect to the mail server and log in. Entering raises `ChannelAway`."""
        settings = self._settings
        server = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_user or None,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            use_tls=settings.smtp_tls == "tls",
            start_tls=settings.smtp_tls == "starttls",
            timeout=settings.smtp_timeout,
        )
        with closing(server):
            try:
                await server.connect()
            except (SMTPException, OSError) as fault:
                raise ChannelAway(_without_words(fault)) from None
            try:
                yield SmtpConnection(server, settings.smtp_from)
            finally:
                with suppress(SMTPException, OSError):
                    await server.quit()


class SmtpConnection:
    """A connection to the mail server; letters are sent one after another."""

    def __init__(self, server: SMTP, sender: str) -> None:
        self._server = server
        self._sender = sender

    async def send(self, letter: Letter) -> Outcome:
        """Mail one letter. Raises `ChannelAway` for what is no answer to this letter, and where the server is closing."""
        mail = write_email(letter, sender=self._sender)
        try:
            await self._server.sendmail(parseaddr(self._sender)[1], [letter.address], mail.as_bytes())
        except (SMTPRecipientsRefused, SMTPDataError) as refused:
            code = refused.recipients[0].code if isinstance(refused, SMTPRecipientsRefused) else refused.code
            if code == SERVICE_CLOSING:
                raise ChannelAway(_without_words(refused), _refusal(code)) from None
            return outcome_of(code)
        except (SMTPException, OSError) as fault:
            if isinstance(fault, ConnectionError | TimeoutError):
                self._server.close()
            raise ChannelAway(_without_words(fault)) from None
        except asyncio.CancelledError:
            self._server.close()  # it broke off within a letter: the server would take whatever follows for more of it
            raise
        return Delivered()


def outcome_of(code: int) -> Refused | PutOff:
    """Read the mail server's refusal of one letter: for good, or not now."""
    return Refused(_refusal(code)) if code >= REFUSED_FOR_GOOD else PutOff(_refusal(code))


def _refusal(code: int) -> str:
    return f"refused with {code}"


def _without_words(fault: Exception) -> str:
    """Name a fault without the mail server's words, which may repeat an address."""
    code = f" {fault.code}" if isinstance(fault, SMTPResponseException) else ""
    return f"{type(fault).__name__}{code}"
