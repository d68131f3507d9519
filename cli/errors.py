"""How a command says no: one sentence on standard error, and an exit code that a script can act upon.

Unwilling           1   the answer is no: something was refused, or does not balance
└── Misled          2   the command line or a setting must be mended first
└── Unreachable     3   nobody answers there: try again, or start it
"""

import click


class Failed(click.ClickException):
    """The answer is no; the message is the sentence."""

    exit_code = 1


class UsageFault(Failed):
    """The command line or a setting must be mended first."""

    exit_code = 2


class Unreachable(Failed):
    """Nobody answers there."""

    exit_code = 3
