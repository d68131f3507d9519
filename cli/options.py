"""The options that several commands share: the data folder, and the services' addresses."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from cli.client import url_variable
from shared.topology import SERVICES

Command = TypeVar("Command", bound=Callable[..., Any])


def default_folder() -> Path:
    """Give the folder that `pulih up` uses where no other is named."""
    from platformdirs import user_data_path  # noqa: PLC0415  only where no folder is given

    return user_data_path("pulih", appauthor=False)


def data_option(command: Command) -> Command:
    """Let a command take `--data`, the folder of `pulih up`."""
    return click.option(
        "--data",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="PULIH_DATA",
        default=default_folder,
        show_default="pulih in the user's data directory",
        help="The data folder of `pulih up`.",
    )(command)


def url_option(service: str) -> Callable[[Command], Command]:
    """Let a command that asks one service take its address as `--url`."""
    return click.option(
        "--url",
        envvar=url_variable(service),
        show_envvar=True,
        help=f"{service.capitalize()}'s address, if no `pulih up` runs here.",
    )


def agency_key_option(command: Command) -> Command:
    """Let a command take `--key`, the key of a member of the agency that it manages."""
    return click.option(
        "--key", envvar="PULIH_KEY", show_envvar=True, help="A key of the agency itself; an operator's otherwise."
    )(command)


def urls_option(command: Command) -> Command:
    """Let a command that asks every service take their addresses as `--url SERVICE=URL`."""
    return click.option(
        "--url",
        "urls",
        multiple=True,
        metavar="SERVICE=URL",
        callback=_read_urls,
        help="A service's address, if no `pulih up` runs here; or set PULIH_REGISTRATION_URL and so on.",
    )(command)


def _read_urls(_: click.Context, __: click.Parameter, pairs: Sequence[str]) -> dict[str, str]:
    urls = dict(pair.partition("=")[::2] for pair in pairs)
    if wrong := sorted(set(urls) - set(SERVICES)):
        raise click.BadParameter(f"{', '.join(wrong)}: the services are {', '.join(SERVICES)}")
    return urls
