"""Writes the desk's receipts, from which an agency's own system learns each worker's id."""

import csv
from collections.abc import Sequence
from pathlib import Path

from cli.errors import UsageFault
from cli.posting.sending import Verdict

HEADINGS = ("line", "outcome", "worker", "field", "sentence")


def write(path: Path, verdicts: Sequence[Verdict]) -> None:
    """Write one row for each line of the file that was posted; it holds no personal data."""
    try:
        with path.open("w", encoding="utf-8", newline="") as out:
            sheet = csv.writer(out)
            sheet.writerow(HEADINGS)
            sheet.writerows((one.line, one.outcome, one.worker, one.field, one.sentence) for one in verdicts)
    except OSError as fault:
        raise UsageFault(f"{path} cannot be written ({fault.strerror}).") from None
