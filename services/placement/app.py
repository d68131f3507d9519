"""Placement as a running program: its handlers, its routes and its background tasks."""

import asyncio
from dataclasses import replace

from fastapi import FastAPI

from services.placement import duties, store
from services.placement.audit import make_audit
from services.placement.domain.terms import Terms
from services.placement.handlers import make_handlers
from services.placement.routes import router
from services.placement.settings import PlacementSettings
from services.placement.tasks import kinds
from shared.http.access import access_route
from shared.http.tasks import tasks_route
from shared.service import Service
from shared.tasks import Tasks, overdue_gauge

DEFERRED_WORK_EVERY, WHAT_IS_DUE_EVERY = 1.0, 60.0
"""Seconds between two looks at what was too much for one batch, and at the referrals and workers of whom a day has come."""


def create(settings: PlacementSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment where none are given."""
    settings = settings or PlacementSettings()
    terms = Terms(settings.referral_days, settings.unapproved_openings)
    owed, audit = kinds(settings), make_audit(terms)
    audit = replace(audit, gauges=(*audit.gauges, overdue_gauge(owed)))
    service = Service("placement", settings, handlers=make_handlers(terms), audit=audit)
    tasks = Tasks(service.database, owed, settings.escalation_days)

    async def finish_deferred_work() -> None:
        await duties.keep_to_the_limit(service.database, terms)
        while True:
            await duties.lapse_for_closed_vacancies(service.database, terms)
            await duties.call_more_candidates(service.database, terms)
            await asyncio.sleep(DEFERRED_WORK_EVERY)

    async def lapse_overdue_referrals() -> None:
        while True:
            await duties.lapse_unanswered(service.database, terms)
            await asyncio.sleep(WHAT_IS_DUE_EVERY)

    async def judge_anew() -> None:
        while True:
            await duties.judge_anew(service.database, terms)
            await asyncio.sleep(WHAT_IS_DUE_EVERY)

    service.duties += [finish_deferred_work, lapse_overdue_referrals, judge_anew, tasks.run]
    service.on_another_day += [
        lambda: duties.lapse_unanswered(service.database, terms),
        lambda: duties.judge_anew(service.database, terms),
        tasks.look,
    ]
    return service, service.app(router, tasks_route(tasks), access_route(store.region_of))
