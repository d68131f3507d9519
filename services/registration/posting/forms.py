"""The forms that agencies post: the facts of the contract, with a person or a NIK instead of the worker's id.

They are made from `shared/events/facts.py`. `agency` is not typed: the key says which agency posts. An agency names its
courses and vacancies by its own `code`.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final, get_args, get_origin
from uuid import UUID

import msgspec
from msgspec import Meta

from services.registration.identity.person import Nik, Person
from services.registration.posting.examples import EXAMPLES
from services.registration.posting.mistakes import DataLocation, refusal_of, refused
from services.registration.posting.roles import MAY_SAY
from shared.events import FACTS, Fact, JobseekerApplied, LayoffReported
from shared.events.vocabulary import Role
from shared.refusals import Refusal

LONGEST_LIST = 20
_CONTROL = re.compile(rb"(?<!\\)(?:\\\\)*\\(?:[bfnrt]|u00(?:[01][0-9a-fA-F]|7[fF]))")
"""An escaped control character in JSON text."""


@dataclass(frozen=True)
class Form:
    """One type of event (`name` is its CloudEvents type): `shape` checks what is typed, which becomes the `fact`."""

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
            # a struct cannot express this; `read` checks it
            schema["$defs"][self.fact.__name__]["oneOf"] = [{"required": ["worker"]}, {"required": ["nik"]}]
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles that may post it."""
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

    def read(self, data: bytes | msgspec.Raw, location: DataLocation) -> Any:  # noqa: ANN401  one of the shapes
        """Read what an agency typed. Raises `Refusal` with a pointer to a field and a sentence that says what to mend."""
        try:
            filled_in = self.decoder.decode(data)
            text = bytes(data)
            if b"\\" in text and _CONTROL.search(text):
                raise _not_one_line(data, location)
        except msgspec.ValidationError as wrong:
            raise refusal_of(wrong, self.schema, location) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise refused("The data is not JSON in UTF-8.", location.pointer()) from None
        _check_fields_together(filled_in, location)
        return filled_in


def _not_one_line(data: bytes | msgspec.Raw, location: DataLocation) -> Refusal:
    """Refuse the text with a line break or a control character: patterns miss them, mail subjects cannot hold them."""

    def walk(value: Any, parts: list[str | int]) -> list[str | int] | None:  # noqa: ANN401  any JSON
        if isinstance(value, str):
            return None if value.isprintable() else parts
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        return next((found for part, each in inner if (found := walk(each, [*parts, part]))), None)

    parts = walk(msgspec.json.decode(data), []) or []
    return refused("Write this text in one line, without tabs or control characters.", location.pointer(*parts))


def _check_fields_together(filled_in: Any, location: DataLocation) -> None:  # noqa: ANN401  one of the shapes
    """Check what concerns two fields, or what a schema cannot express well."""
    if not getattr(filled_in, "wants", True):
        raise refused("`wants` is empty: name `training`, `work` or both.", location.pointer("wants"))
    if hasattr(filled_in, "worker") and (filled_in.worker is None) == (filled_in.nik is None):
        raise refused(
            "Name the worker by `worker` (the id from a receipt) or by `nik`: exactly one of them.", location.pointer()
        )
    if hasattr(filled_in, "ends_on") and filled_in.ends_on < filled_in.starts_on:
        raise refused("`ends_on` is before `starts_on`.", location.pointer("ends_on"))


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
    """Limit a list's length: an event too large for Kafka would block all events after it."""
    if get_origin(kind) is list:
        (item,) = get_args(kind)
        return Annotated[list[item], Meta(max_length=LONGEST_LIST)]  # type: ignore[valid-type]  # made while running
    return kind


FORMS: Final[dict[str, Form]] = {name: Form(name, fact, _shape_of(fact)) for name, fact in FACTS.items()}
"""CloudEvents type -> the form."""


def form_of(name: str) -> Form | None:
    """Find a form by its CloudEvents type or by its short name (`LayoffReported`)."""
    return FORMS.get(name) or next((form for form in FORMS.values() if form.fact.__name__ == name), None)
