"""Placement as a running program: its books, its routes, and the duty of letting unanswered referrals lapse."""

import asyncio

from fastapi import FastAPI

from services.placement import duties
from services.placement.audit import AUDIT
from services.placement.handlers import handlers
from services.placement.referring import DEADLINE
from services.placement.routes import router
from services.placement.settings import PlacementSettings
from shared.service import Service

OFTEN, SELDOM = 1.0, 60.0
"""Seconds between two looks at what was too much for one transaction, and at the referrals that are overdue."""


def create(settings: PlacementSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment where none are given."""
    settings = settings or PlacementSettings()
    DEADLINE.days = settings.referral_days
    service = Service("placement", settings, handlers=handlers, audit=AUDIT)

    async def finish_what_was_too_much() -> None:
        while True:
            await duties.lapse_at_closed_doors(service.database)
            await duties.call_further(service.database)
            await asyncio.sleep(OFTEN)

    async def watch_for_answers() -> None:
        while True:
            await duties.lapse_unanswered(service.database)
            await asyncio.sleep(SELDOM)

    service.duties += [finish_what_was_too_much, watch_for_answers]
    return service, service.app(router)
