"""The forms that agencies post: the facts of the contract, with a person or a NIK instead of the worker's id.

They are made from `shared/events/facts.py`. `agency` is not typed: the key says which agency posts. An agency names its
own courses and vacancies by its `code`, and another's vacancy by its id. An office types `on_behalf_of` where it enters for another agency.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final, get_args, get_origin
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import FieldInfo

from services.registration.identity.person import Correction, Nik, Person
from services.registration.posting.examples import EXAMPLES
from services.registration.posting.mistakes import DataLocation, refusal_of, refused
from services.registration.posting.roles import MAY_SAY
from shared.events import (
    FACTS,
    CourseOffered,
    Fact,
    HireConfirmed,
    IdentityCorrected,
    JobseekerApplied,
    LayoffReported,
    VacancyPosted,
    WalkInReported,
    type_of,
)
from shared.events.vocabulary import Country, Employer, Region, Role, Slug, Vocation

LONGEST_LIST = 20
MEANINGS = {
    "wants": "`training`, `work` or both; the worker's office asks the worker where a layoff's report says none"
}
"""What lists mean, by the name of their field."""
MADE_HERE = frozenset({"envelope", "agency", "entered_by", "grade", "by_office", "run"})
"""Fields that the desk fills in: nobody types them."""
SEALED = {(IdentityCorrected, "fields")}
"""Fields of facts that are not typed: what is typed in their place stays at the desk."""
ADDED = {(JobseekerApplied, "replaces"), (CourseOffered, "entry_until"), (VacancyPosted, "certificate")}
"""Fields that facts gained: no part of the content where they say what nothing says.

