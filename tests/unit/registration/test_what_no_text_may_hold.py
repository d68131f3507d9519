"""Texts go to other agencies and into official mail: none holds a hidden character, a NIK or, but an office's, a web address."""

import pytest

from services.registration.identity.person import Person
from services.registration.posting import texts
from services.registration.posting.forms import FORMS
from tests.unit.registration.posting import OPERATOR, DeskUnderTest, event, layoff, nik

SHARED_NIK = "3306004101900001"
VACANCY = {
    "on": "2021-10-01",
    "code": "OP-114",
    "title": "Operator jahit",
    "vocation": "sewing",
    "employer": "PT Garmen",
    "openings": 1,
}


async def refusal(desk: DeskUnderTest, slug: str, sent: dict) -> dict | None:
    (receipt,) = await desk.receipts(slug, sent)
    return receipt.get("problem")


HIDDEN = {
    "zero width": "\u200b",
    "direction mark": "\u202e",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "line separator": "\u2028",
    "control character": "\x85",
    "escaped control character": "\x07",
    "tab": "\t",
    "filler": "\u3164",
    "tag": "\U000e0041",
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize(("field", "pointer"), [("name", "/0/data/person/name"), ("employer", "/0/data/employer")])
async def test_no_text_holds_what_cannot_be_seen(desk: DeskUnderTest, hidden, field, pointer):
    text = f"Contoh{hidden}Pekerja"
    sent = layoff(nik())
    if field == "name":
        sent["data"]["person"]["name"] = text
    else:
        sent["data"]["employer"] = text
    problem = await refusal(desk, "employer", sent)
    assert (problem["status"], problem["pointer"]) == (422, pointer)
    assert text not in str(problem)


@pytest.mark.parametrize(
    "name", ["   ", "\u200b", "123", "–", "."], ids=["spaces", "zero width", "digits", "dash", "dot"]
)
async def test_a_name_has_a_letter(desk: DeskUnderTest, name):
    number = nik()
    problem = await refusal(desk, "employer", layoff(number, person={"nik": number, "name": name}))
    assert (problem["status"], problem["pointer"]) == (422, "/0/data/person/name")


@pytest.mark.parametrize("name", ["Nyoman Ayu", "Ömer", "Siti\u00a0Aminah", "A.", "Drs. Budi", "M. Ma'ruf", "陈"])
async def test_names_as_people_have_them_are_taken(desk: DeskUnderTest, name):
    number = nik()
    assert await refusal(desk, "employer", layoff(number, person={"nik": number, "name": name})) is None


@pytest.mark.parametrize(
    "text", [f"NIK {SHARED_NIK}", "3306 0041 0190 0001", "3306-0041-0190-0001", f"({SHARED_NIK})", f"x{SHARED_NIK}y"]
)
@pytest.mark.parametrize("field", ["title", "employer", "code", "region"])
async def test_no_free_text_holds_sixteen_digits(desk: DeskUnderTest, text, field):
    if field == "code":
        text = f"A{SHARED_NIK}"
    problem = await refusal(desk, "office", event("VacancyPosted", {**VACANCY, field: text}))
    assert (problem["status"], problem["pointer"]) == (422, f"/0/data/{field}")
    assert SHARED_NIK not in str(problem)


@pytest.mark.parametrize("text", ["20 openings", "No. 812.3456.7890", "33060041019000012", "2021-10-01 2021"])
async def test_other_digits_are_taken(desk: DeskUnderTest, text):
    assert await refusal(desk, "office", event("VacancyPosted", {**VACANCY, "title": f"Operator {text}"})) is None


@pytest.mark.parametrize("attribute", ["id", "source"])
@pytest.mark.parametrize("value", [SHARED_NIK, f"phk-{SHARED_NIK}", f"/payroll/{SHARED_NIK}/2021", f"PHK{SHARED_NIK}"])
async def test_no_reference_is_a_nik(desk: DeskUnderTest, attribute, value):
    problem = await refusal(desk, "employer", {**layoff(nik()), attribute: value})
    assert (problem["status"], problem["pointer"]) == (422, f"/0/{attribute}")


@pytest.mark.parametrize(
    "value", ["2021090608000001", "9999999999999999", "12345678901234567", f"a{SHARED_NIK}ffd01928374650f"]
)
async def test_a_reference_that_can_be_no_nik_is_taken(desk: DeskUnderTest, value):
    assert await refusal(desk, "employer", {**layoff(nik()), "id": value}) is None


WEB = [
    "https://pulih-hadiah.example/login",
    "HTTP://evil",
    "www.pulih.example",
    "klik s.id/pulih",
    "wa.me/62812",
    "pulih-hadiah.com",
    "hubungi admin@pulih.example",
    "hxxps://evil",
]


@pytest.mark.parametrize("text", WEB)
async def test_only_an_office_writes_an_address_of_the_web(desk: DeskUnderTest, text):
    sent = event("VacancyPosted", {**VACANCY, "title": f"Operator {text}"})
    problem = await refusal(desk, "employer", sent)
    assert (problem["status"], problem["pointer"]) == (422, "/0/data/title")
    assert await refusal(desk, "office", event("VacancyPosted", {**VACANCY, "title": f"Operator {text}"})) is None


@pytest.mark.parametrize(
    "text", ["PT. Garmen Jaya", "CV.Maju", "Drs.Ahmad", "Rp3.500.000/bulan", "S.Pd.I", "Jaga 24/7", "Regu No.1"]
)
async def test_abbreviations_are_no_address(desk: DeskUnderTest, text):
    assert await refusal(desk, "employer", event("VacancyPosted", {**VACANCY, "title": text})) is None


async def test_a_workers_own_contacts_are_no_free_text(desk: DeskUnderTest):
    number = nik()
    person = {"nik": number, "name": "Contoh", "email": "contoh@example.com", "phone": "+62 812 0000 0000 0000"}
    assert await refusal(desk, "employer", layoff(number, person=person)) is None


async def test_an_agencys_name_has_a_letter_and_nothing_hidden(desk: DeskUnderTest):
    for name in ("   ", "PT\u200bGarmen", "PT\tGarmen"):
        answer = await desk.client.post(
            "/agencies", json={"slug": "pt-garmen", "name": name, "role": "employer"}, headers=OPERATOR
        )
        assert (answer.status_code, answer.json()["pointer"]) == (422, "/name")


def test_each_text_of_a_form_is_looked_at():
    looked_at = {name for form in FORMS.values() for name in texts._text_fields(form.shape)}
    assert looked_at >= {"title", "employer", "code", "vocation", "wishes", "region", "item", "business", "person"}
    assert set(texts._text_fields(Person)) == {"name", "region", "address"}
