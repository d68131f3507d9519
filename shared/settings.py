"""What an operator may set for a service: every name here is an environment variable with `PULIH_` before it."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from shared import key_file
from shared.kafka.settings import KafkaSettings


class Settings(KafkaSettings):
    """The settings that all four services share.

    A service that needs more subclasses this. A missing or wrong value raises pydantic's `ValidationError`.
    """

    database_url: SecretStr = Field(description="postgresql://user:password@host:port/database of this service alone")
    host: str = Field(default="127.0.0.1", description="the address to listen at; 0.0.0.0 for every one")
    port: int = Field(default=8701, ge=0, le=65535, description="the port to listen at")
    operators: Path = Field(
        description="file of the operators' and services' keys, by their hashes; `pulih operator` edits it, and a change "
        "counts within a second"
    )
    batch: int = Field(default=2_000, ge=1, le=5_000, description="events taken in by one transaction, at most")
    page: int = Field(default=2_000, ge=1, le=10_000, description="journal rows published before the cursor moves")
    broker_forgets: bool = Field(
        default=False,
        description="true for the embedded broker: publish no further ahead of the listeners than it holds",
    )
    listeners: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="base URLs of the services that consume this one's topic. They are asked how far they have heard: where the broker "
        "forgets, and where the topic was emptied, to see whether this database went back in time",
    )
    service_key: SecretStr | None = Field(
        default=None,
        description="this service's own key, to ask the listeners; needed where the broker forgets. Without it nobody is asked",
    )
    erased_file: Path | None = Field(
        default=None,
        description="a file outside the database for the ids of erased workers: a database that is restored from a dump "
        "erases them again before it is open; needed in registration and notification",
    )
    practice: bool = Field(
        default=False,
        description="true for a stack that plays programmes of the past: operators may move its clock. A database that was "
        "made without it refuses it, and the other way round",
    )
    exit_with_parent: int = Field(
        default=0, ge=0, description="end when the process with this id is no longer the parent"
    )

    @field_validator("listeners", mode="before")
    @classmethod
    def split_at_commas(cls, value: object) -> object:
        """Read `a,b` as a list."""
        return [part for part in value.split(",") if part] if isinstance(value, str) else value

    @field_validator("erased_file", "service_key", mode="before")
    @classmethod
    def is_set(cls, value: object) -> object:
        """Take an empty text for none."""
        return value or None

    @field_validator("database_url")
    @classmethod
    def name_a_postgresql(cls, value: SecretStr) -> SecretStr:
        """Refuse an address that is no PostgreSQL's, before a driver answers in its own words."""
        if not value.get_secret_value().startswith("postgresql://"):
            raise ValueError("it reads postgresql://user:password@host:port/database")
        return value

    @field_validator("operators")
    @classmethod
    def name_a_key_file(cls, value: Path) -> Path:
        """Refuse a wrong file at the start of the service, not at the first request."""
        key_file.holders_in(key_file.text_of(value))
        return value

    @model_validator(mode="after")
    def have_a_key_for_listeners(self) -> Self:
        """Refuse listeners that could never be asked."""
        if self.broker_forgets and self.listeners and not self.service_key:
            raise ValueError("to ask PULIH_LISTENERS it needs PULIH_SERVICE_KEY")
        return self

    @property
    def can_ask_listeners(self) -> bool:
        """Whether it knows where those are who hear it, and has a key for them."""
        return bool(self.listeners) and self.service_key is not None

    @property
    def sqlalchemy_url(self) -> str:
        """The database's address as SQLAlchemy's asyncpg dialect wants it."""
        return self.database_url.get_secret_value().replace("postgresql://", "postgresql+asyncpg://", 1)


class TaskSettings(Settings):
    """The settings of the services that know what agencies owe: registration, training and placement."""

    escalation_days: int = Field(
        default=7,
        ge=0,
        le=365,
        description="days after a task was due when the worker's office is told that it is late",
    )
    reminder_days_before: int = Field(
        default=2,
        ge=0,
        le=365,
        description="days before the due day when an agency is reminded of a task that ends by itself (an answer to a referral, "
        "an answer to a move); of the others it is reminded on the due day",
    )
