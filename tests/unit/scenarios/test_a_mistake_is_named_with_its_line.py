import pytest

from scenarios.loading import find, load
from scenarios.mistakes import Mistake
from tests.unit.scenarios.programme import TEXT, written

MISTAKES = [
    ("seats: 10", "seets: 10", "courses.welding.seets: `seets` is not known here; did you mean `seats`?"),
    ("count: 10", "count: ten", "workers.laid-off.count: a whole number was expected, not 'ten'"),
    ("are: laid-off", "are: fired", "one of 'laid-off', 'furloughed' or 'jobseeker' was expected, not 'fired'"),
    ("role: office", "role: ofice", "agencies.disnaker.role: one of 'office', 'employer'"),
    ("2022-01-03 to 2022-01-12", "3 January", "reported: a day such as 2021-02-03"),
    ("2022-01-03 to 2022-01-12", "2022-01-12 to 2022-01-03", "2022-01-03 comes before 2022-01-12"),
    ("region: 33.10", "region: Purworejo", "region: a Kemendagri code such as 33.06 was expected, not 'Purworejo'"),
    ("reported_by: disnaker", "reported_by: disnakr", "`disnakr` is not known here; did you mean `disnaker`?"),
    ("reported_by: disnaker", "reported_by: blk", "an agency of the role employer or office or union"),
    ("providers: [blk]", "providers: [disnaker]", "of the role training-provider was expected; `disnaker` is office"),
    (
        "courses: welding",
        "courses: weldin",
        "then.0.results.courses: `weldin` is not known here; did you mean `welding`?",
    ),
    ("graduated: 8, failed: 1", "graduated: 8, failed: 3", "at most 10 results were expected"),
    (
        "graduated: 8, failed: 1",
        "graduated: most",
        "then.0.results.graduated: a whole number or `all` was expected, not 'most'",
    ),
    (
        "results: {courses: welding, graduated: 8, failed: 1}",
        "approve: {vacancies: welders, on: 2022-01-18, by: blk}",
        "then.0.approve.by: an agency of the role office was expected; `blk` is training-provider",
    ),
    ("results: {", "result: {", "then.0.result: `result` is not known here; did you mean `results`?"),
    ("training.graduated", "training.graduatd", "did you mean `training.graduated`?"),
    (
        "training.graduated",
        "training.graduated.vocation.sewing",
        "figures.0.measure: `training.graduated.vocation.sewing`",
    ),
    ("source: office", "source: offce", "figures.0.source: `offce` is not known here; did you mean `office`?"),
    ("    source: office\n", "", "either `source` with `says`, or `assumed` with the reason"),
    ("    says: eight\n", "", "`source` and `says` go together"),
    ("wishes: {welding: 1}", "wishes: {w€lding: 1}", "'w€lding' was expected to be a vocation"),
    ("    funding: APBD\n", "", "courses.welding.funding: it is missing"),
    (", date: 2022-03-01", "", "either `date`, or `undated`"),
    ("days: 20", "days: 20\n    days: 30", "`days` stands there twice"),
    ("seed: 1", "seed: [", "it is no YAML"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), MISTAKES)
def test_it_says_file_line_and_what_was_expected(tmp_path, right, wrong, sentence):
    path = written(tmp_path, (right, wrong))

    with pytest.raises(Mistake) as mistake:
        load(path)

    (line,) = [line for line in str(mistake.value).splitlines() if sentence in line]
    assert line.startswith(f"{path}:")
    named = int(line.removeprefix(f"{path}:").partition(":")[0])
    begins = TEXT[: TEXT.index(right.strip())].count("\n") + 1
    assert abs(named - begins) <= 6


def test_the_line_is_the_very_line(tmp_path):
    with pytest.raises(Mistake, match=r"contoh.yaml:23: courses.welding.seets: "):
        load(written(tmp_path, ("seats: 10", "seets: 10")))


def test_a_misspelt_word_is_one_mistake_and_not_a_missing_word_too(tmp_path):
    with pytest.raises(Mistake) as mistake:
        load(written(tmp_path, ("seats: 10", "seets: 10")))

    assert len(str(mistake.value).splitlines()) == 1


def test_every_mistake_is_named_at_once(tmp_path):
    path = written(tmp_path, ("count: 10", "count: ten"), ("funding: APBD", "funding: APBX"))

    with pytest.raises(Mistake) as mistake:
        load(path)

    assert len(str(mistake.value).splitlines()) == 2


def test_a_region_keeps_its_last_zero(tmp_path):
    assert load(written(tmp_path)).region == "33.10"


def test_a_name_that_is_no_file_names_the_programmes():
    with pytest.raises(Mistake, match=r"none of the programmes an-office-s-errors, bekasi-2021, .*serang-2020"):
        find("purworej")


def test_a_file_that_contains_itself_is_refused(tmp_path):
    path = tmp_path / "loop.yaml"
    path.write_text("name: &a\n  inner: *a\n")

    with pytest.raises(Mistake, match="it contains itself"):
        load(path)
