"""The console that tables are printed on: as wide as the terminal, or 200 columns where the output goes to a file."""

import sys

from rich.console import Console

WIDE = 200


def make_console() -> Console:
    """Make a console that prints every text as it is: a bracket in a title is no style."""
    return Console(markup=False, emoji=False, highlight=False, width=None if sys.stdout.isatty() else WIDE)
