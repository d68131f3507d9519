"""Puts notification together: what it hears, its routes, and delivery where messages go out by a channel."""

from fastapi import FastAPI

from services.notification.audit import AUDIT
from services.notification.channels import CHANNELS
from services.notification.delivery import Delivery
from services.notification.domain import MAILBOX
from services.notification.handlers import make_handlers
from services.notification.routes import routes
from services.notification.settings import NotificationSettings
from shared.service import Service


def create(settings: NotificationSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment unless given."""
    settings = settings or NotificationSettings()
    service = Service("notification", settings, handlers=make_handlers(settings.channel), audit=AUDIT)
    if settings.channel != MAILBOX:
        channel = CHANNELS[settings.channel](settings)
        service.duties += [Delivery(service.database, channel, settings).run] * channel.connections
    return service, service.app(routes)
