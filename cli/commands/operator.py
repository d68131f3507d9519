"""`pulih operator`: the operators, each with a key of their own, in the file that every service reads."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from rich.table import Table

from cli.console import make_console
from cli.errors import Failed, UsageFault
from cli.options import data_option
from shared import key_file_editing
from shared.key_file import IN_DATA_FOLDER, NAME, Operator, WrongKeyFile, hash_of, holders_in, text_of

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., None])


@click.group(epilog="\b\nExample:\n  pulih operator list")
def operator() -> None:
    """Add operators, list them, revoke their keys: edits the file that the services read (PULIH_OPERATORS)."""


def file_option(command: Command) -> Command:
    """Let a command take `--file`, the key file."""
    return click.option(
        "--file",
        "file",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="PULIH_OPERATORS",
        show_envvar=True,
        help="The key file; else the one in the data folder.",
    )(command)


@operator.command(
    epilog="""\b
    Example:
      pulih operator add siti
      PULIH_OPERATOR_KEY=$(pulih operator add siti --file keys/operators --quiet)
    """
)
@click.argument("name")
@click.option("--quiet", is_flag=True, help="Print the key alone.")
@file_option
@data_option
def add(*, name: str, quiet: bool, file: Path | None, folder: Path) -> None:
    """Add an operator and print the key. It is shown only now: the file holds only its hash."""
    if not NAME.fullmatch(name):
        raise UsageFault("An operator's name is made of a-z, 0-9 and -, at most 63 of them.")
    path, key = _found(file, folder, or_new=True), secrets.token_urlsafe(32)
    if not _done(path, lambda: key_file_editing.add(path, Operator(name), hash_of(key))):
        raise Failed(f"{name} is in {path} already; revoke the key first, or choose another name.")
    if not quiet:
        click.echo(f"{name} is an operator within a second. The key, shown only now:", err=True)
    click.echo(key)


@operator.command(name="list", epilog="\b\nExample:\n  pulih operator list --file keys/operators")
@file_option
@data_option
def list_(file: Path | None, folder: Path) -> None:
    """List whose keys the file has: operators', and services' where they ask each other."""
    path = _found(file, folder)
    holders = _done(path, lambda: holders_in(text_of(path)))
    table = Table("name", "", box=None, header_style="bold")
    for holder in holders.values():
        table.add_row(holder.name, "operator" if isinstance(holder, Operator) else "service")
    make_console().print(table)


@operator.command(epilog="\b\nExample:\n  pulih operator revoke siti")
@click.argument("name")
@file_option
@data_option
def revoke(name: str, file: Path | None, folder: Path) -> None:
    """Revoke an operator's key; the others' stay good."""
    path = _found(file, folder)
    if not _done(path, lambda: key_file_editing.remove(path, Operator(name))):
        raise Failed(f"{path} has no operator {name}.")
    click.echo(f"The key of {name} is no longer good, within a second.", err=True)


def _found(file: Path | None, folder: Path, *, or_new: bool = False) -> Path:
    """Find the file. Only one that is named may be new: in a data folder, the stack makes it."""
    path = file or folder / IN_DATA_FOLDER
    try:
        if path.exists() or (file and or_new):
            return path
    except OSError as fault:
        raise UsageFault(f"{path} cannot be read: {fault.strerror}.") from None
    raise UsageFault(f"There is no file {path}: name one by --file, or the data folder of a `pulih up` by --data.")


def _done(path: Path, step: Callable[[], T]) -> T:
    try:
        return step()
    except WrongKeyFile as wrong:
        raise UsageFault(f"{path} must be mended first: {wrong}.") from None
    except OSError as fault:
        raise UsageFault(f"{path} cannot be changed: {fault.strerror}.") from None
