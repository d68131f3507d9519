"""Mistakes in a scenario file, each in a sentence for the officer who wrote it."""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

FieldPath = tuple[str | int, ...]
"""Where a field stands in the file: `("workers", "laid-off", "count")`."""
_MISSING = "it is missing"
_MEANT = re.compile(r"did you mean `(.+)`\?$")


class Mistake(Exception):
    """What is wrong in a scenario file: each line names the file, the line, the field and what was expected."""


def explain(errors: Iterable[ErrorDetails], model: type[BaseModel]) -> list[tuple[FieldPath, str]]:
    """Give the path of each error, and a sentence that says what was expected there."""
    found = {_path(error): _sentence(error, model) for error in errors}
    meant = {(*path[:-1], match[1]) for path, sentence in found.items() if (match := _MEANT.search(sentence))}
    return [(path, sentence) for path, sentence in found.items() if not (sentence == _MISSING and path in meant)]


def _sentence(error: ErrorDetails, model: type[BaseModel]) -> str:
    """Say what was expected."""
    typed, context = _short(error["input"]), error.get("ctx", {})
    match error["type"]:
        case "missing":
            sentence = _MISSING
        case "extra_forbidden":
            sentence = unknown(str(error["loc"][-1]), _fields_at(model, error["loc"][:-1]))
        case "literal_error":
            sentence = f"one of {context['expected']} was expected, not {typed}"
        case "value_error":
            sentence = str(context["error"])
        case "string_pattern_mismatch":
            sentence = f"a short name (a-z, 0-9 and -) was expected, not {typed}"
        case kind if kind.startswith("int"):
            sentence = f"a whole number was expected, not {typed}"
        case kind if kind.startswith("date"):
            sentence = f"a day such as 2021-02-03 was expected, not {typed}"
        case _:
            sentence = f"{error['msg'].replace('Input', 'it', 1)}, not {typed}"
    return sentence


def unknown(word: str, known: Iterable[str]) -> str:
    """Say that a word is not known, and which one may have been meant."""
    words = sorted(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    meant = f"did you mean `{near[0]}`?" if near else f"one of {', '.join(words)} was expected"
    return f"`{word}` is not known here; {meant}"


def _path(error: ErrorDetails) -> FieldPath:
    """Give the path of an error in the file, without what pydantic adds to it."""
    return tuple(part for part in error["loc"] if not (isinstance(part, str) and part.startswith("[")))


def _fields_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """Give the fields of the model that a path leads to."""
    kind: Any = model
    for part in loc:
        found = _model_in(kind)
        if found is None:
            break
        if part in found.model_fields:
            kind = found.model_fields[str(part)].annotation
    found = _model_in(kind)
    return list(found.model_fields) if found else []


def _model_in(kind: Any) -> type[BaseModel] | None:  # noqa: ANN401  an annotation is whatever it is
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    if get_origin(kind) in (Annotated, Union, UnionType, list, dict):
        return next((found for part in get_args(kind) if (found := _model_in(part))), None)
    return None


def _short(typed: object) -> str:
    return repr(typed) if isinstance(typed, str) and len(typed) <= 60 else f"a {type(typed).__name__}"  # noqa: PLR2004  what fits in a line
