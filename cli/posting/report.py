"""What `pulih post` prints in the end: how many rows were taken in, and what to mend in the others."""

from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cli.console import make_console
from cli.errors import Failed, Unreachable
from cli.posting import rejects
from cli.posting.columns import Columns
from cli.posting.rows import File
from cli.posting.sending import Verdict

SHOWN = 50
OUTCOMES = ("accepted", "duplicate", "refused", "unsent")


def report(content: File, columns: Columns, verdicts: list[Verdict], mend: Path | None) -> None:
    """Print what became of the rows; raises `Failed` where one was refused, `Unreachable` where one was not sent."""
    console = make_console()
    counts = Counter(verdict.outcome for verdict in verdicts)
    table = Table("outcome", "rows", box=None, header_style="bold")
    for outcome in (*OUTCOMES, "fits"):
        if counts[outcome] or (outcome in OUTCOMES[:3] and not counts["fits"]):
            table.add_row(outcome, f"{counts[outcome]:,}")
    console.print(table)
    refused = [verdict for verdict in verdicts if verdict.outcome == "refused"]
    _print_lines(console, "refused", [(one.line, columns.heading(one.field), one.sentence) for one in refused])
    _print_lines(
        console, "taken in, with a warning", [(one.line, "", text) for one in verdicts for text in one.warnings]
    )
    if mend and refused:
        rejects.write(mend, content, {one.line: f"{columns.heading(one.field)}: {one.sentence}" for one in refused})
        console.print(f"\nMend the refused rows in {mend} and post that file.")
    if unsent := [one for one in verdicts if one.outcome == "unsent"]:
        raise Unreachable(f"{len(unsent):,} rows were not taken in: {unsent[0].sentence} Post the same file again.")
    if refused:
        raise Failed(f"{len(refused):,} of {len(verdicts):,} rows were refused.")


def _print_lines(console: Console, title: str, entries: list[tuple[int, str, str]]) -> None:
    if not entries:
        return
    table = Table("line", "column", title, box=None, header_style="bold")
    for line, column, sentence in entries[:SHOWN]:
        table.add_row(str(line), column, sentence)
    console.print()
    console.print(table)
    if len(entries) > SHOWN:
        console.print(f"… and {len(entries) - SHOWN:,} more")
