"""What an operator may set for notification, beside what every service has."""

from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from services.notification.channels import CHANNELS
from services.notification.channels.smtp import SmtpSettings
from services.notification.domain import MAILBOX
from shared.key_rings import KeyRing
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
    contact_keys: SecretStr | None = Field(
        default=None,
        description="registration's PULIH_CONTACT_KEYS; needed for smtp without PULIH_CONTACT_KEY",
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
        contacts = self.contacts
        if self.channel == MAILBOX:
            return self
        channel = CHANNELS[self.channel]
        missing = [f"PULIH_{name.upper()}" for name in channel.needs if not getattr(self, name)]
        missing += [] if contacts else ["PULIH_CONTACT_KEY"]
        if missing:
            raise ValueError(f"PULIH_CHANNEL={self.channel} needs {', '.join(missing)}")
        channel(self)
        return self

    @property
    def contacts(self) -> KeyRing | None:
        """The keys that open workers' contacts, where there are any."""
        if not self.contact_key and not self.contact_keys:
            return None
        return KeyRing.of(self.contact_keys or None, self.contact_key or None)
