"""`--rejects` gives the refused rows back in the form they came in, each with its line and the reason."""

from pathlib import Path

from cli.posting import rejects
from cli.posting.rows import read


def test_a_table_comes_back_as_a_table(tmp_path: Path) -> None:
    file, mend = tmp_path / "layoffs.csv", tmp_path / "mend.csv"
    file.write_text('on;person.nik;employer\n2021-09-06;1;PT Satu\n2021-09-07;2;"PT; Dua"\n')
    rejects.write(mend, read(file), {3: "person.nik: must be 16 digits"})
    assert mend.read_bytes().decode() == (
        '\ufeffon;person.nik;employer;_line;_problem\r\n2021-09-07;2;"PT; Dua";3;person.nik: must be 16 digits\r\n'
    )
    assert mend.stat().st_mode & 0o777 == 0o600
    again = read(mend)
    assert again.columns == ["on", "person.nik", "employer"]
    assert [row.fields for row in again.rows] == [{"on": "2021-09-07", "person.nik": "2", "employer": "PT; Dua"}]


def test_json_lines_come_back_as_json_lines(tmp_path: Path) -> None:
    file, mend = tmp_path / "results.jsonl", tmp_path / "mend.jsonl"
    file.write_text('{"on": "2021-09-06"}\n{"on": "soon"}\n')
    rejects.write(mend, read(file), {2: "on: must be a date"})
    assert mend.read_text() == '{"on": "soon", "_line": 2, "_problem": "on: must be a date"}\n'
    assert [row.fields for row in read(mend).rows] == [{"on": "soon"}]
