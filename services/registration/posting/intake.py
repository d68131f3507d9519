"""What was posted becomes an assertion that can be judged, or a receipt that says what to mend."""

from typing import Any
from uuid import UUID, uuid5

import msgspec

from services.registration.identity import nik, regions
from services.registration.identity.people import Claim
from services.registration.identity.persons import Persons
from services.registration.posting.assertions import Assertion
from services.registration.posting.cloudevents import Posted
from services.registration.posting.forms import FORMS, Form, Person
from services.registration.posting.mistakes import refused
from services.registration.posting.receipts import Receipt, refusal_of
from shared.events import VacancyPosted
from shared.http.auth import Caller
from shared.refusals import Refusal

NOBODY = UUID(int=0)
UNKNOWN_REGION = (
    "`{}` is not a regency or city known here; it is kept as it is. Try its Kemendagri code, such as `33.06`."
)
NO_REGION = "No region is known: `person.region` is not given, and the first four digits of `nik` are not a regency's."
HOME = "ID"


def take(posted: Posted, caller: Caller, persons: Persons, trace: str | None = None) -> Assertion | Receipt:
    """Read one event that an agency posted."""
    try:
        if posted.mistake is not None:
            raise posted.mistake
        return _assertion(posted, caller, persons, trace)
    except Refusal as why:
        return refusal_of(posted.source, posted.id, why)


def _assertion(posted: Posted, caller: Caller, persons: Persons, trace: str | None) -> Assertion:
    form = _form_for(posted, caller)
    typed = form.read(posted.data, posted.place)
    canonical = msgspec.json.encode(typed)
    warnings: list[str] = []
    claim = _claim(typed.person, persons, warnings) if hasattr(typed, "person") else None
    number = claim.nik if claim else persons.nik_print(typed.nik) if getattr(typed, "nik", None) else None
    return Assertion(
        by=caller,
        source=posted.source or "",
        id=posted.id or "",
        fact=form.fact(**_values(form, typed, caller, warnings)),
        digest=persons.seal.fingerprint(b"said " + form.name.encode() + b" " + canonical),
        typed=canonical,
        place=posted.place,
        claim=claim,
        nik=number,
        worker=getattr(typed, "worker", None),
        warnings=tuple(warnings),
        trace=trace,
    )


def _form_for(posted: Posted, caller: Caller) -> Form:
    # beside the data stands the type; in binary mode it is a header, and no pointer reaches it
    beside = f"{posted.place.base.rpartition('/')[0]}/type" if posted.place.base else None
    form = FORMS.get(posted.type)
    if form is None:
        raise refused(
            "This `type` is not known here; GET /events/types lists those that are.", beside, kind="unknown-type"
        )
    if caller.role not in form.roles:
        raise refused(
            f"{form.fact.__name__} is said by: {', '.join(form.roles)}. Your agency's role is {caller.role}.",
            beside,
            kind="forbidden",
            status=403,
        )
    return form


def _claim(person: Person, persons: Persons, warnings: list[str]) -> Claim:
    warnings += nik.doubts(person.nik, person.birth_date)
    if person.region is not None:
        return persons.claim(person, _region("person.region", person.region, warnings))
    code = regions.code_of(nik.regency_code(person.nik))
    if code is None:
        warnings.append(NO_REGION)
    return persons.claim(person, code)


def _values(form: Form, typed: Any, caller: Caller, warnings: list[str]) -> dict[str, Any]:  # noqa: ANN401  a shape
    """Give the fact's fields: the agency's own codes made into ids, vocations in lower case, regions as codes."""
    values: dict[str, Any] = {"agency": caller.slug}
    for name in form.fact.__struct_fields__:
        if name == "worker":
            values[name] = NOBODY
        elif name in ("course", "vacancy"):
            values[name] = uuid5(caller.id, f"{name}:{typed.code}")
        elif name not in ("envelope", "agency"):
            values[name] = getattr(typed, name)
    for name in ("vocation", "business"):
        if values.get(name):
            values[name] = values[name].lower()
    if "wishes" in values:
        values["wishes"] = list(dict.fromkeys(wish.lower() for wish in values["wishes"]))
    if values.get("region") and not (form.fact is VacancyPosted and values["country"] != HOME):
        values["region"] = _region("region", values["region"], warnings)
    return values


def _region(name: str, typed: str, warnings: list[str]) -> str:
    code = regions.code_of(typed)
    if code is None:
        warnings.append(UNKNOWN_REGION.format(name))
    return code or typed
