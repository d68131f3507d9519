"""`pulih serve SERVICE`: runs one service as a process, in a container and in the embedded stack."""

import logging
from importlib import import_module

import click

from cli.errors import UsageFault
from cli.settings_errors import what_to_set
from shared.topology import SERVICES

log = logging.getLogger(__name__)


@click.command(
    epilog="""\b
    Example:
      export PULIH_DATABASE_URL=postgresql://training:secret@localhost:5432/training
      export PULIH_KAFKA=localhost:9092 PULIH_PORT=8702 PULIH_OPERATORS=/etc/pulih/operators
      pulih serve training
    """
)
@click.argument("service", type=click.Choice(SERVICES))
def serve(service: str) -> None:
    """Run one service until SIGTERM. Its settings are environment variables that begin with PULIH_."""
    from pydantic import ValidationError  # noqa: PLC0415  the command starts fast

    from shared.service import serve as run  # noqa: PLC0415  the command starts fast
    from shared.telemetry.logs import write_json_lines  # noqa: PLC0415  the command starts fast

    write_json_lines(service)
    try:
        made, app = import_module(f"services.{service}.app").create()
    except ValidationError as wrong:
        raise UsageFault(what_to_set(service.capitalize(), wrong.errors())) from None
    except ValueError as wrong:
        raise UsageFault(f"A setting of {service} is wrong: {wrong}.") from None
    except Exception:
        log.exception("the service cannot be made")  # the command prints one sentence; its log says where
        raise
    run(made, app)
