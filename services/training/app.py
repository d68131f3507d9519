"""Makes the training service: its handlers, its audit and its HTTP routes."""

from dataclasses import replace

from fastapi import FastAPI

from services.training import explaining, store
from services.training.audit import AUDIT
from services.training.handlers import handlers
from services.training.routes import routes
from services.training.settings import TrainingSettings
from services.training.tasks import kinds
from shared.http.access import access_route
from shared.http.tasks import tasks_route
from shared.service import Service
from shared.tasks import Tasks, overdue_gauge


def create(settings: TrainingSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment unless given."""
    settings = settings or TrainingSettings()
    owed = kinds(settings)
    audit = replace(AUDIT, gauges=(*AUDIT.gauges, overdue_gauge(owed)))
    service = Service("training", settings, handlers=handlers, audit=audit)
    tasks = Tasks(service.database, owed, settings.escalation_days)
    service.duties.append(tasks.run)
    service.on_another_day.append(tasks.look)
    return service, service.app(routes, explaining.routes, tasks_route(tasks), access_route(store.region_of))
