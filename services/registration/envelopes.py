"""CloudEvents 1.0 over HTTP, in its three modes: binary, structured, batch."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Annotated, Any, Final
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec import Meta

from services.registration.mistakes import Place, refused
from shared.problems import Refusal

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
LARGEST_BATCH: Final = 1_000
REQUIRED: Final = ("specversion", "id", "source", "type")
_JSON = re.compile(r"^[\w.+-]+/(?:[\w.-]+\+)?json$")
_CHARSETS = ("utf-8", "utf8", "us-ascii")
WHOLE: Final = Place()
"""In binary mode the body is the data."""
_ESCAPED = re.compile(r"\\(.)")
_Time = Annotated[datetime, Meta(tz=True)]


class _Envelope(msgspec.Struct):
    """A structured event as almost all come: what does not fit here is looked at again, attribute by attribute."""

    specversion: str
    id: str
    source: str
    type: str
    time: str | None = None
    datacontenttype: str | None = None
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    data_base64: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """One event as it was sent. Where it is no CloudEvent, `mistake` says why, and the rest is what could be read."""

    source: str | None
    id: str | None
    type: str = ""
    data: bytes | msgspec.Raw = b""
    place: Place = WHOLE
    mistake: Refusal | None = None


_elements = msgspec.json.Decoder(list[msgspec.Raw])
_envelope = msgspec.json.Decoder(_Envelope)
_attributes = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read(headers: Iterable[tuple[str, str]], body: bytes) -> list[Posted]:
    """Read a request. Raises `Refusal` where it is no CloudEvents request at all; a bad event of a batch comes back as one."""
    fields = {name.lower(): value for name, value in headers}
    media_type, charset = _media_type(fields.get("content-type", ""))
    if charset not in _CHARSETS:
        raise _unsupported("Send JSON in UTF-8.")
    if media_type == BATCH:
        return _batch(body)
    if media_type == STRUCTURED:
        return [_structured(body, "", alone=True)]
    if media_type.startswith("application/cloudevents") or not (media_type == "" or _JSON.match(media_type)):
        raise _unsupported(f"Send `{STRUCTURED}`, `{BATCH}`, or `application/json` with `ce-` headers.")
    return [_binary(fields, body)]


def _binary(fields: Mapping[str, str], body: bytes) -> Posted:
    attributes: dict[str, str] = {}
    for name, value in fields.items():
        if name.startswith("ce-"):
            try:
                attributes[name[3:]] = _unescaped(value)
            except UnicodeDecodeError:
                raise refused(f"The header `{name}` is not UTF-8.", None, kind="not-cloudevents", status=400) from None
    if not attributes:
        raise refused(
            f"This is no CloudEvent: send the headers {', '.join(f'`ce-{name}`' for name in REQUIRED)}, "
            f"or the event whole as `{STRUCTURED}`.",
            None,
            kind="not-cloudevents",
            status=400,
        )
    source, id = attributes.get("source"), attributes.get("id")
    if mistake := _mistake_in(attributes, lambda name: (f"ce-{name}", None)):
        return Posted(source, id, mistake=mistake)
    return Posted(source, id, attributes["type"], body)


def _batch(body: bytes) -> list[Posted]:
    try:
        elements = _elements.decode(body)
    except msgspec.ValidationError:
        raise refused("A batch is a JSON array of events.", "", kind="not-json", status=400) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _not_json() from None
    if len(elements) > LARGEST_BATCH:
        raise refused(
            f"A batch holds at most {LARGEST_BATCH:,} events; send several.", None, kind="too-many", status=413
        )
    return [_structured(element, f"/{place}") for place, element in enumerate(elements)]


def _structured(sent: bytes | msgspec.Raw, base: str, *, alone: bool = False) -> Posted:
    try:
        event = _envelope.decode(sent)
    except msgspec.ValidationError:
        return _look_closer(sent, base)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if alone:
            raise _not_json() from None
        return Posted(None, None, mistake=refused("This is not JSON in UTF-8.", base, kind="not-json"))
    attributes = {name: value for name in _ATTRIBUTES if (value := getattr(event, name)) is not None and name != "data"}
    if mistake := _mistake_in(attributes, lambda name: (name, f"{base}/{name}")):
        return Posted(event.source, event.id, mistake=mistake)
    try:
        data, place = _data_of(event, base)
    except Refusal as mistake:
        return Posted(event.source, event.id, mistake=mistake)
    return Posted(event.source, event.id, event.type, data, place)


_ATTRIBUTES = ("specversion", "id", "source", "type", "time", "datacontenttype")


def _data_of(event: _Envelope, base: str) -> tuple[bytes | msgspec.Raw, Place]:
    has_data = event.data is not msgspec.UNSET and bytes(event.data) != b"null"
    if event.data_base64 is not None:
        if has_data:
            raise refused("`data` and `data_base64` exclude each other.", f"{base}/data_base64")
        try:
            return base64.b64decode(event.data_base64, validate=True), Place(f"{base}/data_base64", closed=True)
        except (binascii.Error, ValueError):
            raise refused("`data_base64` is not base64.", f"{base}/data_base64") from None
    if not has_data or event.data is msgspec.UNSET:
        raise refused("`data` is missing.", f"{base}/data")
    return event.data, Place(f"{base}/data")


def _look_closer(sent: bytes | msgspec.Raw, base: str) -> Posted:
    """Say which attribute is wrong, and read as much as a receipt needs."""
    try:
        raw = _attributes.decode(sent)
    except msgspec.ValidationError:
        return Posted(None, None, mistake=refused("An event is a JSON object.", base, kind="not-cloudevents"))
    texts: dict[str, str] = {}
    wrong: str | None = None
    for name in (*_ATTRIBUTES, "data_base64"):
        value: Any = msgspec.json.decode(raw[name]) if name in raw else None
        if isinstance(value, str):
            texts[name] = value
        elif value is not None:
            wrong = wrong or name
    source, id = texts.get("source"), texts.get("id")
    if wrong:
        return Posted(source, id, mistake=refused(f"`{wrong}` is text.", f"{base}/{wrong}", kind="not-cloudevents"))
    mistake = _mistake_in(texts, lambda name: (name, f"{base}/{name}"))
    return Posted(source, id, mistake=mistake or refused("This is no CloudEvent.", base, kind="not-cloudevents"))


def _mistake_in(attributes: Mapping[str, str], where: Any) -> Refusal | None:  # noqa: ANN401  name -> (name, pointer)
    """Check what CloudEvents asks of every event."""
    for name in REQUIRED:
        if not attributes.get(name):
            said, pointer = where(name)
            return refused(f"`{said}` is missing or empty.", pointer, kind="not-cloudevents")
    for name in ("id", "source", "type"):
        if len(attributes[name]) > LONGEST_ATTRIBUTE or not attributes[name].isprintable():
            said, pointer = where(name)
            return refused(
                f"`{said}` is printable text of at most {LONGEST_ATTRIBUTE} characters.",
                pointer,
                kind="not-cloudevents",
            )
    if attributes["specversion"] != "1.0":
        said, pointer = where("specversion")
        return refused(f"`{said}` is not 1.0, the only version understood here.", pointer, kind="not-cloudevents")
    if "time" in attributes:
        try:
            msgspec.convert(attributes["time"], _Time)
        except msgspec.ValidationError:
            said, pointer = where("time")
            return refused(
                f"`{said}` is not a time of RFC 3339, such as `2021-09-06T08:00:00Z`.", pointer, kind="not-cloudevents"
            )
    media_type, charset = _media_type(attributes.get("datacontenttype", ""))
    if media_type and (not _JSON.match(media_type) or charset not in _CHARSETS):
        said, pointer = where("datacontenttype")
        return refused(
            f"`{said}` is not JSON in UTF-8, the only data understood here.", pointer, kind="not-cloudevents"
        )
    return None


LONGEST_ATTRIBUTE: Final = 512


def _unescaped(value: str) -> str:
    """Read a header's value as the HTTP binding (3.1.3.2) says: unquote it, then percent-decode it once."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = _ESCAPED.sub(r"\1", value[1:-1])
    return unquote_to_bytes(value.encode("latin-1")).decode()


def _media_type(content_type: str) -> tuple[str, str]:
    """Give the media type and the charset (UTF-8 if none is named), in lower case."""
    message = Message()
    message["content-type"] = content_type
    charset = message.get_param("charset", "utf-8")
    return (message.get_content_type() if content_type.strip() else ""), str(charset).lower()


def _unsupported(detail: str) -> Refusal:
    return refused(detail, None, kind="unsupported-media-type", status=415)


def _not_json() -> Refusal:
    return refused("The body is not JSON in UTF-8.", None, kind="not-json", status=400)