So an event from before them is a repeat if it is posted again.
"""
AT_THE_DOOR: Final[tuple[tuple[str, Any], ...]] = (
    ("person", Person),
    ("employer", Employer),
    ("vocation", Vocation),
    ("region", Region),
    ("country", Country),
)
"""What a hire says of somebody who was not referred, in place of the worker's id and the vacancy's code."""
OnBehalfOf = Annotated[
    Slug, Meta(description="the agency for which your office enters this; that agency's record names your office")
]


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
    def named_by_code(self) -> frozenset[str]:
        """The fields whose id is made of the agency's own `code`, and not typed."""
        return _named_by_code(self.fact)

    @cached_property
    def as_typed(self) -> tuple[str, ...]:
        """The fact's fields that are what was typed."""
        made = {*MADE_HERE, "worker", *self.named_by_code}
        sealed = {name for fact, name in SEALED if fact is self.fact}
        return tuple(name for name in self.fact.__struct_fields__ if name not in made | sealed)

    @property
    def who(self) -> tuple[str, ...]:
        """The fields of which exactly one names the worker."""
        return ("worker", "nik", "person") if self.fact is HireConfirmed else ("worker", "nik")

    @cached_property
    def added(self) -> tuple[tuple[str, object], ...]:
        """The fields that came later, each with the value that says what nothing says."""
        gained = (field for field in msgspec.structs.fields(self.fact) if (self.fact, field.name) in ADDED)
        door = AT_THE_DOOR if self.fact is HireConfirmed else ()
        return (
            ("on_behalf_of", None),
            *((field.name, field.default) for field in gained),
            *((name, None) for name, _ in door),
        )

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the data."""
        schema = msgspec.json.schema(self.shape)
        if "worker" in self.shape.__struct_fields__:
            # a struct cannot express this; `read` checks it
            schema["$defs"][self.fact.__name__]["oneOf"] = [
                {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in self.who
            ]
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
        except msgspec.ValidationError as wrong:
            raise refusal_of(wrong, self.schema, location) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise refused("The data is not JSON in UTF-8.", location.pointer()) from None
        for name, default in self.added:
            if getattr(filled_in, name) == default:
                msgspec.structs.force_setattr(filled_in, name, UNSET)
        check = _check_hire if self.fact is HireConfirmed else _check_fields_together
        check(filled_in, location)
        return filled_in


def _check_fields_together(filled_in: Any, location: DataLocation) -> None:  # noqa: ANN401  one of the shapes
    """Check what concerns two fields, or what a schema cannot express well."""
    if hasattr(filled_in, "worker") and (filled_in.worker is None) == (filled_in.nik is None):
        raise refused(
            "Name the worker by `worker` (the id from a receipt) or by `nik`: exactly one of them.", location.pointer()
        )
    if isinstance(getattr(filled_in, "correction", None), Correction) and filled_in.correction == Correction():
        raise refused("`correction` is empty: name what is corrected.", location.pointer("correction"))
    if hasattr(filled_in, "other") and filled_in.worker == filled_in.other:
        raise refused("`worker` and `other` are the same worker.", location.pointer("other"))
    if hasattr(filled_in, "ends_on") and filled_in.ends_on < filled_in.starts_on:
        raise refused("`ends_on` is before `starts_on`.", location.pointer("ends_on"))


def _check_hire(hire: msgspec.Struct, location: DataLocation) -> None:
    """Check that a hire is of who was referred to a vacancy, or of a person who came to the door."""
    given = {name for name, value in msgspec.structs.asdict(hire).items() if value is not None and value is not UNSET}
    if len(given & {"worker", "nik", "person"}) != 1:
        raise refused(
            "Name the worker by `worker` (the id from a receipt) or by `nik`, with the `code` of the vacancy; or, if the worker was not "
            "referred to you, by `person`, with the `employer`: exactly one of the three.",
            location.pointer(),
        )
    if "person" not in given:
        if "code" not in given:
            raise refused("`code` is missing: the vacancy to which the worker was referred.", location.pointer("code"))
        for name, _ in AT_THE_DOOR:
            if name in given:
                raise refused(f"`{name}` goes with `person`; the vacancy has it here.", location.pointer(name))
    elif "code" in given:
        raise refused(
            "`code` goes with a referral; leave it out where you name the `person`.", location.pointer("code")
        )
    elif "employer" not in given:
        raise refused("`employer` is missing: where the person works.", location.pointer("employer"))


def _shape_of(fact: type[Fact]) -> type[msgspec.Struct]:
    fields: list[Any] = []
    for field in msgspec.structs.fields(fact):
        derived = field.name in MADE_HERE or field.name in _named_by_code(fact)
        if derived or (fact, field.name) in SEALED:
            continue
        if field.name == "worker":
            fields += _person_of(fact)
        elif (fact, field.name) == (HireConfirmed, "code"):
            fields.append((field.name, field.type | None, None))
        elif (fact, field.name) in ADDED:
            fields.append((field.name, field.type | UnsetType, UNSET))
        elif field.default_factory is not msgspec.NODEFAULT:
            fields.append((field.name, _bounded(field), msgspec.field(default_factory=field.default_factory)))
        elif field.default is not msgspec.NODEFAULT:
            fields.append((field.name, _bounded(field), field.default))
        else:
            fields.append((field.name, _bounded(field)))
    fields.append(("on_behalf_of", OnBehalfOf | None | UnsetType, UNSET))
    return msgspec.defstruct(
        fact.__name__,
        fields,
        kw_only=True,
        frozen=True,
        forbid_unknown_fields=True,
        module=__name__,
        namespace={"__doc__": fact.__doc__},
    )


def _named_by_code(fact: type[Fact]) -> frozenset[str]:
    fields = frozenset(fact.__struct_fields__)
    return fields & {"course", "vacancy"} if "code" in fields else frozenset()


def _person_of(fact: type[Fact]) -> list[Any]:
    if fact in (LayoffReported, JobseekerApplied):
        return [("person", Person)]
    who: list[Any] = [("worker", UUID | None, None), ("nik", Nik | None, None)]
    if fact is HireConfirmed:
        return [*who, *((name, kind | UnsetType | None, UNSET) for name, kind in AT_THE_DOOR)]
    return [*who, ("correction", Correction)] if fact is IdentityCorrected else who


def _bounded(field: FieldInfo) -> object:
    """Limit a list's length: an event too large for Kafka would block all events after it. A required list is not empty."""
    if get_origin(field.type) is list:
        (item,) = get_args(field.type)
        length = Meta(
            min_length=1 if field.required else None, max_length=LONGEST_LIST, description=MEANINGS.get(field.name)
        )
        return Annotated[list[item], length]  # type: ignore[valid-type]  # made while running
    return field.type


FORMS: Final[dict[str, Form]] = {name: Form(name, fact, _shape_of(fact)) for name, fact in FACTS.items()}
"""CloudEvents type -> the form."""
WALK_IN: Final = Form(type_of(HireConfirmed), WalkInReported, FORMS[type_of(HireConfirmed)].shape)
"""What a hire is read as that names a person."""


def form_of(name: str) -> Form | None:
    """Find a form by its CloudEvents type or by its short name (`LayoffReported`)."""
    return FORMS.get(name) or next((form for form in FORMS.values() if form.fact.__name__ == name), None)
