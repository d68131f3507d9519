"""Writes the refused rows, each with its line and the reason, so that they can be mended and posted again."""

import csv
import io
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cli.errors import UsageFault
from cli.posting.rows import OURS, File

LINE, PROBLEM = f"{OURS}line", f"{OURS}problem"


def write(path: Path, file: File, reasons: Mapping[int, str]) -> None:
    """Write the rows of these lines in the form of their file. They hold personal data: only the owner can read them."""
    text = _table(file, reasons) if file.is_table else _objects(file, reasons)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            out.write(text)
    except OSError as fault:
        raise UsageFault(f"{path} cannot be written ({fault.strerror}).") from None


def _table(file: File, reasons: Mapping[int, str]) -> str:
    out = io.StringIO()
    out.write("\ufeff")  # so that Excel reads it as UTF-8
    sheet = csv.writer(out, delimiter=file.delimiter or ",", lineterminator="\r\n")
    sheet.writerow([*file.columns, LINE, PROBLEM])
    for row in file.rows:
        if row.line in reasons:
            sheet.writerow([*(row.fields.get(column, "") for column in file.columns), row.line, reasons[row.line]])
    return out.getvalue()


def _objects(file: File, reasons: Mapping[int, str]) -> str:
    rejected = [row.fields | {LINE: row.line, PROBLEM: reasons[row.line]} for row in file.rows if row.line in reasons]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rejected)
