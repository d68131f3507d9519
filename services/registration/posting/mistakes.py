"""What is wrong with what an agency typed: a JSON pointer and a sentence that says what to mend, never a value."""

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.refusals import Refusal

MISTAKE = 422
LONGEST_NAME = 40
_PATH = re.compile(r"^(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?$", re.DOTALL)
_PART = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_FIELD = re.compile(r"field `(.*)`$", re.DOTALL)
_GOT = re.compile(r"^Expected `([^`]+)`, got `([^`]+)`$")
_IN_WORDS = {
    "object": "an object",
    "array": "a list",
    "str": "text",
    "int": "a whole number",
    "bool": "true or false",
    "null": "nothing",
    "float": "a number",
}
_FORMATS = {
    "date": "a date such as `2021-09-06`",
    "date-time": "a time such as `2021-09-06T08:00:00Z`",
    "uuid": "a UUID",
}
_LIMITS = (
    ("minLength", "at least", " characters"),
    ("maxLength", "at most", " characters"),
    ("minItems", "at least", " entries"),
    ("maxItems", "at most", " entries"),
    ("minimum", "at least", ""),
    ("maximum", "at most", ""),
)


@dataclass(frozen=True)
class DataLocation:
    """Where an event's data stands in what was sent. No pointer reaches into data that is `encoded` in base64."""

    base: str = ""
    encoded: bool = False

    def pointer(self, *parts: str | int) -> str:
        """Give the JSON pointer (RFC 6901) to a part of the data."""
        if self.encoded:
            return self.base
        return self.base + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def refused(detail: str, pointer: str | None, *, kind: str = "invalid", status: int = MISTAKE) -> Refusal:
    """Make the refusal of an event for what stands at `pointer`."""
    return Refusal(detail, kind=kind, status=status, pointer=pointer)


def refusal_of(wrong: msgspec.ValidationError, schema: dict[str, Any], location: DataLocation) -> Refusal:
    """Turn msgspec's error into a refusal. Its own words are not passed on: they may quote what was typed."""
    said = _PATH.match(str(wrong))
    what, path = (said["what"], said["path"] or "") if said else (str(wrong), "")
    parts: list[str | int] = [int(index) if index.isdigit() else name or index for name, index in _PART.findall(path)]
    field = _FIELD.search(what)
    if field and "missing" in what:
        parts.append(field[1])
        return refused(f"`{_name(parts)}` is missing.", location.pointer(*parts))
    if field and "unknown" in what:
        known = ", ".join(sorted(_at(schema, parts).get("properties", {})))
        parts.append(field[1][:LONGEST_NAME])
        return refused(f"`{_name(parts)}` is not a field here; there are: {known}.", location.pointer(*parts))
    return refused(
        f"`{_name(parts)}` does not fit: {_expectation(what, _at(schema, parts))}.", location.pointer(*parts)
    )


def _expectation(what: str, schema: dict[str, Any]) -> str:
    if choices := schema.get("enum"):
        return "it is one of " + ", ".join(f"`{choice}`" for choice in choices)
    description = None if "properties" in schema else schema.get("description")
    if description is None and schema.get("format") in _FORMATS:
        description = _FORMATS[schema["format"]]
    if description is None and (got := _GOT.match(what)):
        wanted = [_IN_WORDS.get(kind.strip(), kind.strip()) for kind in got[1].split("|")]
        return f"expected {' or '.join(wanted)}, not {_IN_WORDS.get(got[2], got[2])}"
    return f"expected {description or schema.get('type', 'something else')}{_limits(schema)}"


def _limits(schema: dict[str, Any]) -> str:
    """Say how long or large a value may be, from the schema: msgspec's sentence may quote the value."""
    said = [f"{words} {schema[name]}{unit}" for name, words, unit in _LIMITS if name in schema]
    return f" ({', '.join(said)})" if said else ""


def _at(schema: dict[str, Any], parts: list[str | int]) -> dict[str, Any]:
    """Follow a path through a JSON Schema to the schema of that part."""
    here = _resolved(schema, schema)
    for part in parts:
        inner = here.get("items", {}) if isinstance(part, int) else here.get("properties", {}).get(part, {})
        here = _resolved(inner, schema)
    return here


def _resolved(here: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    for choice in here.get("anyOf", ()):
        if choice.get("type") != "null":
            here = choice
    if name := here.get("$ref", "").removeprefix("#/$defs/"):
        return dict(schema["$defs"][name])
    return here


def _name(parts: list[str | int]) -> str:
    return ".".join(str(part) for part in parts) or "data"
