"""An agency's own file becomes the data of events, or a sentence that says how to mend it."""

from pathlib import Path
from typing import Any

import pytest

from cli.errors import UsageFault
from cli.posting.columns import Columns, refuse_rounded
from cli.posting.rows import read
from cli.posting.schema import Complaint, Schema
from services.registration.posting.forms import form_of

NIK = "3306004101900001"
LAYOFFS = Schema(form_of("LayoffReported").schema)
COURSES = Schema(form_of("CourseOffered").schema)


@pytest.fixture
def file(tmp_path: Path):
    def make(text: str | bytes, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return make


def data_of(path: Path, schema: Schema = LAYOFFS) -> list[tuple[int, dict[str, Any], list[Complaint]]]:
    content = read(path)
    columns = Columns(schema, content.columns)
    return [(row.line, *columns.data(row.fields)) for row in content.rows]


@pytest.mark.parametrize("start", ["", "\ufeff", "sep=;\r\n", "\ufeffsep=;\r\n"])
def test_semicolons_of_an_indonesian_excel(file, start: str) -> None:
    text = f'{start}on;kind;person.nik;person.name;wishes\r\n06/09/2021;laid-off;{NIK};"Sari; Contoh";"sewing; welding"\r\n'
    ((_, data, complaints),) = data_of(file(text))
    assert complaints == []
    assert data == {
        "on": "2021-09-06",
        "kind": "laid-off",
        "person": {"nik": NIK, "name": "Sari; Contoh"},
        "wishes": ["sewing", "welding"],
    }


def test_commas_and_tabs(file) -> None:
    expected = [(2, {"on": "2021-09-06", "kind": "laid-off", "wishes": ["sewing", "barista"]}, [])]
    assert data_of(file("on,kind,wishes\n2021-09-06,laid-off,sewing;barista\n")) == expected
    assert data_of(file("on\tkind\twishes\n2021-09-06\tlaid-off\tsewing|barista\n")) == expected


def test_a_short_heading_is_enough_where_it_can_be_no_other_s(file) -> None:
    ((_, data, _),) = data_of(file(f"NIK,Birth date\n{NIK},1/2/1990\n"))
    assert data == {"person": {"nik": NIK, "birth_date": "1990-02-01"}}


def test_a_nik_keeps_its_zeros_and_is_never_a_number(file) -> None:
    ((_, data, _),) = data_of(file("nik,phone\n0000004101900001,0812000000\n"))
    assert data == {"person": {"nik": "0000004101900001", "phone": "0812000000"}}
    ((_, data, _),) = data_of(file(f"nik\n'{NIK}\n"))
    assert data == {"person": {"nik": NIK}}


@pytest.mark.parametrize("mangled", ["3,306E+15", "3.30601E+15", "3E15", "3,306e+15"])
def test_a_nik_that_excel_rounded_is_refused_with_the_way_to_mend_it(file, mangled: str) -> None:
    ((line, data, complaints),) = data_of(file(f"nik;name\n{mangled};Sari\n"))
    assert (line, data) == (2, {"person": {"name": "Sari"}})
    assert [complaint.column for complaint in complaints] == ["nik"]
    assert "format the column as Text" in complaints[0].sentence
    assert mangled not in complaints[0].sentence


def test_a_file_whose_niks_all_end_in_0_was_rounded() -> None:
    rounded = [{"person": {"nik": f"33060041019000{n}0"}} for n in range(10, 15)]
    with pytest.raises(UsageFault, match="lost the last digit"):
        refuse_rounded(rounded)
    with pytest.raises(UsageFault, match="lost the last digit"):
        refuse_rounded([row["person"] for row in rounded])
    refuse_rounded(rounded[:4])
    refuse_rounded([*rounded, {"person": {"nik": NIK}}])
    refuse_rounded([{"code": "A-0"}] * 10)


@pytest.mark.parametrize("cell", ["31/02/2021", "2021-13-01", "6 September 2021", "09/31/2021"])
def test_a_date_that_is_none_is_refused_without_being_quoted(file, cell: str) -> None:
    ((_, _, complaints),) = data_of(file(f"on\n{cell}\n"))
    assert complaints == [Complaint("on", "must be a date, written 2021-02-03 or 03/02/2021 (day first)")]


def test_numbers_and_yes_and_no(file) -> None:
    ((_, data, _),) = data_of(file("seats,code\n1.000,007\n"), COURSES)
    assert data == {"seats": 1000, "code": "007"}
    ((_, _, complaints),) = data_of(file("seats\nsixteen\n"), COURSES)
    assert complaints == [Complaint("seats", "must be a whole number, in digits alone")]
    cards = Schema(form_of("JobseekerApplied").schema)
    assert [data for _, data, _ in data_of(file("card\nya\nTIDAK\ntrue\n"), cards)] == [
        {"card": True},
        {"card": False},
        {"card": True},
    ]
    ((_, _, complaints),) = data_of(file("card\nperhaps\n"), cards)
    assert complaints == [Complaint("card", "must be yes or no (ya or tidak)")]


def test_lines_are_those_of_the_file_whatever_stands_in_the_cells(file) -> None:
    text = 'on,employer\n2021-09-06,"PT\nContoh"\n\n,\n2021-09-07,PT Dua\n'
    assert [(line, data["on"]) for line, data, _ in data_of(file(text))] == [(2, "2021-09-06"), (6, "2021-09-07")]


def test_more_cells_than_headings_are_refused(file) -> None:
    ((_, _, complaints),) = data_of(file("on,employer\n2021-09-06,PT Contoh, Tbk\n"))
    assert "more cells than headings" in complaints[0].sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("on;employr\n", "employr is no field of this type: did you mean employer?"),
        ("on;on\n", "the heading on occurs twice"),
        ("on;;kind\n", "column 2 has no heading"),
        ("", "is empty"),
        ("on\n".encode("utf-16"), "is not UTF-8"),
        ("on\nS\xe9\n".encode("latin-1"), "is not UTF-8"),
        ('on,kind\n"2021-09-06,laid-off\n', "this is not CSV"),
        ('{"on": 1}\n{"on": \n', "line 2, column"),
        ('[{"on": 1}, 7]', "each entry must be an object"),
    ],
)
def test_a_file_that_cannot_be_read_as_a_whole_is_one_sentence(file, text: str | bytes, sentence: str) -> None:
    with pytest.raises(UsageFault) as fault:
        data_of(file(text))
    assert sentence in fault.value.message


def test_json_lines_and_a_json_array(file) -> None:
    lines = read(file('{"on": "2021-09-06"}\n\n{"on": "2021-09-07", "_problem": "mended"}\n', "file.jsonl"))
    assert [(row.line, row.fields) for row in lines.rows] == [(1, {"on": "2021-09-06"}), (3, {"on": "2021-09-07"})]
    array = read(file('\n[{"on": "2021-09-06"},\n {"on": "2021-09-07"}]'))
    assert [(row.line, row.fields["on"]) for row in array.rows] == [(1, "2021-09-06"), (2, "2021-09-07")]
