"""Turns a table's row into an event's data by the schema of its type: each cell becomes text, a date, a number or a list."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from cli.errors import UsageFault
from cli.posting.schema import Complaint, Node, Schema

YES, NO = {"true", "yes", "ya", "y", "1"}, {"false", "no", "tidak", "t", "n", "0"}
_MANGLED = re.compile(r"^\d([.,]\d+)?E\+?\d+$", re.IGNORECASE)
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_GROUPED = re.compile(r"^-?\d{1,3}(\.\d{3})+$")


ENOUGH = 5
"""From this many NIKs on, it is no chance that all end in 0."""


class Unfit(Exception):
    """A cell does not fit its column; the message says how to mend it, and never quotes the cell."""


class Columns:
    """A table's headings, each with its field. Raises `UsageFault` for a heading that is no field."""

    def __init__(self, schema: Schema, headings: list[str]) -> None:
        known = schema.columns()
        self.fields = {heading: _field(heading, known) for heading in headings if heading}
        self.readers = {heading: _reader(known[field]) for heading, field in self.fields.items()}

    def data(self, cells: dict[str, Any]) -> tuple[dict[str, Any], list[Complaint]]:
        """Read one row; an empty cell is a field that is not given. Gives the data, and what is wrong with it."""
        data: dict[str, Any] = {}
        complaints = []
        if "" in cells:
            complaints.append(Complaint("", "there are more cells than headings: is a text with a delimiter unquoted?"))
        for heading, field in self.fields.items():
            if not (cell := cells.get(heading)):
                continue
            try:
                _put(data, field.split("."), self.readers[heading](cell))
            except Unfit as unfit:
                complaints.append(Complaint(heading, str(unfit)))
        return data, complaints

    def heading(self, field: str) -> str:
        """Give the heading under which a field stands in this table."""
        return next((heading for heading, one in self.fields.items() if one == field), field)


def refuse_rounded(rows: Iterable[Mapping[str, Any]]) -> None:
    """Raise `UsageFault` where every NIK ends in 0: Excel keeps 15 digits of a number and makes the 16th a 0."""
    people = [row["person"] if isinstance(row.get("person"), dict) else row for row in rows]
    niks = [str(one["nik"]) for one in people if one.get("nik")]
    if len(niks) >= ENOUGH and all(nik.endswith("0") for nik in niks):
        raise UsageFault(
            "Every NIK ends in 0: Excel read them as numbers and lost the last digit. Format the column as Text, "
            "copy the NIKs again from their source, and save."
        )


def _field(heading: str, known: dict[str, Node]) -> str:
    """Find the field of a heading: by its whole name, or by its last part where only one field has it (`nik`)."""
    name = heading.lower().replace(" ", "_")
    if name in known:
        return name
    ends = [field for field in known if field.rpartition(".")[2] == name]
    if len(ends) == 1:
        return ends[0]
    close = get_close_matches(name, [*known, *(field.rpartition(".")[2] for field in known)], n=1)
    hint = f"did you mean {close[0]}?" if close else f"the fields are {', '.join(sorted(known))}."
    raise UsageFault(f"The heading {heading} is no field of this type: {hint}")


def _put(data: dict[str, Any], path: list[str], value: object) -> None:
    for step in path[:-1]:
        data = data.setdefault(step, {})
    data[path[-1]] = value


def _reader(node: Node) -> Callable[[str], object]:
    match node.get("type"), node.get("format"):
        case "array", _:
            return _list
        case "integer", _:
            return _integer
        case "boolean", _:
            return _boolean
        case "string", "date":
            return _date
        case _:
            return _text


def _text(cell: str) -> str:
    if _MANGLED.match(cell):
        raise Unfit(
            "Excel has rounded this number (3,3E+15), and its last digits are lost: "
            "format the column as Text, type the number again from its source, and save"
        )
    return cell[1:] if cell.startswith("'") and cell[1:].isdigit() else cell  # Excel's mark for a number kept as text


def _list(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;|]", cell) if part.strip()]


def _integer(cell: str) -> int:
    digits = cell.replace(".", "") if _GROUPED.match(cell) else cell
    try:
        return int(digits)
    except ValueError:
        raise Unfit("must be a whole number, in digits alone") from None


def _boolean(cell: str) -> bool:
    if cell.lower() in YES | NO:
        return cell.lower() in YES
    raise Unfit("must be yes or no (ya or tidak)")


def _date(cell: str) -> str:
    try:
        if found := _DAY_FIRST.match(cell):
            day, month, year = map(int, found.groups())
            return date(year, month, day).isoformat()
        return date.fromisoformat(cell).isoformat()
    except ValueError:
        raise Unfit("must be a date, written 2021-02-03 or 03/02/2021 (day first)") from None
