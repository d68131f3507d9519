"""What placement does about each event that it hears."""

from collections.abc import Callable
from functools import partial
from typing import Any

from services.placement import (
    agency_facts,
    approvals,
    evidence,
    merging,
    openings,
    referrals,
    spells,
    store,
    undoing,
)
from services.placement.casebook import Casebook
from services.placement.domain.terms import Terms
from services.placement.undoing import Settle
from shared import erasures, kept_facts, merges
from shared.agencies import admit, from_registration, keep_agencies
from shared.database.unit_of_work import UnitOfWork
from shared.events import (
    AgencyAdmitted,
    ApplicationAmended,
    ApplicationRefused,
    BusinessStarted,
    ClaimAdded,
    ClaimEnded,
    EmploymentEnded,
    Event,
    HireConfirmed,
    HireDeclined,
    JobseekerCardIssued,
    PlacementConfirmed,
    PlacementContested,
    PlacementDenied,
    PlacementTold,
    RegistrationReinstated,
    RegistrationWithdrawn,
    TrainingNotCompleted,
    TrainingResultVoided,
    VacancyApproved,
    VacancyClosed,
    VacancyFactRetracted,
    VacancyPosted,
    WalkInReported,
    WorkerErased,
    WorkerFactRetracted,
    WorkerGraduated,
    WorkerMerged,
    WorkerRecalled,
    WorkerRegistered,
    WorkerRestricted,
    WorkerSplit,
)
from shared.inbox.handlers import Handler, Handlers
from shared.offices import Offices

Rule = Callable[[Casebook, Any], None]

RULES: dict[type[Event], Rule] = {
    ClaimAdded: spells.note_concerns,  # tell another agency of what comes, too
    ClaimEnded: spells.note_concerns,  # tell an agency nothing more
    ApplicationAmended: spells.apply,  # update wishes, reach and region; match again
    WorkerGraduated: spells.graduate,  # match each graduate, in the vocation of the new certificate too
    TrainingNotCompleted: spells.leave_training,  # match each worker who failed or left the course
    TrainingResultVoided: spells.void_result,  # take the certificate away; let the worker be in training again
    ApplicationRefused: spells.skip_training,  # match each worker for whom training has nothing new
    JobseekerCardIssued: spells.note_card,  # match again: with a card, abroad too
    WorkerRestricted: spells.restrict,  # leave the queues, or match again
    HireDeclined: agency_facts.decline,  # match the worker again, and offer the opening to the next in the queue
    WorkerRecalled: agency_facts.end_spell,  # end the spell of a worker who is back at the old job
    BusinessStarted: agency_facts.end_spell,  # end the spell of a worker who started a business
}
"""The events about one worker, and the rule for each. They need nothing but that worker's own referrals."""

VACANCY_RULES: dict[type[Event], Rule] = {
    VacancyPosted: agency_facts.post_vacancy,  # open or amend each vacancy, and refer the first in its queues
    VacancyApproved: approvals.approve_vacancy,  # offer what an office approved to the first in the queues, or refuse
}
"""The events about one vacancy that need none of its referrals, and the rule for each."""


def make_handlers(terms: Terms) -> Handlers:
    """Make placement's handlers. The referrals that they make are on these terms."""
    handlers = Handlers()
    settle = partial(referrals.settle, terms=terms)
    keep_agencies(handlers, but_not=(AgencyAdmitted,))
    handlers.on(WorkerErased)(_about_erased(settle))
    handlers.on(WorkerFactRetracted)(undoing.about_retractions(settle, terms))
    handlers.on(RegistrationReinstated)(undoing.about_reinstated(settle, terms))
    handlers.on(VacancyFactRetracted)(undoing.about_vacancies_retracted(settle, terms))
    handlers.on(WorkerRegistered)(_about_spells(spells.apply, evidence.end_by_next_spell, settle, terms))
    handlers.on(RegistrationWithdrawn)(_about_spells(spells.withdraw, evidence.undo_next_spell, settle, terms))
    handlers.on(PlacementConfirmed, PlacementContested, EmploymentEnded)(_about_evidence(settle, terms))
    handlers.on(PlacementDenied)(undoing.about_denied(settle, terms))
    handlers.on(WalkInReported)(_about_walk_ins(terms))
    handlers.on(PlacementTold)(_about_told(terms))
    handlers.on(WorkerMerged)(_about_merges(settle))
    handlers.on(WorkerSplit)(_about_splits(settle))
    for kind, rule in RULES.items():
        handlers.on(kind)(_about_workers(rule, settle))
    for kind, rule in VACANCY_RULES.items():
        handlers.on(kind)(_about_vacancies(rule, settle, terms))

    @handlers.on(AgencyAdmitted)
    @from_registration
    async def learn_roles(admitted: list[AgencyAdmitted], work: UnitOfWork) -> None:
        """Keep the agencies. Openings of one that was taken for an employer wait no longer, and those of an employer may."""
        await work.take_turns()
        await admit(admitted, work)
        slugs = {event.agency for event in admitted}
        need_not_wait = await openings.vacancies_that_need_not_wait(work, slugs)
        book = await store.open_casebook(work, vacancies=dict.fromkeys(need_not_wait, 0), agencies=slugs)
        book.to_allot |= slugs
        for vacancy in need_not_wait:
            approvals.end_waiting(book, book.vacancies[vacancy])
        await settle(work, book)

    @handlers.on(VacancyClosed)
    async def close_vacancies(closed: list[VacancyClosed], work: UnitOfWork) -> None:
        """Close each vacancy, lapse the referrals to it, and match their workers again."""
        vacancies = dict.fromkeys(fact.vacancy for fact in closed)
        book = await store.open_casebook(work, vacancies=vacancies, most=referrals.TRANSACTION_LIMIT)
        for fact in closed:
            agency_facts.close_vacancy(book, fact)
        await kept_facts.keep(work, closed)
        await settle(work, book)

    @handlers.on(HireConfirmed)
    async def place_hired(confirmed: list[HireConfirmed], work: UnitOfWork) -> None:
        """Place each worker whom an employer hired, or refuse."""
        workers = [fact.worker for fact in confirmed]
        book = await store.open_casebook(work, workers=workers, vacancies=undoing.latest_referrals(confirmed))
        for fact in confirmed:
            agency_facts.hire(book, fact)
        await settle(work, book)

    return handlers


