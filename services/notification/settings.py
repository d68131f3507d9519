"""What an operator may set for notification, beside what every service has."""

from email.utils import parseaddr
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from services.notification.domain import Channel
from services.notification.letters import usable
from shared.sealing import key_from
from shared.settings import Settings


class NotificationSettings(Settings):
    """How messages go out: kept in a mailbox that `GET /messages` reads, or mailed as well."""

    batch: int = Field(
        default=1_000, ge=1, le=5_000, description="as for the others: each event makes about three messages"
    )
    channel: Channel = Field(default="mailbox", description="`mailbox`, or `smtp` to mail every message too")
    contact_key: SecretStr | None = Field(
        default=None, description="opens workers' contacts: registration's PULIH_CONTACT_KEY; needed for smtp"
    )
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
    address_patience: float = Field(
        default=600, ge=0, description="seconds to wait for an address: a step may be heard before the registration"
    )

    @model_validator(mode="after")
    def can_send(self) -> Self:
        """Name what is missing for mail, or wrong, before anything starts."""
        if self.contact_key:
            key_from(self.contact_key.get_secret_value())
        if self.channel == "smtp":
            wanted = {"PULIH_SMTP_HOST": self.smtp_host, "PULIH_SMTP_FROM": self.smtp_from}
            missing = [name for name, value in wanted.items() if not value]
            if not self.contact_key:
                missing.append("PULIH_CONTACT_KEY")
            if missing:
                raise ValueError(f"PULIH_CHANNEL=smtp needs {', '.join(missing)}")
            if not usable(parseaddr(self.smtp_from)[1]):
                raise ValueError("PULIH_SMTP_FROM is no mail address")
        return self
