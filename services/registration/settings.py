"""Registration's own settings: the keys that encrypt personal data and contacts, and how old a fact may be."""

from pydantic import Field, SecretStr, field_validator

from shared.sealing import Seal, key_from
from shared.settings import Settings


class RegistrationSettings(Settings):
    """Registration's settings. A missing or wrong value raises pydantic's `ValidationError`."""

    sealing_key: SecretStr = Field(
        description="urlsafe base64 of 32 bytes: encrypts personal data; registration's alone"
    )
    contact_key: SecretStr = Field(description="urlsafe base64 of 32 bytes: encrypts contacts for notification")
    oldest_years: int = Field(
        default=10, ge=1, le=120, description="years back that the day of a fact may lie; an older one is refused"
    )

    practice: bool = Field(
        default=False,
        description="true for a stack that plays programmes of the past: the day that an agency names counts for a place "
        "in line. A database that was made without it refuses it, and the other way round",
    )

    @field_validator("sealing_key", "contact_key")
    @classmethod
    def is_a_key(cls, value: SecretStr) -> SecretStr:
        """Refuse a wrong key at the start of the service, not at the first worker."""
        key_from(value.get_secret_value())
        return value

    @property
    def seal(self) -> Seal:
        """The seal that registration alone can open."""
        return Seal(key_from(self.sealing_key.get_secret_value()))

    @property
    def contact_seal(self) -> Seal:
        """The seal that notification can open."""
        return Seal(key_from(self.contact_key.get_secret_value()))
