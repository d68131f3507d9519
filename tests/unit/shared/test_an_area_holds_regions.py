import pytest

from shared.regions import covers


@pytest.mark.parametrize(
    ("area", "region", "holds"),
    [
        ("33.06", "33.06", True),
        ("33.06", "33.07", False),
        ("33", "33.06", True),
        ("33", "34.06", False),
        ("33", "33xyz", False),
        ("33", "Purworejo", False),
        ("33.06", None, False),
        (None, "33.06", True),
        (None, "Purworejo", True),
        (None, None, True),
    ],
)
def test_an_area_is_a_regency_a_province_or_all_of_indonesia(area: str | None, region: str | None, *, holds: bool):
    assert covers(area, region) is holds
