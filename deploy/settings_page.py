"""Writes docs/settings.md from the settings' own classes: `python -m deploy.settings_page > docs/settings.md`."""

import sys
from collections.abc import Iterator

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from services.notification.settings import NotificationSettings
from services.placement.settings import PlacementSettings
from services.registration.settings import RegistrationSettings
from services.training.settings import TrainingSettings
from shared.kafka.settings import KafkaSettings
from shared.settings import Settings, TaskSettings

WHOSE: dict[str, type[KafkaSettings]] = {
    "every service, `pulih topics`": KafkaSettings,
    "every service": Settings,
    "registration, training, placement": TaskSettings,
    "registration": RegistrationSettings,
    "training": TrainingSettings,
    "placement": PlacementSettings,
    "notification": NotificationSettings,
}
"""Whose settings a class adds, in the order of the page."""
HEAD = """\
# Settings

Every setting of a service is an environment variable. A missing or wrong one ends the service at its start with a sentence
that names it. This page is made from the classes that read them (`make settings`), and a test compares the two.

| variable | default | whose | what it says |
|---|---|---|---|
"""
TAIL = """
## Kafka that asks who you are

```sh
export PULIH_KAFKA=broker-1.example.go.id:9093,broker-2.example.go.id:9093
export PULIH_KAFKA_USER=pulih PULIH_KAFKA_PASSWORD=…        # SASL/SCRAM-SHA-512; PULIH_KAFKA_MECHANISM chooses another
export PULIH_KAFKA_TLS=true PULIH_KAFKA_CA=/etc/pulih/ca.pem  # without PULIH_KAFKA_CA, the system's authorities count
```

With ACLs, a service's user needs `Write` and `Read` on the topic of its name (it reads what it said last, to see whether its database
went back in time), `Read` on the topics that it hears and on the group `pulih-SERVICE`; the user of `pulih topics create` and `grow` needs `Create`, `Alter` and `Describe` on the topics.
`PULIH_TOPIC_PREFIX` stands before topics and groups.

## Operators and services

`PULIH_OPERATORS` names a file that every service reads, with a line for each key. It holds hashes alone (SHA-256, hexadecimal):

```
operator siti 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08  # the person at the desk
service training 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752
```

`pulih operator add`, `list` and `revoke` edit it; a change counts within a second, without a restart. An operator may ask every route
of operators. A service's key (`PULIH_SERVICE_KEY` of that service) reads `GET /bookmarks/TOPIC` at the others and opens nothing else;
only the embedded broker needs that. A wrong line ends a service at its start with a sentence that names it; later the keys of
before hold, and the service logs an error.

## The command

| variable | what it says |
|---|---|
| `PULIH_DATA` | the data folder of `pulih up` |
| `PULIH_REGISTRATION_URL`, `PULIH_TRAINING_URL`, `PULIH_PLACEMENT_URL`, `PULIH_NOTIFICATION_URL` | where the services answer, if not through a `pulih up` here |
| `PULIH_OPERATOR_KEY` | your own key as an operator, for commands that ask the operators' routes; else the one that `pulih up` was made with |
| `PULIH_OPERATORS` | the key file that `pulih operator` edits |
| `PULIH_KEY` | an agency's key, for `pulih post` |
| `PULIH_DEBUG` | `1` shows where a fault of ours is |

What `docker-compose.yml` reads beside these is in `.env.example`.
"""


def page() -> str:
    """Give the page."""
    return HEAD + "".join(_rows()) + TAIL


def _rows() -> Iterator[str]:
    said: set[tuple[str, str | None]] = set()
    for whose, kind in WHOSE.items():
        for name, field in kind.model_fields.items():
            if (name, field.description) in said:
                continue
            said.add((name, field.description))
            says = (field.description or "").replace("|", "\\|")
            yield f"| `PULIH_{name.upper()}` | {_default(field)} | {whose} | {says} |\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**must be set**"
    default = field.default
    if default in (None, "", PydanticUndefined):
        return ""
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


if __name__ == "__main__":
    sys.stdout.write(page())
