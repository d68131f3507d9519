"""The contract: every event that is said between the offices, under its CloudEvents type."""

from typing import Final

from shared.events import facts as _facts
from shared.events import services as _services
from shared.events.envelope import UNSAID, Event, Said, type_of
from shared.events.facts import *  # noqa: F403  the contract reads as one module
from shared.events.facts import Fact
from shared.events.services import *  # noqa: F403  the contract reads as one module


def _defined_in(module: object) -> list[type[Event]]:
    return [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind.__module__ == module.__name__ and kind is not Fact
    ]


FACTS: Final[dict[str, type[Fact]]] = {type_of(kind): kind for kind in _defined_in(_facts)}
"""CloudEvents type -> what an agency may say."""

EVENTS: Final[dict[str, type[Event]]] = {**FACTS, **{type_of(kind): kind for kind in _defined_in(_services)}}
"""CloudEvents type -> every event of the contract."""

__all__ = ["EVENTS", "FACTS", "UNSAID", "Event", "Fact", "Said", "type_of"]
