"""Puts notification together: what it hears, its routes, and delivery where messages go out by a channel."""

from typing import Final

from fastapi import FastAPI

from services.notification import store
from services.notification.audit import AUDIT
from services.notification.channels import CHANNELS
from services.notification.delivery import Delivery
from services.notification.domain import MAILBOX
from services.notification.figures import FIGURES
from services.notification.handlers import make_handlers
from services.notification.routes import routes
from services.notification.settings import NotificationSettings
from services.notification.withholding import erase
from shared.http.access import access_route
from shared.rotation import SealedColumn, keep_rotating
from shared.sealing import CONTACT
from shared.service import Service

CONTACTS: Final = SealedColumn("contact", "sealed", CONTACT)


def create(settings: NotificationSettings | None = None) -> tuple[Service, FastAPI]:
    """Make the service and its HTTP application; settings come from the environment unless given."""
    settings = settings or NotificationSettings()
    service = Service(
        "notification", settings, handlers=make_handlers(settings.channel), audit=AUDIT, erase=erase, figures=FIGURES
    )
    if contacts := settings.contacts:

        async def rotate_contacts() -> None:
            await keep_rotating(service.database, contacts, CONTACTS)

        service.duties.append(rotate_contacts)
    if settings.channel != MAILBOX:
        channel = CHANNELS[settings.channel](settings)
        service.duties += [Delivery(service.database, channel, settings).run] * channel.connections
    return service, service.app(routes, access_route(store.region_of))
