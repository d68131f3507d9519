"""Prints a balance: the checks as a table, and below it what they found."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.auditing.findings import Balance

IDS_SHOWN = 10
"""Ids printed for each finding; `pulih verify --json` gives all."""


def print_balance(balance: Balance, console: Console) -> None:
    """Print every check with its verdict, then each finding with its first ids."""
    table = Table("check", "over", "", box=None, header_style="bold")
    for check in balance.checks:
        verdict = Text("holds", "green") if check.holds else Text("does not hold", "bold red")
        table.add_row(check.name, check.over, verdict)
    console.print(table)
    for finding in (finding for check in balance.checks for finding in check.findings):
        console.print(f"\n{finding.sentence}", style="bold")
        for id in finding.ids[:IDS_SHOWN]:
            console.print(f"  {id}")
        if len(finding.ids) > IDS_SHOWN:
            console.print(f"  … and {len(finding.ids) - IDS_SHOWN:,} more (--json names all)")
