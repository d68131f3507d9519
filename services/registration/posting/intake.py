"""Turns each posted event into an assertion, or into a receipt that says what to mend."""

from functools import cache
from typing import Any
from uuid import UUID, uuid5

import msgspec
from msgspec import UNSET, UnsetType

from services.registration.identity import nik, regions
from services.registration.identity.person import Correction, Person
from services.registration.identity.sealing import IdentitySeals
from services.registration.identity.worker import Statement
from services.registration.posting import texts
from services.registration.posting.assertions import Assertion
from services.registration.posting.cloudevents import Posted
from services.registration.posting.days import DayLimits
from services.registration.posting.forms import FORMS, WALK_IN, Form
from services.registration.posting.mistakes import DataLocation, refused
from services.registration.posting.receipts import Receipt, receipt_of_refusal
from shared.events import (
    HireConfirmed,
    IdentityCorrected,
)
from shared.http.auth import Caller
from shared.refusals import Refusal

WORKER_NOT_KNOWN_YET = UUID(int=0)
"""Stands for the worker in a fact until the assertion is decided on."""
UNKNOWN_REGION = (
    "`{}` is not a regency or city known here; it is kept as it is. Try its Kemendagri code, such as `33.06`."
)
NO_DELEGATE = (
    "No agency of this name has your agency in its record as one that may enter on its behalf; ask it, or an operator."
)
NO_REGION = "No region is known: `person.region` is not given, and the first four digits of `nik` are not a regency's."
INDONESIA = "ID"


def read_event(
    posted: Posted, caller: Caller, seals: IdentitySeals, days: DayLimits, trace: str | None = None
) -> Assertion | Receipt:
    """Read one event that an agency posted."""
    try:
        if posted.mistake is not None:
            raise posted.mistake
        return _assertion(posted, caller, seals, days, trace)
    except Refusal as why:
        return receipt_of_refusal(posted.source, posted.id, why)


def _assertion(posted: Posted, caller: Caller, seals: IdentitySeals, days: DayLimits, trace: str | None) -> Assertion:
    form = _form_for(posted, caller)
    data = form.read(posted.data, posted.location)
    by = _speaker(data.on_behalf_of, form, caller, posted)
    texts.check(data, bytes(posted.data), by.role, posted.location)
    days.check(data, form.fact, posted.location)
    _check_nik(data, posted.location)
    warnings: list[str] = []
    person, walked_in = getattr(data, "person", None), None
    if person and form.fact is HireConfirmed:
        # of who came to the door the desk keeps the print of the NIK: nothing that is kept, and no digest, is of the person
        form, data = WALK_IN, msgspec.structs.replace(data, person=UNSET)
        warnings += nik.doubts(person.nik, person.birth_date, person.sex)
        walked_in, person = seals.nik_fingerprint(person.nik), None
    content = msgspec.json.encode(data)
    before = _as_read_before(data)
    correction = _correction(getattr(data, "correction", None), warnings)
    statement = _statement(person, seals, warnings) if person else None
    nik_print = statement.nik if statement else seals.nik_fingerprint(data.nik) if getattr(data, "nik", None) else None
    return Assertion(
        by=by,
        poster=caller,
        source=posted.source or "",
        id=posted.id or "",
        fact=form.fact(**_values(form, data, by, caller, warnings)),
        digest=_fingerprint(form, content, seals),
        digest_before=_fingerprint(form, msgspec.json.encode(before), seals) if before else None,
        content=content,
        location=posted.location,
        statement=statement,
        nik=nik_print,
        worker=getattr(data, "worker", None),
        correction=correction,
        other_nik=seals.nik_fingerprint(correction.nik) if correction and correction.nik else None,
        other=getattr(data, "other", None),
        walked_in=walked_in,
        warnings=tuple(warnings),
        trace=trace,
    )


def _fingerprint(form: Form, content: bytes, seals: IdentitySeals) -> bytes:
    return seals.own.fingerprint(b"said " + form.name.encode() + b" " + content)


def _as_read_before(data: msgspec.Struct) -> msgspec.Struct | None:
    """Give what a report without `wants` was read as before the worker was asked: as one that wants training."""
    return msgspec.structs.replace(data, wants=["training"]) if getattr(data, "wants", None) == [] else None


