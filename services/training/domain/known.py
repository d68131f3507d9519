"""What is known of some workers: their applications, and whom an id means where a worker was merged into another."""

from typing import NamedTuple
from uuid import UUID

from services.training.domain.entities import Application
from shared.merges import Merged


class Asked(NamedTuple):
    """Which seat is meant: a worker's in a course, or the one that the worker has now or had last; if there is one, that of which `fact` was said."""

    worker: UUID
    course: UUID | None
    fact: UUID | None = None


class Known(dict[UUID, dict[int, Application]]):
    """Worker -> spell -> application. `merged` has those of the workers asked for whose id means another's."""

    def __init__(self) -> None:
        super().__init__()
        self.merged: dict[UUID, Merged] = {}
        self.void: list[Application] = []
        """Those to forget: they stood for an application that never came."""

    def of(self, worker: UUID, spell: int | None) -> Application | None:
        """Give an application, if there is one."""
        return None if spell is None else self.get(worker, {}).get(spell)

    def joint(self, worker: UUID, spell: int) -> tuple[UUID, int] | None:
        """Give the worker and spell as which this one goes on, where the worker was merged."""
        merged = self.merged.get(worker)
        return merged.joint if merged is not None and merged.spell == spell else None

    def keep(self, application: Application) -> Application:
        """Keep an application, in the place of what was known of that spell."""
        self.setdefault(application.worker, {})[application.spell] = application
        return application

    def forget(self, application: Application) -> None:
        """Forget what was only noted down for a worker who had not applied."""
        del self[application.worker][application.spell]
        self.void.append(application)

    def certified(self, worker: UUID) -> frozenset[str]:
        """Name the vocations in which a worker holds a certificate, under whichever id."""
        ids = {worker, *(id for id, merged in self.merged.items() if merged.person == worker)}
        return frozenset().union(*(each.certified for id in ids for each in self.get(id, {}).values()))

    def every(self) -> list[Application]:
        """Give all applications."""
        return [application for spells in self.values() for application in spells.values()]
