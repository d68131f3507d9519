"""The services, and which hears which: the only place that says so."""

from typing import Final

SERVICES: Final = ("registration", "training", "placement", "notification")
"""Each service publishes to the topic of its name."""

HEARS: Final[dict[str, tuple[str, ...]]] = {
    "registration": ("training", "placement"),
    "training": ("registration", "placement"),
    "placement": ("registration", "training", "notification"),
    "notification": ("registration", "training", "placement"),
}
"""Listener -> the services whose topics it consumes."""

HEARD_BY: Final[dict[str, tuple[str, ...]]] = {
    speaker: tuple(listener for listener in SERVICES if speaker in HEARS[listener]) for speaker in SERVICES
}
"""Speaker -> the services that consume its topic."""
