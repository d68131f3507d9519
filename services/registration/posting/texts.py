"""What no text may hold, and names must: hidden characters, a NIK, an address of the web; a letter.

Texts pass on to other agencies and into official mail. A NIK in one would leave the desk unsealed, a hidden character
makes two texts look alike, and an address of the web in official mail is what a swindler wants.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin

import msgspec

from services.registration.identity.nik import is_possible
from services.registration.posting.mistakes import DataLocation, refused
from shared.events.vocabulary import Role

Path = tuple[str | int, ...]
"""The way to a text: field names, and places in lists."""
HIDDEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Control characters, and what Unicode lets nobody see: direction marks, zero-width characters, fillers, tags."""
LETTER: Final = re.compile(r"[^\W\d_]")
_SIXTEEN_DIGITS: Final = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){15}(?!\d)")
_IN_REFERENCE: Final = re.compile(r"(?<![0-9a-f])\d{16}(?![0-9a-f])", re.IGNORECASE)
"""Sixteen digits that are no part of a hash in hexadecimal: hashes are good references."""
_DOMAINS: Final = (
    "com|net|org|id|co|info|biz|io|ly|me|xyz|site|online|link|app|dev|top|click|shop|store|cc|tk|ml|ga|cf|gq|ru|cn|pw|live|"
    "page|web|website|space|club|vip|pro|win|bid|work|world|today|life|tech|cloud|fun|icu|buzz|gg|tv|us|uk|eu|sg|my"
)
_WEB: Final = re.compile(
    rf"\bh(?:tt|xx)ps?:|\bwww\.|\w@\w|\w{{3,}}\.(?:{_DOMAINS})\b|\w\.[a-z]{{2,}}/\w", re.IGNORECASE
)
"""An address of the web or of e-mail. Titles before a name (`Drs.`, `PT.`) are none."""
_NO_TEXTS: Final = frozenset({"nik", "phone", "email", "on_behalf_of", "retracts"})
"""Fields with a form of their own."""
_NAMES: Final = ("name", "title", "employer")
"""Fields that name somebody or something."""

ONE_LINE: Final = "Write this text in one line, without tabs, control characters or characters that cannot be seen."
NO_NIK: Final = "This text holds 16 digits, as a NIK has. A NIK stands in `nik` alone; leave it out here."
NO_WEB: Final = "This text holds an address of the web or of e-mail. Only an office may write one; leave it out."
NO_LETTER: Final = "`{}` has no letter."


def check(data: msgspec.Struct, raw: bytes, role: Role, location: DataLocation) -> None:
    """Check the texts of what an agency typed; `raw` is its JSON. Raises `Refusal` with a pointer to the first bad text."""
    if b"\\" in raw or not raw.isascii():
        for parts, text in _all_strings(msgspec.json.decode(raw), []):
            if HIDDEN.search(text):
                raise refused(ONE_LINE, location.pointer(*parts))
    texts: list[str] = []
    names: list[str] = []
    _collect(data, texts, names)
    together = "\n".join(texts)  # looked through at once: almost no event has anything to refuse
    if (
        _SIXTEEN_DIGITS.search(together)
        or (role != "office" and _has_address(together))
        or not all(map(LETTER.search, names))
    ):
        _refuse_first_bad(data, role, location)


def _collect(data: msgspec.Struct, texts: list[str], names: list[str]) -> None:
    """Add the texts of a shape to a list, and those of its names to another."""
    for field in _text_fields(type(data)):
        value = getattr(data, field)
        if isinstance(value, str):
            texts.append(value)
            if field in _NAMES:
                names.append(value)
        elif isinstance(value, list):
            texts.extend(value)
        elif isinstance(value, msgspec.Struct):
            _collect(value, texts, names)


def _refuse_first_bad(data: msgspec.Struct, role: Role, location: DataLocation) -> None:
    for path, text in _texts_in(data, ()):
        if path[-1] in _NAMES and not LETTER.search(text):
            raise refused(NO_LETTER.format(".".join(map(str, path))), location.pointer(*path))
        if _SIXTEEN_DIGITS.search(text):
            raise refused(NO_NIK, location.pointer(*path))
        if role != "office" and _has_address(text):
            raise refused(NO_WEB, location.pointer(*path))


def _has_address(text: str) -> bool:
    """Whether a text holds an address of the web or of e-mail; few texts have even one of its marks."""
    return ("." in text or "@" in text or ":" in text) and _WEB.search(text) is not None


def holds_a_nik(text: str) -> bool:
    """Whether an id, a source or another reference holds 16 digits together that can be a NIK."""
    return any(is_possible(digits) for digits in _IN_REFERENCE.findall(text))


def check_name(name: str, field: str) -> None:
    """Check a name that an operator typed. Raises `Refusal`."""
    if HIDDEN.search(name):
        raise refused(ONE_LINE, f"/{field}")
    if not LETTER.search(name):
        raise refused(NO_LETTER.format(field), f"/{field}")


def _texts_in(data: msgspec.Struct, above: Path) -> Iterator[tuple[Path, str]]:
    """Give the texts of a shape with their paths."""
    for name in _text_fields(type(data)):
        value = getattr(data, name)
        if isinstance(value, str):
            yield (*above, name), value
        elif isinstance(value, list):
            yield from (((*above, name, nth), text) for nth, text in enumerate(value))
        elif isinstance(value, msgspec.Struct):
            yield from _texts_in(value, (*above, name))


@cache
def _text_fields(shape: type[msgspec.Struct]) -> tuple[str, ...]:
    """Name the fields of a shape that hold a text, texts, or a shape with texts."""
    return tuple(
        field.name for field in msgspec.structs.fields(shape) if field.name not in _NO_TEXTS and _holds_text(field.type)
    )


def _holds_text(kind: Any) -> bool:  # noqa: ANN401  an annotation
    if get_origin(kind) is Literal:
        return False
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct | str):
        return True
    return any(_holds_text(part) for part in get_args(kind) if isinstance(part, type) or get_origin(part) is not None)


def _all_strings(value: Any, parts: list[str | int]) -> Iterator[tuple[list[str | int], str]]:  # noqa: ANN401  any JSON
    if isinstance(value, str):
        yield parts, value
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for part, each in inner:
        yield from _all_strings(each, [*parts, part])
