"""Tells the worker's offices whom they are to ask: no report says whether the worker wants training or work."""

from collections.abc import Iterable

from services.registration.domain.decisions import Decisions
from services.registration.identity.worker import Worker
from shared.database.unit_of_work import UnitOfWork
from shared.events import InterviewNeeded, WorkerRegistered
from shared.offices import offices_in


async def tell_offices(work: UnitOfWork, decisions: Decisions, workers: Iterable[Worker]) -> None:
    """Tell the offices of those who were registered, and of whom nothing says yet what they want."""
    registered = [event for event in decisions.events if isinstance(event, WorkerRegistered) and not event.wants]
    spells = [(event, decisions.spells[event.worker, event.spell]) for event in registered]
    unasked = [event for event, spell in spells if spell.is_open and not spell.wants]
    if not unasked:
        return
    regions = {worker.id: worker.region for worker in workers}
    offices = await offices_in(work, {regions[event.worker] for event in unasked})
    work.announce(
        *(
            InterviewNeeded(
                worker=event.worker, spell=event.spell, agency=event.agency, concerns=offices[regions[event.worker]]
            )
            for event in unasked
        )
    )
