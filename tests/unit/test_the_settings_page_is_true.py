"""docs/settings.md is what the settings' classes say, and every setting says what it is."""

from pathlib import Path

import pytest

from deploy import settings_page

HOUSE = Path(__file__).parents[2]


def test_the_page_is_what_the_classes_say():
    assert (HOUSE / "docs" / "settings.md").read_text() == settings_page.page(), "make settings"


@pytest.mark.parametrize("kind", settings_page.WHOSE.values(), ids=lambda kind: kind.__name__)
def test_every_setting_says_what_it_is(kind):
    assert [name for name, field in kind.model_fields.items() if not field.description] == []


def test_every_variable_that_compose_hands_to_a_service_is_on_the_page():
    page = settings_page.page()
    lines = (HOUSE / "docker-compose.yml").read_text().splitlines()
    handed = {line.strip().split(":")[0] for line in lines if line.strip().startswith("PULIH_") and ": " in line}
    passwords = {f"PULIH_{service}_PASSWORD" for service in ("REGISTRATION", "TRAINING", "PLACEMENT", "NOTIFICATION")}
    assert {name for name in handed - passwords if f"`{name}`" not in page} == set()
