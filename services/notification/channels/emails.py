"""How a letter is written as an e-mail, and which addresses can take one. Pure."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from services.notification.letters import Letter, on_one_line

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def usable(email: str | None) -> str | None:
    """Give an address that a mail server can be asked to take, or None."""
    email = (email or "").strip()
    return email if _ADDRESS.fullmatch(email) else None


def write_email(letter: Letter, *, sender: str) -> EmailMessage:
    """Write a letter in both languages. Its Message-ID is the message's own, whenever and however often it is sent."""
    texts = [letter.text("id"), letter.text("en")]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = Address(on_one_line(letter.name), addr_spec=letter.address)
    mail["Subject"] = on_one_line(" / ".join(text.subject for text in texts))
    mail["Date"] = format_datetime(letter.kept_at)
    mail["Message-ID"] = f"<{letter.message}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "id, en"
    mail.set_content("\n\n-- English --\n\n".join(text.body for text in texts))
    return mail
