"""The contract: every event that is said between the offices, under its CloudEvents type."""

from types import ModuleType
from typing import Final, TypeVar

from shared.events import facts as _facts
from shared.events import services as _services
from shared.events.envelope import NO_ENVELOPE, Envelope, Event, type_of
from shared.events.facts import *  # noqa: F403  the contract reads as one module
from shared.events.facts import Fact
from shared.events.services import *  # noqa: F403  the contract reads as one module
from shared.events.services import SpellEvent

E = TypeVar("E", bound=Event)


def _defined_in(module: ModuleType, above: type[E]) -> dict[str, type[E]]:
    return {
        type_of(kind): kind
        for kind in vars(module).values()
        if isinstance(kind, type)
        and issubclass(kind, above)
        and kind.__module__ == module.__name__
        and kind not in (Fact, SpellEvent)
    }


FACTS: Final[dict[str, type[Fact]]] = _defined_in(_facts, Fact)
"""CloudEvents type -> what an agency may say."""

EVENTS: Final[dict[str, type[Event]]] = {**FACTS, **_defined_in(_services, Event)}
"""CloudEvents type -> every event of the contract."""

__all__ = ["EVENTS", "FACTS", "NO_ENVELOPE", "Envelope", "Event", "Fact", "SpellEvent", "type_of"]
