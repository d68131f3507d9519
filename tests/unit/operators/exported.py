"""The names of the metrics that the four services export, asked of the services themselves."""

import base64
from importlib import import_module

from prometheus_client import REGISTRY

from shared.topology import SERVICES
from tests.key_files import key_file

KEY = base64.urlsafe_b64encode(bytes(32)).decode()


def made(service: str):
    return program(service)[0]


def program(service: str):
    """Put a service and its HTTP application together as its program does, without opening anything."""
    app = import_module(f"services.{service}.app")
    settings = getattr(app, f"{service.capitalize()}Settings")
    keys = {
        "database_url": "postgresql://x@localhost/x",
        "operators": key_file(),
        "sealing_key": KEY,
        "contact_key": KEY,
    }
    return app.create(settings(**{name: value for name, value in keys.items() if name in settings.model_fields}))


def families_of(service):
    return [*REGISTRY.collect(), *service.observer.collect()]


def series_of(family) -> set[str]:
    """Give the names under which a family's series are stored."""
    endings = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "info": ("_info",)}
    return {family.name + ending for ending in endings.get(family.type, ("",))}


def all_series() -> set[str]:
    return {name for service in SERVICES for family in families_of(made(service)) for name in series_of(family)}
