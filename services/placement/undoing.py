"""What placement does when it hears that something is not so: a retraction, a reinstatement, a placement that the office denies."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import Literal
from uuid import UUID

from services.placement import evidence, referrals, restating, retracting, spells, store
from services.placement.casebook import Casebook
from services.placement.domain.terms import Terms
from shared import kept_facts
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    BusinessStarted,
    Fact,
    HireConfirmed,
    PlacementDenied,
    RegistrationReinstated,
    VacancyFactRetracted,
    WorkerFactRetracted,
    WorkerRecalled,
    type_of,
)
from shared.inbox.handlers import Handler

Settle = Callable[[UnitOfWork, Casebook], Awaitable[None]]


def about_denied(settle: Settle, terms: Terms) -> Handler:
    """Make the handler for placements that the worker's office denies."""

    async def void_placements(denied: list[PlacementDenied], work: UnitOfWork) -> None:
        """Let placements be void that the worker's office denies; what had no effect because of them may have one."""
        await work.take_turns()
        same = await store.same_workers(work, [fact.worker for fact in denied])
        vacancies = {each.vacancy for each in (await store.placements_of(work, same)).values() if each.vacancy}
        book, kept = await _open_with_kept(work, terms, same, vacancies)
        agencies = {retracting.deny(book, fact) for fact in denied}
        fallen = [
            fact.envelope.id for fact in kept if fact.agency in agencies and type_of(type(fact)) in retracting.OUTCOMES
        ]
        await kept_facts.drop(work, fallen)  # what is denied is not said again by who said it
        kept = [fact for fact in kept if fact.envelope.id not in fallen]
        await kept_facts.drop(work, retracting.apply_kept(book, kept))
        await settle(work, book)

    return void_placements


def about_retractions(settle: Settle, terms: Terms) -> Handler:
    """Make the handler for facts about workers that were retracted."""

    async def void_outcomes(retracted: list[WorkerFactRetracted], work: UnitOfWork) -> None:
        """Undo the hires, recalls, businesses and declines that were retracted; what counts in their place takes effect."""
        ours = [event for event in retracted if event.retracts in retracting.ABOUT_PLACEMENTS]
        without_effect = await kept_facts.drop(work, [event.fact for event in ours])
        ours = [each for each in ours if each.fact not in without_effect or each.retracts in evidence.KINDS]
        if not ours:
            return
        vacancies = {event.vacancy for event in ours if event.vacancy}
        book, kept = await _open_with_kept(work, terms, {event.worker for event in ours}, vacancies)
        for event in ours:
            retracting.retract(book, event)
        book.reopen_lost(vacancies, "vacancy-filled")
        await kept_facts.drop(work, retracting.apply_kept(book, kept))
        await settle(work, book)

    return void_outcomes


def about_reinstated(settle: Settle, terms: Terms) -> Handler:
    """Make the handler for spells that go on."""

    async def reinstate_candidates(reinstated: list[RegistrationReinstated], work: UnitOfWork) -> None:
        """Let spells go on whose withdrawal was retracted; answers that came meanwhile count."""
        book, kept = await _open_with_kept(work, terms, {event.worker for event in reinstated}, set())
        for event in reinstated:
            spells.reinstate(book, event)
            if event.spell > 1:
                evidence.end_by_next_spell(book, event)
        await kept_facts.drop(work, retracting.apply_kept(book, kept))
        await settle(work, book)

    return reinstate_candidates


def about_vacancies_retracted(settle: Settle, terms: Terms) -> Handler:
    """Make the handler for facts about vacancies that were retracted."""

    async def restate_vacancies(retracted: list[VacancyFactRetracted], work: UnitOfWork) -> None:
        """Let vacancies be what is still said of them; answers that had no effect may have one now."""
        await work.take_turns()
        ids = {event.vacancy for event in retracted}
        forgotten = await kept_facts.drop(work, [event.fact for event in retracted])
        kept = await kept_facts.about(work, ids)
        said = [fact for fact in kept if fact.about == "vacancy"]
        answers = [fact for fact in kept if fact.about == "worker"]
        book = await open_for_undoing(
            work,
            terms,
            ids,
            "vacancy-closed",
            workers=[fact.key for fact in answers],
            vacancies=dict.fromkeys(ids, referrals.TRANSACTION_LIMIT // len(ids)) | latest_referrals(answers),
            agencies={fact.agency for fact in said} | {event.agency for event in retracted},
        )
        answers = retracting.of_present_spells(book, answers)
        restating.restate(book, retracted, said, forgotten)
        await kept_facts.drop(work, retracting.apply_kept(book, answers))
        await settle(work, book)

    return restate_vacancies


async def open_for_undoing(
    work: UnitOfWork,
    terms: Terms,
    lost: Collection[UUID],
    reason: Literal["vacancy-closed", "vacancy-filled"],
    *,
    workers: Iterable[UUID] = (),
    vacancies: Mapping[UUID, int],
    agencies: Iterable[str] = (),
) -> Casebook:
    """Read a casebook in which referrals may be open again: also those which the vacancies in `lost` lost for this reason."""
    others = await store.lapsed_from(work, lost, reason, referrals.TRANSACTION_LIMIT) if lost else []
    return await store.open_casebook(
        work, workers=[*workers, *others], vacancies=vacancies, agencies=agencies, terms=terms
    )


async def _open_with_kept(
    work: UnitOfWork, terms: Terms, workers: set[UUID], vacancies: set[UUID]
) -> tuple[Casebook, list[Fact]]:
    """Read all that undoing something about these workers may touch, and the facts that had no effect and may have one now."""
    await work.take_turns()
    same = await store.same_workers(work, workers)
    kept = [fact for fact in await kept_facts.about(work, vacancies, workers=same) if fact.about == "worker"]
    book = await open_for_undoing(
        work,
        terms,
        vacancies,
        "vacancy-filled",
        workers=[*same, *(fact.key for fact in kept)],
        vacancies=dict.fromkeys(vacancies, 0) | latest_referrals(kept),
    )
    book.placements = await store.placements_of(work, book.candidates)
    book.walk_ins = await store.walk_ins_of(work, book.candidates)
    return book, retracting.of_present_spells(book, kept)


async def let_outcomes_count(work: UnitOfWork, book: Casebook, workers: set[UUID]) -> None:
    """Let recalls and businesses count that were said under another id of these workers before anything was heard of them."""
    kept = await kept_facts.about(work, [], workers=await store.same_workers(work, workers))
    outcomes = [fact for fact in kept if isinstance(fact, WorkerRecalled | BusinessStarted)]
    await kept_facts.drop(work, retracting.apply_kept(book, retracting.of_present_spells(book, outcomes)))


def latest_referrals(facts: Iterable[Fact]) -> dict[UUID, int]:
    """Say how many of the latest referrals to each vacancy these facts may end: a hire ends its own and one other, at most."""
    hires = Counter(fact.vacancy for fact in facts if isinstance(fact, HireConfirmed))
    return {vacancy: 2 * number for vacancy, number in hires.items()}
