"""What registration does with the events of training and placement: it keeps journeys, ends spells, and lets them go on."""

from collections.abc import Mapping
from uuid import UUID

from services.registration import asking, retractions_store, store
from services.registration.domain.decisions import Decisions
from services.registration.domain.merging import follow
from services.registration.domain.retracting import void_placement
from services.registration.domain.spell_changes import end_placed, spells_of_placement
from services.registration.identity.worker import Worker
from shared import clock
from shared.database.unit_of_work import UnitOfWork
from shared.events import EVENTS, Event, PlacementVoided, WorkerPlaced, speaker_of
from shared.inbox.handlers import Handlers
from shared.topology import HEARS

STEPS: tuple[type[Event], ...] = tuple(
    kind
    for kind in EVENTS.values()
    if speaker_of(kind) in HEARS["registration"]
    and kind.about == "worker"
    and kind not in (WorkerPlaced, PlacementVoided)
)
"""The other services' events about workers that are kept as steps of the journey and change no spell; relations are read from them."""

handlers = Handlers()


@handlers.on(*STEPS)
async def keep_steps(steps: list[Event], work: UnitOfWork) -> None:
    """Keep each event as a step of the worker's journey."""
    await store.keep_steps(work, steps)


@handlers.on(WorkerPlaced)
async def end_spells(placements: list[WorkerPlaced], work: UnitOfWork) -> None:
    """End the spell of each worker who was placed. A report of a later day opens the next spell at once."""
    await store.keep_steps(work, placements)
    found = await store.lock_workers(work, ids=[placed.worker for placed in placements])
    people = {worker.id: worker for worker in found}
    known = [placed for placed in placements if placed.worker in people]
    ended = [key for placed in known for key in spells_of_placement(people[placed.worker], placed)]
    past = await store.past_spells(work, [key for key in ended if not _is_present(*key, people)])
    decisions = Decisions()
    for placed in known:
        end_placed(people, past, placed, clock.today(), decisions)
    follow(decisions.events, 0, people)
    await store.keep(work, decisions, people.values())
    await asking.tell_offices(work, decisions, people.values())


@handlers.on(PlacementVoided)
async def let_spells_go_on(voided: list[PlacementVoided], work: UnitOfWork) -> None:
    """Let the spell of each worker go on whose placement was retracted."""
    await store.keep_steps(work, voided)
    ids = {each.worker for each in voided}
    people = {worker.id: worker for worker in await store.lock_workers(work, ids=ids)}
    history = await retractions_store.history_of(work, people)
    decisions = Decisions()
    for each in voided:
        if each.worker in people:
            void_placement(people, each, history, clock.today(), decisions)
    follow(decisions.events, 0, people)
    await store.keep(work, decisions, people.values())
    await asking.tell_offices(work, decisions, people.values())


def _is_present(worker: UUID, number: int, people: Mapping[UUID, Worker]) -> bool:
    spell = people[worker].spell
    return spell is not None and spell.number == number
