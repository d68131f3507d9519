"""Placement as a running program: its books, its routes, and the duty of letting unanswered referrals lapse."""

import asyncio

from fastapi import FastAPI

from services.placement import books
from services.placement.handlers import handlers
from services.placement.referring import DEADLINE, lapse_overdue
from services.placement.routes import router
from services.placement.settings import PlacementSettings
from shared.service import Service

PAUSE = 60.0
"""Seconds between two looks at the referrals that are overdue."""


def create(settings: PlacementSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment where none are given."""
    settings = settings or PlacementSettings()
    DEADLINE.days = settings.referral_days
    service = Service("placement", settings, handlers=handlers, hears=("registration", "training"), books=books.BOOKS)

    async def watch_for_answers() -> None:
        while True:
            await lapse_overdue(service.database)
            await asyncio.sleep(PAUSE)

    service.duties.append(watch_for_answers)
    return service, service.app(router)