def _form_for(posted: Posted, caller: Caller) -> Form:
    form = FORMS.get(posted.type)
    if form is None:
        raise refused(
            "This `type` is not known here; GET /events/types lists those that are.",
            _type_pointer(posted),
            kind="unknown-type",
        )
    if caller.role not in form.roles and not any(agency.role in form.roles for agency in caller.acts_for):
        raise _not_its_role(form, caller, posted)
    return form


def _speaker(on_behalf_of: str | UnsetType, form: Form, caller: Caller, posted: Posted) -> Caller:
    """Find who says it: the caller, or the agency on whose behalf it enters this. Raises `Refusal` (403)."""
    by = caller.on_behalf_of(on_behalf_of) if on_behalf_of else caller
    if by is None:
        raise refused(NO_DELEGATE, posted.location.pointer("on_behalf_of"), kind="forbidden", status=403)
    if by.role not in form.roles:
        raise _not_its_role(form, by, posted)
    return by


def _not_its_role(form: Form, agency: Caller, posted: Posted) -> Refusal:
    return refused(
        f"{form.fact.__name__} is said by: {', '.join(form.roles)}. The agency's role is {agency.role}.",
        _type_pointer(posted),
        kind="forbidden",
        status=403,
    )


def _type_pointer(posted: Posted) -> str | None:
    """Give the pointer to `type`, which stands beside the data; in binary mode it is a header, and has none."""
    return f"{posted.location.base.rpartition('/')[0]}/type" if posted.location.base else None


def _check_nik(data: Any, location: DataLocation) -> None:  # noqa: ANN401  a shape
    """Refuse a NIK that nobody holds."""
    for parts in _ways_to_a_nik(data.__class__):
        number = data
        for part in parts:
            number = getattr(number, part, None)
        if number and (why := nik.impossible(number)):
            raise refused(why, location.pointer(*parts))


@cache
def _ways_to_a_nik(shape: type[msgspec.Struct]) -> tuple[tuple[str, ...], ...]:
    ways = (("person", "nik"), ("correction", "nik"), ("nik",))
    return tuple(way for way in ways if way[0] in shape.__struct_fields__)


def _statement(person: Person, seals: IdentitySeals, warnings: list[str]) -> Statement:
    warnings += nik.doubts(person.nik, person.birth_date, person.sex)
    if person.region is not None:
        return seals.statement(person, _region("person.region", person.region, warnings))
    code = regions.code_of(nik.regency_code(person.nik))
    if code is None:
        warnings.append(NO_REGION)
    return seals.statement(person, code)


def _correction(correction: Correction | None, warnings: list[str]) -> Correction | None:
    if correction is None or correction.region is None:
        return correction
    return msgspec.structs.replace(correction, region=_region("correction.region", correction.region, warnings))


def _values(form: Form, data: Any, by: Caller, poster: Caller, warnings: list[str]) -> dict[str, Any]:  # noqa: ANN401  a shape
    """Give the fact's fields. Ids are made of the agency's own codes, vocations in lower case, regions as codes."""
    typed = ((name, getattr(data, name)) for name in form.as_typed)
    values: dict[str, Any] = {name: value for name, value in typed if value is not UNSET}
    values["agency"], values["entered_by"] = by.slug, None if by is poster else poster.slug
    if "worker" in form.fact.__struct_fields__:
        values["worker"] = WORKER_NOT_KNOWN_YET
    for name in form.named_by_code:
        values[name] = uuid5(by.id, f"{name}:{data.code}")
    if form.fact is IdentityCorrected:
        values["fields"] = sorted(msgspec.to_builtins(data.correction))
    for name in ("vocation", "business"):
        if values.get(name):
            values[name] = values[name].lower()
    if "wishes" in values:
        values["wishes"] = list(dict.fromkeys(wish.lower() for wish in values["wishes"]))
    if values.get("region") and values.get("country", INDONESIA) == INDONESIA:
        values["region"] = _region("region", values["region"], warnings)
    return values


def _region(field: str, region: str, warnings: list[str]) -> str:
    code = regions.code_of(region)
    if code is None:
        warnings.append(UNKNOWN_REGION.format(field))
    return code or region
