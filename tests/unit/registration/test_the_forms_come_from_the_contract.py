import msgspec
import pytest

from services.registration.posting import texts
from services.registration.posting.examples import EXAMPLES
from services.registration.posting.forms import AT_THE_DOOR, FORMS, SEALED, Form, form_of
from services.registration.posting.mistakes import DataLocation
from services.registration.posting.roles import MAY_SAY
from shared.events import FACTS, HireConfirmed
from shared.refusals import Refusal
from tests.unit.registration.posting import DeskUnderTest

forms = pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.fact.__name__)

CONTENT = {
    "LayoffReported": "on person kind employer vocation wants wishes reach",
    "LayoffWithdrawn": "on worker nik reason",
    "ClaimContested": "on worker nik claimant",
    "IdentityCorrected": "on worker nik correction",
    "IdentitiesKeptApart": "on worker nik other",
    "IdentitiesMerged": "on worker nik other",
    "MoveAnswered": "on worker nik agreed",
    "JobseekerApplied": "on person wants wishes reach card",
    "CourseOffered": "on code title vocation region reach mode funding venue seats starts_on ends_on",
    "CourseCancelled": "on code reason",
    "CoursePaused": "on code reason",
    "CourseResumed": "on code mode",
    "TrainingResultRecorded": "on worker nik code result",
    "NoShowRecorded": "on worker nik code",
    "AttendanceRecorded": "on code present",
    "SeatDeclined": "on worker nik course",
    "VacancyPosted": "on code title vocation employer region country openings",
    "VacancyApproved": "on vacancy openings",
    "VacancyClosed": "on code reason",
    "HireConfirmed": "on worker nik code",
    "HireDeclined": "on worker nik code by",
    "WorkerRecalled": "on worker nik employer",
    "BusinessStarted": "on worker nik business",
    "PlacementConfirmed": "on worker nik said_by by_worker",
    "PlacementContested": "on worker nik",
    "PlacementDenied": "on worker nik said_by",
    "EmploymentEnded": "on worker nik said_by",
    "GrantRecorded": "on worker nik kind amount item",
    "FactRetracted": "on retracts reason",
}
"""What is kept, in this order, of an event in which nothing is typed but what is required."""


def refusal(form: Form, data: object) -> Refusal:
    raw, location = data if isinstance(data, bytes) else msgspec.json.encode(data), DataLocation("/17/data")
    with pytest.raises(Refusal) as refused:
        texts.check(form.read(raw, location), raw, "employer", location)
    return refused.value


def changed(name: str, **fields: object) -> dict[str, object]:
    return {key: value for key, value in {**EXAMPLES[name], **fields}.items() if value is not None}


def test_every_fact_of_the_contract_has_a_form_an_example_and_a_speaker():
    assert set(FORMS) == set(FACTS)
    assert set(MAY_SAY) == set(FACTS.values())
    assert set(EXAMPLES) == {fact.__name__ for fact in FACTS.values()}


@forms
def test_the_example_is_accepted_by_the_decoder_that_reads_posts(form: Form):
    form.read(msgspec.json.encode(form.page["example"]["data"]), DataLocation())


@forms
def test_every_field_of_the_fact_is_typed_or_derived(form: Form):
    derived = {"envelope", "agency", "entered_by", "grade", "by_office", "run"} & set(form.fact.__struct_fields__)
    derived |= {"course", "vacancy"} if "code" in form.fact.__struct_fields__ else set()
    derived |= {name for fact, name in SEALED if fact is form.fact}
    typed = set(form.shape.__struct_fields__) - {"on_behalf_of"}
    at_the_desk = {"person", "correction", "worker", "nik"}
    at_the_desk |= {name for name, _ in AT_THE_DOOR} if form.fact is HireConfirmed else set()
    assert set(form.fact.__struct_fields__) - derived - {"worker"} == typed - at_the_desk
    assert ("worker" in form.fact.__struct_fields__) == bool(typed & {"person", "nik"})


@forms
def test_a_field_that_a_fact_gains_changes_the_content_of_no_event_from_before_it(form: Form):
    """Otherwise such an event is refused (409) if it is posted again: name the field in `ADDED`."""
    required = {field.name for field in msgspec.structs.fields(form.shape) if field.required} | {
        "nik",
        "worker",
        "code",
    }
    typed = {name: value for name, value in EXAMPLES[form.fact.__name__].items() if name in required}
    kept = msgspec.json.decode(msgspec.json.encode(form.read(msgspec.json.encode(typed), DataLocation())))
    assert list(kept) == CONTENT[form.fact.__name__].split()


