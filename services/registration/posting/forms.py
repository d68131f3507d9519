"""What an agency types at the desk: the facts of the contract, with a person or a NIK in the place of the worker's id.

The forms are made from `shared/events/facts.py`; there is no second contract to keep. `agency` is not typed, because it
is the key's; courses and vacancies are named by the agency's own `code`.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Final, Literal, get_args, get_origin
from uuid import UUID

import msgspec
from msgspec import Meta

from services.registration.posting.examples import EXAMPLES
from services.registration.posting.mistakes import Place, mistake_in, refused
from services.registration.posting.roles import MAY_SAY
from shared.events import FACTS, Fact, JobseekerApplied, LayoffReported
from shared.events.vocabulary import Region, Role
from shared.refusals import Refusal

Nik = Annotated[str, Meta(pattern="^[0-9]{16}$", description="16 digits, as on the identity card (KTP); as text")]
LONGEST_LIST = 20
_CONTROL = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:[bfnrt]|u00(?:[01][0-9a-fA-F]|7[fF]))")
"""An escaped control character in JSON text."""


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who the worker is. All of it stays at the desk, sealed."""

    nik: Nik
    name: Annotated[str, Meta(min_length=1, max_length=120)]
    birth_date: date | None = None
    sex: Literal["female", "male"] | None = None
    region: Region | None = None
    phone: Annotated[str, Meta(pattern=r"^\+?[0-9 ()./-]{5,24}$", description="digits, with +, spaces or -")] | None = (
        None
    )
    email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, description="name@domain")] | None = None
    address: Annotated[str, Meta(max_length=300)] | None = None


@dataclass(frozen=True)
class Form:
    """One type of event (`name` is its CloudEvents type) as it is typed: the shape that checks it, and the fact that it becomes."""

    name: str
    fact: type[Fact]
    shape: type[msgspec.Struct]

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        """The decoder that reads what agencies post."""
        return msgspec.json.Decoder(self.shape)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the data."""
        schema = msgspec.json.schema(self.shape)
        if "worker" in self.shape.__struct_fields__:
            # no decoder can say this; `read` does
            schema["$defs"][self.fact.__name__]["oneOf"] = [{"required": ["worker"]}, {"required": ["nik"]}]
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}

    @property
    def roles(self) -> tuple[Role, ...]:
        """Who may say it."""
        return MAY_SAY[self.fact]

    @property
    def page(self) -> dict[str, Any]:
        """What an agency needs to know to post this type."""
        return {
            "type": self.name,
            "name": self.fact.__name__,
            "means": (self.fact.__doc__ or "").strip(),
            "roles": list(self.roles),
            "schema": self.schema,
            "example": {
                "specversion": "1.0",
                "id": f"example-{self.fact.__name__}",
                "source": "https://agency.example/books",
                "type": self.name,
                "data": EXAMPLES[self.fact.__name__],
            },
        }

    def read(self, data: bytes | msgspec.Raw, place: Place) -> Any:  # noqa: ANN401  one of the shapes
        """Read what was typed. Raises `Refusal` with a pointer to the field and a sentence that says what to mend."""
        try:
            form = self.decoder.decode(data)
            text = bytes(data)
            if b"\\" in text and _CONTROL.search(text):
                raise _lines(data, place)
        except msgspec.ValidationError as wrong:
            raise mistake_in(wrong, self.schema, place) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise refused("The data is not JSON in UTF-8.", place.at()) from None
        _hangs_together(form, place)
        return form


def _lines(data: bytes | msgspec.Raw, place: Place) -> Refusal:
    """Find the text that goes over a line: no pattern sees a line's end, and no mail takes it in its subject."""

    def walk(value: Any, parts: list[str | int]) -> list[str | int] | None:  # noqa: ANN401  any JSON
        if isinstance(value, str):
            return None if value.isprintable() else parts
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return next((found for part, each in inner if (found := walk(each, [*parts, part]))), None)

    parts = walk(msgspec.json.decode(data), []) or []
    return refused("Write this text in one line, without tabs or control characters.", place.at(*parts))


def _hangs_together(form: Any, place: Place) -> None:  # noqa: ANN401  one of the shapes
    """Check what concerns two fields, or what a schema says badly."""
    if not getattr(form, "wants", True):
        raise refused("`wants` is empty: name `training`, `work` or both.", place.at("wants"))
    if hasattr(form, "worker") and (form.worker is None) == (form.nik is None):
        raise refused(
            "Name the worker by `worker` (the id from a receipt) or by `nik`: exactly one of them.", place.at()
        )
    if hasattr(form, "ends_on") and form.ends_on < form.starts_on:
        raise refused("`ends_on` is before `starts_on`.", place.at("ends_on"))


def _shape_of(fact: type[Fact]) -> type[msgspec.Struct]:
    fields: list[Any] = []
    for field in msgspec.structs.fields(fact):
        if field.name in ("envelope", "agency", "course", "vacancy"):
            continue
        if field.name == "worker":
            fields += _person_of(fact)
        elif field.default_factory is not msgspec.NODEFAULT:
            fields.append((field.name, _bounded(field.type), msgspec.field(default_factory=field.default_factory)))
        elif field.default is not msgspec.NODEFAULT:
            fields.append((field.name, _bounded(field.type), field.default))
        else:
            fields.append((field.name, _bounded(field.type)))
    return msgspec.defstruct(
        fact.__name__,
        fields,
        kw_only=True,
        frozen=True,
        forbid_unknown_fields=True,
        module=__name__,
        namespace={"__doc__": fact.__doc__},
    )


def _person_of(fact: type[Fact]) -> list[Any]:
    if fact in (LayoffReported, JobseekerApplied):
        return [("person", Person)]
    return [("worker", UUID | None, None), ("nik", Nik | None, None)]


def _bounded(kind: Any) -> Any:  # noqa: ANN401  an annotation
    """Let no list grow until its event is too long for Kafka: such an event would stop all that come after it."""
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return Annotated[list[item], Meta(max_length=LONGEST_LIST)]  # type: ignore[valid-type]  # made while running
    return kind


FORMS: Final[dict[str, Form]] = {name: Form(name, fact, _shape_of(fact)) for name, fact in FACTS.items()}
"""CloudEvents type -> the form."""


def form_of(name: str) -> Form | None:
    """Find a form by its CloudEvents type or by its short name (`LayoffReported`)."""
    return FORMS.get(name) or next((form for form in FORMS.values() if form.fact.__name__ == name), None)
