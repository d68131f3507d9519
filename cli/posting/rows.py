"""Reads the rows of an agency's file: CSV as Excel writes it, JSON Lines, or a JSON array."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.errors import UsageFault

DELIMITERS = ";,\t"
OURS = "_"
"""Columns whose names begin with this are ours (`_line`, `_problem` in a file of rejects), and are not read."""


@dataclass(frozen=True)
class Row:
    """One row: its line in the file, and its fields as the file has them."""

    line: int
    fields: dict[str, Any]


@dataclass(frozen=True)
class File:
    """What a file holds. In a table all fields are text, and `delimiter` is what stands between its cells."""

    rows: list[Row]
    columns: list[str]
    delimiter: str | None = None

    @property
    def is_table(self) -> bool:
        """Whether it is CSV."""
        return self.delimiter is not None


def read(path: Path) -> File:
    """Read a file; its content tells which form it has. Raises `UsageFault` where it cannot be read as a whole."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise UsageFault(f"{path} is not UTF-8 (byte {wrong.start + 1}): save it as 'CSV UTF-8' in Excel.") from None
    if not text.strip():
        raise UsageFault(f"{path} is empty.")
    first = text.lstrip()[0]
    if first == "[":
        return _of_objects(path, enumerate(_parsed(path, text, 1), start=1))
    if first == "{":
        lines = enumerate(text.split("\n"), start=1)
        return _of_objects(path, ((line, _parsed(path, one, line)) for line, one in lines if one.strip()))
    return _of_table(path, text)


def _parsed(path: Path, text: str, line: int) -> Any:  # noqa: ANN401  JSON is what it is
    try:
        return json.loads(text)
    except json.JSONDecodeError as wrong:
        at = line + wrong.lineno - 1
        raise UsageFault(f"{path}, line {at}, column {wrong.colno}: this is not JSON ({wrong.msg}).") from None


def _of_objects(path: Path, objects: Iterable[tuple[int, Any]]) -> File:
    rows = []
    for line, one in objects:
        if not isinstance(one, dict):
            raise UsageFault(f'{path}, {line}: each entry must be an object, such as {{"on": "2021-02-03"}}.')
        rows.append(Row(line, {name: value for name, value in one.items() if not name.startswith(OURS)}))
    return File(rows, columns=[])


def _of_table(path: Path, text: str) -> File:
    offset = 0
    if text.lower().startswith("sep="):  # Excel names the delimiter in a first line
        text, offset = text.split("\n", 1)[1], 1
    header = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        columns = [column.strip() for column in next(reader)]
        _check_header(path, columns)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(Row(line + offset, _fields(columns, cells)))
            line = reader.line_num + 1
    except csv.Error as wrong:
        raise UsageFault(f"{path}, line {reader.line_num + offset}: this is not CSV ({wrong}).") from None
    return File(rows, [column for column in columns if not column.startswith(OURS)], delimiter)


def _check_header(path: Path, columns: list[str]) -> None:
    if "" in columns[:-1]:
        raise UsageFault(f"{path}: column {columns.index('') + 1} has no heading.")
    if twice := sorted({column for column in columns if column and columns.count(column) > 1}):
        raise UsageFault(f"{path}: the heading {', '.join(twice)} occurs twice.")


def _fields(columns: list[str], cells: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        column: cell.strip()
        for column, cell in zip(columns, cells, strict=False)
        if column and not column.startswith(OURS)
    }
    if extra := [cell for cell in cells[len(columns) :] if cell.strip()]:
        fields[""] = extra
    return fields
