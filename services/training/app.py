"""Puts training together: what it hears, its books and its doors."""

from fastapi import FastAPI

from services.training.books import books
from services.training.handlers import handlers
from services.training.routes import routes
from shared.service import Service
from shared.settings import Settings


def create(settings: Settings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment unless given."""
    settings = settings or Settings()
    service = Service("training", settings, handlers=handlers, hears=("registration", "placement"), books=books)
    return service, service.app(routes)
