"""The contract: every event between the services, under its CloudEvents type."""

from typing import Final

from shared.events import facts as _facts
from shared.events import notification as _notification
from shared.events import placement as _placement
from shared.events import registration as _registration
from shared.events import training as _training
from shared.events.envelope import NO_ENVELOPE, Envelope, Event, OrderedEvent, SpellEvent, chosen_id, type_of
from shared.events.facts import *  # noqa: F403  the contract reads as one module
from shared.events.facts import Fact, FactRetracted, WalkInReported
from shared.events.notification import *  # noqa: F403  as above
from shared.events.placement import *  # noqa: F403  as above
from shared.events.registration import *  # noqa: F403  as above
from shared.events.training import *  # noqa: F403  as above

_SAID_BY: Final = {
    _facts: "registration",
    _registration: "registration",
    _training: "training",
    _placement: "placement",
    _notification: "notification",
}
"""Module -> the service that publishes its events."""

_NOT_PUBLISHED: Final = (Fact, FactRetracted)
"""Registration publishes a retraction as one of a worker's, a course's or a vacancy's fact."""

_SPEAKERS: Final[dict[type[Event], str]] = {
    kind: speaker
    for module, speaker in _SAID_BY.items()
    for kind in vars(module).values()
    if isinstance(kind, type)
    and issubclass(kind, Event)
    and kind.__module__ == module.__name__
    and not kind.__name__.startswith("_")
    and kind not in _NOT_PUBLISHED
}

EVENTS: Final[dict[str, type[Event]]] = {type_of(kind): kind for kind in _SPEAKERS}
"""CloudEvents type -> every event of the contract."""

FACTS: Final[dict[str, type[Fact]]] = {
    **{name: kind for name, kind in EVENTS.items() if issubclass(kind, Fact) and kind is not WalkInReported},
    type_of(FactRetracted): FactRetracted,
}
"""CloudEvents type -> what an agency may say. A walk-in is said as a hire."""


def speaker_of(kind: type[Event]) -> str:
    """Name the service that publishes an event."""
    return _SPEAKERS[kind]


__all__ = [
    "EVENTS",
    "FACTS",
    "NO_ENVELOPE",
    "Envelope",
    "Event",
    "Fact",
    "OrderedEvent",
    "SpellEvent",
    "chosen_id",
    "speaker_of",
    "type_of",
]
