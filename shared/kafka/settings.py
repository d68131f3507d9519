"""Kafka's settings: how to reach the brokers, and how topics are declared. Every program uses these."""

import ssl
from pathlib import Path
from typing import Any, Literal

from faststream.kafka.security import parse_security
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_SASL = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}


class KafkaSettings(BaseSettings):
    """Where the brokers are, who we are to them, and how topics are declared."""

    model_config = SettingsConfigDict(env_prefix="PULIH_", extra="ignore")

    kafka: str = Field(default="localhost:9092", description="bootstrap servers, host:port, comma-separated")
    kafka_user: str | None = Field(default=None, description="SASL user; without one, no SASL")
    kafka_password: SecretStr | None = Field(default=None, description="SASL password")
    kafka_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="SASL mechanism"
    )
    kafka_tls: bool = Field(default=False, description="true: connect by TLS")
    kafka_ca: Path | None = Field(
        default=None, description="PEM file of the authority that signed the brokers' certificates; else the system's"
    )
    topic_prefix: str = Field(default="", description="put before every topic and consumer group")
    partitions: int = Field(default=4, ge=1, le=256, description="partitions of every topic, checked at start")
    retention_hours: int = Field(
        default=168, ge=1, description="how long Kafka keeps what was said; the journals keep it for ever"
    )
    replicas: int = Field(default=1, ge=1, le=9, description="copies of every partition")
    min_insync_replicas: int = Field(
        default=1, ge=1, le=9, description="copies that must have a record: at most replicas"
    )

    @model_validator(mode="after")
    def agree(self) -> "KafkaSettings":
        """Refuse settings that exclude each other."""
        if self.kafka_user and not self.kafka_password:
            raise ValueError("PULIH_KAFKA_USER needs PULIH_KAFKA_PASSWORD")
        if self.min_insync_replicas > self.replicas:
            raise ValueError("PULIH_MIN_INSYNC_REPLICAS cannot be more than PULIH_REPLICAS")
        return self

    @property
    def bootstrap(self) -> list[str]:
        """The brokers to ask first."""
        return self.kafka.split(",")

    def topic(self, speaker: str) -> str:
        """Name the topic of a service: its own name, with the prefix."""
        return f"{self.topic_prefix}{speaker}"

    def security(self) -> BaseSecurity | None:
        """How FastStream proves who we are; nothing for a broker that asks nothing."""
        tls = ssl.create_default_context(cafile=self.kafka_ca) if self.kafka_tls else None
        if self.kafka_user and self.kafka_password:
            kind = _SASL[self.kafka_mechanism]
            return kind(
                self.kafka_user, self.kafka_password.get_secret_value(), ssl_context=tls, use_ssl=self.kafka_tls
            )
        return BaseSecurity(ssl_context=tls, use_ssl=True) if self.kafka_tls else None

    def client_options(self) -> dict[str, Any]:
        """What every aiokafka client is made with."""
        return {"bootstrap_servers": self.bootstrap, **parse_security(self.security())}
