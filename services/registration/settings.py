"""What an operator may set for the front desk, beside what every service has."""

from pydantic import Field, SecretStr, field_validator

from shared.sealing import Seal, key_from
from shared.settings import Settings


class RegistrationSettings(Settings):
    """The front desk's settings. A missing or wrong value raises pydantic's `ValidationError`."""

    sealing_key: SecretStr = Field(description="urlsafe base64 of 32 bytes: closes personal data; the desk's alone")
    contact_key: SecretStr = Field(description="urlsafe base64 of 32 bytes: closes contacts for notification")

    @field_validator("sealing_key", "contact_key")
    @classmethod
    def is_a_key(cls, value: SecretStr) -> SecretStr:
        """Refuse what is no key while the service starts, not when the first worker comes."""
        key_from(value.get_secret_value())
        return value

    @property
    def seal(self) -> Seal:
        """The desk's own seal."""
        return Seal(key_from(self.sealing_key.get_secret_value()))

    @property
    def contact_seal(self) -> Seal:
        """The seal that notification can open."""
        return Seal(key_from(self.contact_key.get_secret_value()))
