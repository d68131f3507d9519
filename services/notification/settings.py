"""What an operator may set for notification, beside what every service has."""

from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from services.notification.channels import CHANNELS
from services.notification.channels.smtp import SmtpSettings
from services.notification.domain import MAILBOX
from shared.sealing import key_from
from shared.settings import Settings


class NotificationSettings(SmtpSettings, Settings):
    """How messages go out: kept in a mailbox that `GET /messages` reads, or sent by a channel as well."""

    batch: int = Field(
        default=1_000, ge=1, le=5_000, description="as for the others: each event makes about three messages"
    )
    channel: str = Field(default=MAILBOX, description="`mailbox`, or `smtp` to mail every message too")
    contact_key: SecretStr | None = Field(
        default=None, description="opens workers' contacts: registration's PULIH_CONTACT_KEY; needed for smtp"
    )
    address_patience: float = Field(
        default=600, ge=0, description="seconds to wait for an address: a step may be heard before the registration"
    )

    @field_validator("channel")
    @classmethod
    def is_known(cls, value: str) -> str:
        """Refuse a word that is no channel's."""
        known = (MAILBOX, *CHANNELS)
        if value not in known:
            raise ValueError(f"one of {', '.join(known)} was expected")
        return value

    @model_validator(mode="after")
    def can_send(self) -> Self:
        """Name what the channel lacks, or what is wrong, before anything starts."""
        if self.contact_key:
            key_from(self.contact_key.get_secret_value())
        if self.channel == MAILBOX:
            return self
        channel = CHANNELS[self.channel]
        missing = [f"PULIH_{name.upper()}" for name in (*channel.needs, "contact_key") if not getattr(self, name)]
        if missing:
            raise ValueError(f"PULIH_CHANNEL={self.channel} needs {', '.join(missing)}")
        channel(self)
        return self
