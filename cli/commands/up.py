"""`pulih up`: runs all of Pulih on this machine, in the foreground, until it is stopped."""

import asyncio
import logging
from contextlib import suppress
from pathlib import Path

import click

from cli.errors import Failed, UsageFault
from cli.options import data_option, default_folder
from cli.stop_signals import STOP, on_signals
from deploy.embedded.faults import FolderInUse, PortTaken, StackFailed
from deploy.embedded.plan import PRACTICE
from deploy.embedded.running import KEYS
from deploy.embedded.stack import Stack

LAST_PORT = 65_500


@click.command(
    short_help="Run all of Pulih on this machine, until Ctrl-C.",
    epilog="""\b
    Example:
      pulih up
      pulih up --data ./pulih-data --port-base 9701
    """,
)
@data_option
@click.option(
    "--port-base",
    type=click.IntRange(1024, LAST_PORT),
    default=8701,
    show_default=True,
    help="Registration's port; training, placement and notification follow it, then PostgreSQL and the broker.",
)
@click.option(
    "--practice",
    is_flag=True,
    help="For practice: programmes of the past can be played on it, and nothing real be posted.",
)
def up(*, folder: Path, port_base: int, practice: bool) -> None:
    """Run PostgreSQL, a broker and the four services until Ctrl-C or SIGTERM.

    The data folder keeps everything that was taken in. Killed at any moment, Pulih continues from there when it is
    started again with the same folder. A folder is for practice from the first start, or never.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        asyncio.run(_run(Stack(folder, first_port=port_base, extra_env=PRACTICE if practice else None)))
    except (FolderInUse, PortTaken) as taken:
        raise UsageFault(_sentence(taken)) from None
    except StackFailed as failed:
        raise Failed(_sentence(failed)) from None
    except OSError as fault:
        raise UsageFault(f"{folder} cannot be used: {fault.strerror}.") from None


async def _run(stack: Stack) -> None:
    click.echo(f"Starting in {stack.folder} …", err=True)
    stop = asyncio.Event()
    starting = asyncio.create_task(stack.start())
    on_signals(starting.cancel, *STOP)
    with suppress(asyncio.CancelledError):
        await starting
        on_signals(stop.set, *STOP)
        await _keep_up(stack, stop)
    click.echo("Stopped.", err=True)


async def _keep_up(stack: Stack, stop: asyncio.Event) -> None:
    keeping = asyncio.create_task(stack.keep_alive())
    try:
        click.echo(welcome(stack))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([keeping, stopped], return_when=asyncio.FIRST_COMPLETED)
        click.echo("Stopping: each service finishes its current batch first …", err=True)
    finally:
        await stack.stop()
    await keeping


def welcome(stack: Stack) -> str:
    """Give the addresses, and what to do next."""
    data = "" if stack.folder == default_folder().resolve() else f" --data {stack.folder}"
    places = "\n".join(f"  {service:<14} {url}" for service, url in stack.urls.items())
    return f"""\
Pulih is up.
{places}
  operator key   "operator" in {stack.folder / KEYS}; `pulih operator add NAME{data}` makes more
  logs           {stack.folder / "logs"}

Next, in another terminal:
  pulih agency add disnaker --name "Dinas Tenaga Kerja" --role office{data}
  pulih post layoffs.csv --type LayoffReported --key KEY{data}
  pulih verify{data}

Ctrl-C stops it; the data stays."""


def _sentence(fault: StackFailed) -> str:
    text = str(fault)
    return f"{text[:1].upper()}{text[1:]}."
