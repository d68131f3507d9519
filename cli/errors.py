"""How a command ends without success: one sentence on standard error, and an exit code for scripts.

Failed              1   something was refused, or does not balance
├── UsageFault      2   the command line or a setting must be mended first
└── Unreachable     3   nobody answers: try again, or start the service
"""

import click


class Failed(click.ClickException):
    """The answer is no; the message is the sentence."""

    exit_code = 1


class UsageFault(Failed):
    """The command line or a setting must be mended first."""

    exit_code = 2


class Unreachable(Failed):
    """Nobody answers there, or not now."""

    exit_code = 3
