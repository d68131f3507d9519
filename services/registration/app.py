"""Registration as a program: its handlers, its routes, and the front desk."""

from fastapi import FastAPI

from services.registration import store, walk_ins
from services.registration.agencies import agencies
from services.registration.audit import AUDIT
from services.registration.delegates import delegates
from services.registration.figures import FIGURES
from services.registration.handlers import handlers
from services.registration.identities import routes as identities
from services.registration.identity.data_keys import DataKeys
from services.registration.identity.sealing import IdentitySeals
from services.registration.journey.stuck import stuck
from services.registration.members import members
from services.registration.moves import take_effect_when_due
from services.registration.posting.days import DayLimits
from services.registration.posting.desk import Desk
from services.registration.privacy import retention
from services.registration.privacy.erasure import erase
from services.registration.privacy.key_upkeep import KeyUpkeep
from services.registration.privacy.routes import subjects
from services.registration.reviews.routes import routes as reviews
from services.registration.routes import routes
from services.registration.settings import RegistrationSettings
from services.registration.tasks import kinds
from shared.http.access import access_route
from shared.service import Service
from shared.tasks import Tasks


def create(settings: RegistrationSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment unless given.

    Raises pydantic's `ValidationError` for wrong settings.
    """
    settings = settings or RegistrationSettings()
    tasks = Tasks(kinds(settings), settings.escalation_days)
    service = Service(
        "registration", settings, handlers=handlers, audit=AUDIT, erase=erase, tasks=tasks, figures=FIGURES
    )
    seals = IdentitySeals(settings.seal, settings.contacts, DataKeys(settings.masters))
    days = DayLimits(settings.oldest_years)
    desk = Desk(service.database, seals, days)
    upkeep = KeyUpkeep(service.database, seals)
    service.before_opening.append(upkeep.check)
    service.duties += [desk.run, upkeep.run]
    service.when_due(take_effect_when_due, service.database)
    service.when_due(walk_ins.announce_known, service.database, every=walk_ins.EVERY)
    if years := settings.keep_years:
        service.when_due(retention.erase_who_is_due, service.database, years, every=retention.EVERY)
    seen = access_route(store.region_of)
    app = service.app(routes, identities, seen, reviews, agencies, members, delegates, stuck, subjects)
    app.state.desk = desk
    return service, app
