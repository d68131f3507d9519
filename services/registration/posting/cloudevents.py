"""CloudEvents 1.0 over HTTP, in its three modes: binary, structured, batch."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from services.registration.posting.attributes import (
    CHARSETS,
    KNOWN,
    REQUIRED,
    first_mistake,
    from_header,
    is_json,
    media_type,
)
from services.registration.posting.mistakes import DataLocation, refused
from shared.refusals import Refusal

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
LARGEST_BATCH: Final = 1_000
BODY: Final = DataLocation()
"""In binary mode the body is the data."""
NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Envelope(msgspec.Struct):
    """A structured event whose attributes have the right types; `_with_wrong_type` reads the others."""

    specversion: str = ""
    id: str | None = None
    source: str | None = None
    type: str = ""
    time: str | None = None
    datacontenttype: str | None = None
    data: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    data_base64: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """One event as it was sent. If it is no CloudEvent, `mistake` says why, and the rest is what could be read."""

    source: str | None
    id: str | None
    type: str = ""
    data: bytes | msgspec.Raw = b""
    location: DataLocation = BODY
    mistake: Refusal | None = None


_elements = msgspec.json.Decoder(list[msgspec.Raw])
_envelope = msgspec.json.Decoder(_Envelope)
_attributes = msgspec.json.Decoder(dict[str, msgspec.Raw])


def read(headers: Iterable[tuple[str, str]], body: bytes) -> list[Posted]:
    """Read the events of a request. A bad event of a batch is given with its `mistake`; the others stay good.

    Raises `Refusal` (400, 413 or 415) for a request that is not CloudEvents.
    """
    fields = {name.lower(): value for name, value in headers}
    content_type = fields.get("content-type", "")
    kind, charset = media_type(content_type)
    if kind in (STRUCTURED, BATCH) and charset not in CHARSETS:
        raise _unsupported("Send JSON in UTF-8.")
    if kind == BATCH:
        return _batch(body)
    if kind == STRUCTURED:
        return [_single(body)]
    if kind.startswith("application/cloudevents") or (kind and not is_json(content_type)):
        raise _unsupported(f"Send `{STRUCTURED}`, `{BATCH}`, or `application/json` in UTF-8 with `ce-` headers.")
    return [_binary(fields, body)]


def _binary(fields: Mapping[str, str], body: bytes) -> Posted:
    attributes: dict[str, str] = {}
    for name, value in fields.items():
        if name.startswith("ce-"):
            try:
                attributes[name[3:]] = from_header(value)
            except UnicodeDecodeError:
                raise refused(f"The header `{name}` is not UTF-8.", None, kind="not-cloudevents", status=400) from None
    attributes.pop("datacontenttype", None)  # it is the request's own content type
    if not attributes:
        wanted = ", ".join(f"`ce-{name}`" for name in REQUIRED)
        detail = f"This is no CloudEvent: send the headers {wanted}, or the event whole as `{STRUCTURED}`."
        raise refused(detail, None, kind="not-cloudevents", status=400)
    source, id = attributes.get("source"), attributes.get("id")
    if mistake := first_mistake(attributes, lambda name: (f"ce-{name}", None)):
        return Posted(source, id, mistake=mistake)
    return Posted(source, id, attributes["type"], body)


def _batch(body: bytes) -> list[Posted]:
    try:
        elements = _elements.decode(body)
    except msgspec.ValidationError:
        raise refused("A batch is a JSON array of events.", "", kind="not-json", status=400) from None
    except NOT_JSON:
        raise _not_json() from None
    if len(elements) > LARGEST_BATCH:
        raise refused(
            f"A batch holds at most {LARGEST_BATCH:,} events; send several.", None, kind="too-large", status=413
        )
    return [_structured(element, f"/{nth}") for nth, element in enumerate(elements)]


def _single(body: bytes) -> Posted:
    try:
        element = msgspec.json.decode(body, type=msgspec.Raw)
    except NOT_JSON:
        raise _not_json() from None
    return _structured(element, "")


def _structured(sent: msgspec.Raw, base: str) -> Posted:
    try:
        event = _envelope.decode(sent)
    except msgspec.ValidationError:
        return _with_wrong_type(sent, base)
    except NOT_JSON:
        return Posted(None, None, mistake=refused("This is not JSON in UTF-8.", base, kind="not-json"))
    attributes = {name: value for name in KNOWN if (value := getattr(event, name)) is not None}
    if mistake := first_mistake(attributes, lambda name: (name, f"{base}/{name}")):
        return Posted(event.source, event.id, mistake=mistake)
    try:
        data, location = _data_of(event, base)
    except Refusal as mistake:
        return Posted(event.source, event.id, mistake=mistake)
    return Posted(event.source, event.id, event.type, data, location)


def _data_of(event: _Envelope, base: str) -> tuple[bytes | msgspec.Raw, DataLocation]:
    data = None if event.data is msgspec.UNSET or bytes(event.data) == b"null" else event.data
    if event.data_base64 is None:
        if data is None:
            raise refused("`data` is missing.", f"{base}/data")
        return data, DataLocation(f"{base}/data")
    if data is not None:
        raise refused("`data` and `data_base64` exclude each other.", f"{base}/data_base64", kind="not-cloudevents")
    try:
        return base64.b64decode(event.data_base64, validate=True), DataLocation(f"{base}/data_base64", encoded=True)
    except (binascii.Error, ValueError):
        raise refused("`data_base64` is not base64.", f"{base}/data_base64", kind="not-cloudevents") from None


def _with_wrong_type(sent: msgspec.Raw, base: str) -> Posted:
    """Say which attribute is not text, and read what a receipt needs."""
    try:
        raw = _attributes.decode(sent)
    except msgspec.ValidationError:
        return Posted(None, None, mistake=refused("An event is a JSON object.", base, kind="not-cloudevents"))
    found: dict[str, object] = {name: msgspec.json.decode(raw[name]) for name in (*KNOWN, "data_base64") if name in raw}
    texts: dict[str, str] = {name: value for name, value in found.items() if isinstance(value, str)}
    wrong = next((name for name, value in found.items() if name not in texts and value is not None), None)
    mistake = refused(f"`{wrong}` is text.", f"{base}/{wrong}", kind="not-cloudevents") if wrong else None
    mistake = mistake or first_mistake(texts, lambda name: (name, f"{base}/{name}"))
    return Posted(texts.get("source"), texts.get("id"), mistake=mistake)


def _unsupported(detail: str) -> Refusal:
    return refused(detail, None, kind="unsupported-media-type", status=415)


def _not_json() -> Refusal:
    return refused("The body is not JSON in UTF-8.", None, kind="not-json", status=400)
