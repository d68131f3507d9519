"""A group of commands whose modules are imported only when they are asked for: `pulih serve` has no time to lose."""

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """`commands_in` says where each command is: `{"serve": "cli.commands.serve:serve"}`, in the order of the help page."""

    def __init__(self, *, commands_in: dict[str, str], **more: Any) -> None:  # noqa: ANN401  click's own settings
        super().__init__(**more)
        self.commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click hands it over
        """Name the commands without importing them."""
        return list(self.commands_in)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click hands it over
        """Import one command."""
        if cmd_name not in self.commands_in:
            return None
        module, _, name = self.commands_in[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command
