"""How a letter is addressed and written, and what is made of the mail server's answer. Pure rules."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Literal
from uuid import UUID

import msgspec

from services.notification.domain import WORKER
from services.notification.wording import text_of
from shared.events import Event

FIRST_WAIT, LONGEST_WAIT = 60.0, 3_600.0
"""Seconds before a letter that was put off is tried again: doubled each time, up to an hour."""
REFUSED_FOR_GOOD = 500
"""Answers from here on mean never (RFC 5321, 4.2.1); those below mean not now."""

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Contact(msgspec.Struct, frozen=True):
    """What registration sealed: how a worker is called and reached."""

    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message and where it goes."""

    message: UUID
    event: Event
    receiver: str
    email: str
    name: str | None
    kept_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message: delivered, failed (and why), or still pending, to be tried after `wait` seconds."""

    message: UUID
    state: Literal["delivered", "failed", "pending"]
    failure: str | None = None
    wait: float = 0
    tried: bool = False


def usable(email: str | None) -> str | None:
    """Give an address that a mail server can be asked to take, or nothing."""
    email = (email or "").strip()
    return email if _ADDRESS.fullmatch(email) else None


def read_contact(opened: bytes) -> Contact:
    """Read what was sealed; what cannot be read is as good as no contact."""
    try:
        return msgspec.json.decode(opened, type=Contact)
    except msgspec.DecodeError:
        return Contact()


def write(letter: Addressed, *, sender: str, agencies: Mapping[str, str]) -> EmailMessage:
    """Write a letter in both languages. Its Message-ID is the message's own, whenever and however often it is sent."""
    name = _on_one_line(letter.name) if letter.receiver == WORKER else agencies.get(letter.receiver)
    texts = [
        text_of(letter.event, letter.receiver, language, agencies=agencies, name=name) for language in ("id", "en")
    ]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = Header(_on_one_line(name) or "", addr_spec=letter.email)
    mail["Subject"] = _on_one_line(" / ".join(text.subject for text in texts))
    mail["Date"] = format_datetime(letter.kept_at)
    mail["Message-ID"] = f"<{letter.message}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "id, en"
    mail.set_content("\n\n-- English --\n\n".join(text.body for text in texts))
    return mail


def fate_of(letter: Addressed, code: int, *, too_old: bool) -> Fate:
    """Judge the mail server's refusal of one letter: for good, or to be tried again unless it has been long enough."""
    failure = f"refused with {code}"
    if code >= REFUSED_FOR_GOOD:
        return Fate(letter.message, "failed", failure, tried=True)
    return put_off(letter.message, failure, wait=wait_after(letter.attempts), too_old=too_old, tried=True)


def put_off(message: UUID, failure: str, *, wait: float, too_old: bool, tried: bool = False) -> Fate:
    """Try a message again later; one that has been tried for long enough fails instead, for this reason."""
    if too_old:
        return Fate(message, "failed", failure, tried=tried)
    return Fate(message, "pending", wait=wait, tried=tried)


def wait_after(attempts: int) -> float:
    """Say how long to wait when a letter is put off that had been tried so many times before, in seconds."""
    return min(FIRST_WAIT * 2.0 ** min(attempts, 10), LONGEST_WAIT)


def _on_one_line(text: str | None) -> str:
    """Keep a name from writing headers of its own."""
    return " ".join("".join(c if c.isprintable() else " " for c in text or "").split())
