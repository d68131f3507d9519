"""A group of commands whose modules are imported only when they are asked for, so that each command starts fast.

A command whose libraries are not installed says which extra of the package brings them.
"""

from importlib import import_module
from typing import Any

import click

from cli.errors import UsageFault
from cli.extras import extra_of, what_to_install


class LazyGroup(click.Group):
    """`commands_in` says where each command is: `{"serve": "cli.commands.serve:serve"}`, in the order of the help page."""

    def __init__(self, *, commands_in: dict[str, str], **more: Any) -> None:  # noqa: ANN401  click's own settings
        super().__init__(**more)
        self.commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click passes it
        """Name the commands without importing them."""
        return list(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click passes it
        """Import one command. Where an extra is missing, give a command that only says so: the help page still works."""
        if cmd_name not in self.commands_in:
            return None
        module, _, name = self.commands_in[cmd_name].partition(":")
        try:
            command: click.Command = getattr(import_module(module), name)
        except ModuleNotFoundError as missing:
            if not extra_of(missing):
                raise
            return _needs_an_extra(cmd_name, missing)
        return command

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  click's own signature
        """Run the command that was asked for. Raises `UsageFault` where it needs an extra that is not installed."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as missing:
            if not extra_of(missing):
                raise
            raise UsageFault(what_to_install(f"`{ctx.command_path} {ctx.invoked_subcommand}`", missing)) from None


def _needs_an_extra(name: str, missing: ModuleNotFoundError) -> click.Command:
    def run(**_: object) -> None:
        raise missing

    return click.Command(
        name,
        callback=run,
        params=[click.Argument(["anything"], nargs=-1, type=click.UNPROCESSED)],
        context_settings={"ignore_unknown_options": True},
        help=f"Needs pip install 'pulih[{extra_of(missing)}]'.",
    )
