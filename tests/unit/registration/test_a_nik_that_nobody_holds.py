"""A NIK that nobody holds is refused: rounded by a spreadsheet it would make one worker of many."""

import pytest

from services.registration.identity import nik as niks
from services.registration.identity import regions
from tests.unit.registration.posting import DeskUnderTest, event, layoff, nik


async def receipt(desk: DeskUnderTest, number: str, **person: str) -> dict:
    (given,) = await desk.receipts(
        "employer", layoff(number, person={"nik": number, "name": "Contoh Pekerja", **person})
    )
    return given


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("3306010000000000", "ends in 0000"),
        ("3306004101900000", "ends in 0000"),
        ("0006004101900001", "province"),
        ("9906004101900001", "province"),
        ("2206004101900001", "province"),
    ],
)
async def test_nobody_holds_it(desk: DeskUnderTest, number, why):
    problem = (await receipt(desk, number))["problem"]
    assert (problem["status"], problem["pointer"]) == (422, "/0/data/person/nik")
    assert why in problem["detail"]
    assert number not in str(problem)


async def test_it_names_no_worker_either(desk: DeskUnderTest):
    for number in ("3306010000000000", "9906004101900001"):
        (given,) = await desk.receipts(
            "employer", event("LayoffWithdrawn", {"on": "2021-09-20", "nik": number, "reason": "recall"})
        )
        assert (given["problem"]["status"], given["problem"]["pointer"]) == (422, "/0/data/nik")


@pytest.mark.parametrize("province", sorted(regions.provinces()))
def test_every_province_issues(province):
    assert niks.impossible(f"{province}06004101900001") is None


def test_there_are_thirty_eight_provinces():
    assert len(regions.provinces()) == 38


@pytest.mark.parametrize(
    ("born", "sex", "warned"),
    [("410190", "male", True), ("010190", "female", True), ("410190", "female", False), ("010190", "male", False)],
)
async def test_a_sex_that_contradicts_it_is_warned_of(desk: DeskUnderTest, born, sex, warned):
    given = await receipt(desk, nik(born=born), sex=sex)
    assert given["outcome"] == "accepted"
    assert any("sex" in warning for warning in given.get("warnings", [])) is warned
