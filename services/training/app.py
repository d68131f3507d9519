"""Makes the training service: its handlers, its audit and its HTTP routes."""

from fastapi import FastAPI

from services.training import explaining, store
from services.training.audit import AUDIT
from services.training.figures import FIGURES
from services.training.handlers import handlers
from services.training.routes import routes
from services.training.settings import TrainingSettings
from services.training.tasks import kinds
from shared.http.access import access_route
from shared.service import Service
from shared.tasks import Tasks


def create(settings: TrainingSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment unless given."""
    settings = settings or TrainingSettings()
    tasks = Tasks(kinds(settings), settings.escalation_days)
    service = Service("training", settings, handlers=handlers, audit=AUDIT, tasks=tasks, figures=FIGURES)
    return service, service.app(routes, explaining.routes, access_route(store.region_of))
