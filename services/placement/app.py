"""Placement as a running program: its handlers, its routes and its background tasks."""

import asyncio

from fastapi import FastAPI

from services.placement import duties
from services.placement.audit import AUDIT
from services.placement.domain.deadline import Deadline
from services.placement.handlers import make_handlers
from services.placement.routes import router
from services.placement.settings import PlacementSettings
from shared.service import Service

DEFERRED_WORK_EVERY, OVERDUE_REFERRALS_EVERY = 1.0, 60.0
"""Seconds between two looks at what was too much for one batch, and at the referrals that are overdue."""


def create(settings: PlacementSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment where none are given."""
    settings = settings or PlacementSettings()
    deadline = Deadline(settings.referral_days)
    service = Service("placement", settings, handlers=make_handlers(deadline), audit=AUDIT)

    async def finish_deferred_work() -> None:
        while True:
            await duties.lapse_for_closed_vacancies(service.database, deadline)
            await duties.call_more_candidates(service.database, deadline)
            await asyncio.sleep(DEFERRED_WORK_EVERY)

    async def lapse_overdue_referrals() -> None:
        while True:
            await duties.lapse_unanswered(service.database, deadline)
            await asyncio.sleep(OVERDUE_REFERRALS_EVERY)

    service.duties += [finish_deferred_work, lapse_overdue_referrals]
    return service, service.app(router)
