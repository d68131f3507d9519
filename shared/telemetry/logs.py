"""What a service writes down: one JSON object a line, with ids and never with a worker's personal data."""

import logging
import sys

from pythonjsonlogger.json import JsonFormatter

QUIET = {
    "aiokafka": logging.CRITICAL,  # it repeats every failed reconnect several times a second
    "faststream": logging.WARNING,
    "httpx": logging.WARNING,
    "alembic": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "uvicorn.error": logging.WARNING,
}


def write_json_lines(service: str) -> None:
    """Send every log record of this process to standard output as a JSON line that names the service."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        JsonFormatter(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
            static_fields={"service": service},
        )
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)
