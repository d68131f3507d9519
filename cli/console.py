"""What tables are printed on: a terminal as wide as it is, and wide paper where a script reads along."""

import sys

from rich.console import Console

WIDE = 200


def paper() -> Console:
    """Make a console that takes every text as it is: a bracket in a title is no style."""
    return Console(markup=False, emoji=False, highlight=False, width=None if sys.stdout.isatty() else WIDE)