def _about_workers(rule: Rule, settle: Settle) -> Handler:
    async def apply_rule(events: list[Any], work: UnitOfWork) -> None:
        book = await store.open_casebook(work, workers=[event.worker for event in events])
        for event in events:
            rule(book, event)
        await settle(work, book)

    return apply_rule


def _about_spells(rule: Rule, about_former: Rule, settle: Settle, terms: Terms) -> Handler:
    """Begin or end spells, and judge the placement that came before one: a job ends by the next time without work."""

    async def apply_rules(events: list[Any], work: UnitOfWork) -> None:
        later = [event for event in events if event.spell > 1]
        workers = [event.worker for event in events]
        book = await store.open_casebook(work, workers=workers, terms=terms if later else None)
        if later:
            book.placements = await store.placements_of(work, book.candidates)
        unheard = {id for id in workers if (known := book.candidates.get(id)) is not None and not known.spell}
        for event in events:
            rule(book, event)
            if event.spell > 1:
                about_former(book, event)
        if unheard:
            await undoing.let_outcomes_count(work, book, unheard)
        await settle(work, book)

    return apply_rules


def _about_evidence(settle: Settle, terms: Terms) -> Handler:
    async def judge_placements(facts: list[evidence.Spoken], work: UnitOfWork) -> None:
        """Keep what is said of placements: who confirms them, who denies them, and which have ended."""
        book = await store.open_casebook(work, workers=[fact.worker for fact in facts], terms=terms)
        book.placements = await store.placements_of(work, book.candidates)
        book.walk_ins = await store.walk_ins_of(work, book.candidates)
        if any(isinstance(fact, PlacementContested) for fact in facts):
            book.offices = await Offices.read(work)
        for fact in facts:
            evidence.add(book, fact)
        await kept_facts.keep(work, facts)  # it may be about another placement, when this one is retracted
        await settle(work, book)

    return judge_placements


def _about_walk_ins(terms: Terms) -> Handler:
    async def keep_walk_ins(reported: list[WalkInReported], work: UnitOfWork) -> None:
        """Keep that workers were taken on who were not referred, until that is confirmed or denied."""
        await store.keep_walk_ins(work, reported, terms.today())

    return keep_walk_ins


def _about_told(terms: Terms) -> Handler:
    async def note_told(told: list[PlacementTold], work: UnitOfWork) -> None:
        """Note of which hires the worker knows: silence confirms them some days later."""
        await store.note_told(work, [event.placement for event in told], terms.today())

    return note_told


def _about_erased(settle: Settle) -> Handler:
    end_spells = _about_workers(spells.erase, settle)

    async def remember_erased(erased: list[Any], work: UnitOfWork) -> None:
        """Remember who was erased, and end what is open of them."""
        await erasures.remember(work, [event.worker for event in erased])
        await end_spells(erased, work)

    return remember_erased


def _about_merges(settle: Settle) -> Handler:
    async def unite_candidates(merged: list[WorkerMerged], work: UnitOfWork) -> None:
        """Let what was given to another's id count for the worker: one candidate, one referral."""
        await work.take_turns()
        forest = await merges.take_in_merges(work, merged)
        workers = {id for event in merged for id in forest.ids(event.worker)}
        book = await store.open_casebook(work, workers=workers, merges=forest)
        for event in merged:
            merging.unite(book, event)
        await settle(work, book)

    return unite_candidates


def _about_splits(settle: Settle) -> Handler:
    async def part_candidates(split: list[WorkerSplit], work: UnitOfWork) -> None:
        """Let each of two workers have what was given to its own id."""
        await work.take_turns()
        forest, splits = await merges.take_in_splits(work, split)
        workers = {id for each in splits for id in (*each.members, each.was.person, each.was.joint_worker) if id}
        book = await store.open_casebook(work, workers=workers, merges=forest)
        placed = await store.placements_of(work, book.candidates)
        for each in splits:
            merging.part(book, each, placed)
        await settle(work, book)

    return part_candidates


def _about_vacancies(rule: Rule, settle: Settle, terms: Terms) -> Handler:
    async def apply_rule(facts: list[Any], work: UnitOfWork) -> None:
        vacancies = dict.fromkeys((fact.vacancy for fact in facts), 0)
        agencies = [fact.agency for fact in facts]
        book = await store.open_casebook(work, vacancies=vacancies, agencies=agencies)
        if void := [vacancy.id for vacancy in book.vacancies.values() if vacancy.void]:  # one may be posted anew
            book = await undoing.open_for_undoing(
                work, terms, void, "vacancy-closed", vacancies=vacancies, agencies=agencies
            )
        for fact in facts:
            rule(book, fact)
        book.reopen_lost(void, "vacancy-closed")
        await kept_facts.keep(work, facts)
        await settle(work, book)

    return apply_rule
