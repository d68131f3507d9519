"""The attributes of a CloudEvent (`id`, `source`, `type` and others): what CloudEvents 1.0 requires of each."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from email.message import Message
from functools import lru_cache
from typing import Annotated, Final
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec import Meta

from services.registration.posting.mistakes import refused
from services.registration.posting.texts import holds_a_nik
from shared.refusals import Refusal

REQUIRED: Final = ("specversion", "id", "source", "type")
KNOWN: Final = (*REQUIRED, "time", "datacontenttype")
LONGEST: Final = 512
REFERENCES: Final = ("id", "source")
"""Attributes in which an agency writes a reference of its own."""
OF_ONE_EVENT: Final = ("id", "time")
"""Attributes that differ from event to event; the others repeat."""
CHARSETS: Final = ("utf-8", "utf8", "us-ascii")
_JSON = re.compile(r"^[\w.+-]+/(?:[\w.-]+\+)?json$")
_ESCAPED = re.compile(r"\\(.)")
_Time = Annotated[datetime, Meta(tz=True)]

NameAndPointer = Callable[[str], tuple[str, str | None]]
"""Attribute -> its name in this mode, and the JSON pointer to it."""


def first_mistake(attributes: Mapping[str, str], name_and_pointer: NameAndPointer) -> Refusal | None:
    """Find the first attribute that breaks CloudEvents' rules. Extension attributes are not checked."""
    for name in KNOWN:
        if complaint := _complaint(name, attributes.get(name)):
            shown, pointer = name_and_pointer(name)
            return refused(f"`{shown}` {complaint}.", pointer, kind="not-cloudevents")
    return None


def _complaint(name: str, value: str | None) -> str | None:
    return _complaint_of(name, value) if name in OF_ONE_EVENT else _remembered_complaint(name, value)


def _complaint_of(name: str, value: str | None) -> str | None:
    if not value and name in REQUIRED:
        return "is missing or empty"
    if value is None:
        return None
    if len(value) > LONGEST or not value.isprintable():
        return f"is not printable text of at most {LONGEST} characters"
    if name in REFERENCES and holds_a_nik(value):
        return "holds a NIK; give the event another one, without it"
    is_right, complaint = _RULES.get(name, (bool, ""))
    return None if is_right(value) else complaint


_remembered_complaint: Final = lru_cache(maxsize=256)(_complaint_of)


def _is_time(value: str) -> bool:
    try:
        msgspec.convert(value, _Time)
    except msgspec.ValidationError:
        return False
    return True


def is_json(content_type: str) -> bool:
    """Whether a content type is JSON in UTF-8."""
    kind, charset = media_type(content_type)
    return _JSON.match(kind) is not None and charset in CHARSETS


def media_type(content_type: str) -> tuple[str, str]:
    """Give the media type and the charset (UTF-8 if none is named), in lower case."""
    message = Message()
    message["content-type"] = content_type
    charset = message.get_param("charset", "utf-8")
    return content_type.partition(";")[0].strip().lower(), str(charset).lower()


def from_header(value: str) -> str:
    """Read a header's value as the HTTP binding (3.1.3.2) says: unquote it, then percent-decode it once.

    Raises `UnicodeDecodeError` if the result is not UTF-8.
    """
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = _ESCAPED.sub(r"\1", value[1:-1])
    return unquote_to_bytes(value.encode("latin-1")).decode()


_RULES: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "specversion": (lambda value: value == "1.0", "is not 1.0, the only version understood here"),
    "time": (_is_time, "is not a time of RFC 3339, such as `2021-09-06T08:00:00Z`"),
    "datacontenttype": (is_json, "is not JSON in UTF-8, the only data understood here"),
}
