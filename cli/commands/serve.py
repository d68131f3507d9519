"""`pulih serve SERVICE`: one office as a process, as it runs in a container and in the embedded stack."""

import logging
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING

import click

from cli.errors import UsageFault
from shared.topology import SERVICES

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

log = logging.getLogger(__name__)


@click.command(
    epilog="""\b
    Example:
      export PULIH_DATABASE_URL=postgresql://training:secret@localhost:5432/training
      export PULIH_KAFKA=localhost:9092 PULIH_PORT=8702 PULIH_OPERATOR_KEY=secret
      pulih serve training
    """
)
@click.argument("service", type=click.Choice(SERVICES))
def serve(service: str) -> None:
    """Run one service until SIGTERM. Its settings are environment variables that begin with PULIH_."""
    from pydantic import ValidationError  # noqa: PLC0415  no other command needs the services' libraries

    from shared.service import serve as open_doors  # noqa: PLC0415  the command starts fast
    from shared.telemetry.logs import write_json_lines  # noqa: PLC0415  the command starts fast

    write_json_lines(service)
    try:
        made, app = import_module(f"services.{service}.app").create()
    except ValidationError as wrong:
        raise UsageFault(what_to_set(service, wrong.errors())) from None
    except ValueError as wrong:
        raise UsageFault(f"A setting of {service} is wrong: {wrong}.") from None
    except Exception:
        log.exception("the service cannot be made")  # the last door says one sentence; its log says where
        raise
    open_doors(made, app)


def what_to_set(service: str, errors: "Sequence[ErrorDetails]") -> str:
    """Say in one sentence which environment variables are missing or wrong; never what they held."""
    missing = [_variable(error) for error in errors if error["type"] == "missing"]
    complaints = [f"set {' and '.join(missing)}"] if missing else []
    complaints += [f"mend {_variable(error)} ({_reason(error)})" for error in errors if error["type"] != "missing"]
    return f"{service.capitalize()} cannot start: {'; '.join(complaints)}."


def _variable(error: "ErrorDetails") -> str:
    return f"PULIH_{error['loc'][0]}".upper() if error["loc"] else "the PULIH_ variables"


def _reason(error: "ErrorDetails") -> str:
    reason = error["msg"].removeprefix("Value error, ").rstrip(".")
    return reason[:1].lower() + reason[1:]
