"""Notification as a program: it hears the other three, and tells everyone."""

from fastapi import FastAPI

from services.notification import store
from services.notification.handlers import answers
from services.notification.routes import routes
from services.notification.settings import NotificationSettings
from shared.books import Books
from shared.service import Service, serve

HEARS = ("registration", "training", "placement")


def create(settings: NotificationSettings | None = None) -> tuple[Service, FastAPI]:
    """Put the service together; without settings they are read from the environment."""
    settings = settings or NotificationSettings()
    books = Books(figures=store.figures, broken_rules=store.broken_rules)
    service = Service("notification", settings, handlers=answers(settings.channel), hears=HEARS, books=books)
    return service, service.app(routes)


if __name__ == "__main__":
    serve(*create())
