"""The front desk, put together."""

from fastapi import FastAPI

from services.registration.agencies import agencies
from services.registration.audit import AUDIT
from services.registration.handlers import make_handlers
from services.registration.identity.persons import Persons
from services.registration.journey.stuck import stuck
from services.registration.posting.desk import Desk
from services.registration.routes import routes
from services.registration.settings import RegistrationSettings
from shared.service import Service


def create(settings: RegistrationSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application. Raises pydantic's `ValidationError` for settings that are not right."""
    settings = settings or RegistrationSettings()
    persons = Persons(settings.seal, settings.contact_seal)
    service = Service("registration", settings, handlers=make_handlers(persons), audit=AUDIT)
    desk = Desk(service.database, persons)
    service.duties.append(desk.run)
    app = service.app(routes, agencies, stuck)
    app.state.desk = desk
    return service, app
