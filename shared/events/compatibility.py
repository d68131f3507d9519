"""Compatibility: an event may get an optional field, and nothing else may change.

Old events are read by new listeners (journals are replayed years later), and new events by old ones (services are not
started again all at once, and others listen too). So a field that goes, one that comes and is required, and one that
takes more or fewer values than it did, each break a reader. Such a change is a new type, whose name ends in `.v2`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from shared.events import EVENTS, Event

Shape = dict[str, Any]
"""A field's JSON Schema without words: what it takes, whether it is required."""
_WORDS = ("title", "description", "default", "examples")
_ENVELOPE = "envelope"


def shapes() -> dict[str, dict[str, Shape]]:
    """Give the shape of every event of the contract: CloudEvents type -> field -> shape."""
    return {type: fields_of(kind) for type, kind in EVENTS.items()}


def fields_of(kind: type[Event]) -> dict[str, Shape]:
    """Give the shape of each field of an event's data."""
    schema = msgspec.json.schema(kind)
    known = schema.get("$defs", {})
    root = known[kind.__name__]
    return {
        name: {"required": name in root.get("required", []), "takes": _bare(field, known)}
        for name, field in root["properties"].items()
        if name != _ENVELOPE
    }


def _bare(node: Any, known: Mapping[str, Any]) -> Any:  # noqa: ANN401  JSON is what it is
    """Leave out words, follow references, and write alternatives in one order."""
    if isinstance(node, list):
        return [_bare(each, known) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _bare(known[node["$ref"].rpartition("/")[2]], known)
    bare = {name: _bare(value, known) for name, value in node.items() if name not in _WORDS}
    if "anyOf" in bare:
        return _united(bare["anyOf"])
    return bare


def _united(alternatives: list[Any]) -> Any:  # noqa: ANN401  as above
    words = sorted({word for each in alternatives for word in each.get("enum", [])})
    others = sorted((each for each in alternatives if "enum" not in each), key=str)
    every = [*([{"enum": words}] if words else []), *others]
    return every[0] if len(every) == 1 else {"anyOf": every}


def broken(kept: Mapping[str, Mapping[str, Shape]], now: Mapping[str, Mapping[str, Shape]]) -> list[str]:
    """Say, in a sentence each, what a reader could no longer read; the field is named as `type: field`."""
    found: list[str] = []
    for type, fields in kept.items():
        if type not in now:
            found.append(f"{type} is gone from the contract")
            continue
        found += [f"{type}: {sentence}" for sentence in _broken_fields(fields, now[type])]
    return found


def _broken_fields(kept: Mapping[str, Shape], now: Mapping[str, Shape]) -> Iterator[str]:
    for name, shape in kept.items():
        if name not in now:
            yield f"{name} is gone (or has another name)"
            continue
        if shape["required"] and not now[name]["required"]:
            yield f"{name} may now be missing, and listeners require it"
        if now[name]["required"] and not shape["required"]:
            yield f"{name} is now required, and events in the journals are without it"
        if why := _difference(shape["takes"], now[name]["takes"]):
            yield f"{name} {why}"
    for name, shape in now.items():
        if name not in kept and shape["required"]:
            yield f"{name} is new and required, and events in the journals are without it"


def _difference(kept: Any, now: Any) -> str | None:  # noqa: ANN401  JSON is what it is
    """Say how what a field takes has changed."""
    if kept == now:
        return None
    if "enum" in kept and "enum" in now:
        gone, new = (sorted(set(one["enum"]) - set(other["enum"])) for one, other in ((kept, now), (now, kept)))
        if gone:
            return f"no longer takes {', '.join(map(str, gone))}, which events in the journals have"
        return f"may now be {', '.join(map(str, new))}, which listeners do not know"
    if kept.get("type") == now.get("type") == "array" and (inner := _difference(kept["items"], now["items"])):
        return f"has entries whose value {inner}"
    return f"takes {_in_words(now)} and took {_in_words(kept)}"


def _in_words(node: Any) -> str:  # noqa: ANN401  as above
    if "anyOf" in node:
        return " or ".join(_in_words(each) for each in node["anyOf"])
    if "enum" in node:
        return f"one of {', '.join(map(str, node['enum']))}"
    limits = ", ".join(f"{name} {value}" for name, value in node.items() if name not in {"type", "items", "properties"})
    return f"{node.get('type', 'anything')} ({limits})" if limits else str(node.get("type", "anything"))
