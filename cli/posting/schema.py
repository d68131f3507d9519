"""The JSON Schema that the front desk gives for a type: which fields it has, and what is wrong with some data."""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

Node = dict[str, Any]


class Complaint(NamedTuple):
    """Where something is wrong (`person.nik`), and what to mend; never the value."""

    column: str
    sentence: str


class Schema:
    """One type's schema, as msgspec writes it."""

    def __init__(self, root: Node) -> None:
        self.root = root

    def node(self, node: Node) -> Node:
        """Follow a reference, and take the alternative that is not null."""
        while True:
            if "$ref" in node:
                node = self._follow(node["$ref"])
            elif len(real := [one for one in node.get("anyOf", []) if one.get("type") != "null"]) == 1:
                node = real[0]
            else:
                return node

    def columns(self, node: Node | None = None, above: str = "") -> dict[str, Node]:
        """Give every field that a table can have, nested ones as `person.nik`."""
        found: dict[str, Node] = {}
        for name, child in self.node(node or self.root).get("properties", {}).items():
            inner = self.node(child)
            nested = inner.get("type") == "object"
            found |= self.columns(inner, f"{above}{name}.") if nested else {f"{above}{name}": inner}
        return found

    def complaints(self, value: object) -> list[Complaint]:
        """Say what is wrong with an event's data."""
        return list(self._judge(self.root, value, ""))

    def _follow(self, reference: str) -> Node:
        node: Any = self.root
        for step in reference.removeprefix("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        found: Node = node
        return found

    def _judge(self, node: Node, value: object, at: str) -> Iterator[Complaint]:
        if "$ref" in node:
            yield from self._judge(self._follow(node["$ref"]), value, at)
        if "anyOf" in node:
            verdicts = [list(self._judge(one, value, at)) for one in node["anyOf"]]
            if all(verdicts):
                yield from max(verdicts, key=lambda found: max(len(complaint.column) for complaint in found))
        if "not" in node and not any(self._judge(node["not"], value, at)):
            yield Complaint(at, "must be given")
        if wrong := _wrong(node, value):
            yield Complaint(at, wrong)
        elif isinstance(value, dict):
            yield from self._judge_object(node, value, at)
        elif isinstance(value, list):
            for item in value:
                yield from self._judge(node.get("items", {}), item, at)

    def _judge_object(self, node: Node, value: dict[str, Any], at: str) -> Iterator[Complaint]:
        above = f"{at}." if at else ""
        properties = node.get("properties", {})
        if "oneOf" in node and sum(not any(self._judge(one, value, at)) for one in node["oneOf"]) != 1:
            names = [name for one in node["oneOf"] for name in one.get("required", [])]
            yield Complaint(at, f"needs exactly one of {', '.join(names)}" if names else "fits no form of this type")
        for name in node.get("required", []):
            if name not in value:
                yield Complaint(f"{above}{name}", "is missing")
        for name, inner in value.items():
            if name in properties:
                yield from self._judge(properties[name], inner, f"{above}{name}")
            elif node.get("additionalProperties") is False:
                yield Complaint(f"{above}{name}", "is no field of this type")


_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_NAMES = {"object": "an object", "array": "a list", "integer": "a whole number", "boolean": "true or false"}
_FORMATS: dict[str, tuple[Callable[[str], object], str]] = {
    "date": (date.fromisoformat, "a date such as 2021-02-03"),
    "date-time": (datetime.fromisoformat, "a moment such as 2021-02-03T08:00:00+07:00"),
    "uuid": (UUID, "an id such as 0191f6b0-7d5c-7a10-8f00-000000000001"),
}


def _wrong(node: Node, value: object) -> str | None:
    """Say what is wrong with one value by itself."""
    kind = node.get("type")
    if kind in _KINDS and (not isinstance(value, _KINDS[kind]) or (isinstance(value, bool) and kind != "boolean")):
        return f"must be {_NAMES.get(kind, f'a {kind}')}"
    if "enum" in node and value not in node["enum"]:
        return f"must be one of {', '.join(map(str, node['enum']))}"
    if isinstance(value, str):
        return _wrong_text(node, value)
    if isinstance(value, int | float):
        return _out_of_range(node, value, "minimum", "maximum", "must be at {} {:,}")
    if isinstance(value, list):
        return _out_of_range(node, len(value), "minItems", "maxItems", "must have at {} {} entries")
    return None


def _wrong_text(node: Node, value: str) -> str | None:
    if "pattern" in node and not re.search(node["pattern"], value):
        return f"must be {node.get('description') or 'written as ' + node['pattern']}"
    if node.get("format") in _FORMATS:
        parse, wanted = _FORMATS[node["format"]]
        try:
            parse(value)
        except ValueError:
            return f"must be {wanted}"
    return _out_of_range(node, len(value), "minLength", "maxLength", "must have at {} {} characters")


def _out_of_range(node: Node, size: float, least: str, most: str, sentence: str) -> str | None:
    if size < node.get(least, size):
        return sentence.format("least", node[least])
    if size > node.get(most, size):
        return sentence.format("most", node[most])
    return None