@forms
def test_the_page_has_schema_example_and_roles(form: Form):
    page = form.page
    assert page["schema"]["$defs"][page["name"]]["additionalProperties"] is False
    assert page["example"]["type"] == page["type"] == form.name
    assert page["roles"]
    assert form_of(page["name"]) is form_of(page["type"]) is form


@pytest.mark.parametrize(
    ("name", "fields", "pointer", "said"),
    [
        ("LayoffReported", {"on": None}, "/17/data/on", "`on` is missing"),
        ("LayoffReported", {"kindd": 1}, "/17/data/kindd", "not a field here; there are: employer, kind"),
        ("LayoffReported", {"kind": "fired"}, "/17/data/kind", "one of `furloughed`, `laid-off`"),
        ("LayoffReported", {"on": "06/09/2021"}, "/17/data/on", "a date such as `2021-09-06`"),
        ("LayoffReported", {"wishes": ["sewing", "3"]}, "/17/data/wishes/1", "a vocation"),
        ("LayoffReported", {"wishes": ["sewing"] * 21}, "/17/data/wishes", "at most 20 entries"),
        ("JobseekerApplied", {"wants": []}, "/17/data/wants", "`training`, `work` or both"),
        ("LayoffReported", {"person": "x"}, "/17/data/person", "expected an object, not text"),
        ("LayoffReported", {"person": {"nik": "33", "name": "A"}}, "/17/data/person/nik", "16 digits"),
        ("LayoffReported", {"person": {"nik": "1" * 16 + "\n", "name": "A"}}, "/17/data/person/nik", "one line"),
        ("LayoffReported", {"person": {"nik": "1" * 16, "name": "A\u0000"}}, "/17/data/person/name", "one line"),
        ("LayoffReported", {"person": {"nik": "1" * 16, "name": ""}}, "/17/data/person/name", "at least 1 character"),
        ("CourseOffered", {"seats": 0}, "/17/data/seats", "at least 1"),
        ("CourseOffered", {"ends_on": "2021-09-12"}, "/17/data/ends_on", "before `starts_on`"),
        ("VacancyApproved", {"vacancy": None}, "/17/data/vacancy", "`vacancy` is missing"),
        ("VacancyApproved", {"vacancy": "OP-114"}, "/17/data/vacancy", "a UUID"),
        ("VacancyApproved", {"openings": 0}, "/17/data/openings", "at least 1"),
        (
            "VacancyApproved",
            {"code": "OP-114"},
            "/17/data/code",
            "not a field here; there are: on, on_behalf_of, openings, vacancy",
        ),
        ("GrantRecorded", {"nik": None}, "/17/data", "exactly one"),
        ("GrantRecorded", {"worker": "0190f6b0-7d5c-7a10-8f00-000000000001"}, "/17/data", "exactly one"),
        ("GrantRecorded", {"nik": None, "worker": "x"}, "/17/data/worker", "a UUID"),
    ],
)
def test_a_mistake_is_named_where_it_is(name: str, fields: dict[str, object], pointer: str, said: str):
    refused = refusal(
        FORMS[next(type for type, fact in FACTS.items() if fact.__name__ == name)], changed(name, **fields)
    )
    assert refused.pointer == pointer
    assert said in refused.detail


@pytest.mark.parametrize(
    "data", [b"", b"{", b"\xff", b"[]", b'{"on": "\xff"}', b"[" * 100_000, b'{"on":' + b"[" * 100_000]
)
def test_what_is_no_json_object_is_refused(data: bytes):
    assert refusal(form_of("LayoffReported"), data).status == 422


def test_no_value_is_ever_quoted():
    secret = "3306010101900001"
    for fields in (
        {"person": {"nik": int(secret), "name": "A"}},
        {"person": {"nik": secret + "7", "name": "A"}},
        {"person": {"nik": secret, "name": "A", "sex": secret}},
        {"person": {"nik": secret, "name": "A", "email": secret}},
        {"person": {"nik": secret, "name": "A", "birth_date": secret}},
        {"kind": secret},
        {"on": secret},
        {"reach": secret},
    ):
        assert secret not in str(refusal(form_of("LayoffReported"), changed("LayoffReported", **fields)).problem())


async def test_the_types_can_be_read_by_anybody(desk: DeskUnderTest):
    listed = (await desk.client.get("/events/types")).json()["items"]
    assert len(listed) == 29
    for page in listed:
        for name in (page["type"], page["name"]):
            assert (await desk.client.get(f"/events/types/{name}")).json() == page
    assert (await desk.client.get("/events/types/Nothing")).status_code == 404
