"""Notification as a program: it hears the other three, and tells everyone."""

from fastapi import FastAPI

from services.notification import tally
from services.notification.gauges import GAUGES
from services.notification.handlers import answers
from services.notification.mail import Postman
from services.notification.routes import routes
from services.notification.settings import NotificationSettings
from shared.audit import Audit
from shared.service import Service


def create(settings: NotificationSettings | None = None) -> tuple[Service, FastAPI]:
    """Put the service together; without settings they are read from the environment."""
    settings = settings or NotificationSettings()
    books = Audit(figures=tally.figures, broken_rules=tally.broken_rules, gauges=GAUGES)
    service = Service("notification", settings, handlers=answers(settings.channel), audit=books)
    if settings.channel == "smtp":
        service.duties += [Postman(service.database, settings).deliver_mail] * settings.smtp_connections
    return service, service.app(routes)
