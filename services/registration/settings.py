"""Registration's own settings: the keys for personal data and contacts, how old a fact may be, how long workers are kept, when tasks are due."""

from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from shared.key_rings import KeyRing, keys_in
from shared.sealing import Seal, key_from
from shared.settings import TaskSettings


class RegistrationSettings(TaskSettings):
    """Registration's settings. A missing or wrong value raises pydantic's `ValidationError`."""

    sealing_key: SecretStr = Field(
        description="urlsafe base64 of 32 bytes, registration's alone: finds a NIK again, seals what is said of courses and "
        "vacancies, and is the master key `0`"
    )
    master_keys: SecretStr | None = Field(
        default=None,
        description="`id:key,id:key`: master keys, which wrap each worker's data key; the first wraps, every one opens",
    )
    contact_key: SecretStr | None = Field(
        default=None, description="urlsafe base64 of 32 bytes: encrypts contacts for notification; the contact key `0`"
    )
    contact_keys: SecretStr | None = Field(
        default=None,
        description="`id:key,id:key`: contact keys with ids; the first encrypts, every one opens; needed without "
        "PULIH_CONTACT_KEY",
    )
    oldest_years: int = Field(
        default=10, ge=1, le=120, description="years back that the day of a fact may lie; an older one is refused"
    )

    keep_years: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="years after a worker's last spell ended, when the worker is erased; without it, nobody is erased by time",
    )

    review_days: int = Field(
        default=14, ge=0, le=365, description="days after a review was opened when its decision is due"
    )
    interview_days: int = Field(
        default=7,
        ge=0,
        le=365,
        description="days after a worker was reported without `wants` when the office is to have asked the worker",
    )

    @field_validator("master_keys", "contact_key", "contact_keys", "keep_years", mode="before")
    @classmethod
    def is_given(cls, value: object) -> object:
        """Take an empty text for none: compose hands one over."""
        return value or None

    @field_validator("sealing_key", "contact_key")
    @classmethod
    def is_a_key(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse a wrong key at the start of the service, not at the first worker."""
        if value:
            key_from(value.get_secret_value())
        return value

    @field_validator("master_keys", "contact_keys")
    @classmethod
    def are_keys(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse wrong keys, as above."""
        if value:
            keys_in(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def can_seal_contacts(self) -> Self:
        """Refuse to start without any contact key."""
        if self.contact_key is None and self.contact_keys is None:
            raise ValueError("set PULIH_CONTACT_KEY or PULIH_CONTACT_KEYS")
        return self

    @property
    def seal(self) -> Seal:
        """The desk's own key, which registration alone has."""
        return Seal(key_from(self.sealing_key.get_secret_value()))

    @property
    def masters(self) -> KeyRing:
        """The master keys. The sealing key is one of them, the last: it wrapped data keys while there was no other."""
        return KeyRing.of(self.master_keys, self.sealing_key)

    @property
    def contacts(self) -> KeyRing:
        """The contact keys, which notification has too."""
        return KeyRing.of(self.contact_keys, self.contact_key)
