"""Makes the training service: its handlers, its audit and its HTTP routes."""

from fastapi import FastAPI

from services.training import explaining, store
from services.training.audit import AUDIT
from services.training.handlers import handlers
from services.training.routes import routes
from services.training.settings import TrainingSettings
from shared.http.access import access_route
from shared.service import Service


def create(settings: TrainingSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment unless given."""
    settings = settings or TrainingSettings()
    service = Service("training", settings, handlers=handlers, audit=AUDIT)
    return service, service.app(routes, explaining.routes, access_route(store.region_of))
