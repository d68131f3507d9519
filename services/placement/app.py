"""Placement as a running program: its handlers, its routes and its background tasks."""

import asyncio

from fastapi import FastAPI

from services.placement import duties, store
from services.placement.audit import make_audit
from services.placement.domain.terms import Terms
from services.placement.figures import FIGURES
from services.placement.handlers import make_handlers
from services.placement.routes import router
from services.placement.settings import PlacementSettings
from services.placement.tasks import kinds
from shared.http.access import access_route
from shared.service import Service
from shared.tasks import Tasks

DEFERRED_WORK_EVERY = 1.0
"""Seconds between two looks at what was too much for one batch."""


def create(settings: PlacementSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment where none are given."""
    settings = settings or PlacementSettings()
    terms = Terms(settings.referral_days, settings.objection_days, settings.unapproved_openings)
    tasks = Tasks(kinds(settings), settings.escalation_days)
    service = Service(
        "placement", settings, handlers=make_handlers(terms), audit=make_audit(terms), tasks=tasks, figures=FIGURES
    )

    async def finish_deferred_work() -> None:
        await duties.keep_to_the_limit(service.database, terms)
        while True:
            await duties.lapse_for_closed_vacancies(service.database, terms)
            await duties.call_more_candidates(service.database, terms)
            await asyncio.sleep(DEFERRED_WORK_EVERY)

    service.duties.append(finish_deferred_work)
    service.when_due(duties.lapse_unanswered, service.database, terms)
    service.when_due(duties.judge_anew, service.database, terms)
    service.when_due(duties.confirm_unopposed, service.database, terms)
    return service, service.app(router, access_route(store.region_of))
